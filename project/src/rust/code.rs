//! Finds the paths outside their own folders that the code of a program's packages names.

use std::collections::{BTreeMap, BTreeSet};

use slipway_diagnostic::join_path;

use super::mentions::{PackageCode, Places, mentioned};
use super::tools::looked_for;
use super::workspace::Workspace;
use crate::excluded_files::matches;
use crate::opened_files::Call;
use crate::paths::{in_folder, is_within};
use crate::{Error, Repository};

/// What the code of a program's packages names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Files and folders that it is compiled with, outside its packages or among their excluded files.
    pub elsewhere: BTreeSet<String>,
    /// Calls that open files at run time.
    pub opens: Vec<Call>,
}

/// Entries at the top of a package's folder that are not part of a program unless its code names them: folders, and
/// patterns of files.
const LEFT_OUT: ([&str; 3], [&str; 3]) = (["tests", "benches", "examples"], ["*.md", "LICENSE*", "Cargo.lock"]);

/// Patterns of the entries at the top of a package's folder that are not part of a program unless its code names them.
pub fn left_out(folder: &str) -> impl Iterator<Item = String> {
    let (folders, files) = LEFT_OUT;
    folders.into_iter().chain(files).map(move |name| in_folder(folder, name))
}

fn is_left_out(name: &str, is_folder: bool) -> bool {
    let (folders, files) = LEFT_OUT;
    if is_folder { folders.contains(&name) } else { files.iter().any(|pattern| matches(pattern, name)) }
}

/// Searches the code of the packages that programs of some packages are compiled from.
pub(super) async fn code(
    repository: &Repository<'_>,
    workspace: &Workspace,
    packages: &BTreeSet<&str>,
) -> Result<Code, Error> {
    let folders: BTreeSet<String> = packages.iter().flat_map(|package| workspace.closure(package)).collect();
    let folders: Vec<String> = folders.into_iter().collect();
    let mut left_out = BTreeMap::new();
    for (folder, entries) in folders.iter().zip(repository.list_all(&folders).await?) {
        let entries = entries.into_iter().flatten().filter(|entry| is_left_out(&entry.name, entry.is_folder));
        left_out.insert(folder, entries.map(|entry| in_folder(folder, &entry.name)).collect::<Vec<_>>());
    }
    let code: Vec<_> = left_out.iter().map(|(folder, left_out)| of_package(workspace, folder, left_out)).collect();
    let places = Places { root: &workspace.root, variables: &workspace.variables };
    let (mut elsewhere, opens) = mentioned(repository, &code, &places).await?;
    elsewhere.extend(code.into_iter().flat_map(|code| code.roots));
    Ok(Code { elsewhere, opens })
}

/// The parts of a package that may name files.
fn of_package<'a>(workspace: &Workspace, folder: &'a str, left_out: &'a [String]) -> PackageCode<'a> {
    let package = workspace.packages.get(folder);
    let looked_for = package.map(|package| looked_for(package, folder, &workspace.root)).unwrap_or_default();
    PackageCode { folder, left_out, roots: roots(workspace, folder), looked_for }
}

/// The roots of a package's code that its manifest puts outside `src`: a file, or the folder with its modules.
fn roots(workspace: &Workspace, folder: &str) -> Vec<String> {
    let Some(package) = workspace.packages.get(folder) else { return Vec::new() };
    let paths = package.roots().into_iter().filter_map(|path| join_path(folder, path));
    let folders = paths.map(|path| path.rsplit_once('/').map_or(String::new(), |(above, _)| above.to_owned()));
    let found: BTreeSet<_> = folders.filter(|found| !is_within(found, folder)).collect();
    found.into_iter().filter(|found| !is_within(&in_folder(folder, "src"), found)).collect()
}
