//! Builds: what is made, by a preset that knows its language.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use super::{Address, Check, Preset, PresetOptions, SecretRef, ShortForm, form};
use crate::decode::{Context, Decode, Fields, Property, Schemas, schema, text};
use crate::merge::{Shape, overlay};
use crate::yaml::{Entry, Kind, Node, quoted};
use crate::{Diagnostic, Map, Spanned, Template};
use slipway_diagnostic::closest;

record! {
    /// The files of a build.
    pub struct Source as "`source`" (Default) {
        /// Their folder, relative to the context. A static build may name the output of another, as `name:/path`.
        /// Default: `.`
        /// Example: `./shop`
        path: Option<Template> where form::inside,
        /// Patterns of files that it takes, relative to the folder: beside those that the preset knows to be needed, or
        /// in the place of the whole folder where it takes that.
        /// Default: what the preset knows to be needed, else the whole folder
        /// Example: `["src/**"]`
        include: Vec<Template>,
        /// Patterns of files it does not want.
        /// Example: `["**/*.test.ts"]`
        exclude: Vec<Template>,
    }
}

/// The files of a build as they are written: a folder, or a map.
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
    /// System packages of a build.
    pub struct BuildPackages as "`packages`" (Default) {
        /// Packages that its steps need.
        /// Example: `[libpq-dev]`
        build: Vec<Template>,
        /// Packages that the program needs where it runs; images of this build have them.
        /// Example: `[libpq5]`
        runtime: Vec<Template>,
    }
}

/// System packages as they are written: those of the build, or a map.
struct WrittenPackages(BuildPackages);

impl Decode for WrittenPackages {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if matches!(node.kind, Kind::Map(_)) {
            return BuildPackages::decode(node, cx).map(Self);
        }
        Some(Self(BuildPackages { build: Vec::decode(node, cx)?, runtime: Vec::new() }))
    }

    fn absent() -> Option<Self> {
        Some(Self(BuildPackages::default()))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([Vec::<Template>::schema(schemas), BuildPackages::schema(schemas)])
    }
}

record! {
    /// How the dependency step installs.
    pub struct Install as "`install`" (Default) {
        /// Further options of the installer.
        /// Example: `[--legacy-peer-deps]`
        options: Vec<Template>,
        /// Secrets that it sees, by their ids.
        /// Example: `[npmrc]`
        secrets: Vec<SecretRef>,
        /// Files that it sees beside manifests and lockfiles, relative to `source`: what settings name that Slipway
        /// does not know.
        /// Example: `[tools/patches]`
        include: Vec<Template>,
        /// Environment of the step.
        /// Example: `{ HUSKY: "0" }`
        env: Map<Template> where form::variables,
    }
}

record! {
    /// A private host of dependencies, and how to log in there.
    pub struct PrivateHostKeys as "a private host" {
        /// The host, with its port if it has one of its own; what follows behind a `/` tells Go which modules are
        /// meant. A host that is asked without TLS is written with `http://` in front.
        /// Example: `github.com/acme/*`
        host: Template,
        /// The secret with the login, as `user:password` or a token in its first line.
        /// Example: `github`
        secret: Option<SecretRef>,
        /// The id of the SSH agent that git logs in with; `--ssh` gives it.
        /// Example: `default`
        ssh: Option<Spanned<String>>,
    }
}

/// A private host of modules: its pattern, or a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateHost {
    /// A pattern of module names.
    pub host: Template,
    /// The secret with the login.
    pub secret: Option<SecretRef>,
    /// The SSH agent to log in with.
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

words! {
    /// Code generators that presets know.
    pub enum Generator as "generator" {
        /// Prisma's client, between install and build.
        Prisma = "prisma",
    }
}

record! {
    /// What builds of every preset have.
    pub struct BuildKeys as "a build" {
        /// Extra files laid over the source: destination → address.
        /// Example: `{ ./src/gen: "gen:/rust" }`
        inputs: Map<Address> where form::inside_keys,
        /// Environment of its steps.
        /// Example: `{ CI: "1" }`
        env: Map<Template> where form::variables,
        /// Further options and secrets of the dependency step.
        /// Example: `{ secrets: [npmrc] }`
        install: Option<Install>,
        /// Private hosts that dependencies come from, and their logins. Go wants to know of those without a login, too,
        /// or of a pattern of modules.
        /// Example: `[github.com/acme/*]`
        private: Vec<PrivateHost>,
        /// Code generators to run between the dependency step and the compile step.
        /// Example: `[prisma]`
        generate: Vec<Spanned<Generator>>,
        /// Programs that must succeed beside the build.
        /// Example: `{ test: { run: go test ./..., gate: true } }`
        checks: Map<Check> where form::names,
        /// What images and addresses get of it: paths of the source folder after the build.
        /// Default: the choice of the preset
        /// Example: `[dist]`
        output: Vec<Template> where form::path,
    }
}

/// Something that is made: a preset, its source, and what it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The language, and where it is named: messages about the project's own files point there.
    pub preset: Spanned<Preset>,
    /// Where its files are.
    pub source: Source,
    /// For a static build whose `source` is `name:/path`: the output that its files are.
    pub origin: Option<Address>,
    /// System packages.
    pub packages: BuildPackages,
    /// What builds of every preset have.
    pub keys: BuildKeys,
    /// What the preset is told.
    pub options: PresetOptions,
}

impl Build {
    /// Reads the keys that follow the preset's name.
    pub(super) fn read(preset: Spanned<Preset>, mut fields: Fields<'_>, cx: &mut Context) -> Option<Self> {
        let source = fields.read::<WrittenSource>("source", cx);
        let origin = fields.find("source").and_then(|entry| Self::origin(preset.value, &entry.value, cx));
        let packages = fields.read::<WrittenPackages>("packages", cx);
        let keys = BuildKeys::read(&mut fields, cx);
        let options = PresetOptions::read(preset.value, &mut fields, cx);
        fields.finish_with(cx, |key| {
            let others: Vec<_> = Self::presets_with(key).map(|word| format!("`{word}`")).collect();
            (!others.is_empty()).then(|| format!("it is an option of the preset {}", others.join(" and ")))
        });
        Some(Self { preset, source: source?.0, origin, packages: packages?.0, keys: keys?, options: options? })
    }

    /// What a source written as `name:/path` leads to; only a static build may have one, since the others read their
    /// project's files before anything is built.
    fn origin(preset: Preset, source: &Node, cx: &mut Context) -> Option<Address> {
        let path = match &source.kind {
            Kind::Map(entries) => &entries.iter().find(|entry| entry.key.value == "path")?.value,
            _ => source,
        };
        let (name, _) = text(path)?.split_once(":/").filter(|(name, _)| !name.contains(['/', '$']))?;
        if preset == Preset::Static {
            return Address::decode(path, cx);
        }
        cx.report(
            Diagnostic::error(path.span, "only a static build can have the output of another as its source").with_help(
                format!(
                    "name a folder of the context, and lay the files over it: `inputs: {{ ./{name}: \"{name}:/\" }}`"
                ),
            ),
        );
        None
    }

    /// The addresses that it takes files from.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.keys.inputs.iter().map(|(_, address)| address).chain(&self.origin)
    }

    /// The presets whose builds have a key.
    pub(super) fn presets_with(key: &str) -> impl Iterator<Item = &'static str> {
        static KEYS: OnceLock<Vec<(&str, BTreeSet<&str>)>> = OnceLock::new();
        let keys = KEYS.get_or_init(|| {
            let of = |preset: Preset| {
                let mut schemas = Schemas::default();
                let options = PresetOptions::properties(preset, &mut schemas);
                options.into_iter().chain(Self::common_properties(&mut schemas)).map(|property| property.key).collect()
            };
            Preset::ALL.iter().map(|(word, preset)| (*word, of(*preset))).collect()
        });
        keys.iter().filter(move |(_, keys)| keys.contains(key)).map(|(word, _)| *word)
    }

    /// The keys that every preset has, without the preset's name.
    fn common_properties(schemas: &mut Schemas) -> Vec<Property> {
        let mut properties = vec![
            Property {
                key: "source",
                docs: &[" The folder of its files, or a map that narrows them.", " Example: `./shop`"],
                schema: WrittenSource::schema(schemas),
                required: false,
            },
            Property {
                key: "packages",
                docs: &[
                    " System packages that its steps need, or a map that tells those of the build from those of the images.",
                    " Example: `[libpq-dev]`",
                ],
                schema: WrittenPackages::schema(schemas),
                required: false,
            },
        ];
        properties.extend(BuildKeys::properties(schemas));
        properties
    }

    /// The keys of a build whose preset is not known: those of every preset, behind a first one.
    fn every_property(first: Property, schemas: &mut Schemas) -> Vec<Property> {
        let mut properties = vec![first];
        properties.extend(Self::common_properties(schemas));
        let mut options: BTreeMap<&str, Vec<Property>> = BTreeMap::new();
        for (_, preset) in Preset::ALL {
            for option in PresetOptions::properties(*preset, schemas) {
                options.entry(option.key).or_default().push(option);
            }
        }
        for (key, mut meanings) in options {
            let last = meanings.pop();
            if meanings.is_empty() {
                properties.extend(last);
                continue;
            }
            // Presets may mean different things by one word.
            let forms = meanings.into_iter().chain(last).map(|Property { mut schema, docs, .. }| {
                schema::describe(&mut schema, docs);
                schema
            });
            properties.push(Property { key, docs: &[], schema: schema::any_of(forms), required: false });
        }
        properties
    }

    /// The schema of one preset's options, with or without a key that names the preset.
    pub(super) fn schema_of(preset: Preset, leading: Option<Property>, schemas: &mut Schemas) -> Value {
        let properties = leading
            .into_iter()
            .chain(Self::common_properties(schemas))
            .chain(PresetOptions::properties(preset, schemas))
            .collect();
        schema::object(&[], properties)
    }
}

impl Decode for Build {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let mut fields = Fields::open(node, "a build", cx)?;
        let Some(entry) = fields.entry("preset") else {
            let typo = node.entries().iter().find(|entry| {
                matches!(entry.key.as_str(), "type" | "language" | "lang") || closest(&entry.key, ["preset"]).is_some()
            });
            let (span, help) = match typo {
                Some(entry) => (entry.key.span, "did you mean `preset`?"),
                None => (fields.span.at_start(), "add the language, for example `preset: go`"),
            };
            cx.report(Diagnostic::error(span, "this build names no preset").with_help(help));
            return None;
        };
        let preset = Spanned::new(Preset::decode(&entry.value, cx)?, entry.value.span);
        Self::read(preset, fields, cx)
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schemas.named("Build", |schemas| {
            let preset = || Property {
                key: "preset",
                docs: &[" The language.", " Example: `go`"],
                schema: Preset::schema(&mut Schemas::default()),
                required: false,
            };
            let forms: Vec<_> = Preset::ALL
                .iter()
                .map(|(word, each)| {
                    json!({
                        "if": { "required": ["preset"], "properties": { "preset": { "const": word } } },
                        "then": Self::schema_of(*each, Some(preset()), schemas),
                    })
                })
                .collect();
            let mut name = preset().schema;
            schema::describe(&mut name, preset().docs);
            // A build that lies over an included one need not say its preset, nor can it then be told which options it
            // may have.
            let part = schema::object(&[], Self::every_property(preset(), schemas));
            json!({
                "description": "Something that is made.",
                "type": "object",
                "properties": { "preset": name },
                "allOf": forms,
                "if": { "required": ["preset"] },
                "else": part,
            })
        })
    }
}

/// The build behind an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildUse {
    /// Its name under `builds`; none for one that only this image has, as in `go: ./cmd/api`.
    pub name: Option<Spanned<String>>,
    /// The build, with what the image says of it laid over.
    pub build: Arc<Build>,
}

/// Reports a folder where a build is named, as Compose has it.
fn report_folder(node: &Node, folder: &str, cx: &mut Context) {
    let folder =
        if folder.starts_with('.') { folder.to_owned() } else { format!("./{}", folder.trim_start_matches('/')) };
    let found = Diagnostic::error(node.span, "`build` names one of `builds`, and this is a folder");
    let help = format!(
        "say its language in place of `build`, such as `go: {0}` or `node: {0}`; a Dockerfile is adopted by a stage",
        quoted(&folder)
    );
    cx.report(found.with_help(help));
}

/// Builds as they are written, which images lay their own options over, and as they were read.
#[derive(Debug, Default)]
pub(super) struct ReadBuilds(pub(super) BTreeMap<String, (Node, Option<Arc<Build>>)>);

impl BuildUse {
    /// Reads `build: NAME`, or `build: { from: NAME, … }`.
    pub(super) fn named(entry: &Entry, cx: &mut Context) -> Option<Self> {
        let node = &entry.value;
        let (name, over) = match &node.kind {
            Kind::Map(entries) => {
                let preset = entries.iter().find(|entry| entry.key.value == "preset");
                let Some(from) = entries.iter().find(|entry| entry.key.value == "from") else {
                    let folder = node.get("context").and_then(text);
                    if folder.is_some() || node.get("dockerfile").is_some() {
                        report_folder(node, folder.unwrap_or("."), cx);
                        return None;
                    }
                    let help = match preset.and_then(|entry| text(&entry.value)) {
                        Some(preset) => format!(
                            "write `{preset}: {{ … }}` in place of `build` for a build that only this image has"
                        ),
                        None => "add `from: NAME`".to_owned(),
                    };
                    cx.report(
                        Diagnostic::error(entry.key.span, "`build` does not say which build it means").with_help(help),
                    );
                    return None;
                };
                if let Some(preset) = preset {
                    cx.report(
                        Diagnostic::error(preset.key.span, "the preset is the build's, and cannot be another here")
                            .with_label(from.value.span, "the build")
                            .with_help("delete the key, or write a build of its own"),
                    );
                    return None;
                }
                let own: Vec<Entry> = entries.iter().filter(|entry| entry.key.value != "from").cloned().collect();
                (Spanned::<String>::decode(&from.value, cx)?, (!own.is_empty()).then_some(own))
            }
            Kind::Sequence(_) => {
                cx.wrong_type(node, "the name of a build, or a map with `from`");
                return None;
            }
            _ if node.is_null() => {
                cx.no_value(&entry.key);
                return None;
            }
            _ => (Spanned::<String>::decode(node, cx)?, None),
        };
        let is_folder = name.starts_with(['.', '/']) || name.contains('/');
        if is_folder && !cx.names.has(crate::decode::Name::Build, &name.value) {
            report_folder(node, &name.value, cx);
            return None;
        }
        if !cx.check_name(crate::decode::Name::Build, &name) {
            return None;
        }
        // A build that could not be read has its own findings.
        let (below, read) = cx.shelf.get::<ReadBuilds>()?.0.get(&name.value)?;
        let build = match over {
            None => read.clone()?,
            Some(own) => {
                read.as_ref()?;
                let merged = overlay(below.clone(), &Node::map(own, node.span), Shape::Build);
                if !cx.spend(merged.weight(), node.span) {
                    return None;
                }
                Arc::new(Build::decode(&merged, cx)?)
            }
        };
        Some(Self { name: Some(name), build })
    }

    /// Reads `go: ./cmd/api`, or `go: { main: ./cmd/api, … }`.
    pub(super) fn inline(preset: Preset, entry: &Entry, cx: &mut Context) -> Option<Self> {
        let short_form = preset.short_form();
        let preset = Spanned::new(preset, entry.key.span);
        let build = if matches!(entry.value.kind, Kind::Map(_)) {
            let fields = Fields::open(&entry.value, "a build", cx)?;
            Build::read(preset, fields, cx)?
        } else {
            let short = Template::decode(&entry.value, cx)?;
            let empty = Node::map(Vec::new(), entry.value.span);
            let mut build = Build::read(preset, Fields::open(&empty, "a build", cx)?, cx)?;
            match (short_form, &mut build.options) {
                (ShortForm::Main, PresetOptions::Go(options)) => options.main = Some(short),
                _ => {
                    build.origin = Build::origin(build.preset.value, &entry.value, cx);
                    build.source.path = Some(short);
                }
            }
            build
        };
        Some(Self { name: None, build: Arc::new(build) })
    }

    /// The schema of `build`.
    pub(super) fn schema(schemas: &mut Schemas) -> Value {
        let long = schemas.named("BuildUse", |schemas| {
            let from = Property {
                key: "from",
                docs: &[" The name of the build.", " Example: `go`"],
                schema: schema::text(),
                required: true,
            };
            let properties = Build::every_property(from, schemas);
            schema::object(&[" A build of this file, with options of its own laid over."], properties)
        });
        schema::any_of([schema::text(), long])
    }
}
