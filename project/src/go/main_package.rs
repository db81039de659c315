//! Whether a folder contains a program: for any other package, `go build` creates an archive without an error.

use std::collections::BTreeMap;

use slipway_diagnostic::{Diagnostic, Span, Spanned};

use super::closure::MainPackage;
use super::constraint::Target;
use super::go_file::GoFile;
use super::query::Query;
use crate::paths::{in_folder, shown};
use crate::{Entry, Error, Repository};

/// The maximum number of folders, and of files in them, to search for main packages.
const MOST_FOLDERS: usize = 2000;
const MOST_FILES: usize = 6000;
/// The maximum number of files of a folder to read for its package name.
const FILES_OF_FOLDER: usize = 6;
/// The maximum number of main packages in an error.
const SHOWN: usize = 5;

/// The name of a main package.
const MAIN: &str = "main";
/// Go ignores files of a package of this name.
const DOCUMENTATION: &str = "documentation";

/// The result for a folder of Go files.
#[derive(Debug, PartialEq, Eq)]
enum Verdict<'f> {
    /// A program, or an error that Go reports better.
    Program,
    /// Another package.
    Library(&'f str),
    /// No files for this target.
    LeftOut,
    /// Files of two packages, with an example of each.
    Two([(&'f str, &'f str); 2]),
}

fn verdict<'f>(target: &Target, files: &'f [(String, GoFile)]) -> Verdict<'f> {
    let mut possible = BTreeMap::new();
    let mut certain = BTreeMap::new();
    let mut left_out = 0;
    for (name, file) in files {
        match target.takes(name, file) {
            Some(false) => left_out += 1,
            _ if file.package == DOCUMENTATION => {}
            taken => {
                possible.entry(file.package.as_str()).or_insert(name.as_str());
                if taken.is_some() {
                    certain.entry(file.package.as_str()).or_insert(name.as_str());
                }
            }
        }
    }
    let mut packages = certain.iter().map(|(package, name)| (*package, *name));
    match (packages.next(), packages.next()) {
        (Some(one), Some(other)) => Verdict::Two([one, other]),
        _ if possible.contains_key(MAIN) => Verdict::Program,
        _ => match possible.keys().next() {
            Some(package) => Verdict::Library(package),
            None if left_out == files.len() => Verdict::LeftOut,
            None => Verdict::Library(DOCUMENTATION),
        },
    }
}

/// Rejects a folder without a program for the target of the query. The files are those of the folder that may be part
/// of one.
pub(super) async fn check(
    repository: &Repository<'_>,
    query: &Query,
    main: &Spanned<String>,
    MainPackage { has_tests, files }: &MainPackage,
) -> Result<(), Error> {
    let folder = main.value.as_str();
    let place = shown(folder);
    let error = |what: String| Diagnostic::error(main.span, what);
    let found = if files.is_empty() {
        let what = if *has_tests { "no Go file but tests" } else { "no Go file" };
        error(format!("there is {what} in `{place}`")).with_help(programs(repository, query, folder).await?)
    } else {
        match verdict(&query.target, files) {
            Verdict::Program => return Ok(()),
            Verdict::Library(package) => {
                let what = format!("`{place}` is the package `{package}`, but a program must be a package `{MAIN}`");
                error(what).with_help(programs(repository, query, folder).await?)
            }
            Verdict::LeftOut => {
                let mut names = files.iter().map(|(name, _)| format!("`{name}`")).take(SHOWN).collect::<Vec<_>>();
                names.extend((files.len() > SHOWN).then(|| "…".to_owned()));
                let names = names.join(", ");
                let uses_c = |(_, file): &(String, GoFile)| file.imports.iter().any(|import| import == "C");
                if !query.target.cgo && files.iter().any(uses_c) {
                    let what = format!("the Go files in `{place}` use C ({names}), but `cgo` is off");
                    error(what).with_help("add `cgo: true` to the build")
                } else {
                    let platform = &query.target.platform;
                    let what = format!(
                        "no Go file in `{place}` is for `{platform}` and the build's tags: build constraints exclude \
                         {names}"
                    );
                    let help = programs(repository, query, folder).await?;
                    error(what).with_help(format!("set the required tag with `tags:`; otherwise {help}"))
                }
            }
            Verdict::Two([(one, of_one), (other, of_other)]) => error(format!(
                "the Go files in `{place}` belong to two packages: `{one}` (`{of_one}`) and `{other}` (`{of_other}`)"
            ))
            .with_help(
                "move one package to its own folder, or start files that are not part of the program with `//go:build \
                 ignore`",
            ),
        }
    };
    Err(found.into())
}

/// The folder of a main package in the spec does not exist.
pub(super) async fn no_folder(
    repository: &Repository<'_>,
    query: &Query,
    (folder, span): (&str, Span),
) -> Result<Error, Error> {
    let what = format!("there is no folder `{folder}` in the context");
    Ok(Diagnostic::error(span, what).with_help(programs(repository, query, folder).await?).into())
}

/// The suggestion: the existing main packages, the nearest first.
pub(super) async fn programs(repository: &Repository<'_>, query: &Query, folder: &str) -> Result<String, Error> {
    let mut found = search(repository, query).await?;
    let distance = |other: &String| {
        let (one, other): (Vec<_>, Vec<_>) = (parts(folder).collect(), parts(other).collect());
        let common = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
        one.len() + other.len() - 2 * common
    };
    found.sort_by_cached_key(|other| (distance(other), other.clone()));
    let name = |folder: &String| match parts(folder).skip(parts(&query.source).count()).collect::<Vec<_>>() {
        parts if parts.is_empty() => "`.`".to_owned(),
        parts => format!("`./{}`", parts.join("/")),
    };
    let names = found.iter().take(SHOWN).map(name).collect::<Vec<_>>().join(", ");
    let more = found.len().saturating_sub(SHOWN);
    Ok(match found.len() {
        0 => "name the folder of a `main` package, relative to `source`; there is none below it".to_owned(),
        1 => format!("name the folder of the `main` package: {names}"),
        _ if more == 0 => format!("name the folder of a `main` package: {names}"),
        _ => format!("name the folder of a `main` package: {names}, or one of {more} more"),
    })
}

fn parts(folder: &str) -> impl Iterator<Item = &str> {
    folder.split('/').filter(|part| !part.is_empty())
}

/// The folders of main packages at or below the build's own, up to a limit.
async fn search(repository: &Repository<'_>, query: &Query) -> Result<Vec<String>, Error> {
    let mut level = vec![query.source.clone()];
    let (mut folders, mut read) = (0, 0);
    let mut found = Vec::new();
    while !level.is_empty() {
        level.truncate(MOST_FOLDERS.saturating_sub(folders));
        folders += level.len();
        let mut next = Vec::new();
        let mut files = Vec::new();
        for (folder, listing) in level.iter().zip(repository.list_all(&level).await?) {
            let listing = listing.unwrap_or_default();
            next.extend(
                listing.iter().filter(|entry| is_looked_into(entry)).map(|entry| in_folder(folder, &entry.name)),
            );
            let names = super::go_file::sources(&listing).take(FILES_OF_FOLDER);
            files.extend(names.map(|name| (folder.clone(), name.to_owned())));
        }
        files.truncate(MOST_FILES.saturating_sub(read));
        read += files.len();
        let paths: Vec<_> = files.iter().map(|(folder, name)| in_folder(folder, name)).collect();
        let mut packages: BTreeMap<String, Vec<(String, GoFile)>> = BTreeMap::new();
        for ((folder, name), text) in files.into_iter().zip(repository.read_all(&paths).await?) {
            if let Some(file) = GoFile::parse(&String::from_utf8_lossy(&text.unwrap_or_default())) {
                packages.entry(folder).or_default().push((name, file));
            }
        }
        let programs = packages.into_iter().filter(|(_, files)| verdict(&query.target, files) == Verdict::Program);
        found.extend(programs.map(|(folder, _)| folder));
        level = next;
    }
    Ok(found)
}

/// Folders that Go's own `./...` ignores contain no programs.
fn is_looked_into(entry: &Entry) -> bool {
    entry.is_folder
        && !entry.name.starts_with(['_', '.'])
        && !["vendor", "testdata", "node_modules"].contains(&entry.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_for_the_target_make_a_program() {
        let target = Target { architecture: "amd64".into(), ..Target::default() };
        let of = |files: &[(&str, &str)]| {
            let files: Vec<_> =
                files.iter().map(|(name, text)| ((*name).to_owned(), GoFile::parse(text).unwrap())).collect();
            format!("{:?}", verdict(&target, &files))
        };
        assert_eq!(of(&[("a.go", "package main")]), "Program");
        assert_eq!(of(&[("a.go", "package a"), ("gen.go", "//go:build ignore\n\npackage main")]), "Library(\"a\")");
        assert_eq!(of(&[("a.go", "package main"), ("doc.go", "package documentation")]), "Program");
        assert_eq!(of(&[("a.go", "package main"), ("b_windows.go", "package b")]), "Program");
        assert_eq!(of(&[("a_windows.go", "package main")]), "LeftOut");
        assert_eq!(of(&[("a.go", "package main"), ("b.go", "package b")]), r#"Two([("b", "b.go"), ("main", "a.go")])"#);
        assert_eq!(of(&[("a.go", "//go:build race\n\npackage main"), ("b.go", "package b")]), "Program");
        assert_eq!(of(&[("doc.go", "package documentation")]), "Library(\"documentation\")");
    }
}
