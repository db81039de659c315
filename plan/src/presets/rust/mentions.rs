//! Files outside of a package that its code names: `include_str!("../../api.json")`, a build script's `../proto`, a migration folder of a macro.
//!
//! Nothing here understands Rust. Every path in the code with a `..` in it is looked for, from the file that has it and from its package's folder, and what is there is
//! added: a path in a comment costs a file too many, and one that is put together at run time fails the compile, which says what to do.

use std::collections::BTreeSet;

use crate::presets::{Context, in_folder, join_path};
use crate::{PlanError, Project};

/// How many files of code are read, and how many paths are looked for.
const MOST: usize = 5000;
/// How deep folders of code may be.
const DEPTH: usize = 24;

/// Code of a package that may name files.
pub(super) struct Code<'a> {
    /// The package's folder.
    pub(super) folder: &'a str,
    /// Files at the package's top that are not taken along unless code names them.
    pub(super) left_out: &'a [String],
    /// Folders and files of code elsewhere, seen from the context.
    pub(super) roots: Vec<String>,
}

/// The files and folders that the code of packages names outside of them, or that are left out of them.
pub(super) async fn mentioned<P: Project>(
    cx: &Context<'_, P>,
    packages: &[Code<'_>],
) -> Result<BTreeSet<String>, PlanError> {
    let files = files(cx, packages).await?;
    let paths: Vec<_> = files.iter().map(|(_, path)| path.clone()).collect();
    let mut candidates = BTreeSet::new();
    for ((code, path), bytes) in files.iter().zip(cx.project().read_all(&paths).await?) {
        let text = String::from_utf8_lossy(bytes.as_deref().unwrap_or_default()).into_owned();
        let beside = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for token in tokens(&text) {
            for base in [beside, code.folder] {
                candidates.extend(join_path(base, token).filter(|found| is_elsewhere(code, found)));
            }
        }
    }
    let mut found = BTreeSet::new();
    for candidate in candidates.into_iter().take(MOST) {
        if cx.project().exists(&candidate).await? {
            found.insert(candidate);
        }
    }
    Ok(found)
}

/// The files of code of packages.
async fn files<'p, 'a, P: Project>(
    cx: &Context<'_, P>,
    packages: &'p [Code<'a>],
) -> Result<Vec<(&'p Code<'a>, String)>, PlanError> {
    let mut files = Vec::new();
    let is_code = |name: &str| name.ends_with(".rs");
    let tops: Vec<_> = packages.iter().map(|code| code.folder.to_owned()).collect();
    let mut open = Vec::new();
    for (code, entries) in packages.iter().zip(cx.project().list_all(&tops).await?) {
        for entry in entries.into_iter().flatten() {
            let path = in_folder(code.folder, &entry.name);
            match (entry.is_folder, entry.name.as_str()) {
                (true, "src") => open.push((code, path)),
                (false, name) if is_code(name) => files.push((code, path)),
                _ => {}
            }
        }
        for root in &code.roots {
            if is_code(root) { files.push((code, root.clone())) } else { open.push((code, root.clone())) }
        }
    }
    for _ in 0..DEPTH {
        let folders: Vec<_> = open.iter().map(|(_, folder)| folder.clone()).collect();
        let listed = cx.project().list_all(&folders).await?;
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

/// Whether a path is of something that the package's own folder does not bring along. Folders that hold the package are nothing that code needs whole.
fn is_elsewhere(code: &Code<'_>, path: &str) -> bool {
    use super::members::is_below;
    if !is_below(path, code.folder) {
        return !is_below(code.folder, path);
    }
    code.left_out.iter().any(|left_out| is_below(path, left_out))
}

/// What may be a path in code: it has a `..`, or stands in quotes and is no mere word.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let is_sign = |sign: char| sign.is_ascii_alphanumeric() || "._-/@+".contains(sign);
    let mut rest = text;
    let mut quoted = false;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let end = rest.find(|sign| !is_sign(sign)).unwrap_or(rest.len());
            let (token, behind) = rest.split_at(end);
            let before = quoted;
            let mut signs = behind.chars();
            quoted = signs.next() == Some('"');
            rest = signs.as_str();
            let wanted = token.split('/').any(|part| part == "..") || before && quoted && token.contains(['.', '/']);
            let token = token.trim_start_matches('/');
            if wanted && !token.is_empty() {
                return Some(token);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_without_understanding_the_code() {
        let code = r##"
            #![doc = include_str!("../README.md")] // see ../notes
            const A: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../api.json");
            #[path = r"../gen/mod.rs"] mod gen;
            for i in 0..10 { f(i..n, "x.y", '"', "tests"); }
        "##;
        let found: Vec<_> = tokens(code).collect();
        assert_eq!(found, ["../README.md", "../notes", "../../api.json", "../gen/mod.rs", "x.y"]);
    }
}
