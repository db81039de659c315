//! What a `run` step of a build leaves.

use slipway_spec::model::BuildRun;
use slipway_spec::{Diagnostic, Span, Template, join_path, strange_path};

use crate::paths::{is_within, place_in};
use crate::presets::Context;
use crate::shell::{Text, script as file, word, words};

/// Where a step leaves its output.
pub(super) const OUTPUT: &str = "/run/slipway-output";

const TAKE: &str = file(include_str!("take.sh"));

/// What a step leaves.
pub(in crate::presets) enum Output {
    /// All files that it writes in the repository.
    Changes,
    /// These files and folders, from the root of the repository.
    Paths(Vec<String>),
}

/// What a step leaves, where its paths are relative to a folder.
pub(super) fn of(cx: &mut Context<'_, '_>, folder: &str, step: &BuildRun) -> Result<Output, Diagnostic> {
    if step.output.is_empty() {
        return Ok(Output::Changes);
    }
    let mut paths = Vec::new();
    for template in &step.output {
        let path = inside(cx, folder, template)?;
        if path.split('/').any(|part| matches!(part, "node_modules" | ".venv")) {
            let message = format!("`{path}` is part of the installed dependencies, which a step cannot change");
            return Err(Diagnostic::error(template.span, message)
                .with_help("name files outside of it; `generate: [prisma]` generates Prisma's client there"));
        }
        paths.push(path);
    }
    Ok(Output::Paths(paths))
}

/// Rejects an output in a cache mount: it would contain what earlier builds, or builds of other branches, left there.
pub(super) fn check_cache(
    step: &BuildRun,
    paths: &[String],
    repository: &str,
    (cache, cache_span): (&str, Span),
) -> Result<(), Diagnostic> {
    let cached = |path: &String| is_within(cache.trim_end_matches('/'), &place_in(repository, path));
    let Some((path, template)) = paths.iter().zip(&step.output).find(|(path, _)| cached(path)) else { return Ok(()) };
    let message = format!("`{path}` is in the cache mount `{cache}`, which has files of earlier builds, too");
    Err(Diagnostic::error(template.span, message)
        .with_label(cache_span, "the cache")
        .with_help("copy the result to another folder in the command, and name that folder"))
}

/// A path of a step, from the root of the repository.
pub(super) fn inside(cx: &mut Context<'_, '_>, folder: &str, template: &Template) -> Result<String, Diagnostic> {
    let written = cx.eval(template)?;
    if let Some(found) = strange_path(&written, template.span) {
        return Err(found);
    }
    if written.contains(['*', '?']) {
        let message = format!("`{written}` is a pattern, but `run` steps take paths");
        return Err(Diagnostic::error(template.span, message).with_help("name the folder"));
    }
    join_path(folder, &written).ok_or_else(|| {
        Diagnostic::error(template.span, format!("`{written}` is outside the context"))
            .with_help("name a path in the folder that is built, relative to the source folder")
    })
}

/// Shell text that runs a command and copies its output. The command has a shell of its own, so that what it does to its
/// shell affects nothing else.
pub(super) fn script(command: &Text, output: &Output, repository: &str) -> Text {
    let text = Text::from(TAKE) + "(\n" + command.clone() + "\n)\ntrap - EXIT\ncd " + word(repository) + "\n";
    match output {
        Output::Changes => text + "take_changes\n",
        Output::Paths(paths) => {
            // A path may start with a dash.
            let as_word = |path: &String| match path.as_str() {
                "" => ".".to_owned(),
                path if path.starts_with('-') => format!("./{path}"),
                path => path.to_owned(),
            };
            text + "take " + words(paths.iter().map(as_word)) + "\n"
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use std::path::Path;
    use std::process::Command;

    use super::*;

    /// Runs a command in a repository with the files `a` and `gen/old`; returns its output, with the contents, or what it
    /// says if it fails.
    fn run(command: &str, output: &Output) -> Result<Vec<(String, String)>, String> {
        let folder = tempfile::TempDir::new().unwrap();
        let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        for (path, text) in [("src/a", "a"), ("src/gen/old", "old")] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        std::fs::create_dir(place("out")).unwrap();
        std::fs::create_dir(place("tmp")).unwrap();
        let text = Text::from("set -eu\n") + script(&Text::written(command), output, "SOURCES");
        let text = text.as_str().replace("SOURCES", &place("src")).replace(OUTPUT, &place("out"));
        let text = text.replace("/tmp/slipway-before", &format!("{}/before", place("tmp")));
        let made = Command::new("sh").args(["-c", &text]).current_dir(place("src")).output().unwrap();
        let mut files = Vec::new();
        below(Path::new(&place("out")), "", &mut files);
        files.sort();
        if made.status.success() { Ok(files) } else { Err(String::from_utf8(made.stderr).unwrap()) }
    }

    fn below(folder: &Path, name: &str, files: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{name}/{}", entry.file_name().to_str().unwrap());
            let kind = entry.file_type().unwrap();
            if kind.is_dir() && std::fs::read_dir(entry.path()).unwrap().next().is_some() {
                below(&entry.path(), &name, files);
            } else {
                let text = if kind.is_file() { std::fs::read_to_string(entry.path()).unwrap() } else { String::new() };
                files.push((name, text));
            }
        }
    }

    fn files(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn changes_are_what_is_new_or_written_again() {
        let command = "mkdir -p x/empty 'a b'; echo 1 >'a b/c'; printf '%s' \"$(cat a)!\" >a; ln -s a l; rm gen/old; echo 2 >gen/new; cd x; exit 0";
        assert_eq!(
            run(command, &Output::Changes).unwrap(),
            files(&[("/a", "a!"), ("/a b/c", "1\n"), ("/gen/new", "2\n"), ("/l", ""), ("/x/empty", "")])
        );
        assert_eq!(run("cat a >/dev/null", &Output::Changes).unwrap(), []);
    }

    #[test]
    fn only_named_paths_are_taken() {
        let output = Output::Paths(vec!["gen".to_owned(), "-x".to_owned()]);
        let made = run("echo 1 >gen/new; echo 2 >./-x; echo 3 >other", &output);
        assert_eq!(made.unwrap(), files(&[("/-x", "2\n"), ("/gen/new", "1\n"), ("/gen/old", "old")]));
    }

    #[test]
    fn what_is_missing_is_named_with_what_is_there() {
        let output = Output::Paths(vec!["static".to_owned()]);
        let said = run("mkdir assets; echo 1 >assets/x", &output).unwrap_err();
        assert_eq!(said, "The step left no static. It wrote: ./assets/x. Name what it writes with `output`.\n");
        assert!(run("true", &output).unwrap_err().contains("It wrote: nothing."));
    }

    #[test]
    fn a_failure_of_the_command_is_one_of_the_step() {
        for command in ["false\ntrue", "exit 3", "set -- ; echo \"$undefined\""] {
            assert!(run(&format!("echo 1 >new\n{command}"), &Output::Changes).is_err(), "{command}");
        }
    }
}
