//! Images for development: the image of the toolchain with sources and all dependencies, and a command that starts the
//! program again after a change. Nothing is compiled for production.

use std::sync::Arc;

use serde_json::Value;
use slipway_spec::model::{Compress, Image, Inspect};
use slipway_spec::{Diagnostic, Template};

use crate::config::Evaluated;
use crate::contents::is_inside;
use crate::draft::Draft;
use crate::ground::Ground;
use crate::output::{BuildOutput, Develop, Reloading, Runnable, Watched};
use crate::step::{LayerCopy, LayerItem};

/// Rejects keys of the variant itself that an image for development cannot have. Those of its image do not count.
///
/// # Errors
/// The variant has one.
pub(crate) fn check(owner: &str, image: &Image, made: Option<&BuildOutput>) -> Result<(), Diagnostic> {
    if made.is_none_or(|made| made.develop.is_none()) {
        return Ok(());
    }
    let inspect = image.keys.inspect.as_ref().filter(|inspect| inspect.value != Inspect::No);
    if let Some(inspect) = inspect {
        let found = Diagnostic::error(inspect.span, format!("`{owner}` is for development, so it has no debugger"));
        return Err(found.with_help("write the key in another variant: `variants: { debug: { inspect: … } }`"));
    }
    let compress = image.keys.compress.as_ref().filter(|compress| compress.value != Compress::None);
    if let Some(compress) = compress {
        let message = format!("`{owner}` is for development, so it has no program to compress");
        return Err(Diagnostic::error(compress.span, message).with_help("delete the key"));
    }
    if let Some(dependencies) = &image.keys.dependencies {
        let message = format!("`{owner}` is for development, so it has all dependencies");
        return Err(Diagnostic::error(dependencies.set.span, message).with_help("delete the key"));
    }
    Ok(())
}

/// What an image for development stands on: its toolchain.
///
/// # Errors
/// The spec names another base, or the platform is not that of the engine.
pub(crate) fn ground(draft: &Draft<'_>, owner: &str, image: &Image, develop: &Develop) -> Result<Ground, Diagnostic> {
    if let Some(runtime) = &image.keys.runtime {
        let found = Diagnostic::error(runtime.span(), format!("`{owner}` stands on the image of its toolchain"));
        return Err(found.with_help("delete `runtime`; to name another toolchain, set `image` of the build"));
    }
    let build = &draft.request.build_platform;
    if draft.platform != build {
        let span = image.purpose.map_or(slipway_spec::Span::START, |purpose| purpose.span);
        let message = format!("`{owner}` is for development on {build}, not for {}", draft.platform);
        return Err(Diagnostic::error(span, message).with_help("build it without `--platform`"));
    }
    Ok(Ground { step: Some(develop.root), ..Ground::of_image(develop.image.clone()) })
}

/// The output of a build whose files belong to a user where programs write, and where changed files are copied to.
pub(crate) fn owned(made: Arc<BuildOutput>, owner: Option<&str>) -> Arc<BuildOutput> {
    let (Some(owner), Some(develop)) = (owner, &made.develop) else { return made };
    let mut owned = BuildOutput::clone(&made);
    let is_writable = |path: &str| develop.writable.iter().any(|folder| path == folder || is_inside(path, folder));
    for item in owned.layers.iter_mut().flat_map(|layer| &mut layer.items) {
        if let LayerItem::Copy(LayerCopy { target: path, owner: its, .. }) | LayerItem::Folder { path, owner: its, .. } =
            item
            && is_writable(path)
        {
            its.get_or_insert_with(|| owner.to_owned());
        }
    }
    Arc::new(owned)
}

/// Five minutes, in nanoseconds.
const START: u64 = 5 * 60 * 1_000_000_000;

/// Gives a health check time until the program is compiled, which happens when the container starts. The first success
/// ends that time.
pub(crate) fn wait_for_start(check: &mut Value) {
    let runs = check["Test"] != serde_json::json!(["NONE"]);
    if let (Some(check), true) = (check.as_object_mut(), runs) {
        let known = check.get("StartPeriod").and_then(Value::as_u64).unwrap_or_default();
        check.insert("StartPeriod".to_owned(), known.max(START).into());
    }
}

/// Sets the command of an image for development, unless it has one of its own.
///
/// # Errors
/// The command is unknown.
pub(crate) fn start(
    draft: &mut Draft<'_>,
    image: &Image,
    made: Option<&BuildOutput>,
    config: &mut Evaluated,
) -> Result<(), Diagnostic> {
    let Some((made, develop)) = made.and_then(|made| Some((made, made.develop.as_ref()?))) else { return Ok(()) };
    let Some(shipped) = &image.shipped else { return Ok(()) };
    let has_arguments = image.keys.config.cmd.is_some();
    let mut eval = |words: &Option<Vec<Template>>| draft.eval_all(words.iter().flatten());
    let (entrypoint, cmd) = (eval(&shipped.entrypoint)?, eval(&shipped.cmd)?);
    let words: Vec<String> = entrypoint.iter().chain(&cmd).cloned().collect();
    let words = match &develop.command {
        Reloading::Compiles(programs) => {
            let is_it = |program: &Runnable, word: &str| program.names.iter().any(|name| name == file_name(word));
            let named = words.iter().enumerate().find_map(|(at, word)| {
                programs.iter().find(|program| is_it(program, word)).map(|program| (at + 1, program))
            });
            if let Some((_, program)) = named {
                config.entrypoint = Some(program.entrypoint.clone());
            }
            if has_arguments {
                return Ok(());
            }
            let arguments = named.map_or(entrypoint.len(), |(at, _)| at);
            words.into_iter().skip(arguments).collect()
        }
        Reloading::Builds(before) => {
            if !entrypoint.is_empty() {
                config.entrypoint = Some(before.iter().cloned().chain(entrypoint).collect());
            }
            if has_arguments {
                return Ok(());
            }
            cmd
        }
        _ if has_arguments => return Ok(()),
        Reloading::Script => return Ok(()),
        Reloading::Node { built_by, watches } => {
            let words = if words.is_empty() { made.cmd.clone() } else { words };
            let span = image.purpose.map_or(slipway_spec::Span::START, |purpose| purpose.span);
            let help = "add the script to `package.json`, or write `cmd` in the variant";
            if let Some(script) = built_by.first() {
                let message =
                    format!("`package.json` has no script `dev`, and the image runs what the script `{script}` writes");
                return Err(Diagnostic::error(span, message).with_help(help));
            }
            if words.is_empty() {
                let message = "`package.json` has no script `dev`, and the program of the image is unknown";
                return Err(Diagnostic::error(span, message).with_help(help));
            }
            let is_node = words.first().is_some_and(|word| file_name(word) == "node");
            let option = watches.then(|| "--watch".to_owned());
            let rest = words.into_iter().skip(usize::from(is_node));
            std::iter::once("node".to_owned()).chain(option).chain(rest).collect()
        }
        Reloading::Python => {
            config.entrypoint = None;
            reloading(words)
        }
    };
    config.cmd = Some(words).filter(|words| !words.is_empty());
    Ok(())
}

/// The last part of a path.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Servers of Python, and their options that start them again after a change.
const SERVERS: &[(&str, &str)] = &[
    ("uvicorn", "--reload"),
    ("gunicorn", "--reload"),
    ("hypercorn", "--reload"),
    ("fastapi", "--reload"),
    ("flask", "--debug"),
    // It does so by itself.
    ("runserver", ""),
];

fn server_in<'s>(words: impl IntoIterator<Item = &'s String>) -> Option<&'static str> {
    let mut found = words.into_iter().filter_map(|word| SERVERS.iter().find(|(server, _)| *server == file_name(word)));
    found.next().map(|(_, option)| *option)
}

/// A command whose server starts again after a change, if it is a known one.
fn reloading(mut words: Vec<String>) -> Vec<String> {
    if let Some(option) = server_in(&words).filter(|option| !option.is_empty())
        && !words.iter().any(|word| word == option)
    {
        words.push(option.to_owned());
    }
    words
}

/// Files that programs write while they run, wherever that is: what restarts a program must not be written by it.
const WRITTEN: &[&str] = &[
    "**/*.log",
    "**/*.log.*",
    "**/*.pid",
    "**/*.tmp",
    "**/*.db",
    "**/*.db-*",
    "**/*.sqlite",
    "**/*.sqlite-*",
    "**/*.sqlite3",
    "**/*.sqlite3-*",
    "tmp/",
];

/// What is done after changes to the sources of an image.
pub(crate) fn watched(made: Option<&BuildOutput>, config: &Evaluated) -> Option<Watched> {
    let develop = made?.develop.as_ref()?;
    let words = || config.entrypoint.iter().chain(&config.cmd).flatten();
    let restarts = match &develop.command {
        Reloading::Compiles(_) | Reloading::Builds(_) => true,
        Reloading::Script => false,
        Reloading::Node { watches, .. } => !watches,
        Reloading::Python => server_in(words()).is_none(),
    };
    let mut watched = Watched { restarts, ..develop.watched.clone() };
    watched.ignored.extend(WRITTEN.iter().map(ToString::to_string));
    Some(watched)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_start_again_after_changes() {
        let of = |words: &str| reloading(words.split(' ').map(str::to_owned).collect()).join(" ");
        for (words, expected) in [
            ("uvicorn main:app --port 8000", "uvicorn main:app --port 8000 --reload"),
            ("python -m flask --app shop run", "python -m flask --app shop run --debug"),
            ("/app/.venv/bin/gunicorn shop.wsgi --reload", "/app/.venv/bin/gunicorn shop.wsgi --reload"),
            ("python manage.py runserver 0.0.0.0:8000", "python manage.py runserver 0.0.0.0:8000"),
            ("celery -A shop worker", "celery -A shop worker"),
        ] {
            assert_eq!(of(words), expected);
        }
    }
}
