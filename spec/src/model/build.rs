//! Builds: the outputs of presets.

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
    /// System packages of a build.
    pub struct BuildPackages as "`packages`" (Default) {
        /// Packages that the build steps need.
        /// Example: `[libpq-dev]`
        build: Vec<Template>,
        /// Packages that the program needs at run time; they are installed in the images of this build.
        /// Example: `[libpq5]`
        runtime: Vec<Template>,
    }
}

/// System packages in the spec: those of the steps, or a map.
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
        /// Additional options of the installer.
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

words! {
    /// Code generators that presets support.
    pub enum Generator as "generator" {
        /// Prisma's client, generated after the dependency step and before the compile step.
        Prisma = "prisma",
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
        /// Code generators to run between the dependency step and the compile step.
        /// Example: `[prisma]`
        generate: Vec<Spanned<Generator>>,
        /// Programs that check the build and must succeed.
        /// Example: `{ test: { run: go test ./..., gate: true } }`
        checks: Map<Check> where form::names,
        /// The part of the build that images and addresses receive: paths in the source folder after the build.
        /// Default: chosen by the preset
        /// Example: `[dist]`
        output: Vec<Template> where form::path,
    }
}

/// A build: a preset, its source, and its options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The preset, and where the spec names it: messages about the project's files point there.
    pub preset: Spanned<Preset>,
    /// Where its files are.
    pub source: Source,
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
        let packages = fields.read::<WrittenPackages>("packages", cx);
        let keys = BuildKeys::read(&mut fields, cx);
        let options = PresetOptions::read(preset.value, &mut fields, cx);
        fields.finish_with(cx, |key| {
            let others: Vec<_> = Self::presets_with(key).map(|word| format!("`{word}`")).collect();
            (!others.is_empty()).then(|| format!("it is an option of the preset {}", others.join(" and ")))
        });
        Some(Self { preset, source: source?.0, origin, packages: packages?.0, keys: keys?, options: options? })
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

    /// The addresses that the build reads files from.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.keys.inputs.iter().map(|(_, address)| address).chain(&self.origin)
    }

    /// The presets that support a key.
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
                docs: &[" The folder of the source files, or a map that selects some of them.", " Example: `./shop`"],
                schema: WrittenSource::schema(schemas),
                required: false,
            },
            Property {
                key: "packages",
                docs: &[
                    " System packages for the build steps, or a map with separate lists for steps and images.",
                    " Example: `[libpq-dev]`",
                ],
                schema: WrittenPackages::schema(schemas),
                required: false,
            },
        ];
        properties.extend(BuildKeys::properties(schemas));
        properties
    }

    /// The keys of a build whose preset is unknown: those of every preset, after a first one.
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
            // Presets may use one name with different meanings.
            let forms = meanings.into_iter().chain(last).map(|Property { mut schema, docs, .. }| {
                schema::describe(&mut schema, docs);
                schema
            });
            properties.push(Property { key, docs: &[], schema: schema::any_of(forms), required: false });
        }
        properties
    }

    /// The schema of one preset's options, with or without the key that names the preset.
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
                None => (fields.span.at_start(), "add the preset, for example `preset: go`"),
            };
            cx.report(Diagnostic::error(span, "this build does not name a preset").with_help(help));
            return None;
        };
        let preset = Spanned::new(Preset::decode(&entry.value, cx)?, entry.value.span);
        Self::read(preset, fields, cx)
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schemas.named("Build", |schemas| {
            let preset = || Property {
                key: "preset",
                docs: &[" The preset, which is the language of the build.", " Example: `go`"],
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
            // A build that overrides an included one may omit its preset; its options cannot be checked then.
            let part = schema::object(&[], Self::every_property(preset(), schemas));
            json!({
                "description": "A build: what a preset makes from sources.",
                "type": "object",
                "properties": { "preset": name },
                "allOf": forms,
                "if": { "required": ["preset"] },
                "else": part,
            })
        })
    }
}

/// The build of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildUse {
    /// Its name under `builds`; `None` for a build that only this image has, as in `go: ./cmd/api`.
    pub name: Option<Spanned<String>>,
    /// The build, with the overrides of the image.
    pub build: Arc<Build>,
}

/// Reports a folder where a build is expected, as in Compose.
fn report_folder(node: &Node, folder: &str, cx: &mut Context) {
    let folder =
        if folder.starts_with('.') { folder.to_owned() } else { format!("./{}", folder.trim_start_matches('/')) };
    let found = Diagnostic::error(node.span, "`build` must name one of `builds`, but this is a folder");
    let help = format!(
        "replace `build` with a preset, such as `go: {0}` or `node: {0}`; to use a Dockerfile, add a stage",
        quoted(&folder)
    );
    cx.report(found.with_help(help));
}

/// Builds as written in the spec, which images override, and as decoded.
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
                            "to define a build for this image only, write `{preset}: {{ … }}` instead of `build`"
                        ),
                        None => "add `from: NAME`".to_owned(),
                    };
                    cx.report(Diagnostic::error(entry.key.span, "`build` does not name a build").with_help(help));
                    return None;
                };
                if let Some(preset) = preset {
                    cx.report(
                        Diagnostic::error(preset.key.span, "an image cannot change the preset of a build")
                            .with_label(from.value.span, "the build")
                            .with_help("delete the key, or define another build"),
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
        // The errors of a build that could not be read are reported there.
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
            schema::object(&[" A build of this file, with overrides."], properties)
        });
        schema::any_of([schema::text(), long])
    }
}
