//! Images: what ships.

mod image_file;
mod metadata;
mod schema;
mod variants;

use std::sync::OnceLock;

pub use self::image_file::{CopiedFile, FileKeys, ImageFile};
pub use self::metadata::Metadata;
pub use self::variants::ShippedCommand;
use super::gates::{Budget, ImageTest, Scan};
use super::{
    BaseRef, Build, BuildUse, DependencySet, Distro, Healthcheck, ImageConfig, ImageFolder, ImagePackages, Inspect,
    Origin, Preset, Purpose, form, image_name, platform_name,
};
use crate::decode::{Context, Fields, Schemas, text};
use crate::yaml::{Entry, Kind, Node};
use crate::{Diagnostic, Map, Spanned, Template};

words! {
    /// How a program is compressed.
    pub enum Compress as "compression method" {
        /// With UPX: smaller, but slower to start.
        Upx = "upx",
        /// Not compressed.
        None = "none",
    }
}

record! {
    /// The keys of an image apart from its build.
    pub struct ImageKeys as "an image" {
        /// The image that this one extends: it inherits all keys of that image. An image that changes only how it runs
        /// shares every layer with it.
        /// Example: `api`
        extends: Option<Spanned<String>>,
        /// What the image is for; shown by `--call=targets`.
        /// Example: `The public API`
        description: Option<String>,
        /// The base of the image: `scratch`, `static`, `base`, `cc`, `distroless`, `slim`, an image reference, or a
        /// stage, an image or a context of this file.
        /// Default: chosen by the preset
        /// Example: `distroless`
        runtime: Option<BaseRef> where image_name::runtime,
        /// The Debian release of the base, if `runtime` is a short name, and of the toolchain, if the build names none.
        /// Default: that of the build, otherwise of the file, otherwise that of the toolchain
        /// Example: `trixie`
        distro: Option<Spanned<Distro>>,
        /// Additional files: destination → address, or `{ from, mode, owner }`; or `{ link: /path }` for a symbolic
        /// link. A destination that ends in `/` is a folder.
        /// Example: `{ /migrations: ./db/migrations }`
        files: Map<ImageFile> where form::absolute_keys,
        /// Folders of the image: path → `{ owner, mode }`, or `{}` for a folder of the image's user. The folders above
        /// them belong to root.
        /// Example: `{ /data: { owner: "1001:1001", mode: "0750" } }`
        folders: Map<ImageFolder> where form::absolute_keys,
        /// System packages, or a map with package repositories.
        /// Example: `[libpq5]`
        packages: ImagePackages,
        /// How Docker checks whether the container is healthy, or `none`.
        /// Example: `{ run: [/api, health] }`
        healthcheck: Option<Healthcheck>,
        /// Whether a small init process is the first process. It forwards signals and reaps orphaned processes.
        /// Example: `true`
        init: Option<Spanned<bool>>,
        /// How the program is compressed.
        /// Default: `none`
        /// Example: `upx`
        compress: Option<Spanned<Compress>>,
        /// Metadata of the image.
        /// Example: `{ title: Shop API, licenses: Apache-2.0 }`
        metadata: Metadata,
        /// Tests that run on the finished image.
        /// Example: `{ version: { run: [/api, --version], stdout: { contains: "1." } } }`
        tests: Map<ImageTest>,
        /// Limits on its size.
        /// Example: `{ size: 25MB }`
        budget: Option<Spanned<Budget>> where super::gates::limits,
        /// A scan for known vulnerabilities.
        /// Example: `{ severity: high, gate: true }`
        scan: Option<Spanned<Scan>> where super::gates::scanner,
        /// Which dependencies of the build the image contains: a word, or a map with files to keep beside the traced ones.
        /// Default: `production`
        /// Example: `all`
        dependencies: Option<DependencySet>,
        /// The platforms to build when the command line has no `--platform`.
        /// Default: the platform of the engine
        /// Example: `[linux/amd64, linux/arm64]`
        platforms: Vec<Template> where platform_name::platforms,
        /// Tags of the image in the definition that `--call=slipway.bake` writes. A variant adds its name to them.
        /// Default: the variable `TAG` of the definition
        /// Example: `["${VERSION}", latest]`
        tags: Vec<Template> where form::tags,
        /// For development: folders whose files `docker compose watch` synchronizes into a running container.
        /// `--call=slipway.compose` writes them to the Compose file.
        /// Example: `[src]`
        watch: Vec<Template> where form::inside,
        /// For debugging: the port that a debugger listens on, or `true` for the usual port of the language. The image
        /// also gets the debugger and a shell. A variant with the name `debug` has it by default.
        /// Default: `false`
        /// Example: `9229`
        inspect: Option<Spanned<Inspect>>,
        /// For development, in a variant: whether it contains the toolchain, the sources and all dependencies, and a
        /// command that starts the program again after a change. A variant with the name `dev` has it by default.
        /// Default: `false`
        /// Example: `true`
        develop: Option<Spanned<bool>>,
        ..config: ImageConfig,
    }
}

/// An image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The build of its program; `None` for an image of files only.
    pub build: Option<BuildUse>,
    /// Its other keys.
    pub keys: ImageKeys,
    /// Variants of the image by name, merged with its keys.
    pub variants: Map<Image>,
    /// What it is for, if it does not only ship.
    pub purpose: Option<Purpose>,
    /// For a variant for development without an entrypoint of its own: the command of its image.
    pub shipped: Option<ShippedCommand>,
}

impl ImageKeys {
    fn purpose(&self, variant: Option<&Spanned<String>>, can_develop: bool) -> Option<Purpose> {
        Purpose::of(self.inspect.as_ref(), self.develop.as_ref(), (variant, can_develop))
    }
}

/// Keys with a value `none` of their own.
const OWN_NONE: &[&str] = &["compress", "healthcheck"];

/// The keys that can turn an external image into a different one.
const RUNTIME_KEYS: &[&str] = &["user", "workdir", "env", "labels", "expose", "volumes", "stop_signal", "healthcheck"];

/// What the runtime is, if not a short name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RuntimeKind {
    /// An image reference.
    Reference,
    /// A stage, an image or a context of the file.
    Part,
}

fn runtime_kind(fields: &Fields<'_>, cx: &Context) -> Option<RuntimeKind> {
    let text = fields.find("runtime").and_then(|entry| text(&entry.value))?;
    if text.contains([':', '/', '@']) {
        return Some(RuntimeKind::Reference);
    }
    let is_word = image_name::SHORT_NAMES.contains(&text);
    image_name::part_of_file(text, cx).filter(|_| !is_word).map(|_| RuntimeKind::Part)
}

impl Image {
    /// The keys of images.
    pub(super) fn keys() -> &'static [&'static str] {
        static KEYS: OnceLock<Vec<&str>> = OnceLock::new();
        KEYS.get_or_init(|| {
            let own = ImageKeys::properties(&mut Schemas::default()).into_iter().map(|property| property.key);
            own.chain(sources()).chain(["variants"]).collect()
        })
    }

    /// Whether images have a key.
    pub(super) fn has_key(key: &str) -> bool {
        Self::keys().contains(&key)
    }
}

/// Keys that select the build of an image, which are mutually exclusive.
pub(crate) fn sources() -> impl Iterator<Item = &'static str> {
    std::iter::once("build").chain(Preset::ALL.iter().map(|(name, _)| *name))
}

impl Image {
    /// Reads the keys of all images; errors in them are reported even if there is no image.
    pub(super) fn read_defaults(node: &Node, cx: &mut Context) {
        if let Some(extends) = find(node, "extends") {
            cx.report(
                Diagnostic::error(extends.key.span, "`defaults` cannot extend an image").with_help("delete the key"),
            );
        }
        Self::read_one(None, node, cx);
    }

    /// Reads an image without its variants. A named image must contain something.
    fn read_one(name: Option<&Spanned<String>>, node: &Node, cx: &mut Context) -> Option<Self> {
        let mut fields = Fields::open(node, "an image", cx)?.taking_back(OWN_NONE);
        let mut sources = Vec::new();
        if let Some(entry) = fields.entry("build") {
            sources.push((entry.key.span, BuildUse::named(entry, cx)));
        }
        let mut inline = None;
        for (key, preset) in Preset::ALL {
            if let Some(entry) = fields.entry(key) {
                inline = Some(*key);
                sources.push((entry.key.span, BuildUse::inline(*preset, entry, cx)));
            }
        }
        let keys = ImageKeys::read(&mut fields, cx);
        fields.entry("variants");
        let ships = |key: &str| fields.find(key).is_some();
        // On an external image, packages, a program to start or a config are also contents. A part of the file may ship
        // as it is.
        let on_runtime = ships("runtime") && ["packages", "entrypoint", "cmd"].into_iter().any(ships)
            || match runtime_kind(&fields, cx) {
                Some(RuntimeKind::Part) => true,
                Some(RuntimeKind::Reference) => RUNTIME_KEYS.iter().any(|key| ships(key)),
                None => false,
            };
        let stands_alone = !(ships("extends") || ships("files") || on_runtime);
        let has_packages = fields.find("packages").is_some();
        let is_strange = fields.finish_with(cx, |key| match inline {
            Some(word) => Build::presets_with(key)
                .any(|other| other == word)
                .then(|| format!("it is an option of the build: write it inside `{word}: {{ … }}`")),
            None => Build::presets_with(key)
                .next()
                .map(|_| "it is an option of the build: write `build: { from: NAME, … }`".to_owned()),
        });

        let mut sources = sources.into_iter();
        let build = match (sources.next(), name) {
            (None, Some(name)) if stands_alone => {
                if !is_strange {
                    cx.report(
                        Diagnostic::error(name.span, format!("the image `{}` is empty", name.brief())).with_help(
                            if has_packages {
                                "name the image to install the packages in, as in `runtime: slim`"
                            } else {
                                "add `build: NAME`, a preset such as `go: ./cmd/api`, or `files`"
                            },
                        ),
                    );
                }
                return None;
            }
            (None, _) => None,
            (Some((first, build)), _) => {
                if let Some((second, _)) = sources.next() {
                    cx.report(
                        Diagnostic::error(second, "an image has only one build")
                            .with_label(first, "the other one")
                            .with_help("keep one of the two"),
                    );
                }
                Some(build?)
            }
        };
        let keys = keys?;
        let purpose = keys.purpose(None, false);
        Some(Self { build, keys, variants: Map::default(), purpose, shipped: None })
    }

    /// Names of builds, stages, images and contexts that the image copies files from.
    pub fn origins(&self) -> impl Iterator<Item = &Origin> {
        let files = self.keys.files.iter().filter_map(|(_, file)| Some(&file.copied()?.from));
        files.chain(self.keys.packages.addresses()).map(|address| &address.origin)
    }
}

fn find<'a>(node: &'a Node, key: &str) -> Option<&'a Entry> {
    match &node.kind {
        Kind::Map(entries) => entries.iter().find(|entry| entry.key.value == key),
        _ => None,
    }
}
