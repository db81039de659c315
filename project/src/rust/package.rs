//! A Cargo package according to its manifest: its dependencies, its programs, and the files that Cargo requires.

use std::collections::BTreeSet;

use crate::toml_file::at;

/// A package of the repository.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// Its name.
    pub name: String,
    pub(super) manifest: toml::Table,
    /// Whether it is a member of the workspace. Otherwise, it is a dependency with a `path`.
    pub(super) member: bool,
    /// Folders of packages that its code or its build script requires.
    pub(super) needs: BTreeSet<String>,
}

/// A file that must exist, with any code in it: Cargo looks up the files of all targets of all packages before anything
/// else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stub {
    /// For a library.
    Library(String),
    /// For a program, a build script or a test.
    Program(String),
}

impl Stub {
    /// Its path, relative to the package's folder.
    #[must_use]
    pub fn place(&self) -> &str {
        match self {
            Self::Library(place) | Self::Program(place) => place,
        }
    }
}

/// A dependency on a folder.
pub(super) struct Local {
    /// How the manifest specifies it: a path, or a reference to the workspace.
    pub(super) path: LocalPath,
    pub(super) kind: Kind,
}

pub(super) enum LocalPath {
    /// Relative to the manifest.
    Own(String),
    /// A name in `workspace.dependencies`.
    Inherited(String),
}

/// The code that requires a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The package's own code, or its build script.
    Code,
    /// Tests, examples and benchmarks.
    Tests,
}

/// The tables of dependencies, including their older names.
const KINDS: [(&str, Kind); 5] = [
    ("dependencies", Kind::Code),
    ("build-dependencies", Kind::Code),
    ("build_dependencies", Kind::Code),
    ("dev-dependencies", Kind::Tests),
    ("dev_dependencies", Kind::Tests),
];

/// The dependencies of a manifest that may be folders, including those for other platforms: only Cargo knows the
/// platforms for which build scripts compile.
pub(super) fn locals(manifest: &toml::Table) -> impl Iterator<Item = Local> {
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    std::iter::once(manifest)
        .chain(targets.into_iter().flatten().filter_map(|(_, table)| table.as_table()))
        .flat_map(|table| KINDS.into_iter().filter_map(|(name, kind)| Some((table.get(name)?.as_table()?, kind))))
        .flat_map(|(table, kind)| table.iter().filter_map(move |(name, value)| local(name, value, kind)))
}

fn local(name: &str, value: &toml::Value, kind: Kind) -> Option<Local> {
    if let Some(path) = value.get("path").and_then(toml::Value::as_str) {
        return Some(Local { path: LocalPath::Own(path.to_owned()), kind });
    }
    let inherited = value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
    inherited.then(|| Local { path: LocalPath::Inherited(name.to_owned()), kind })
}

/// Paths that replace registry packages: `[patch]` and the older `[replace]`.
pub(super) fn patches(manifest: &toml::Table) -> impl Iterator<Item = &str> {
    let patch = manifest.get("patch").and_then(toml::Value::as_table).into_iter().flatten();
    let patch = patch.filter_map(|(_, table)| table.as_table());
    let replace = manifest.get("replace").and_then(toml::Value::as_table);
    patch.chain(replace).flatten().filter_map(|(_, value)| value.get("path")?.as_str())
}

impl Package {
    fn text(&self, path: &[&str]) -> Option<&str> {
        at(&self.manifest, path).and_then(toml::Value::as_str)
    }

    /// The targets of a kind that the manifest lists explicitly.
    pub(super) fn targets(&self, kind: &str) -> impl Iterator<Item = &toml::Value> {
        self.manifest.get(kind).and_then(toml::Value::as_array).into_iter().flatten()
    }

    /// Whether its code or its build script uses a crate, with any name.
    pub(super) fn depends_on(&self, name: &str) -> bool {
        let targets = self.manifest.get("target").and_then(toml::Value::as_table);
        let tables = targets.into_iter().flatten().filter_map(|(_, table)| table.as_table());
        std::iter::once(&self.manifest)
            .chain(tables)
            .flat_map(|table| KINDS.iter().filter_map(|(kind, _)| table.get(*kind)?.as_table()))
            .flatten()
            .any(|(key, value)| value.get("package").and_then(toml::Value::as_str).unwrap_or(key) == name)
    }

    /// Files that replace all code of the package.
    #[must_use]
    pub fn stubs(&self) -> BTreeSet<Stub> {
        let mut files =
            BTreeSet::from([Stub::Library("src/lib.rs".to_owned()), Stub::Program("src/main.rs".to_owned())]);
        files.extend(self.text(&["lib", "path"]).map(|path| Stub::Library(path.to_owned())));
        files.extend(self.text(&["package", "build"]).map(|path| Stub::Program(path.to_owned())));
        // Dependencies of the build script are compiled only if there is one.
        if ["build-dependencies", "build_dependencies"].iter().any(|key| self.manifest.contains_key(*key))
            || self.text(&["package", "links"]).is_some()
        {
            let own = at(&self.manifest, &["package", "build"]).is_some();
            files.extend((!own).then(|| Stub::Program("build.rs".to_owned())));
        }
        files.extend(self.declared("bin", "src/bin"));
        files.extend(self.text(&["package", "default-run"]).and_then(|name| self.program_stub(name)));
        files.extend(self.test_stubs());
        files
    }

    /// Files that replace tests, examples and benchmarks that the manifest lists explicitly.
    #[must_use]
    pub fn test_stubs(&self) -> BTreeSet<Stub> {
        let kinds = [("example", "examples"), ("test", "tests"), ("bench", "benches")];
        kinds.into_iter().flat_map(|(kind, folder)| self.declared(kind, folder)).collect()
    }

    fn declared<'a>(&'a self, kind: &'a str, folder: &'a str) -> impl Iterator<Item = Stub> + 'a {
        self.targets(kind).filter_map(move |target| {
            let path = target.get("path").and_then(toml::Value::as_str).map(str::to_owned);
            let name = target.get("name").and_then(toml::Value::as_str);
            let name = name.filter(|name| *name != self.name || kind != "bin");
            path.or_else(|| Some(format!("{folder}/{}.rs", name?))).map(Stub::Program)
        })
    }

    /// The file that replaces a program that the manifest does not list.
    #[must_use]
    pub fn program_stub(&self, name: &str) -> Option<Stub> {
        let declared = self.targets("bin").any(|target| target.get("name").and_then(toml::Value::as_str) == Some(name));
        (!declared && name != self.name).then(|| Stub::Program(format!("src/bin/{name}.rs")))
    }

    /// Root files of code that the manifest names: they may be outside the package's folder.
    pub(super) fn roots(&self) -> Vec<&str> {
        let bins = self.targets("bin").filter_map(|target| target.get("path")?.as_str());
        bins.chain(self.text(&["lib", "path"])).chain(self.text(&["package", "build"])).collect()
    }
}
