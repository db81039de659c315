//! Finds files outside a package that its code names: `include_str!("../../api.json")`, a build script's `../proto`,
//! the migration folder of a macro.
//!
//! Rust is not parsed. Every path in the code that contains `..` is looked up, relative to its file and to its
//! package's folder; if it exists, it is an input. A path in a comment adds an unused file; a path that is constructed
//! at run time fails the compilation, with a message that says what to do. Files that macros look up at fixed paths are
//! in [`tools`](super::tools).

use std::collections::{BTreeMap, BTreeSet};

use slipway_diagnostic::join_path;

use crate::opened_files::{Call, Openers, calls};
use crate::paths::{in_folder, is_within, self_and_above};
use crate::{Error, Repository};

/// The maximum numbers of code files to read, and of paths to look up.
const MOST: usize = 5000;
/// Extensions of files that name others: of Rust, and of C that build scripts compile.
const ENDINGS: &[&str] = &["rs", "c", "cc", "cpp", "h", "hh", "hpp", "proto"];
/// The maximum nesting of code folders.
const DEPTH: usize = 24;

/// Calls that open files at run time.
const OPENERS: Openers = &[
    ("fs::read(", 0),
    ("fs::read_to_string(", 0),
    ("fs::read_dir(", 0),
    ("File::open(", 0),
    ("NamedFile::open(", 0),
    ("Tera::new(", 0),
    ("ServeDir::new(", 0),
    ("ServeFile::new(", 0),
    ("Files::new(", 1),
    ("FileServer::from(", 0),
    ("fs::dir(", 0),
    ("path_loader(", 0),
];

/// The parts of a package that may name files.
pub(super) struct PackageCode<'a> {
    /// The package's folder.
    pub(super) folder: &'a str,
    /// Files at the package's top that are not inputs unless code names them.
    pub(super) left_out: &'a [String],
    /// Folders and files of code elsewhere, as paths of the context.
    pub(super) roots: Vec<String>,
    /// Files that macros of its dependencies look up, whether or not the code names them; as paths of the context.
    pub(super) looked_for: Vec<String>,
}

/// Other starts of paths in code, besides the file and its package.
pub(super) struct Places<'a> {
    /// The folder of the workspace.
    pub(super) root: &'a str,
    /// Folders that Cargo's configuration passes to code in variables.
    pub(super) variables: &'a BTreeMap<String, String>,
}

/// The files and folders outside packages, or among their excluded files, that their code names; and its calls that
/// open files at run time.
pub(super) async fn mentioned(
    repository: &Repository<'_>,
    packages: &[PackageCode<'_>],
    places: &Places<'_>,
) -> Result<(BTreeSet<String>, Vec<Call>), Error> {
    let mut opens = Vec::new();
    let files = files(repository, packages).await?;
    let paths: Vec<_> = files.iter().map(|(_, path)| path.clone()).collect();
    let mut candidates: BTreeSet<String> = packages.iter().flat_map(|code| code.looked_for.iter().cloned()).collect();
    for ((code, path), bytes) in files.iter().zip(repository.read_all(&paths).await?) {
        let text = String::from_utf8_lossy(bytes.as_deref().unwrap_or_default()).into_owned();
        candidates.extend(named(code, path, &text, places));
        // Build scripts, other programs of the package, and the tests at the end of a file do not run there.
        let is_other = |name: &str| is_within(&in_folder(code.folder, name), path);
        if path.ends_with(".rs") && !["build.rs", "src/bin"].into_iter().any(is_other) {
            opens.extend(calls(path, text.split("#[cfg(test)]").next().unwrap_or_default(), OPENERS));
        }
    }
    let mut found = existing(repository, candidates).await?;
    // Imports of a protobuf file are next to it, or in a folder above it.
    let mut open: Vec<String> = found.iter().filter(|path| path.ends_with(".proto")).cloned().collect();
    while !open.is_empty() && found.len() < MOST {
        let mut candidates = BTreeSet::new();
        for (path, bytes) in open.iter().zip(repository.read_all(&open).await?) {
            let text = String::from_utf8_lossy(bytes.as_deref().unwrap_or_default()).into_owned();
            for import in imports(&text) {
                candidates.extend(above(path).filter_map(|folder| join_path(folder, import)));
            }
        }
        let is_brought = |path: &String| {
            let of_package = |code: &PackageCode<'_>| is_within(code.folder, path) && !is_elsewhere(code, path);
            found.iter().any(|found| is_within(found, path)) || packages.iter().any(of_package)
        };
        candidates.retain(|path| !is_brought(path));
        open = existing(repository, candidates).await?.into_iter().collect();
        found.extend(open.iter().cloned());
    }
    Ok((found, opens))
}

/// The paths that exist, all requested at once.
async fn existing(repository: &Repository<'_>, candidates: BTreeSet<String>) -> Result<BTreeSet<String>, Error> {
    let paths: Vec<_> = candidates.into_iter().take(MOST).collect();
    let there = repository.exists_all(&paths).await?;
    Ok(paths.into_iter().zip(there).filter(|(_, there)| *there).map(|(path, _)| path).collect())
}

/// The paths that a code file may refer to.
fn named(code: &PackageCode<'_>, path: &str, text: &str, places: &Places<'_>) -> BTreeSet<String> {
    let beside = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut found = BTreeSet::new();
    let mut add = |base: &str, token: &str| {
        found.extend(join_path(base, token).filter(|found| is_elsewhere(code, found)));
    };
    for Token { text: token, .. } in tokens(text).filter(|token| token.is_path) {
        // In `$NAME/../docs`, macros insert the value of a variable.
        let (first, rest) = token.split_once('/').unwrap_or((token, ""));
        match (first, places.variables.get(first)) {
            ("CARGO_MANIFEST_DIR", _) => add(code.folder, rest),
            (_, Some(folder)) => add(folder, rest),
            _ => [beside, code.folder].into_iter().for_each(|base| add(base, token)),
        }
    }
    // `env!("NAME")` and a path after it, as two string literals.
    for (name, folder) in places.variables.iter().filter(|(name, _)| text.contains(name.as_str())) {
        let texts = tokens(text).filter(|token| token.is_text && !token.text.starts_with(name.as_str()));
        texts.for_each(|token| add(folder, token.text));
    }
    // A constructed path goes up step by step; its names are those of entries in the folders above.
    let is_climb = |token: Token<'_>| token.is_text && token.text.split('/').all(|part| matches!(part, "" | ".."));
    let climbs = [".parent()", ".ancestors()"].iter().any(|step| text.contains(step)) || tokens(text).any(is_climb);
    // A build script runs in its package's folder.
    let is_script = path == in_folder(code.folder, "build.rs");
    if climbs && (is_script || text.contains("CARGO_MANIFEST_DIR")) {
        for folder in above(code.folder).filter(|folder| is_within(places.root, folder)) {
            let texts = tokens(text).filter(|token| token.is_text && token.text != "CARGO_MANIFEST_DIR");
            texts.for_each(|token| add(folder, token.text));
        }
    }
    found
}

/// The folders that contain a path, the nearest first.
fn above(path: &str) -> impl Iterator<Item = &str> {
    self_and_above(path).skip(1)
}

/// The imports of a protobuf file.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let rest = line.trim_start().strip_prefix("import")?.trim_start();
        let rest = ["public", "weak"].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest).trim_start();
        rest.strip_prefix('"')?.split('"').next()
    })
}

/// The code files of packages.
async fn files<'p, 'a>(
    repository: &Repository<'_>,
    packages: &'p [PackageCode<'a>],
) -> Result<Vec<(&'p PackageCode<'a>, String)>, Error> {
    let mut files = Vec::new();
    let is_code = |name: &str| name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending));
    // Settings of macros, at the top of a package; the manifest is already known.
    let is_setting = |name: &str| name.ends_with(".toml") && name != "Cargo.toml";
    let tops: Vec<_> = packages.iter().map(|code| code.folder.to_owned()).collect();
    let mut open = Vec::new();
    for (code, entries) in packages.iter().zip(repository.list_all(&tops).await?) {
        for entry in entries.into_iter().flatten() {
            let path = in_folder(code.folder, &entry.name);
            match (entry.is_folder, entry.name.as_str()) {
                (true, "src") => open.push((code, path)),
                (false, name) if is_code(name) || is_setting(name) => files.push((code, path)),
                _ => {}
            }
        }
        for root in &code.roots {
            if is_code(root) { files.push((code, root.clone())) } else { open.push((code, root.clone())) }
        }
    }
    for _ in 0..DEPTH {
        let folders: Vec<_> = open.iter().map(|(_, folder)| folder.clone()).collect();
        let listed = repository.list_all(&folders).await?;
        for ((code, folder), entries) in std::mem::take(&mut open).into_iter().zip(listed) {
            for entry in entries.into_iter().flatten() {
                let path = in_folder(&folder, &entry.name);
                if entry.is_folder {
                    open.push((code, path));
                } else if is_code(&entry.name) {
                    files.push((code, path));
                }
            }
        }
        if open.is_empty() || files.len() > MOST {
            break;
        }
    }
    files.truncate(MOST);
    Ok(files)
}

/// Whether a path is outside what the package's own folder provides. Folders that contain the package are not required
/// as a whole.
fn is_elsewhere(code: &PackageCode<'_>, path: &str) -> bool {
    if !is_within(code.folder, path) {
        return !is_within(path, code.folder);
    }
    code.left_out.iter().any(|left_out| is_within(left_out, path))
}

/// A token of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Token<'t> {
    text: &'t str,
    /// Whether it may be a path: it contains `..`, or is a string literal and more than a word.
    is_path: bool,
    /// Whether it is a string literal.
    is_text: bool,
}

/// The tokens of code that may be related to paths.
fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let is_sign = |sign: char| sign.is_ascii_alphanumeric() || "._-/@+".contains(sign);
    let mut rest = text;
    let mut quoted = false;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let end = rest.find(|sign| !is_sign(sign)).unwrap_or(rest.len());
            let (token, behind) = rest.split_at(end);
            let before = quoted;
            let mut signs = behind.chars();
            let sign = signs.next();
            // A string literal may start with a variable.
            quoted = sign == Some('"') || sign == Some('$') && before && token.is_empty();
            rest = signs.as_str();
            let is_text = before && quoted;
            let is_path = token.split('/').any(|part| part == "..") || is_text && token.contains(['.', '/']);
            let token = token.trim_start_matches('/');
            if (is_path || is_text) && !token.is_empty() {
                return Some(Token { text: token, is_path, is_text });
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_without_parsing_the_code() {
        let code = r##"
            #![doc = include_str!("../README.md")] // see ../notes
            const A: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../api.json");
            #[path = r"../gen/mod.rs"] mod gen;
            for i in 0..10 { f(i..n, "x.y", '"', "tests"); }
        "##;
        let found: Vec<_> = tokens(code).filter(|token| token.is_path).map(|token| token.text).collect();
        assert_eq!(found, ["../README.md", "../notes", "../../api.json", "../gen/mod.rs", "x.y"]);
    }

    #[test]
    fn paths_are_relative_to_what_the_code_names() {
        let code = PackageCode { folder: "svc/api", left_out: &[], roots: Vec::new(), looked_for: Vec::new() };
        let variables = BTreeMap::from([("WORKSPACE".to_owned(), String::new())]);
        let places = Places { root: "", variables: &variables };
        let of =
            |text: &str| named(&code, "svc/api/src/main.rs", text, &places).into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(of("include_dir!(\"$CARGO_MANIFEST_DIR/../docs\")"), "svc/docs");
        assert_eq!(of("#[folder = \"${CARGO_MANIFEST_DIR}/../../ui/dist\"]"), "svc/ui/dist ui/dist");
        assert_eq!(of("include_dir!(\"$WORKSPACE/docs\")"), "docs");
        assert_eq!(of("concat!(env!(\"WORKSPACE\"), \"/docs/a.md\")"), "docs/a.md");
        let climb = "Path::new(env!(\"CARGO_MANIFEST_DIR\")).join(\"..\").join(\"..\").join(\"proto\")";
        assert_eq!(of(climb), "proto svc/proto");
        let climb = "let top = var(\"CARGO_MANIFEST_DIR\"); top.parent().unwrap().join(\"proto/x.proto\")";
        assert_eq!(of(climb), "proto/x.proto svc/proto/x.proto");
        let climb = "PathBuf::from(env!(\"CARGO_MANIFEST_DIR\")).join(\"../..\").join(\"proto\")";
        assert_eq!(of(climb), "proto svc/proto");
        assert_eq!(of("Path::new(\"x\").join(\"..\").join(\"proto\")"), "");
        let script = "let top = Path::new(\"../../\"); top.join(\"proto\")";
        assert_eq!(
            named(&code, "svc/api/build.rs", script, &places).into_iter().collect::<Vec<_>>(),
            ["proto", "svc/proto"]
        );
    }

    #[test]
    fn folders_above_and_imports() {
        assert_eq!(above("a/b/c").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(above("a").collect::<Vec<_>>(), [""]);
        assert_eq!(above("").count(), 0);
        let text = "syntax = \"proto3\";\nimport \"a/b.proto\";\n import public \"c.proto\"; // import \"d\"\n";
        assert_eq!(imports(text).collect::<Vec<_>>(), ["a/b.proto", "c.proto"]);
    }
}
