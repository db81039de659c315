//! The programs that an image runs, and whether they exist.

use slipway_spec::{Diagnostic, Span, Template, join_path};

use super::base::Base;
use super::calls::{Call, CallKey, Found, Missing, SHELLS, name_of};
use super::{Argument, Brought, Shape, ancestors, is_inside, is_placeholder};
use crate::any_project::AnyProject;
use crate::config::{DEFAULT_PATH, Evaluated};
use crate::output::BuildOutput;
use crate::{LayerItem, PlanError};
use slipway_project::python::{Absent, Environment, Suggestion};

/// The known contents of an image, for lookups.
pub(crate) struct Held<'a> {
    pub(crate) base: &'a Base,
    pub(crate) made: Option<&'a BuildOutput>,
    pub(crate) files: &'a [Brought],
    /// Other folders: the working directory, volumes, a home directory.
    pub(crate) folders: &'a [String],
    /// The base's environment.
    pub(crate) env: &'a [(String, String)],
    /// Whether packages are installed, which may contain programs.
    pub(crate) has_packages: bool,
}

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
        let is_brought = |path: &str| held.files.iter().any(|file| is_inside(path, &file.path));
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

/// The interpreter of a script, from its first line, otherwise from its name.
fn interpreter(path: &str, bytes: &[u8]) -> Option<&'static str> {
    let line = bytes.strip_prefix(b"#!").and_then(|rest| rest.split(|byte| *byte == b'\n').next());
    let line = line.and_then(|line| std::str::from_utf8(line).ok()).unwrap_or_default();
    let is_known = |word: &str| ["bash", "node", "python", "python3", "sh"].into_iter().find(|known| *known == word);
    let by_line = || line.split_whitespace().map(name_of).find_map(is_known);
    by_line().or_else(|| match path.rsplit_once('.')?.1 {
        "cjs" | "js" | "mjs" => Some("node"),
        "py" => Some("python"),
        "sh" => Some("sh"),
        _ => None,
    })
}

/// The folders in which a program without a path is found.
fn search_path(config: &Evaluated, env: &[(String, String)]) -> Vec<String> {
    let path = config.env.iter().chain(env).find(|(name, _)| name == "PATH").map_or(DEFAULT_PATH, |(_, path)| path);
    path.split(':').filter(|folder| folder.starts_with('/')).take(MAX_FOLDERS).map(str::to_owned).collect()
}

/// The maximum number of folders in `PATH`.
const MAX_FOLDERS: usize = 64;

/// What is at a path.
enum At {
    Nothing,
    Folder,
    Unknown,
    Program,
    /// A file of the context.
    File(InContext),
    /// A file that is not executable.
    NoProgram,
}

/// A file of the context in an image.
struct InContext {
    /// Its path in the context.
    path: String,
    /// Whether an entry of `files` copies it.
    by_files: bool,
    /// Whether it has explicit bits in the image that make it executable.
    has_mode: bool,
}

impl Held<'_> {
    async fn find(
        &self,
        project: &AnyProject<'_>,
        word: &str,
        workdir: &str,
        search: &[String],
    ) -> Result<Found, PlanError> {
        let paths: Vec<String> = if word.starts_with('/') {
            vec![word.to_owned()]
        } else if word.contains('/') {
            vec![format!("{workdir}/{word}")]
        } else {
            search.iter().map(|folder| format!("{folder}/{word}")).collect()
        };
        if !word.contains('/')
            && !self.has_packages
            && self.base.has_program(word) != Some(true)
            && let Some(meant) = self.environment().and_then(|environment| environment.meant(word))
            && !self.files.iter().any(|file| name_of(&file.path) == word)
        {
            return Ok(Found::No(Missing::Mistyped(meant.to_owned())));
        }
        let mut folder = false;
        for path in paths {
            // A path above the root stops at the root.
            let Some(path) = join_path("", path.trim_start_matches('/')).map(|path| format!("/{path}")) else {
                return Ok(Found::Unknown);
            };
            match self.at(project, &path).await? {
                At::Nothing => {}
                At::Folder => folder = true,
                At::Unknown => return Ok(Found::Unknown),
                At::Program => return Ok(Found::Yes),
                At::NoProgram => return Ok(Found::No(Missing::Mode)),
                At::File(file) => return self.file(project, &file, search).await,
            }
        }
        if folder && word.contains('/') {
            return Ok(Found::No(Missing::Folder));
        }
        let absolute = (word.contains('/') && !word.starts_with('/'))
            .then(|| join_path(workdir.trim_start_matches('/'), word).map(|path| format!("/{path}")));
        let lacking = self.environment().and_then(|environment| environment.lacks(word));
        Ok(match self.base.has_program(absolute.flatten().as_deref().unwrap_or(word)) {
            Some(true) => Found::Yes,
            Some(false) | None if lacking.is_some() && self.base.is_plain_one() && !self.has_packages => {
                let name = lacking.unwrap_or_default().to_owned();
                Found::No(Missing::Package { name, help: String::new() })
            }
            Some(false) if !self.has_packages => Found::No(Missing::Program { at: self.program_named(word) }),
            _ => Found::Unknown,
        })
    }

    fn environment(&self) -> Option<&Environment> {
        self.made?.environment.as_deref()
    }

    /// The path of the build's program, if that is probably meant.
    fn program_named(&self, word: &str) -> Option<String> {
        let made = self.made?;
        let mut programs = made.programs.iter().chain(made.entrypoint.first());
        programs.find(|program| program.starts_with('/') && name_of(program) == name_of(word)).cloned()
    }

    /// What the layers have at a path.
    async fn at(&self, project: &AnyProject<'_>, path: &str) -> Result<At, PlanError> {
        let mut is_folder = self.folders.iter().any(|folder| is_inside(folder, path));
        for file in self.files.iter().rev() {
            if is_inside(&file.path, path) && file.path != path {
                is_folder = true;
                continue;
            }
            if !is_inside(path, &file.path) {
                continue;
            }
            let Some(in_context) = &file.in_context else { return Ok(At::Unknown) };
            let mut file = file.clone();
            file.look(project).await?;
            let found = |path: &str| match file.mode {
                Some(mode) if mode & 0o111 == 0 => At::NoProgram,
                mode => At::File(InContext { path: path.to_owned(), by_files: true, has_mode: mode.is_some() }),
            };
            match file.shape {
                Shape::File if file.path == path => return Ok(found(in_context)),
                Shape::File => {}
                Shape::Folder if file.path == path => is_folder = true,
                Shape::Folder => {
                    let inside = path.get(file.path.trim_end_matches('/').len()..).unwrap_or_default();
                    let place = format!("{in_context}{inside}");
                    let place = place.trim_start_matches('/');
                    if project.list(place).await?.is_some() {
                        is_folder = true;
                    } else if project.exists(place).await? {
                        return Ok(found(place));
                    }
                }
                Shape::Unknown => return Ok(At::Unknown),
            }
        }
        let Some(made) = self.made else { return Ok(if is_folder { At::Folder } else { At::Nothing }) };
        if self.environment().is_some_and(|environment| environment.lacks_at(path)) {
            return Ok(At::Nothing);
        }
        if let Some(place) = made.in_context(path)
            && project.list(&place).await?.is_none()
            && project.exists(&place).await?
        {
            return Ok(At::File(InContext { path: place, by_files: false, has_mode: false }));
        }
        for item in made.layers.iter().flat_map(|layer| &layer.items).rev() {
            let target = match item {
                LayerItem::Copy(copy) => copy.target.trim_end_matches('/'),
                LayerItem::Folder { path, .. } | LayerItem::Text { path, .. } => path.as_str(),
            };
            let is_program = made.programs.iter().any(|program| program == target);
            if target == path {
                match item {
                    _ if is_program => return Ok(At::Program),
                    LayerItem::Text { mode, .. } if mode & 0o111 == 0 => return Ok(At::NoProgram),
                    LayerItem::Text { .. } => return Ok(At::Program),
                    LayerItem::Folder { .. } => is_folder = true,
                    LayerItem::Copy(_) => return Ok(At::Unknown),
                }
            } else if is_inside(path, target) {
                // The contents of a step's output folder are only known when it is built; nothing is inside a program.
                if matches!(item, LayerItem::Copy(_)) && !is_program {
                    return Ok(At::Unknown);
                }
            } else if ancestors(target).any(|above| above == path) {
                is_folder = true;
            }
        }
        Ok(if is_folder { At::Folder } else { At::Nothing })
    }

    /// Whether a file of the context can be run.
    async fn file(&self, project: &AnyProject<'_>, file: &InContext, search: &[String]) -> Result<Found, PlanError> {
        let bytes = match project.read(&file.path).await {
            Ok(bytes) => bytes,
            // A file that is too large to read is not a script.
            Err(error) if error.is_about_file => None,
            Err(error) => return Err(error.into()),
        };
        if !file.has_mode && project.is_executable(&file.path).await? == Some(false) {
            let interpreter = interpreter(&file.path, bytes.as_deref().unwrap_or_default());
            let interpreter = interpreter.filter(|program| self.base.has_program(program) == Some(true));
            let path = file.path.clone();
            return Ok(Found::No(Missing::ExecuteBit { file: path, interpreter, by_files: file.by_files }));
        }
        let Some(bytes) = bytes else { return Ok(Found::Unknown) };
        let Some(rest) = bytes.strip_prefix(b"#!") else {
            let is_text = |bytes: &[u8]| !bytes.is_empty() && !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok();
            return Ok(if is_text(&bytes) { Found::No(Missing::NoInterpreter(file.path.clone())) } else { Found::Yes });
        };
        self.script(project, rest, search).await
    }

    /// Whether the interpreter of a script exists.
    async fn script(&self, project: &AnyProject<'_>, rest: &[u8], search: &[String]) -> Result<Found, PlanError> {
        let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let Ok(line) = std::str::from_utf8(line.get(..line.len().min(256)).unwrap_or_default()) else {
            return Ok(Found::Unknown);
        };
        if line.ends_with('\r') {
            return Ok(Found::No(Missing::LineEnd(line.trim().to_owned())));
        }
        let mut words = line.split_whitespace();
        let Some(interpreter) = words.next() else { return Ok(Found::Unknown) };
        let mut wanted = vec![interpreter];
        if name_of(interpreter) == "env" {
            wanted.extend(words.find(|word| !word.starts_with('-') && !word.contains('=')));
        }
        for program in wanted {
            let there = match self.at(project, program).await? {
                At::Nothing | At::Folder => self.base.has_program(program),
                At::Unknown => None,
                At::Program | At::File(_) => Some(true),
                At::NoProgram => Some(false),
            };
            let in_search = !program.contains('/') && {
                let mut any = false;
                for folder in search {
                    any |= !matches!(self.at(project, &format!("{folder}/{program}")).await?, At::Nothing | At::Folder);
                }
                any
            };
            if there == Some(false) && !in_search && !self.has_packages {
                return Ok(Found::No(Missing::Interpreter(program.to_owned())));
            }
        }
        Ok(Found::Yes)
    }
}

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
