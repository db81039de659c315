//! The programs that an image runs, and whether they exist.

use slipway_project::python::{Absent, Suggestion};
use slipway_spec::{Diagnostic, Span, Spanned, Template};

use super::base::Base;
use super::calls::{Call, CallKey, Found, Missing, SHELLS, name_of};
use super::held::Held;
use super::{Argument, is_inside, is_placeholder};
use crate::PlanError;
use crate::any_project::AnyProject;
use crate::config::{DEFAULT_PATH, Evaluated};
use crate::output::BuildOutput;

/// The result for the programs of an image.
#[derive(Debug, Default)]
pub(crate) struct Programs {
    pub(crate) calls: Vec<Call>,
    pub(crate) argument: Option<Argument>,
    pub(crate) starts: Option<bool>,
    pub(crate) absent: Option<Absent>,
    pub(crate) suggestions: Vec<Suggestion>,
}

/// Interpreters and programs that they run: as an entrypoint, such a program expects a file, not a command.
const INTERPRETERS: &[&str] = &["node", "nodejs", "python", "python3", "java", "ruby", "php"];
const COMMANDS: &[&str] = &["npm", "npx", "yarn", "pnpm", "bun", "bunx", "pip", "poetry", "uv", "mvn", "gradle"];

fn is_interpreter(word: &str) -> bool {
    let name = name_of(word).trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    INTERPRETERS.contains(&name) || INTERPRETERS.contains(&name_of(word))
}

/// Checks what an image runs: the words in the spec, and their values.
pub(crate) async fn look(
    project: &AnyProject<'_>,
    held: &Held<'_>,
    (entrypoint, cmd, health): (Option<&[Template]>, Option<&[Template]>, &[Template]),
    config: &Evaluated,
    health_words: &[String],
    tests: &[Spanned<String>],
) -> Result<Programs, PlanError> {
    let mut programs = Programs::default();
    let path = search_path(config, held.env);
    let workdir = config.workdir.as_deref().unwrap_or("/");
    let runs = config.entrypoint.as_ref().or(held.base.entrypoint.as_ref());
    let own_entrypoint = entrypoint.and_then(<[Template]>::first).zip(config.entrypoint.iter().flatten().next());
    let own_cmd = cmd.and_then(<[Template]>::first).zip(config.cmd.iter().flatten().next());
    let mut wanted = Vec::new();
    if let Some((template, word)) = own_entrypoint {
        wanted.push((CallKey::Entrypoint, word, template.span));
    }
    if let Some((template, word)) = own_cmd {
        match runs.map(Vec::as_slice) {
            Some([]) => wanted.push((CallKey::Cmd, word, template.span)),
            Some(words) => {
                let is_of_build = entrypoint.is_none() && config.entrypoint.is_some();
                let cmd = config.cmd.as_deref().unwrap_or_default();
                let built = held.made.map(|made| made.programs.as_slice()).unwrap_or_default();
                programs.argument =
                    argument(words, cmd, (is_of_build, built)).map(|(of_interpreter, is_entrypoint)| Argument {
                        word: word.clone(),
                        span: template.span,
                        entrypoint: words.to_vec(),
                        of_interpreter,
                        is_entrypoint,
                    });
            }
            None => {}
        }
    }
    if let Some((template, word)) = health.first().zip(health_words.first()) {
        wanted.push((CallKey::Healthcheck, word, template.span));
    }
    wanted.extend(tests.iter().map(|word| (CallKey::Test, &word.value, word.span)));
    for (key, word, span) in wanted {
        // A whole command line in one word is reported by another rule.
        let mut found = match is_placeholder(word) || word.contains(char::is_whitespace) {
            true => Found::Unknown,
            false => held.find(project, word, workdir, &path).await?,
        };
        if let Found::No(Missing::Package { name, help }) = &mut found {
            let words = match key {
                CallKey::Entrypoint => config.entrypoint.as_deref(),
                CallKey::Cmd => config.cmd.as_deref(),
                CallKey::Healthcheck => Some(health_words),
                CallKey::Test => None,
            };
            let rest: Vec<String> = words
                .unwrap_or_default()
                .iter()
                .skip(1)
                .chain(config.cmd.iter().flatten().filter(|_| key == CallKey::Entrypoint))
                .cloned()
                .collect();
            *help = held.environment().map(|environment| environment.help(word, name, &rest)).unwrap_or_default();
        }
        programs.calls.push(Call { key, word: word.clone(), span, found });
    }
    // A file in the folder with the name of a command is that command.
    if let Some(argument) = programs.argument.take() {
        let path = format!("{}/{}", workdir.trim_end_matches('/'), argument.word);
        let is_file = argument.of_interpreter
            && !argument.word.contains('/')
            && held.files.iter().any(|file| is_inside(&path, &file.path));
        programs.argument = (!is_file).then_some(argument);
    }
    programs.starts = starts(held.base, config);
    if let Some(environment) = held.environment() {
        let words = command(entrypoint, cmd, config);
        let is_brought = |path: &str| {
            let mut places = held.files.iter().map(|file| &file.path).chain(held.links.iter().map(|link| &link.path));
            places.any(|place| is_inside(path, place))
        };
        // An external image may have its own files.
        if held.base.is_plain_one() {
            programs.absent = environment.absent(project, &words, workdir, &is_brought).await?;
        }
        if programs.starts == Some(false) {
            programs.suggestions = environment.suggestions(project).await?;
        }
    }
    Ok(programs)
}

/// The words of the command of an image, with their locations if they are in the spec.
fn command(
    entrypoint: Option<&[Template]>,
    cmd: Option<&[Template]>,
    config: &Evaluated,
) -> Vec<(String, Option<Span>)> {
    let parts = [(entrypoint, &config.entrypoint), (cmd, &config.cmd)];
    let words = parts.into_iter().flat_map(|(written, words)| {
        let span = move |index: usize| Some(written?.get(index)?.span);
        words.iter().flatten().enumerate().map(move |(index, word)| (word.clone(), span(index)))
    });
    words.collect()
}

/// Whether an argument of an entrypoint is probably meant as a program: whether the entrypoint is an interpreter, and
/// whether the word names the entrypoint itself. `built` are the programs of the build.
fn argument(entrypoint: &[String], cmd: &[String], (is_of_build, built): (bool, &[String])) -> Option<(bool, bool)> {
    let (program, word) = entrypoint.first().zip(cmd.first())?;
    let name = name_of(word);
    let is_entrypoint = program == word && (word.contains('/') || is_interpreter(word));
    // With another argument, the following words are those of a program.
    let of_interpreter = entrypoint.len() == 1 && is_interpreter(program);
    let is_path = word.contains('/') && !word.starts_with('/');
    let is_command = !is_path && (is_interpreter(word) || COMMANDS.contains(&name) || SHELLS.contains(&name));
    let is_script = is_of_build && SHELLS.contains(&name) && cmd.get(1).is_some_and(|next| next == "-c");
    let is_built = is_of_build && built.contains(word);
    (is_entrypoint || is_built || of_interpreter && is_command || is_script).then_some((of_interpreter, is_entrypoint))
}

/// Whether a program runs when a container starts.
fn starts(base: &Base, config: &Evaluated) -> Option<bool> {
    let is_own = config.entrypoint.is_some() || config.cmd.is_some();
    let Some(entrypoint) = config.entrypoint.as_deref().or(base.entrypoint.as_deref()) else {
        return config.cmd.as_ref().filter(|cmd| !cmd.is_empty()).map(|_| true);
    };
    let cmd = match (&config.cmd, &config.entrypoint) {
        (Some(cmd), _) => cmd.as_slice(),
        (None, Some(_)) => &[],
        (None, None) => base.cmd.as_deref()?,
    };
    // Interpreters without a file, and shells, wait for input, and exit at once without a terminal.
    let waits = |program: &str| is_interpreter(program) || SHELLS.contains(&name_of(program));
    Some(match (entrypoint, cmd) {
        ([], []) => false,
        ([], [program]) => is_own || !waits(program),
        ([program], []) => !is_interpreter(program),
        ([program], [argument]) => is_own || program != "docker-entrypoint.sh" || !waits(argument),
        ([program, option], []) => option != "-jar" || !is_interpreter(program),
        _ => true,
    })
}

/// The folders in which a program without a path is found.
fn search_path(config: &Evaluated, env: &[(String, String)]) -> Vec<String> {
    let path = config.env.iter().chain(env).find(|(name, _)| name == "PATH").map_or(DEFAULT_PATH, |(_, path)| path);
    path.split(':').filter(|folder| folder.starts_with('/')).take(MAX_FOLDERS).map(str::to_owned).collect()
}

/// The maximum number of folders in `PATH`.
const MAX_FOLDERS: usize = 64;

/// Rejects an entrypoint that certainly cannot be run: the file in the layers is not a program, or the base is nearly
/// empty.
pub(crate) fn refuse(base: &Base, calls: &[Call], made: Option<&BuildOutput>) -> Result<(), Diagnostic> {
    let Some((call, missing)) = calls.iter().find_map(|call| match &call.found {
        Found::No(missing) if call.key != CallKey::Healthcheck => Some((call, missing)),
        _ => None,
    }) else {
        return Ok(());
    };
    // A package may contain a program of that name.
    if matches!(missing, Missing::Mistyped(_)) || !base.is_bare() && !missing.is_certain() {
        return Ok(());
    }
    let program = made.and_then(|made| made.entrypoint.first());
    Err(Diagnostic::error(call.span, call.message(missing, base)).with_help(call.help(missing, base, program)))
}
