//! Named contexts: inputs from elsewhere.

use serde_json::Value;

use super::check::fields_lack;
use super::{form, image_name};
use crate::decode::{Context, Decode, Fields, Schemas};
use crate::yaml::Node;
use crate::{Diagnostic, Spanned, Template};

record! {
    /// A named input from elsewhere; `--build-context NAME=…` replaces it. It has exactly one of `git`, `http`, `image`
    /// and `path`.
    pub struct ContextKeys as "a context" {
        /// A git repository.
        /// Example: `https://github.com/acme/proto.git`
        git: Option<Template>,
        /// With `git`: the branch, tag or commit.
        /// Default: the default branch of the remote
        /// Example: `v2.1.0`
        reference = "ref": Option<Template>,
        /// With `git`: a folder of the repository.
        /// Default: its root
        /// Example: `api`
        subdir: Option<Template>,
        /// The URL of a file.
        /// Example: `https://example.com/data.tar.gz`
        http: Option<Template> where form::web,
        /// With `git`, the commit that `ref` must resolve to, or a prefix of it; with `http`, the digest of the file,
        /// as `sha256:…`.
        /// Example: `9f1c2ab`
        checksum: Option<Template>,
        /// A container image.
        /// Example: `alpine:3.22`
        image: Option<Template> where image_name::reference,
        /// A folder of the main context.
        /// Example: `./third_party/proto`
        path: Option<Template> where form::inside,
    }
}

/// A named input from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamedContext {
    /// A git repository.
    Git {
        /// Its URL.
        url: Template,
        /// Branch, tag or commit.
        reference: Option<Template>,
        /// A folder in the repository.
        subdir: Option<Template>,
        /// The expected commit, or a prefix of it.
        checksum: Option<Template>,
    },
    /// A file on the web.
    Http {
        /// Its URL.
        url: Template,
        /// Its digest.
        checksum: Option<Template>,
    },
    /// A container image.
    Image(Template),
    /// A folder of the main context.
    Path(Template),
}

impl Decode for NamedContext {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let mut fields = Fields::open(node, "a context", cx)?;
        let keys = ContextKeys::read(&mut fields, cx);
        let is_strange = fields.finish(cx);
        let ContextKeys { git, reference, subdir, http, checksum, image, path } = keys?;
        let kinds = ["git", "http", "image", "path"];
        let mut places = [&git, &http, &image, &path].into_iter().flatten().map(|template| template.span);
        let (first, second) = (places.next(), places.next());
        drop(places);
        let Some(first) = first else {
            if fields_lack(node, &kinds) && !is_strange {
                cx.report(
                    Diagnostic::error(node.span.at_start(), "this context does not name a source")
                        .with_help("add one of `git`, `http`, `image` and `path`"),
                );
            }
            return None;
        };
        if let Some(second) = second {
            cx.report(
                Diagnostic::error(second, "a context has exactly one of `git`, `http`, `image` and `path`")
                    .with_label(first, "the other one")
                    .with_help("keep one of the two"),
            );
            return None;
        }
        let lone = |key: &str, value: &Option<Template>, owner: &str, cx: &mut Context| {
            if let Some(value) = value {
                cx.report(
                    Diagnostic::error(
                        value.span,
                        format!("`{key}` requires {owner}, which this context does not have"),
                    )
                    .with_help("delete the key"),
                );
            }
        };
        if git.is_none() {
            lone("ref", &reference, "`git`", cx);
            lone("subdir", &subdir, "`git`", cx);
            if http.is_none() {
                lone("checksum", &checksum, "`git` or `http`", cx);
            }
        }
        check_checksum(http.is_some(), &checksum, cx);
        match (git, http, image, path) {
            (Some(url), ..) => Some(Self::Git { url, reference, subdir, checksum }),
            (_, Some(url), ..) => Some(Self::Http { url, checksum }),
            (_, _, Some(image), _) => Some(Self::Image(image)),
            (_, _, _, path) => path.map(Self::Path),
        }
    }

    fn schema(schemas: &mut Schemas) -> Value {
        ContextKeys::schema(schemas)
    }
}

/// Reports a checksum that is not valid for a commit, or for a file on the web.
fn check_checksum(is_file: bool, checksum: &Option<Template>, cx: &mut Context) {
    let Some((template, written)) = checksum.as_ref().and_then(|template| Some((template, template.as_literal()?)))
    else {
        return;
    };
    let is_hexadecimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let found = if is_file {
        let digits = written.strip_prefix("sha256:");
        let fits = digits.is_some_and(|digits| digits.len() == 64 && is_hexadecimal(digits));
        (!fits).then_some(("digest of a file", "the digest is `sha256:` and 64 digits, as `sha256sum` prints them"))
    } else {
        let fits = (7..=64).contains(&written.len()) && is_hexadecimal(written);
        let help = "write at least seven hexadecimal digits, as `git rev-parse` prints them";
        (!fits).then_some(("id of a commit", help))
    };
    if let Some((noun, help)) = found {
        cx.report(Diagnostic::error(template.span, format!("`{written}` is not the {noun}")).with_help(help));
    }
}

record! {
    /// A secret that steps may use; `--secret id=NAME,…` provides it. It never reaches a layer, cache key, history or
    /// log.
    pub struct Secret as "a secret" (Default) {
        /// The file that contains the secret in the steps that use it.
        /// Default: `/run/secrets/NAME`, unless `env` is set
        /// Example: `/root/.npmrc`
        target: Option<Template> where form::absolute,
        /// The environment variable that contains the secret in the steps that use it.
        /// Example: `NPM_TOKEN`
        env: Option<Spanned<String>> where form::variable,
        /// Whether a build without it fails.
        /// Default: `true`
        /// Example: `false`
        required: Option<bool>,
        /// Any text. It is part of the cache key: changing it forces the steps that use the secret to run again.
        /// Example: `2026-11`
        revision: Option<Template>,
        /// What the secret is for; shown by `--call=outline`.
        /// Example: `Login to the package registry`
        description: Option<String>,
    }
}

impl Secret {
    /// Whether a build without it fails.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.required.unwrap_or(true)
    }
}
