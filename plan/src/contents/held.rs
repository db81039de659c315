//! Lookups in an image: whether a program exists there, and can be run.

use slipway_project::python::Environment;
use slipway_spec::join_path;

use super::base::Base;
use super::calls::{Found, Missing, name_of};
use super::links::{Dangling, Followed, Links};
use super::{Brought, Shape, ancestors, is_inside};
use crate::any_project::AnyProject;
use crate::output::BuildOutput;
use crate::{LayerItem, PlanError};

/// The known contents of an image, for lookups.
pub(crate) struct Held<'a> {
    pub(crate) base: &'a Base,
    pub(crate) made: Option<&'a BuildOutput>,
    pub(crate) files: &'a [Brought],
    pub(crate) links: &'a Links,
    /// Other folders: the working directory, volumes, a home directory.
    pub(crate) folders: &'a [String],
    /// The base's environment.
    pub(crate) env: &'a [(String, String)],
    /// Whether packages are installed, which may contain programs.
    pub(crate) has_packages: bool,
}

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
    /// Whether a word names a program that can be run.
    pub(super) async fn find(
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
            && !self.links.iter().any(|link| name_of(&link.path) == word)
        {
            return Ok(Found::No(Missing::Mistyped(meant.to_owned())));
        }
        let mut folder = false;
        for path in paths {
            // A path above the root stops at the root.
            let Some(path) = join_path("", path.trim_start_matches('/')).map(|path| format!("/{path}")) else {
                return Ok(Found::Unknown);
            };
            let Followed::Path(end) = self.links.follow(&path) else { return Ok(Found::Unknown) };
            match self.at(project, &end).await? {
                At::Nothing if end != path => {
                    return Ok(match self.base.has_program(&end) {
                        Some(true) => Found::Yes,
                        _ if self.lacks(&end) => Found::No(Missing::LinkTarget(end)),
                        Some(false) if !self.has_packages => Found::No(Missing::LinkTarget(end)),
                        _ => Found::Unknown,
                    });
                }
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

    /// The environment of Python that the build made.
    pub(super) fn environment(&self) -> Option<&Environment> {
        self.made?.environment.as_deref()
    }

    /// The path of the build's program, if that is probably meant.
    fn program_named(&self, word: &str) -> Option<String> {
        let made = self.made?;
        let mut programs = made.programs.iter().chain(made.entrypoint.first());
        programs.find(|program| program.starts_with('/') && name_of(program) == name_of(word)).cloned()
    }

    /// The links that certainly lead to nothing.
    ///
    /// # Errors
    /// The context cannot be read.
    pub(crate) async fn dangling(&self, project: &AnyProject<'_>) -> Result<Vec<Dangling>, PlanError> {
        let mut dangling = Vec::new();
        for link in self.links.iter() {
            if let Followed::Path(to) = self.links.follow(&link.path)
                && self.lacks(&to)
                && matches!(self.at(project, &to).await?, At::Nothing)
            {
                dangling.push(Dangling { path: link.path.clone(), to, span: link.target_span });
            }
        }
        Ok(dangling)
    }

    /// Whether a path that the layers do not have is certainly not in the image, and not filled when it runs.
    fn lacks(&self, path: &str) -> bool {
        let is_in = |folder: &str| folder != "/" && is_inside(path, folder);
        let is_filled = self.files.iter().any(|file| is_in(&file.path));
        let may_be_mounted = self.folders.iter().any(|folder| is_in(folder));
        !self.has_packages && !may_be_mounted && self.base.lacks_path(path, is_filled)
    }

    /// What the layers have at a path without links.
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
                Shape::Link | Shape::Unknown => return Ok(At::Unknown),
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
                LayerItem::Folder { path, .. } | LayerItem::Link { path, .. } | LayerItem::Text { path, .. } => {
                    path.as_str()
                }
            };
            let is_program = made.programs.iter().any(|program| program == target);
            if target == path {
                match item {
                    _ if is_program => return Ok(At::Program),
                    LayerItem::Text { mode, .. } if mode & 0o111 == 0 => return Ok(At::NoProgram),
                    LayerItem::Text { .. } => return Ok(At::Program),
                    LayerItem::Folder { .. } => is_folder = true,
                    LayerItem::Copy(_) | LayerItem::Link { .. } => return Ok(At::Unknown),
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
            let end = match self.links.follow(program) {
                Followed::Path(end) if program.starts_with('/') => end,
                _ => program.to_owned(),
            };
            let there = match self.at(project, &end).await? {
                At::Nothing | At::Folder => self.base.has_program(&end),
                At::Unknown => None,
                At::Program | At::File(_) => Some(true),
                At::NoProgram => Some(false),
            };
            let in_search = !program.contains('/') && {
                let mut any = false;
                for folder in search {
                    let path = format!("{folder}/{program}");
                    any |= self.links.has(&path);
                    any |= !matches!(self.at(project, &path).await?, At::Nothing | At::Folder);
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
