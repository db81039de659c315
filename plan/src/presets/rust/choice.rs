//! Which Rust, and which program: what the spec says, else the project's own files.

use std::collections::BTreeSet;

use slipway_spec::model::RustOptions;
use slipway_spec::{Diagnostic, Span};

use super::package::Package;
use super::targets::{Target, missing_features, programs};
use super::workspace::Workspace;
use crate::PlanError;
use crate::presets::common::{at, is_older, is_version, toml};
use crate::presets::{Context, in_folder};

/// What the spec and the project decide on.
pub(super) struct Choice {
    pub(super) program: Program,
    pub(super) profile: String,
    pub(super) features: Vec<String>,
    /// Whether the C library becomes a part of the program.
    pub(super) is_static: bool,
}

/// The version of Rust to build with: what the spec says, else the project's toolchain file, else its least version,
/// else the latest.
pub(super) fn version(
    cx: &Context<'_>,
    options: &RustOptions,
    workspace: &Workspace,
    folder: &str,
) -> Result<(String, Span, String), Diagnostic> {
    let span = cx.span();
    let text = |table: &toml::Table, path: &[&str]| at(table, path).and_then(toml::Value::as_str).map(str::to_owned);
    let manifest = |folder: &str| in_folder(folder, "Cargo.toml");
    let own = workspace.packages.get(folder).and_then(|package| text(&package.manifest, &["package", "rust-version"]));
    let own = own.map(|version| (manifest(folder), version));
    let least = own.or_else(|| {
        let shared = text(&workspace.manifest, &["workspace", "package", "rust-version"])?;
        Some((manifest(&workspace.root), shared))
    });
    let (version, span, place) = if let Some(template) = &options.rust {
        (cx.eval(template)?, template.span, "`rust`".to_owned())
    } else if let Some((path, bytes)) = &workspace.toolchain {
        // The older form of the file is the name of the channel alone.
        let older = || String::from_utf8_lossy(bytes).trim().to_owned();
        let is_table = path.ends_with(".toml") || bytes.contains(&b'[');
        let channel = if is_table { text(&toml(bytes, path, span)?, &["toolchain", "channel"]) } else { Some(older()) };
        (channel.unwrap_or_else(|| "stable".to_owned()), span, format!("`{path}`"))
    } else {
        match &least {
            Some((path, version)) => (version.clone(), span, format!("`rust-version` of `{path}`")),
            None => return Ok(("1".to_owned(), span, "nothing in the project: the latest".to_owned())),
        }
    };
    let version = if version == "stable" { "1".to_owned() } else { version };
    if !is_version(&version) {
        return Err(Diagnostic::error(
            span,
            format!("{place} names the toolchain `{version}`, for which there is no image"),
        )
        .with_help("write a release, as in `rust: \"1.90\"`, to the build"));
    }
    // Cargo refuses to compile what asks for a later release than it comes with.
    if let Some((path, least)) = least.filter(|(_, least)| is_older(&version, least)) {
        return Err(Diagnostic::error(
            span,
            format!("{place} names Rust {version}, but `rust-version` of `{path}` asks for {least} at least"),
        )
        .with_help(format!("change one of them, or write `rust: \"{least}\"` to the build")));
    }
    Ok((version, span, place))
}

/// The program to build.
pub(super) struct Program {
    pub(super) name: String,
    /// The package that has it, and its folder.
    pub(super) package: String,
    pub(super) folder: String,
    /// The part of the spec that asks for it.
    pub(super) span: Span,
}

/// Finds the program.
pub(super) async fn program(
    cx: &Context<'_>,
    options: &RustOptions,
    workspace: &Workspace,
    folder: &str,
    features: &[String],
) -> Result<Program, PlanError> {
    let span = options.bin.as_ref().or(options.package.as_ref()).map_or(cx.span(), |template| template.span);
    let wanted = options.bin.as_ref().map(|template| cx.eval(template)).transpose()?;
    let wanted_package = options.package.as_ref().map(|template| cx.eval(template)).transpose()?;
    if let Some(name) =
        wanted_package.as_ref().filter(|name| !workspace.packages.values().any(|each| each.name == **name))
    {
        let span = options.package.as_ref().map_or(span, |template| template.span);
        let names: BTreeSet<_> = workspace.packages.values().map(|package| package.name.as_str()).collect();
        return Err(Diagnostic::error(span, format!("there is no package `{name}` in the workspace"))
            .with_help_if(Diagnostic::suggestion(name, names, "it has"))
            .into());
    }
    let defaults = workspace.default_members();
    let has_own = workspace.packages.contains_key(folder);
    let is_candidate = |place: &String, each: &Package| match &wanted_package {
        Some(package) => each.name == *package,
        None if has_own => *place == folder,
        None if wanted.is_none() && !defaults.is_empty() => defaults.contains(place),
        None => each.member,
    };
    let candidates: Vec<_> = workspace.packages.iter().filter(|(place, each)| is_candidate(place, each)).collect();
    let found = programs(cx, workspace, &candidates).await?;
    let list = names(&found);
    let count = found.len();
    let mut fitting: Vec<_> =
        found.iter().filter(|found| wanted.as_ref().is_none_or(|wanted| found.name == *wanted)).collect();
    // As with `cargo run`, one package says which of several it is.
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
                return Err(no_program(cx, workspace, &candidates, None, span).await?);
            };
            let missing = missing_features(package, target, features);
            if !missing.is_empty() {
                let list: Vec<_> = missing.iter().map(|feature| format!("`{feature}`")).collect();
                let what =
                    format!("Cargo builds the program `{}` only with the features {}", target.name, list.join(", "));
                let all: Vec<_> = features.iter().map(String::as_str).chain(missing).collect();
                let help = format!("write `features: [{}]` to the build", all.join(", "));
                return Err(Diagnostic::error(span, what).with_help(help).into());
            }
            let (name, folder) = (target.name.clone(), target.folder.clone());
            Ok(Program { name, package: package.name.clone(), folder, span })
        }
        ([target, ..], Some(_)) => {
            Err(Diagnostic::error(span, format!("several packages have a program `{}`", target.name))
                .with_help("say which package with `package:`")
                .into())
        }
        ([_, ..], None) => Err(Diagnostic::error(span, format!("there are {count} programs to choose from: {list}"))
            .with_help("say which one with `bin:`")
            .into()),
        ([], wanted) => Err(no_program(cx, workspace, &candidates, wanted.as_deref(), span).await?),
    }
}

/// How many programs an error names.
const SHOWN: usize = 12;

fn names(found: &BTreeSet<Target>) -> String {
    let mut names: Vec<_> = found.iter().take(SHOWN).map(|found| format!("`{}`", found.name)).collect();
    names.extend((found.len() > SHOWN).then(|| format!("and {} more", found.len() - SHOWN)));
    names.join(", ")
}

/// Why there is no such program, and where one is.
async fn no_program(
    cx: &Context<'_>,
    workspace: &Workspace,
    candidates: &[(&String, &Package)],
    wanted: Option<&str>,
    span: Span,
) -> Result<PlanError, PlanError> {
    let members: Vec<_> = workspace.packages.iter().filter(|(_, package)| package.member).collect();
    let everywhere = programs(cx, workspace, &members).await?;
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
        // An example is compiled in another way, and is no program of the package.
        let examples = candidates.iter().flat_map(|(folder, _)| {
            ["", "/main"].map(|rest| in_folder(folder, &format!("examples/{wanted}{rest}.rs")))
        });
        let examples: Vec<_> = examples.collect();
        let there = cx.project().exists_all(&examples).await?;
        if let Some((path, _)) = examples.iter().zip(there).find(|(_, there)| *there) {
            return Ok(error(format!("`{wanted}` is an example (`{path}`), and an image gets a program"))
                .with_help("write a `[[bin]]` with its `name` and `path` to the manifest, or move it to `src/bin`")
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
            let place = if folder.is_empty() { "." } else { folder };
            format!("the package `{}` in `{place}` has no program", package.name)
        }
        (_, Some(wanted)) => format!("there is no program `{wanted}`"),
        (_, None) => "there is no program to build".to_owned(),
    };
    let elsewhere: Vec<_> = everywhere.iter().filter(|target| !own.contains(*target)).collect();
    let help = match elsewhere.as_slice() {
        [] => "add `src/main.rs`, or name the folder of a package that has one with `source:`".to_owned(),
        all => {
            let name = |target: &&Target| format!("`{}` of `{}`", target.name, package_of(target));
            let list = all.iter().take(SHOWN).map(name).collect::<Vec<_>>().join(", ");
            format!("name a package that has one with `package:`; the workspace has {list}")
        }
    };
    Ok(Diagnostic::error(span, what).with_help(help).into())
}
