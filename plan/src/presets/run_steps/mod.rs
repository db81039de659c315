//! `run` steps of a build: commands on its sources and its installed dependencies. What they write is laid over the
//! sources of all later steps, as `inputs` are.
//!
//! A step sees the files of the context, `inputs`, and what the steps before it wrote. It leaves what `output` names, or
//! else every file that is new or changed, at its place in the repository.

mod output;

use slipway_spec::model::BuildRun;
use slipway_spec::{Diagnostic, Span};

use self::output::OUTPUT;
pub(super) use self::output::Output;
use super::{Context, private, set, set_all};
use crate::mounts::{Secrets, build_cache, secrets, ssh};
use crate::paths::place_in;
use crate::shell::{Text, word};
use crate::step::Container;
use crate::{CopyItem, Mount, Network, PlanError, shell};

/// Where the `run` steps of a build run.
pub(super) struct Place {
    /// The platform of the container.
    pub(super) platform: crate::Platform,
    /// Variables that have other values if a step has network access.
    pub(super) online: Vec<(String, String)>,
    /// The tool that logs in to private hosts.
    pub(super) tool: private::Tool,
    /// The path of the repository in the container.
    pub(super) repository: String,
    /// The folder of the repository with the manifests that the tool reads.
    pub(super) manifests: String,
    /// The folder of the repository that the paths of a step are relative to.
    pub(super) folder: String,
    /// Shell text that runs before a command.
    pub(super) before: Text,
}

impl Place {
    fn in_step(&self, folder: &str) -> String {
        place_in(&self.repository, folder)
    }
}

/// Whether a build has `run` steps.
pub(super) fn any(cx: &Context<'_, '_>) -> bool {
    !cx.build.keys.run.is_empty()
}

/// Where the steps write, from the root of the repository: files and folders; the root if that is not known.
///
/// # Errors
/// An output is not a path of the repository.
pub(super) fn written(cx: &mut Context<'_, '_>, folder: &str) -> Result<Vec<String>, Diagnostic> {
    let mut paths = Vec::new();
    for step in cx.build.keys.run.iter() {
        match output::of(cx, folder, step)? {
            Output::Changes => paths.push(String::new()),
            Output::Paths(named) => paths.extend(named),
        }
    }
    Ok(paths)
}

/// Plans the steps, and lays their output over the build's sources. `container` provides a container with the sources
/// and dependencies.
///
/// # Errors
/// A step is wrong.
pub(super) fn plan(
    cx: &mut Context<'_, '_>,
    place: &Place,
    mut container: impl FnMut(&mut Context<'_, '_>) -> Result<Container, Diagnostic>,
) -> Result<(), PlanError> {
    let build = cx.build;
    for (index, step) in build.keys.run.iter().enumerate() {
        cx.draft.has_room()?;
        let container = container(cx)?;
        let written = one(cx, place, step, index + 1, container)?;
        cx.written.extend(written);
    }
    Ok(())
}

fn one(
    cx: &mut Context<'_, '_>,
    place: &Place,
    step: &BuildRun,
    number: usize,
    mut container: Container,
) -> Result<Vec<CopyItem>, PlanError> {
    let text = Text::written(&cx.eval(&step.run)?);
    let output = output::of(cx, &place.folder, step)?;
    let workdir = match &step.workdir {
        Some(template) => output::inside(cx, &place.folder, template)?,
        None => place.folder.clone(),
    };
    let mut secrets = secrets(cx.draft, &step.secrets)?;
    let network = Network::from(step.network);
    if network != Network::None {
        set_all(&mut container.env, &place.online);
    }
    for (name, value) in step.env.iter() {
        set(&mut container.env, name, &cx.eval(value)?);
    }
    for cache in &step.cache {
        let mount = build_cache(cx.draft, cx.name, &place.platform, cache)?;
        if let Output::Paths(paths) = &output {
            output::check_cache(step, paths, &place.repository, (&mount.target, cache.target.span))?;
        }
        secrets.mounts.push(mount);
    }
    secrets.mounts.extend(ssh(&step.ssh, &mut container.env));
    let (file, shown, span) = (format!("run-{number}"), text.clone(), step.run.span);
    run(cx, place, Command { file, phase: "run", text, shown, span, output, workdir, network, secrets }, container)
}

/// A command on the sources of a build.
pub(super) struct Command {
    /// The name of its script.
    pub(super) file: String,
    /// The phase in the name of its step.
    pub(super) phase: &'static str,
    pub(super) text: Text,
    /// The same for display.
    pub(super) shown: Text,
    pub(super) span: Span,
    pub(super) output: Output,
    /// The working directory, from the root of the repository.
    pub(super) workdir: String,
    pub(super) network: Network,
    /// Its secrets, and its own mounts.
    pub(super) secrets: Secrets,
}

/// Plans the step of a command. Returns the copies that lay its output over the sources.
///
/// # Errors
/// A login to a private host is not supported.
pub(super) fn run(
    cx: &mut Context<'_, '_>,
    place: &Place,
    command: Command,
    container: Container,
) -> Result<Vec<CopyItem>, PlanError> {
    let Command { file, phase, text: command, shown, span, output, workdir, network, secrets } = command;
    let Secrets { mut mounts, env: secret_env, revisions: mut text } = secrets;
    let workdir = place.in_step(&workdir);
    if network != Network::None {
        text += log_in(cx, place, &workdir, &mut mounts)?;
    }
    text = text + place.before.clone() + output::script(&command, &output, &place.repository);
    let script = shell::command_of_build(&file, &shown, text, network);
    let run = container.cwd(workdir).mounts(mounts).run(script).secret_env(secret_env).output(OUTPUT);
    let from = cx.add(cx.shared_step_name(phase, shown.first_line()), span, run);
    Ok(match output {
        Output::Changes => vec![CopyItem::all(from)],
        Output::Paths(paths) => {
            paths.into_iter().map(|path| CopyItem::new(from, format!("/{path}"), format!("/{path}"))).collect()
        }
    })
}

/// The lines that log in to private hosts, before a command with network access in a folder; adds their mounts.
///
/// # Errors
/// A login to a private host is not supported.
pub(super) fn log_in(
    cx: &mut Context<'_, '_>,
    place: &Place,
    workdir: &str,
    mounts: &mut Vec<Mount>,
) -> Result<Text, Diagnostic> {
    let login = private::login(cx, place.tool)?;
    mounts.extend(login.mounts);
    if login.prelude.is_empty() {
        return Ok(Text::default());
    }
    let text = Text::from("cd ") + word(&place.in_step(&place.manifests)) + "\n" + login.prelude;
    Ok(text + "cd " + word(workdir) + "\n")
}
