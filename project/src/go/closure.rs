//! The import closure of a program: the packages of this repository that its main package imports directly or
//! indirectly.
//!
//! It is valid for every platform and tag, because build constraints are not evaluated. If it is unknown (because of an
//! invalid Go file, or files that another step generates), the whole modules are inputs of the build.

use std::collections::{BTreeMap, BTreeSet};

use super::embed::{Embedded, embedded};
use super::go_file::{GoFile, sources};
use super::local::Local;
use crate::opened_files::{Call, Openers, calls};
use crate::paths::{in_folder, is_within, shown};
use crate::{Entry, Error, Repository};

/// The maximum number of `.go` files; a larger closure is not followed.
const MOST_FILES: usize = 20_000;

/// Extensions of files that the compiler reads in a package's folder, in addition to `.go`; see `go help packages` and
/// <https://pkg.go.dev/go/build#Package>.
const ENDINGS: &[&str] = &[
    "c", "cc", "cpp", "cxx", "f", "F", "f90", "for", "h", "hh", "hpp", "hxx", "m", "s", "S", "sx", "swig", "swigcxx",
    "syso",
];

/// The profile that `go build` uses to optimize a program, in the folder of its main package.
const PROFILE: &str = "default.pgo";

/// Calls that open files at run time.
const OPENERS: Openers = &[
    ("os.Open(", 0),
    ("os.ReadFile(", 0),
    ("os.ReadDir(", 0),
    ("os.DirFS(", 0),
    ("ioutil.ReadFile(", 0),
    ("ioutil.ReadDir(", 0),
    ("http.Dir(", 0),
    ("http.ServeFile(", 2),
    (".ParseGlob(", 0),
    (".ParseFiles(", 0),
    (".LoadHTMLGlob(", 0),
    (".LoadHTMLFiles(", 0),
    (".Static(", 1),
    (".StaticFile(", 1),
];

/// A package of the repository.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Package {
    /// Extensions of its files besides `.go`.
    pub endings: BTreeSet<&'static str>,
    /// The files that it embeds.
    pub embeds: BTreeSet<Embedded>,
    /// Whether it has a profile.
    pub has_profile: bool,
    /// Whether it uses C code.
    pub uses_c: bool,
}

/// The import closure of a program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Closure {
    /// Packages of the repository, by folder.
    pub packages: BTreeMap<String, Package>,
    /// Packages from elsewhere that these import: those of the standard library and of other modules. Some may be for
    /// other platforms.
    pub foreign: BTreeSet<String>,
    /// Folders where packages of local modules should be but are missing.
    pub missing: BTreeSet<String>,
    /// Calls that open files at run time.
    pub opens: Vec<Call>,
}

impl Closure {
    /// Whether it uses C code.
    #[must_use]
    pub fn uses_c(&self) -> bool {
        self.packages.values().any(|package| package.uses_c)
    }

    /// Whether a package embeds a file or folder as a whole.
    #[must_use]
    pub fn embeds(&self, path: &str) -> bool {
        let all =
            self.packages.iter().flat_map(|(folder, package)| package.embeds.iter().map(move |own| (folder, own)));
        all.map(|(folder, own)| in_folder(folder, &own.include)).any(|embedded| is_within(&embedded, path))
    }
}

/// Why the import closure is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    /// A file could not be parsed.
    NotGo(String),
    /// The files of a package come from elsewhere.
    Generated(String),
    /// It is too large.
    TooLarge,
}

impl Unknown {
    /// The reason, as a clause after "since".
    pub fn why(&self) -> String {
        match self {
            Self::NotGo(path) => format!("the imports of `{path}` cannot be read"),
            Self::Generated(folder) => format!("`inputs` or `run` adds files to the package in `{}`", shown(folder)),
            Self::TooLarge => format!("it has more than {MOST_FILES} files"),
        }
    }
}

/// The main package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MainPackage {
    /// Whether it has test files.
    pub(super) has_tests: bool,
    /// Its Go files without tests, by name.
    pub(super) files: Vec<(String, GoFile)>,
}

/// The result of following imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Imported {
    pub(super) closure: Result<Closure, Unknown>,
    /// The main packages by folder, without those that could not be read completely.
    pub(super) mains: BTreeMap<String, MainPackage>,
}

/// Follows imports from the folders of main packages. The result is the same for all platforms: it contains the imports
/// for any of them.
pub(super) async fn follow(
    repository: &Repository<'_>,
    locals: &[Local],
    main_folders: &[&str],
    laid_over: &[String],
) -> Result<Imported, Error> {
    let mut found = Closure::default();
    let mut mains = BTreeMap::new();
    let mut read = 0;
    let mut seen: BTreeSet<String> = main_folders.iter().map(|folder| (*folder).to_owned()).collect();
    let mut level: Vec<String> = seen.iter().cloned().collect();
    // The folders that each import may refer to: a nested module is inside the folder of the outer one.
    let mut meanings: BTreeSet<Vec<String>> = BTreeSet::new();
    while !level.is_empty() {
        if let Some(folder) = level.iter().find(|folder| laid_over.iter().any(|input| may_change(input, folder))) {
            return Ok(Imported { closure: Err(Unknown::Generated(folder.clone())), mains });
        }
        let listings = repository.list_all(&level).await?;
        let mut files = Vec::new();
        // The first level is only main packages.
        let is_first = found.packages.is_empty();
        let mut with_tests = BTreeMap::new();
        for (folder, listing) in level.iter().zip(listings) {
            let Some(listing) = listing else {
                found.missing.insert(folder.clone());
                continue;
            };
            let package = package(&listing, main_folders.contains(&folder.as_str()));
            files.extend(sources(&listing).map(|name| (folder.clone(), name.to_owned())));
            found.packages.insert(folder.clone(), package);
            if is_first {
                let is_test = |entry: &Entry| !entry.is_folder && entry.name.ends_with("_test.go");
                with_tests.insert(folder.clone(), listing.iter().any(is_test));
            }
        }
        read += files.len();
        if read > MOST_FILES {
            return Ok(Imported { closure: Err(Unknown::TooLarge), mains });
        }
        let paths: Vec<String> = files.iter().map(|(folder, name)| in_folder(folder, name)).collect();
        let texts = repository.read_all(&paths).await?;
        let mut parsed = Vec::new();
        for (path, text) in paths.into_iter().zip(texts) {
            let text = text.unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            match GoFile::parse(&text) {
                Some(file) => {
                    if !file.is_apart {
                        found.opens.extend(calls(&path, &text, OPENERS));
                    }
                    parsed.push(file);
                }
                None => return Ok(Imported { closure: Err(Unknown::NotGo(path)), mains }),
            }
        }
        for (main, has_tests) in with_tests {
            let own = files.iter().zip(&parsed).filter(|((folder, _), _)| *folder == main);
            let files = own.map(|((_, name), file)| (name.clone(), file.clone())).collect();
            mains.insert(main, MainPackage { has_tests, files });
        }
        let mut next = BTreeSet::new();
        for ((folder, _), file) in files.into_iter().zip(parsed) {
            if let Some(package) = found.packages.get_mut(&folder) {
                package.embeds.extend(file.embeds.iter().filter_map(|pattern| embedded(pattern)));
                package.uses_c |= file.imports.iter().any(|import| import == "C");
            }
            for import in file.imports {
                let folders: Vec<_> = locals.iter().filter_map(|local| local.folder_of(&import)).collect();
                if folders.is_empty() && import != "C" && !file.is_apart {
                    found.foreign.insert(import);
                }
                next.extend(folders.iter().filter(|folder| seen.insert((*folder).clone())).cloned());
                if folders.len() > 1 {
                    meanings.insert(folders);
                }
            }
        }
        level = next.into_iter().collect();
    }
    for folders in meanings {
        if folders.iter().any(|folder| found.packages.contains_key(folder)) {
            folders.iter().for_each(|folder| _ = found.missing.remove(folder));
        }
    }
    Ok(Imported { closure: Ok(found), mains })
}

/// Whether files at a path may be sources of the package in a folder: the folder itself, one above it, or a `.go` file
/// in it. Other files are only embedded.
fn may_change(input: &str, folder: &str) -> bool {
    let is_around = input.is_empty() || folder == input || folder.starts_with(&format!("{input}/"));
    let (parent, name) = input.rsplit_once('/').unwrap_or(("", input));
    is_around || (parent == folder && name.ends_with(".go"))
}

fn package(listing: &[Entry], is_main: bool) -> Package {
    let files = || listing.iter().filter(|entry| !entry.is_folder).map(|entry| entry.name.as_str());
    let ending = |name: &str| {
        let (_, ending) = name.rsplit_once('.')?;
        ENDINGS.iter().copied().find(|known| *known == ending)
    };
    Package {
        endings: files().filter_map(ending).collect(),
        has_profile: is_main && files().any(|name| name == PROFILE),
        ..Package::default()
    }
}

impl Package {
    /// Patterns of the files that the compiler reads in the package's folder.
    pub fn patterns(&self) -> Vec<String> {
        let mut patterns = vec!["*.go".to_owned()];
        patterns.extend(self.endings.iter().map(|ending| format!("*.{ending}")));
        patterns.extend(self.has_profile.then(|| PROFILE.to_owned()));
        patterns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_sources_or_embedded_files() {
        assert!(may_change("gen", "gen"));
        assert!(may_change("gen", "gen/api"));
        assert!(may_change("", "gen"));
        assert!(may_change("gen/x.go", "gen"));
        assert!(may_change("x.go", ""));
        assert!(!may_change("gen/x.go", ""));
        assert!(!may_change("ui/dist", "ui"));
        assert!(!may_change("uix", "ui"));
        assert!(!may_change("ui/data.json", "ui"));
    }
}
