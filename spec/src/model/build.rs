//! Builds: the outputs of presets.

mod build_use;
mod keys;

use serde_json::Value;

pub use self::build_use::BuildUse;
pub(super) use self::build_use::ReadBuilds;

use super::{
    Address, BuildPackages, BuildRuns, Check, Distro, Generator, Preset, PresetOptions, SecretRef, form, image_name,
};
use crate::decode::{Context, Decode, Fields, Schemas, schema, text};
use crate::yaml::{Kind, Node};
use crate::{Diagnostic, Map, Spanned, Template};
use slipway_diagnostic::closest;

record! {
    /// The files of a build.
    pub struct Source as "`source`" (Default) {
        /// Their folder, relative to the context. A static build may name another output, as `name:/path`.
        /// Default: `.`
        /// Example: `./shop`
        path: Option<Template> where form::inside,
        /// Patterns of files to include, relative to the folder. They add to the files that the preset detects, or
        /// replace the whole folder if the preset uses that.
        /// Default: the files that the preset detects, otherwise the whole folder
        /// Example: `["src/**"]`
        include: Vec<Template>,
        /// Patterns of files to exclude.
        /// Example: `["**/*.test.ts"]`
        exclude: Vec<Template>,
    }
}

/// The files of a build in the spec: a folder, or a map.
struct WrittenSource(Source);

impl Decode for WrittenSource {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if matches!(node.kind, Kind::Map(_)) {
            return Source::decode(node, cx).map(Self);
        }
        let path = Template::decode(node, cx)?;
        form::check_inside(&path, cx);
        Some(Self(Source { path: Some(path), ..Source::default() }))
    }

    fn absent() -> Option<Self> {
        Some(Self(Source::default()))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([Template::schema(schemas), Source::schema(schemas)])
    }
}

record! {
    /// How the dependency step installs.
    pub struct Install as "`install`" (Default) {
        /// Additional options of the installer. `go mod download` and `cargo fetch` have none: their settings are
        /// variables, in `env`.
        /// Example: `[--legacy-peer-deps]`
        options: Vec<Template>,
        /// Secrets that the step sees, by id.
        /// Example: `[npmrc]`
        secrets: Vec<SecretRef>,
        /// Files that the step sees in addition to manifests and lockfiles, relative to `source`: files that the
        /// installer reads and Slipway does not detect.
        /// Example: `[tools/patches]`
        include: Vec<Template>,
        /// Environment of the step.
        /// Example: `{ HUSKY: "0" }`
        env: Map<Template> where form::variables,
    }
}

record! {
    /// A private host of dependencies, and its credentials.
    pub struct PrivateHostKeys as "a private host" {
        /// The host, with its port if it is not the default one. For Go, a path after a `/` selects modules. The prefix
        /// `http://` means that the host is accessed without TLS.
        /// Example: `github.com/acme/*`
        host: Template,
        /// The secret with the credentials: `user:password` or a token, in its first line.
        /// Example: `github`
        secret: Option<SecretRef>,
        /// The id of the SSH agent that git uses; `--ssh` provides it.
        /// Example: `default`
        ssh: Option<Spanned<String>>,
    }
}

/// A private host of modules: its pattern, or a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateHost {
    /// A pattern of module names.
    pub host: Template,
    /// The secret with the credentials.
    pub secret: Option<SecretRef>,
    /// The SSH agent to authenticate with.
    pub ssh: Option<Spanned<String>>,
}

impl Decode for PrivateHost {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if !matches!(node.kind, Kind::Map(_)) {
            return Some(Self { host: Template::decode(node, cx)?, secret: None, ssh: None });
        }
        let PrivateHostKeys { host, secret, ssh } = PrivateHostKeys::decode(node, cx)?;
        Some(Self { host, secret, ssh })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([Template::schema(schemas), PrivateHostKeys::schema(schemas)])
    }
}

record! {
    /// Keys that builds of every preset have.
    pub struct BuildKeys as "a build" {
        /// Additional files laid over the source: destination → address.
        /// Example: `{ ./src/gen: "gen:/rust" }`
        inputs: Map<Address> where form::inside_keys,
        /// Environment of the steps.
        /// Example: `{ CI: "1" }`
        env: Map<Template> where form::variables,
        /// Additional options and secrets of the dependency step.
        /// Example: `{ secrets: [npmrc] }`
        install: Option<Install>,
        /// Private hosts of dependencies, and their credentials. For Go, also list hosts without credentials, or module
        /// patterns.
        /// Example: `[github.com/acme/*]`
        private: Vec<PrivateHost>,
        /// Commands to run on the sources and the installed dependencies, in order: before programs are compiled and
        /// scripts run, and before the files of a Python or JavaScript program are collected.
        /// Example: `[{ run: python manage.py collectstatic --noinput, output: [static-root] }]`
        run: BuildRuns,
        /// Programs that check the build and must succeed.
        /// Example: `{ test: { run: go test ./..., gate: true } }`
        checks: Map<Check> where form::names,
        /// The part of a Node.js or Python build that images and addresses receive: paths in the source folder after
        /// the build. In builds of Go, Rust and Java, files that addresses receive beside the program.
        /// Default: chosen by the preset
        /// Example: `[dist]`
        output: Vec<Template> where form::path,
        /// The Debian release of the toolchain, and of the bases of images by short names.
        /// Default: that of the image or the file, otherwise the newest one that the toolchain's official image has
        /// Example: `bookworm`
        distro: Option<Spanned<Distro>>,
        /// Another image of the toolchain, for example one of your company. Its tag may begin with the version.
        /// Default: the official image of the version
        /// Example: `golang:1.24-alpine`
        image: Option<Template> where image_name::reference,
    }
}

/// A build: a preset, its source, and its options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The preset, and where the spec names it: messages about the project's files point there.
    pub preset: Spanned<Preset>,
    /// Where its files are.
    pub source: Source,
    /// The value of the preset in an image, if it is a text: `./cmd/api` of `go: ./cmd/api`.
    pub short: Option<String>,
    /// For a static build whose `source` is `name:/path`: the output that contains its files.
    pub origin: Option<Address>,
    /// System packages.
    pub packages: BuildPackages,
    /// Keys that builds of every preset have.
    pub keys: BuildKeys,
    /// The options of the preset.
    pub options: PresetOptions,
}

impl Build {
    /// Reads the keys after the preset's name.
    pub(super) fn read(preset: Spanned<Preset>, mut fields: Fields<'_>, cx: &mut Context) -> Option<Self> {
        let source = fields.read::<WrittenSource>("source", cx);
        let origin = fields.find("source").and_then(|entry| Self::origin(preset.value, &entry.value, cx));
        let packages = fields.read::<BuildPackages>("packages", cx);
        let keys = BuildKeys::read(&mut fields, cx);
        let options = PresetOptions::read(preset.value, &mut fields, cx);
        fields.finish_with(cx, |key| {
            if key == "generate" && preset.value != Preset::Static {
                return Some("generators run as commands: `run: [{ run: COMMAND, output: [FOLDER] }]`".to_owned());
            }
            let others: Vec<_> = Self::presets_with(key).map(|word| format!("`{word}`")).collect();
            (!others.is_empty()).then(|| format!("it is an option of the preset {}", others.join(" and ")))
        });
        Some(Self {
            preset,
            source: source?.0,
            short: None,
            origin,
            packages: packages?,
            keys: keys?,
            options: options?,
        })
    }

    /// What a source written as `name:/path` refers to. Only a static build may have one, because the other presets
    /// read the project's files before anything is built.
    fn origin(preset: Preset, source: &Node, cx: &mut Context) -> Option<Address> {
        let path = match &source.kind {
            Kind::Map(entries) => &entries.iter().find(|entry| entry.key.value == "path")?.value,
            _ => source,
        };
        let (name, _) = text(path)?.split_once(":/").filter(|(name, _)| !name.contains(['/', '$']))?;
        if preset == Preset::Static {
            return Address::decode(path, cx);
        }
        cx.report(Diagnostic::error(path.span, "only a static build can use another output as its source").with_help(
            format!("name a folder of the context, and lay the files over it: `inputs: {{ ./{name}: \"{name}:/\" }}`"),
        ));
        None
    }

    /// The code generators that it runs.
    #[must_use]
    pub fn generators(&self) -> &[Spanned<Generator>] {
        match &self.options {
            PresetOptions::Node(options) => &options.generate,
            _ => &[],
        }
    }

    /// The addresses that the build reads files from.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.keys.inputs.iter().map(|(_, address)| address).chain(&self.origin).chain(self.packages.addresses())
    }
}

impl Decode for Build {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let mut fields = Fields::open(node, "a build", cx)?.taking_back(&[]);
        let Some(entry) = fields.entry("preset") else {
            let typo = node.entries().iter().find(|entry| {
                matches!(entry.key.as_str(), "type" | "language" | "lang") || closest(&entry.key, ["preset"]).is_some()
            });
            let (span, help) = match typo {
                Some(entry) => (entry.key.span, "did you mean `preset`?"),
                None => (fields.span.at_start(), "add the preset, for example `preset: go`"),
            };
            cx.report(Diagnostic::error(span, "this build does not name a preset").with_help(help));
            return None;
        };
        let preset = Spanned::new(Preset::decode(&entry.value, cx)?, entry.value.span);
        Self::read(preset, fields, cx)
    }

    fn schema(schemas: &mut Schemas) -> Value {
        Self::any_schema(schemas)
    }
}
