//! Finds which programs of a project to build.

use std::collections::BTreeSet;

use slipway_diagnostic::{Diagnostic, Span, Spanned};

use super::package::Package;
use super::query::Query;
use super::targets::{Target, missing_features, programs as targets};
use super::workspace::Workspace;
use crate::paths::{in_folder, shown};
use crate::toml_file::at;
use crate::{Error, Repository};

/// The program to build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// The name of its package.
    pub package: String,
    /// The folder of that package.
    pub folder: String,
}

/// Finds the programs: those of `bins`, else the one of each package, else the one at the source folder.
pub(super) async fn programs(
    repository: &Repository<'_>,
    query: &Query,
    workspace: &Workspace,
) -> Result<Vec<Program>, Error> {
    for wanted in &query.packages {
        let name = wanted.value.as_str();
        if !workspace.packages.values().any(|package| package.name == name) {
            let names: BTreeSet<_> = workspace.packages.values().map(|package| package.name.as_str()).collect();
            return Err(Diagnostic::error(wanted.span, format!("there is no package `{name}` in the workspace"))
                .with_help_if(Diagnostic::suggestion(name, names, "it has"))
                .into());
        }
    }
    let mut found = Vec::new();
    let all = query.packages.as_slice();
    let span = all.first().map_or(query.span, |package| package.span);
    match (query.bins.as_slice(), all) {
        ([], []) => found.push(find(repository, query, workspace, &Wanted { bin: None, packages: &[], span }).await?),
        ([], packages) => {
            for package in packages {
                let wanted = Wanted { bin: None, packages: std::slice::from_ref(package), span: package.span };
                found.push(find(repository, query, workspace, &wanted).await?);
            }
        }
        (bins, packages) => {
            for bin in bins {
                let wanted = Wanted { bin: Some(bin.value.as_str()), packages, span: bin.span };
                found.push(find(repository, query, workspace, &wanted).await?);
            }
        }
    }
    let is_idle = |package: &&Spanned<String>| !found.iter().any(|program| program.package == package.value);
    if let Some(idle) = all.iter().find(is_idle) {
        let message = format!("`bin` names no program of the package `{}`", idle.value);
        return Err(Diagnostic::error(idle.span, message)
            .with_help("name one of its programs as well, or delete the package")
            .into());
    }
    Ok(found)
}

/// A program to find.
struct Wanted<'a> {
    /// Its name, if the spec says it.
    bin: Option<&'a str>,
    /// Packages that may have it; any if there are none.
    packages: &'a [Spanned<String>],
    /// The part of the spec that asks for it.
    span: Span,
}

async fn find(
    repository: &Repository<'_>,
    query: &Query,
    workspace: &Workspace,
    wanted_program: &Wanted<'_>,
) -> Result<Program, Error> {
    let &Wanted { bin: wanted, packages: wanted_packages, span } = wanted_program;
    let folder = query.source.as_str();
    let defaults = workspace.default_members();
    let has_own = workspace.packages.contains_key(folder);
    let is_candidate = |place: &String, each: &Package| match wanted_packages {
        [_, ..] => wanted_packages.iter().any(|package| each.name == package.value),
        [] if has_own => *place == folder,
        [] if wanted.is_none() && !defaults.is_empty() => defaults.contains(place),
        [] => each.member,
    };
    let candidates: Vec<_> = workspace.packages.iter().filter(|(place, each)| is_candidate(place, each)).collect();
    let found = targets(repository, workspace, &candidates).await?;
    let list = names(&found);
    let count = found.len();
    let mut fitting: Vec<_> = found.iter().filter(|found| wanted.is_none_or(|wanted| found.name == wanted)).collect();
    // Like with `cargo run`, a package can select one of several.
    let mut defaults = candidates.iter().filter_map(|(place, package)| {
        Some((*place, at(&package.manifest, &["package", "default-run"]).and_then(toml::Value::as_str)?))
    });
    if let (true, Some((place, name)), None) = (fitting.len() > 1, defaults.next(), defaults.next()) {
        let is_default = |found: &&&Target| found.folder == *place && found.name == name;
        fitting = fitting.iter().find(is_default).map_or(fitting.clone(), |found| vec![*found]);
    }
    match (fitting.as_slice(), wanted) {
        ([target], _) => {
            let Some(package) = workspace.packages.get(&target.folder) else {
                return Err(no_program(repository, workspace, &candidates, (None, span)).await?);
            };
            let missing = missing_features(package, target, &query.features);
            if !missing.is_empty() {
                let list: Vec<_> = missing.iter().map(|feature| format!("`{feature}`")).collect();
                let what =
                    format!("Cargo builds the program `{}` only with the features {}", target.name, list.join(", "));
                let all: Vec<_> = query.features.iter().map(String::as_str).chain(missing).collect();
                let help = format!("write `features: [{}]` to the build", all.join(", "));
                return Err(Diagnostic::error(span, what).with_help(help).into());
            }
            let (name, folder) = (target.name.clone(), target.folder.clone());
            Ok(Program { name, package: package.name.clone(), folder })
        }
        ([target, ..], Some(_)) => {
            Err(Diagnostic::error(span, format!("several packages have a program `{}`", target.name))
                .with_help("select the package with `package:`")
                .into())
        }
        ([_, ..], None) => Err(Diagnostic::error(span, format!("there are {count} programs to choose from: {list}"))
            .with_help("select one with `bin:`")
            .into()),
        ([], wanted) => Err(no_program(repository, workspace, &candidates, (wanted, span)).await?),
    }
}

/// The maximum number of programs in an error.
const SHOWN: usize = 12;

fn names(found: &BTreeSet<Target>) -> String {
    let mut names: Vec<_> = found.iter().take(SHOWN).map(|found| format!("`{}`", found.name)).collect();
    names.extend((found.len() > SHOWN).then(|| format!("and {} more", found.len() - SHOWN)));
    names.join(", ")
}

/// The error for a program that does not exist; it lists those that do.
async fn no_program(
    repository: &Repository<'_>,
    workspace: &Workspace,
    candidates: &[(&String, &Package)],
    (wanted, span): (Option<&str>, Span),
) -> Result<Error, Error> {
    let members: Vec<_> = workspace.packages.iter().filter(|(_, package)| package.member).collect();
    let everywhere = targets(repository, workspace, &members).await?;
    let is_candidate = |target: &&Target| candidates.iter().any(|(folder, _)| **folder == target.folder);
    let own: BTreeSet<_> = everywhere.iter().filter(is_candidate).cloned().collect();
    let package_of =
        |target: &Target| workspace.packages.get(&target.folder).map_or("", |package| package.name.as_str());
    if let Some(wanted) = wanted {
        let error = |what: String| Diagnostic::error(span, what);
        if let Some(target) = everywhere.iter().find(|target| target.name == wanted) {
            let package = package_of(target);
            return Ok(error(format!(
                "`{wanted}` is a program of the package `{package}`, which is not the one at `source`"
            ))
            .with_help(format!("add `package: {package}`"))
            .into());
        }
        // An example is compiled differently, and is not a program of the package.
        let examples = candidates.iter().flat_map(|(folder, _)| {
            ["", "/main"].map(|rest| in_folder(folder, &format!("examples/{wanted}{rest}.rs")))
        });
        let examples: Vec<_> = examples.collect();
        let there = repository.exists_all(&examples).await?;
        if let Some((path, _)) = examples.iter().zip(there).find(|(_, there)| *there) {
            return Ok(error(format!("`{wanted}` is an example (`{path}`), but an image requires a program"))
                .with_help("add a `[[bin]]` with its `name` and `path` to the manifest, or move it to `src/bin`")
                .into());
        }
        if !own.is_empty() {
            let list = names(&own);
            return Ok(error(format!("there is no program `{wanted}`, only {list}"))
                .with_help("name one of them with `bin:`, or its package with `package:`")
                .into());
        }
    }
    let what = match (candidates, wanted) {
        ([(folder, package)], _) => {
            format!("the package `{}` in `{}` has no program", package.name, shown(folder))
        }
        (_, Some(wanted)) => format!("there is no program `{wanted}`"),
        (_, None) => "there is no program to build".to_owned(),
    };
    let elsewhere: Vec<_> = everywhere.iter().filter(|target| !own.contains(*target)).collect();
    let help = match elsewhere.as_slice() {
        [] => "add `src/main.rs`, or set `source:` to the folder of a package that has one".to_owned(),
        all => {
            let name = |target: &&Target| format!("`{}` of `{}`", target.name, package_of(target));
            let list = all.iter().take(SHOWN).map(name).collect::<Vec<_>>().join(", ");
            format!("set `package:` to a package that has one; the workspace has {list}")
        }
    };
    Ok(Diagnostic::error(span, what).with_help(help).into())
}
