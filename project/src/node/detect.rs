//! The package manager and the Node.js release that a project requires, and what specifies them.

use nodejs_semver::{Range, Version};
use slipway_diagnostic::{Diagnostic, Span};

use super::files::{BERRY_SETTINGS, FileTexts, MANIFEST, VERSION_FILES};
use super::manager::{LOCKFILES, Manager, ManagerName};
use super::package::Package;
use super::query::Query;
use super::version::Release;
use crate::paths::in_folder;

/// The package manager's version according to the project, without a checksum.
pub(crate) fn manager_version(manager: Manager, package: &Package) -> Option<String> {
    if let Some((name, version)) = package.manager.as_deref().and_then(|text| text.split_once('@')) {
        let version = version.split('+').next().unwrap_or(version);
        return (name == manager.command() && is_version(version)).then(|| version.to_owned());
    }
    let tool = package.dev_manager.as_ref().filter(|tool| tool.name == manager.command())?;
    newest_in(tool.version.as_deref()?)
}

/// A version or a prefix of one: the newest release that a range allows.
fn newest_in(range: &str) -> Option<String> {
    let range = range.trim();
    if is_version(range) && !range.contains('x') {
        return Some(range.to_owned());
    }
    let range = Range::parse(range).ok()?;
    let least = range.min_version()?;
    let (major, minor) = (least.major(), least.minor());
    // No release reaches this number.
    const FAR: u64 = 9999;
    let allows = |version: String| version.parse::<Version>().is_ok_and(|version| range.satisfies(&version));
    Some(if allows(format!("{major}.{FAR}.{FAR}")) {
        major.to_string()
    } else if allows(format!("{major}.{minor}.{FAR}")) {
        format!("{major}.{minor}")
    } else {
        format!("{major}.{minor}.{}", least.patch())
    })
}

fn is_version(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
}

/// The package manager and the name of its lockfile.
pub(crate) fn manager(
    query: &Query,
    root: &str,
    package: &Package,
    files: &FileTexts,
    notes: &mut Vec<String>,
) -> Result<(Manager, Option<&'static str>), Diagnostic> {
    let span = query.span;
    let present: Vec<(&'static str, ManagerName)> =
        LOCKFILES.iter().filter(|(name, _)| files.contains_key(&in_folder(root, name))).copied().collect();
    let name = package.manager.as_deref().map(|text| text.split('@').next().unwrap_or(text));
    let (name, key) = match (name, &package.dev_manager) {
        (Some(name), _) => (Some(name), "packageManager"),
        (None, tool) => (tool.as_ref().map(|tool| tool.name.as_str()), "devEngines.packageManager"),
    };
    let named = name.and_then(ManagerName::of);
    let mut kinds: Vec<ManagerName> = present.iter().map(|(_, manager)| *manager).collect();
    kinds.dedup();
    let list = || present.iter().map(|(name, _)| format!("`{}`", in_folder(root, name))).collect::<Vec<_>>().join(", ");
    let (chosen, why) = match (query.manager, named, kinds.as_slice()) {
        (Some(manager), _, _) => (manager, "`manager`".to_owned()),
        (None, Some(manager), _) => (manager, format!("`{key}` of `{}`", in_folder(root, MANIFEST))),
        (None, None, [manager]) => (*manager, list()),
        (None, None, []) => (ManagerName::Npm, "the default".to_owned()),
        (None, None, _) => {
            return Err(Diagnostic::error(
                span,
                format!("there are lockfiles of several package managers: {}", list()),
            )
            .with_help("delete all but one, or set `manager:`"));
        }
    };
    let lockfile = present.iter().find(|(_, manager)| *manager == chosen).map(|(name, _)| *name);
    let word = chosen.word();
    if lockfile.is_none() && !present.is_empty() {
        return Err(Diagnostic::error(span, format!("{why} specifies {word}, but the lockfile is {}", list()))
            .with_help(format!("run `{word} install` and commit the lockfile that it writes, or set `manager:`")));
    }
    let manager = match chosen {
        ManagerName::Npm => Manager::Npm,
        ManagerName::Pnpm => Manager::Pnpm,
        ManagerName::Bun => Manager::Bun,
        ManagerName::Yarn => {
            let version = manager_version(Manager::Berry, package);
            let classic = version.as_deref().map_or(!files.contains_key(&in_folder(root, BERRY_SETTINGS)), |version| {
                version == "1" || version.starts_with("1.")
            });
            if let Some(version) =
                version.filter(|version| ["2", "3"].contains(&version.split('.').next().unwrap_or_default()))
            {
                return Err(Diagnostic::error(
                    span,
                    format!(
                        "`{}` specifies Yarn {version}, which cannot install only production dependencies",
                        in_folder(root, MANIFEST)
                    ),
                )
                .with_help("upgrade to Yarn 4: `yarn set version 4`"));
            }
            if classic { Manager::Yarn } else { Manager::Berry }
        }
    };
    if let Some(name) = lockfile {
        let why = if query.manager.is_none() && named.is_none() { format!("`{}`", in_folder(root, name)) } else { why };
        notes.push(format!("{}, from {why}", manager.title()));
    }
    Ok((manager, lockfile))
}

/// The Node.js release: from the spec, otherwise from files of version managers, otherwise from `engines`, otherwise
/// the newest.
///
/// # Errors
/// A specified version is not a release, or files of the project contradict each other and the spec does not decide.
pub(crate) fn release(
    query: &Query,
    above: &[String],
    files: &FileTexts,
    manifests: [(&str, &Package); 2],
    notes: &mut Vec<String>,
) -> Result<Release, Diagnostic> {
    let span = query.span;
    if let Some(asked) = &query.release {
        let release = parse_release(&asked.value, "`node`", asked.span)?;
        notes.push(format!("Node.js {}, from `node`", release.number));
        return Ok(release);
    }
    let engines = || manifests.iter().filter_map(|(path, package)| Some((*path, package.engine.as_deref()?)));
    let mut developed = manifests.iter().filter_map(|(path, package)| Some((*path, package.dev_engine.as_deref()?)));
    let named = version_files(above, files);
    let (release, place) = if let Some((path, line)) = named.first() {
        let place = format!("`{path}`");
        (parse_release(line, &place, span)?, place)
    } else if let Some((path, range)) = developed.next() {
        let place = format!("`devEngines` of `{path}`");
        (parse_release(range, &place, span)?, place)
    } else if let Some((path, range)) = engines().next() {
        let place = format!("`engines` of `{path}`");
        (parse_release(range, &place, span)?, place)
    } else {
        let release = Release::newest();
        notes.push(format!(
            "Node.js {}, the newest release with long-term support, because the project specifies none",
            release.number
        ));
        return Ok(release);
    };
    for (path, line) in named.iter().skip(1) {
        let other = parse_release(line, &format!("`{path}`"), span)?;
        if !release.may_be(&other) {
            let what = format!("{place} specifies Node.js {}, but `{path}` specifies {}", release.number, other.number);
            return Err(Diagnostic::error(span, what)
                .with_help(format!("make them equal, or write `node: \"{}\"` to the build", release.number)));
        }
    }
    if let Some((path, range)) = engines().find(|(_, range)| !release.is_in(range)) {
        let what =
            format!("{place} specifies Node.js {}, but `engines` of `{path}` allows only `{range}`", release.number);
        let fitting = Release::parse(range).map_or_else(|| release.number.clone(), |fitting| fitting.number);
        return Err(Diagnostic::error(span, what)
            .with_help(format!("change one of them, or write `node: \"{fitting}\"` to the build")));
    }
    notes.push(format!("Node.js {}, from {place}", release.number));
    Ok(release)
}

/// The files of version managers in the nearest folder that has any, with the line that names a release.
fn version_files(above: &[String], files: &FileTexts) -> Vec<(String, String)> {
    let of_folder = |folder: &String| -> Vec<(String, String)> {
        let paths = VERSION_FILES.iter().map(|name| in_folder(folder, name));
        paths
            .filter_map(|path| {
                let text = String::from_utf8_lossy(files.get(&path)?).into_owned();
                let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
                Some((path, line.to_owned()))
            })
            .collect()
    };
    above.iter().map(of_folder).find(|found| !found.is_empty()).unwrap_or_default()
}

fn parse_release(text: &str, place: &str, span: Span) -> Result<Release, Diagnostic> {
    Release::parse(text).ok_or_else(|| {
        Diagnostic::error(span, format!("{place} specifies `{text}`, which is not a Node.js version"))
            .with_help("write it as in `22`, `22.11.0`, `lts/jod` or `>=20`")
    })
}
