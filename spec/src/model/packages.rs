//! System packages of builds and images, and where they come from.

use serde_json::Value;

use super::{Address, form};
use crate::decode::{Context, Decode, Schemas, schema, text};
use crate::yaml::{Kind, Node, quoted};
use crate::{Diagnostic, Map, Span, Template};
use slipway_diagnostic::brief;

/// A system package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Package {
    /// Its name, optionally with a version.
    Name(Template),
    /// Its file.
    File(Address),
}

impl Package {
    /// The part of the spec that names it.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Name(name) => name.span,
            Self::File(file) => file.path.span,
        }
    }

    /// Its name; `None` for a file.
    #[must_use]
    pub fn name(&self) -> Option<&Template> {
        match self {
            Self::Name(name) => Some(name),
            Self::File(_) => None,
        }
    }

    fn file(&self) -> Option<&Address> {
        match self {
            Self::Name(_) => None,
            Self::File(file) => Some(file),
        }
    }
}

/// Whether a text is meant as an address rather than a name: no name of a package has a `/`.
fn is_address(text: &str) -> bool {
    text.starts_with(['.', '/']) || text.contains(":/")
}

impl Decode for Package {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let Some(written) = text(node) else {
            cx.wrong_type(node, "the name of a package, or the address of its file");
            return None;
        };
        if is_address(written) {
            return Address::decode(node, cx).map(Self::File);
        }
        if [".deb", ".rpm", ".apk"].iter().any(|end| written.ends_with(end)) && !written.contains('$') {
            let path = format!("./{written}");
            let found =
                Diagnostic::error(node.span, format!("`{}` is a file, not the name of a package", brief(written)));
            let found = found.with_help(format!("write its address: `{path}`, or `name:/path`"));
            cx.report(found.with_fix(node.span, quoted(&path)));
            return None;
        }
        Template::decode(node, cx).map(Self::Name)
    }

    fn schema(schemas: &mut Schemas) -> Value {
        Template::schema(schemas)
    }
}

record! {
    /// A package repository that the base does not have. It is used while packages are installed, and is not part of
    /// the image.
    pub struct PackageRepository as "a package repository" {
        /// Its URL.
        /// Example: `https://packages.example.com/debian`
        url: Template where form::web,
        /// The file with the public key that it is signed with.
        /// Example: `./keys/tools.asc`
        key: Address,
        /// With apt: the suite. One that ends in `/` is a folder without components.
        /// Default: the code name of the base's release
        /// Example: `bookworm`
        suite: Option<Template>,
        /// With apt: the components.
        /// Default: `[main]`
        /// Example: `[stable]`
        components: Vec<Template>,
    }
}

record! {
    /// System packages of a build.
    pub struct BuildPackageKeys as "`packages`" (Default) {
        /// Packages that the build steps need: names, or addresses of files.
        /// Example: `[libpq-dev]`
        build: Vec<Package>,
        /// Packages that the program needs at run time; they are installed in the images of this build.
        /// Example: `[libpq5]`
        runtime: Vec<Package>,
        /// Package repositories that the base images do not have, by name.
        /// Example: `{ tools: { url: "https://packages.example.com/debian", components: [stable], key: ./keys/tools.asc } }`
        repositories: Map<PackageRepository> where form::names,
    }
}

record! {
    /// System packages of an image.
    pub struct ImagePackageKeys as "`packages`" (Default) {
        /// Packages: names, or addresses of files.
        /// Example: `[libpq5]`
        runtime: Vec<Package>,
        /// Package repositories that the base does not have, by name.
        /// Example: `{ tools: { url: "https://packages.example.com/debian", components: [stable], key: ./keys/tools.asc } }`
        repositories: Map<PackageRepository> where form::names,
    }
}

/// System packages of a build: those of the steps, or a map.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BuildPackages {
    /// Packages that the build steps need.
    pub build: Vec<Package>,
    /// Packages of the build's images.
    pub runtime: Vec<Package>,
    /// Additional package repositories.
    pub repositories: Map<PackageRepository>,
}

impl BuildPackages {
    /// The addresses of package files and keys.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        let files = self.build.iter().chain(&self.runtime).filter_map(Package::file);
        files.chain(keys(&self.repositories))
    }
}

impl Decode for BuildPackages {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if matches!(node.kind, Kind::Map(_)) {
            let BuildPackageKeys { build, runtime, repositories } = BuildPackageKeys::decode(node, cx)?;
            return Some(Self { build, runtime, repositories });
        }
        Some(Self { build: Vec::decode(node, cx)?, ..Self::default() })
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([Vec::<Package>::schema(schemas), BuildPackageKeys::schema(schemas)])
    }
}

/// System packages of an image: a list, or a map.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImagePackages {
    /// The packages.
    pub runtime: Vec<Package>,
    /// Additional package repositories.
    pub repositories: Map<PackageRepository>,
}

impl ImagePackages {
    /// The addresses of package files and keys.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.runtime.iter().filter_map(Package::file).chain(keys(&self.repositories))
    }
}

impl Decode for ImagePackages {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if matches!(node.kind, Kind::Map(_)) {
            let ImagePackageKeys { runtime, repositories } = ImagePackageKeys::decode(node, cx)?;
            return Some(Self { runtime, repositories });
        }
        Some(Self { runtime: Vec::decode(node, cx)?, ..Self::default() })
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([Vec::<Package>::schema(schemas), ImagePackageKeys::schema(schemas)])
    }
}

fn keys(repositories: &Map<PackageRepository>) -> impl Iterator<Item = &Address> {
    repositories.iter().map(|(_, repository)| &repository.key)
}
