//! Messages about a path that does not exist, and suggestions.

use slipway_spec::Diagnostic;

use super::known::Contents;
use super::{NamedPath, Use, inside};
use crate::any_project::AnyProject;
use crate::{Entry, PlanError};

/// Longer lines of an ignore file are not shown.
const MAX_SHOWN: usize = 80;
/// The maximum number of names to list.
const MAX_NAMES: usize = 8;

/// The error about a path that does not exist.
pub(super) async fn report<F: FnMut(&str) -> bool>(
    project: &AnyProject<'_>,
    contents: &Contents<'_, F>,
    named: &NamedPath,
) -> Result<Diagnostic, PlanError> {
    let path = inside(&named.path);
    let as_written = match &named.name {
        Some(name) => format!("{name}:/{}", inside(&named.written)),
        None => named.written.clone(),
    };
    if let Some(help) = instead_of_pattern(named) {
        let message = format!("`{as_written}` is a pattern, but this must be the path of one file or folder");
        return Ok(Diagnostic::error(named.span, message).with_help(help));
    }
    let near = nearest(project, contents, named).await?;
    let shown = |path: &str| match &named.name {
        Some(name) => format!("{name}:/{path}"),
        None => format!("./{path}"),
    };
    if let Some(name) = &named.name {
        let help = match near {
            Near::Path(near) => Some(format!("did you mean `{}`?", shown(&near))),
            Near::File(file) => Some(format!("`{}` is a file, not a folder", shown(&file))),
            Near::Nothing(names) => {
                let names: Vec<_> = names.iter().take(MAX_NAMES).map(|name| format!("`{}`", shown(name))).collect();
                (!names.is_empty()).then(|| format!("there are {}", names.join(", ")))
            }
        };
        let message = format!("there is no `{}` in `{name}`", inside(&named.written));
        return Ok(Diagnostic::error(named.span, message).with_help_if(help));
    }
    if named.used != Use::Dockerfile
        && let Some(hidden) = project.hidden_by(path).await?
    {
        let line = if hidden.pattern.len() <= MAX_SHOWN { format!(", `{}`,", hidden.pattern) } else { String::new() };
        let message =
            format!("`{path}` is not in the context: line {} of `{}`{line} excludes it", hidden.line, hidden.file);
        return Ok(
            Diagnostic::error(named.span, message).with_help(format!("delete that line, or add `!{path}` below it"))
        );
    }
    let noun = match named.used {
        Use::Static | Use::Source => "folder ",
        Use::Dockerfile | Use::Package => "file ",
        Use::File | Use::Copy | Use::Input | Use::Context => "",
    };
    let message = format!("there is no {noun}`{path}` in the context");
    let help = match near {
        Near::Path(near) => format!("did you mean `{}`?", shown(&near)),
        Near::File(file) => format!("`{}` is a file, not a folder", shown(&file)),
        Near::Nothing(_) => "write its path relative to the folder that is built".to_owned(),
    };
    Ok(Diagnostic::error(named.span, message).with_help(help))
}

/// What is similar to a path that does not exist.
enum Near {
    /// This path, which may be the beginning of the intended one.
    Path(String),
    /// There is a file where the path needs a folder.
    File(String),
    /// Nothing; these are the known names.
    Nothing(Vec<String>),
}

/// Searches the folders of a path for the first name that does not exist.
async fn nearest<F: FnMut(&str) -> bool>(
    project: &AnyProject<'_>,
    contents: &Contents<'_, F>,
    named: &NamedPath,
) -> Result<Near, PlanError> {
    let (all, path) =
        (inside(&named.path), if named.name.is_some() { inside(&named.written) } else { inside(&named.path) });
    // A name may refer to a folder in its step.
    let root = all.strip_suffix(path).unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let above: Vec<String> = (0..parts.len()).map(|count| parts.get(..count).unwrap_or_default().join("/")).collect();
    let origins: Vec<_> = above.iter().map(|folder| contents.origin(named.step, &format!("{root}{folder}"))).collect();
    let asked: Vec<String> = origins.iter().flatten().cloned().collect();
    let mut listed = project.list_all(&asked).await?.into_iter();
    for ((part, folder), origin) in parts.iter().zip(&above).zip(origins) {
        let made = contents.names(named.step, &format!("{root}{folder}"));
        let mut entries: Vec<Entry> = made.iter().map(|name| Entry { name: name.clone(), is_folder: true }).collect();
        entries.extend(origin.as_ref().and_then(|_| listed.next()).flatten().unwrap_or_default());
        let place = |name: &str| inside(&format!("{folder}/{name}")).to_owned();
        if let Some(entry) = entries.iter().find(|entry| entry.name == *part) {
            if !entry.is_folder && place(part) != path {
                return Ok(Near::File(place(part)));
            }
            continue;
        }
        let rest = path.get(place(part).len()..).unwrap_or_default();
        let names = entries.iter().map(|entry| entry.name.as_str());
        // A name that differs only in case is the most similar.
        let same = names.clone().find(|name| name.eq_ignore_ascii_case(part)).map(str::to_owned);
        let Some(name) = same.or_else(|| close(part, names)) else {
            return Ok(Near::Nothing(made.iter().map(|name| place(name)).collect()));
        };
        // If the rest exists as well, this is the intended path.
        let whole = format!("{}{rest}", place(&name));
        let is_there = match origin {
            Some(origin) if !rest.is_empty() => {
                let seen = inside(&format!("{origin}/{name}{rest}")).to_owned();
                project.exists_all(&[seen]).await?.first() == Some(&true)
            }
            Some(_) | None => rest.is_empty(),
        };
        return Ok(Near::Path(if is_there { whole } else { place(&name) }));
    }
    Ok(Near::Nothing(Vec::new()))
}

fn close<'n>(written: &str, names: impl Iterator<Item = &'n str> + Clone) -> Option<String> {
    let help = Diagnostic::suggestion(written, names, "")?;
    help.strip_prefix("did you mean `")?.strip_suffix("`?").map(str::to_owned)
}

/// The replacement of a pattern; `None` for a path without patterns.
fn instead_of_pattern(named: &NamedPath) -> Option<String> {
    let written = named.written.trim_start_matches("./").trim_matches('/');
    let parts: Vec<&str> = written.split('/').collect();
    let first = parts.iter().position(|part| is_pattern(part))?;
    let (folder, rest) = (parts.get(..first)?.join("/"), parts.get(first..)?.join("/"));
    let folder = match &named.name {
        Some(name) => format!("\"{name}:/{folder}\""),
        None => format!("./{folder}"),
    };
    let include =
        alternatives(&rest).into_iter().map(|pattern| format!("\"{pattern}\"")).collect::<Vec<_>>().join(", ");
    Some(match named.used {
        Use::File => format!("write `{{ from: {folder}, include: [{include}] }}`"),
        Use::Copy => format!("write `copy: {{ from: {folder}, include: [{include}], to: … }}`"),
        Use::Static => format!("write `source: {{ path: {folder}, include: [{include}] }}`"),
        Use::Input => format!(
            "name the folder, {folder}, or collect the files in a stage: `copy: {{ from: {folder}, include: \
             [{include}], to: … }}`"
        ),
        Use::Source | Use::Context => format!("name the folder, `{folder}`"),
        Use::Dockerfile => "name one Dockerfile".to_owned(),
        Use::Package => "name one file".to_owned(),
    })
}

fn is_pattern(part: &str) -> bool {
    let pair = |open, close| part.split_once(open).is_some_and(|(_, rest): (&str, &str)| rest.contains(close));
    part.contains(['*', '?'])
        || pair('[', ']')
        || part
            .split_once('{')
            .is_some_and(|(_, rest)| rest.split_once('}').is_some_and(|(inner, _)| inner.contains(',')))
}

/// The patterns that `{a,b}` stands for: copies do not support braces.
fn alternatives(pattern: &str) -> Vec<String> {
    let braces = pattern.split_once('{').and_then(|(before, rest)| {
        let (inner, after) = rest.split_once('}')?;
        (inner.contains(',') && !inner.contains('{')).then_some((before, inner, after))
    });
    match braces {
        Some((before, inner, after)) => inner.split(',').map(|word| format!("{before}{word}{after}")).collect(),
        None => vec![pattern.to_owned()],
    }
}
