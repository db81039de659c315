//! Which Rust, and which program: what the spec says, else the project's own files.

use std::collections::BTreeSet;

use slipway_spec::model::RustOptions;
use slipway_spec::{Diagnostic, Span};

use super::package::Package;
use super::workspace::Workspace;
use crate::presets::common::{at, is_older, is_version, toml};
use crate::presets::{Context, in_folder};
use crate::{PlanError, Project};

/// The version of Rust to build with: what the spec says, else the project's toolchain file, else its least version, else the latest.
pub(super) fn version<P: Project>(
    cx: &Context<'_, P>,
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

/// The programs of some packages, each with its package's folder.
async fn programs<'w, P: Project>(
    cx: &Context<'_, P>,
    packages: &[(&'w String, &'w Package)],
) -> Result<BTreeSet<(String, &'w String)>, PlanError> {
    let mut found = BTreeSet::new();
    let sources: Vec<_> =
        packages.iter().flat_map(|(folder, _)| ["src", "src/bin"].map(|name| in_folder(folder, name))).collect();
    let listed = cx.project().list_all(&sources).await?;
    for ((folder, package), lists) in packages.iter().zip(listed.chunks(2)) {
        found.extend(package.declared_programs().into_iter().map(|name| (name, *folder)));
        if !package.finds_programs() {
            continue;
        }
        let has = |index: usize| lists.get(index).and_then(Option::as_ref).into_iter().flatten();
        let main = || in_folder(folder, "src/main.rs");
        if !package.names_main()
            && (has(0).any(|entry| entry.name == "main.rs") || cx.project().exists(&main()).await?)
        {
            found.insert((package.name.clone(), *folder));
        }
        for entry in has(1) {
            let main = in_folder(folder, &format!("src/bin/{}/main.rs", entry.name));
            match entry.name.strip_suffix(".rs") {
                Some(name) if !entry.is_folder => {
                    found.insert((name.to_owned(), *folder));
                }
                _ if entry.is_folder && cx.project().exists(&main).await? => {
                    found.insert((entry.name.clone(), *folder));
                }
                _ => {}
            }
        }
    }
    Ok(found)
}

/// Finds the program.
pub(super) async fn program<P: Project>(
    cx: &Context<'_, P>,
    options: &RustOptions,
    workspace: &Workspace,
    folder: &str,
) -> Result<Program, PlanError> {
    let span = options.bin.as_ref().or(options.package.as_ref()).map_or(cx.span(), |template| template.span);
    let wanted = options.bin.as_ref().map(|template| cx.eval(template)).transpose()?;
    let package = options.package.as_ref().map(|template| cx.eval(template)).transpose()?;
    let candidates: Vec<_> = workspace
        .packages
        .iter()
        .filter(|(place, each)| match &package {
            Some(package) => each.name == *package,
            None => *place == folder || !workspace.packages.contains_key(folder) && each.member,
        })
        .collect();
    let found: Vec<_> = programs(cx, &candidates)
        .await?
        .into_iter()
        .filter_map(|(name, folder)| {
            let package = workspace.packages.get(folder)?.name.clone();
            Some(Program { name, package, folder: folder.clone(), span })
        })
        .collect();
    let list = found.iter().map(|found| format!("`{}`", found.name)).collect::<Vec<_>>().join(", ");
    let count = found.len();
    let mut fitting: Vec<_> =
        found.into_iter().filter(|found| wanted.as_ref().is_none_or(|wanted| found.name == *wanted)).collect();
    if fitting.len() > 1
        && let [(_, package)] = candidates.as_slice()
        && let Some(name) = at(&package.manifest, &["package", "default-run"]).and_then(toml::Value::as_str)
    {
        fitting.retain(|found| found.name == name);
    }
    let several = fitting.len() > 1;
    match (fitting.pop(), wanted) {
        (Some(program), _) if !several => Ok(program),
        (Some(program), Some(_)) => {
            Err(Diagnostic::error(span, format!("several packages have a program `{}`", program.name))
                .with_help("say which package with `package:`")
                .into())
        }
        (Some(_), None) => Err(Diagnostic::error(span, format!("there are {count} programs to choose from: {list}"))
            .with_help("say which one with `bin:`")
            .into()),
        (None, Some(wanted)) if count > 0 => {
            Err(Diagnostic::error(span, format!("there is no program `{wanted}`, only {list}"))
                .with_help("name one of them with `bin:`, or its package with `package:`")
                .into())
        }
        (None, _) => Err(Diagnostic::error(span, "there is no program to build")
            .with_help("add `src/main.rs`, or name the folder of a package that has one with `source:`, or its name with `package:`")
            .into()),
    }
}
