//! Image references: their form, and plain words that probably mean something else.
//!
//! To every engine, a plain word is the name of an image on Docker Hub. If the word is the name of something in this
//! file, resembles such a name, or resembles one of the short names of `runtime`, an unintended image would be pulled
//! silently, so it is an error.

use super::form::Texts;
use crate::decode::{Context, Name};
use crate::{Diagnostic, Template};
use slipway_diagnostic::{brief, closest};

/// The short names of `runtime`.
pub const SHORT_NAMES: [&str; 6] = ["scratch", "static", "base", "cc", "distroless", "slim"];

/// Images on Docker Hub whose names are one letter away from a short name.
const NO_TYPOS: &[&str] = &["bash", "gcc"];

/// Well-known images with plain names; a stage with a similar name is unrelated.
pub(super) const WELL_KNOWN: &[&str] = &[
    "adminer",
    "aerospike",
    "almalinux",
    "alpine",
    "amazonlinux",
    "api-firewall",
    "arangodb",
    "archlinux",
    "backdrop",
    "bash",
    "bonita",
    "buildpack-deps",
    "busybox",
    "caddy",
    "cassandra",
    "centos",
    "chronograf",
    "cirros",
    "clearlinux",
    "clickhouse",
    "clojure",
    "composer",
    "consul",
    "convertigo",
    "couchbase",
    "couchdb",
    "crate",
    "dart",
    "debian",
    "docker",
    "drupal",
    "eclipse-mosquitto",
    "eclipse-temurin",
    "eggdrop",
    "elasticsearch",
    "elixir",
    "emqx",
    "erlang",
    "fedora",
    "flink",
    "fluentd",
    "friendica",
    "gazebo",
    "gcc",
    "geonetwork",
    "ghost",
    "golang",
    "gradle",
    "groovy",
    "haproxy",
    "haskell",
    "haxe",
    "hello-world",
    "hitch",
    "httpd",
    "hylang",
    "ibm-semeru-runtimes",
    "ibmjava",
    "influxdb",
    "irssi",
    "jenkins",
    "jetty",
    "joomla",
    "jruby",
    "julia",
    "kapacitor",
    "kibana",
    "kong",
    "krakend",
    "lightstreamer",
    "liquibase",
    "logstash",
    "mageia",
    "mariadb",
    "matomo",
    "maven",
    "mediawiki",
    "memcached",
    "mongo",
    "mongo-express",
    "monica",
    "mysql",
    "nats",
    "neo4j",
    "neurodebian",
    "nextcloud",
    "nginx",
    "node",
    "odoo",
    "open-liberty",
    "openjdk",
    "opensuse",
    "oraclelinux",
    "orientdb",
    "percona",
    "perl",
    "photon",
    "php",
    "phpmyadmin",
    "plone",
    "postfixadmin",
    "postgres",
    "pypy",
    "python",
    "r-base",
    "rabbitmq",
    "rakudo-star",
    "rapidoid",
    "redis",
    "redmine",
    "registry",
    "rethinkdb",
    "rocket.chat",
    "rockylinux",
    "ros",
    "ruby",
    "rust",
    "sapmachine",
    "satosa",
    "scratch",
    "silverpeas",
    "sl",
    "solr",
    "sonarqube",
    "spark",
    "spiped",
    "storm",
    "swift",
    "swipl",
    "teamspeak",
    "telegraf",
    "tomcat",
    "tomee",
    "traefik",
    "ubuntu",
    "unit",
    "varnish",
    "vault",
    "websphere-liberty",
    "wordpress",
    "xwiki",
    "yourls",
    "znc",
    "zookeeper",
];

/// What a plain word may refer to, besides an image in a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// `runtime`: a short name.
    Runtime,
    /// `from` of a stage: another stage.
    Stage,
    /// Only an image.
    Other,
}

/// The base of an image.
pub(crate) fn runtime(value: &impl Texts, cx: &mut Context) {
    value.texts().for_each(|template| look(template, Place::Runtime, cx));
}

/// The base of a stage.
pub(crate) fn base(value: &impl Texts, cx: &mut Context) {
    value.texts().for_each(|template| look(template, Place::Stage, cx));
}

/// An image in a registry.
pub(crate) fn reference(value: &impl Texts, cx: &mut Context) {
    value.texts().for_each(|template| look(template, Place::Other, cx));
}

fn look(template: &Template, place: Place, cx: &mut Context) {
    let start = template.literal_start();
    let Some(written) = template.as_literal() else {
        if start.contains("://") {
            let message = format!("`{}` is the start of a URL, but this must be an image reference", brief(start));
            cx.report(
                Diagnostic::error(template.span, message)
                    .with_help("write the image without `…://`, as in `alpine:3.22`"),
            );
        }
        return;
    };
    if let Some(name) = template.bare_name() {
        let message = format!("no shell expands `${name}` here, and it is not a valid image reference");
        let found = Diagnostic::error(template.span, message);
        let text = written.replacen(&format!("${name}"), &format!("${{{name}}}"), 1);
        cx.report(if cx.names.has_arg(name) {
            found.with_fix(template.span, format!("\"{text}\""))
        } else {
            found.with_help(format!("declare it, `args: {{ {name}: \"…\" }}`, and use it as `${{{name}}}`"))
        });
        return;
    }
    if cx.names.has(Name::Stage, written) && place == Place::Stage {
        return;
    }
    if let Some((message, put_right)) = wrong_form(written) {
        let found = Diagnostic::error(template.span, format!("`{}` {message}", brief(written)));
        let is_right = |text: &String| wrong_form(text).is_none() && (place == Place::Runtime || text != "static");
        cx.report(match put_right.filter(is_right) {
            Some(text) => found.with_fix(template.span, crate::yaml::quoted(&text)),
            None => found.with_help(
                "write it as in `alpine:3.22` or `registry.example.com/team/name:tag`, in lower case and without spaces",
            ),
        });
        return;
    }
    if !written.contains(['/', ':', '@', '.']) {
        plain_word(written, template, place, cx);
    } else if let Some(name) = own_name(written)
        && let Some(kind) = of_file(name, cx)
    {
        is_of_file(name, kind, (written, template), place, cx);
    }
}

/// The name in a reference with a tag or digest, unless it is a well-known image: Docker Hub has no other images
/// without a `/`.
fn own_name(reference: &str) -> Option<&str> {
    let name = reference.split([':', '@']).next()?;
    (!reference.contains('/') && !WELL_KNOWN.contains(&name)).then_some(name)
}

impl crate::Spec {
    /// The name in this file that equals that of an image reference, which would be pulled from a registry.
    #[must_use]
    pub fn hidden_by_image(&self, reference: &str) -> Option<(&str, Name)> {
        let name = own_name(reference)?;
        let found = [
            (self.images.get_entry(name).map(|(name, _)| name), Name::Image),
            (self.stages.get_entry(name).map(|(name, _)| name), Name::Stage),
            (self.builds.get_entry(name).map(|(name, _)| name), Name::Build),
        ];
        found.into_iter().find_map(|(name, kind)| Some((name?.value.as_str(), kind)))
    }
}

/// What is wrong with the form of a reference, and the reference that was probably meant.
fn wrong_form(written: &str) -> Option<(&'static str, Option<String>)> {
    if let Some((scheme, rest)) = written.split_once("://") {
        let rest = rest.trim_end_matches('/');
        let of_hub = rest.strip_prefix("hub.docker.com/").map(|page| {
            page.strip_prefix("_/")
                .or_else(|| page.strip_prefix("r/"))
                .unwrap_or(page)
                .trim_end_matches("/tags")
                .to_owned()
        });
        let image = of_hub.unwrap_or_else(|| rest.to_owned());
        let is_image = !matches!(scheme, "oci-layout" | "git" | "ssh" | "file") && !image.is_empty();
        return Some(("is a URL, but this must be an image reference", is_image.then_some(image)));
    }
    if written.contains(char::is_whitespace) {
        let words: Vec<&str> = written.split_whitespace().collect();
        let words = words.strip_prefix(&["FROM"]).unwrap_or(&words);
        let image = match words {
            [image] => Some((*image).to_owned()),
            [image, word, _] if word.eq_ignore_ascii_case("as") => Some((*image).to_owned()),
            _ => None,
        };
        return Some(("is not an image reference", image));
    }
    let (name, digest) = match written.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (written, None),
    };
    let last = name.rsplit('/').next().unwrap_or(name);
    let (repository, tag) = match last.split_once(':') {
        Some((_, tag)) => (name.strip_suffix(tag).and_then(|name| name.strip_suffix(':')).unwrap_or(name), Some(tag)),
        None => (name, None),
    };
    if let Some(digest) = digest.filter(|digest| !is_digest(digest)) {
        // Package managers write `name@version`.
        let is_tag = tag.is_none() && is_tag(digest) && !digest.starts_with("sha");
        return Some(("has no digest after the `@`", is_tag.then(|| format!("{name}:{digest}"))));
    }
    if tag.is_some_and(|tag| !is_tag(tag)) {
        return Some(("has an invalid tag", None));
    }
    let (host, path) = match repository.split_once('/') {
        Some((host, path))
            if host.trim_matches('.').contains(['.', ':']) || host == "localhost" || has_capitals(host) =>
        {
            (host, path)
        }
        _ => ("", repository),
    };
    if has_capitals(path) {
        let rest = written.strip_prefix(repository).unwrap_or_default();
        let slash = if host.is_empty() { "" } else { "/" };
        return Some((
            "contains capital letters, which image names cannot",
            Some(format!("{host}{slash}{}{rest}", path.to_ascii_lowercase())),
        ));
    }
    let is_part = |part: &str| {
        let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        ends(part.chars().next())
            && ends(part.chars().next_back())
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-'))
    };
    (!path.split('/').all(is_part)).then_some(("is not an image reference", None))
}

fn has_capitals(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_uppercase())
}

fn is_tag(tag: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    tag.starts_with(is_letter) && tag.len() <= 128 && tag.chars().all(|c| is_letter(c) || matches!(c, '.' | '-'))
}

fn is_digest(digest: &str) -> bool {
    let Some((algorithm, digits)) = digest.split_once(':') else {
        return false;
    };
    let wanted = match algorithm {
        "sha256" => 64,
        "sha512" => 128,
        _ => return !algorithm.is_empty() && digits.len() >= 32,
    };
    digits.len() == wanted && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// What a name refers to in this file, in a place where a plain word would be an image in a registry.
pub(crate) fn of_file(word: &str, cx: &Context) -> Option<Name> {
    [Name::Image, Name::Stage, Name::Build, Name::Context].into_iter().find(|kind| cx.names.has(*kind, word))
}

fn is_of_file(name: &str, kind: Name, (written, template): (&str, &Template), place: Place, cx: &mut Context) {
    let message =
        format!("`{name}` is {} {} of this file, but this must be an image in a registry", article(kind), kind.noun());
    let instead = match (place, kind) {
        (Place::Runtime, Name::Image) => format!("to build on it, use `extends: {name}` instead of `runtime`"),
        (Place::Runtime, _) => format!("to use its files, set `files: {{ /PATH: \"{name}:/PATH\" }}`"),
        (Place::Stage, Name::Stage) => format!("to start from it, use `from: {name}`"),
        (Place::Stage, _) => format!("to use its files, add the step `copy: {{ from: \"{name}:/PATH\", to: /PATH }}`"),
        (Place::Other, _) => "name an image in a registry".to_owned(),
    };
    let help = format!("{instead}; the image on Docker Hub is `docker.io/library/{}`", brief(written));
    cx.report(Diagnostic::error(template.span, message).with_help(help));
}

fn plain_word(word: &str, template: &Template, place: Place, cx: &mut Context) {
    if word == "scratch" || place == Place::Runtime && SHORT_NAMES.contains(&word) {
        return;
    }
    if let Some(kind) = of_file(word, cx) {
        is_of_file(word, kind, (word, template), place, cx);
        return;
    }
    if WELL_KNOWN.contains(&word) {
        return;
    }
    let close = match place {
        Place::Runtime if !NO_TYPOS.contains(&word) => closest(word, SHORT_NAMES),
        Place::Stage => closest(word, cx.names.of(Name::Stage)),
        Place::Runtime | Place::Other => None,
    };
    if let Some(close) = close.map(str::to_owned) {
        let missing = if place == Place::Stage { "stage in this file" } else { "short name" };
        let message = format!("`{word}` is not a {missing}, so it would be pulled from Docker Hub");
        let found = Diagnostic::error(template.span, message);
        let help = format!("did you mean `{close}`? The image on Docker Hub is `docker.io/library/{word}`");
        cx.report(found.with_help(help).with_fix(template.span, close));
    }
}

fn article(kind: Name) -> &'static str {
    if kind == Name::Image { "an" } else { "a" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_have_a_form() {
        for right in [
            "alpine",
            "alpine:3.22",
            "a/b:1",
            "localhost:5000/a/b",
            "REGISTRY.example.com/a/b:V1",
            "gcr.io/distroless/static-debian12:nonroot",
            "python:3.13-slim@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "a__b/c--d",
        ] {
            assert_eq!(wrong_form(right), None, "{right}");
        }
        for (wrong, meant) in [
            ("docker://alpine:3.22", Some("alpine:3.22")),
            ("https://hub.docker.com/_/nginx", Some("nginx")),
            ("https://hub.docker.com/r/acme/shop/tags", Some("acme/shop")),
            ("https://ghcr.io/acme/shop:1", Some("ghcr.io/acme/shop:1")),
            ("oci-layout://x", None),
            ("FROM alpine:3.22 AS build", Some("alpine:3.22")),
            ("Alpine Linux", None),
            ("Alpine:3.22", Some("alpine:3.22")),
            ("ghcr.io/Acme/Shop:V1", Some("ghcr.io/acme/shop:V1")),
            ("alpine@3.22", Some("alpine:3.22")),
            ("alpine@sha256:12", None),
            ("python:3.13:slim", None),
            ("alpine:", None),
            ("/alpine", None),
            ("./base", None),
            ("-alpine", None),
        ] {
            let found = wrong_form(wrong);
            assert!(found.is_some(), "{wrong}");
            assert_eq!(found.and_then(|(_, meant)| meant).as_deref(), meant, "{wrong}");
        }
    }
}
