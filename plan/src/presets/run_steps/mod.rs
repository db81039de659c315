//! `run` steps of a build: commands on its sources and its installed dependencies. What they write is laid over the
//! sources of all later steps, as `inputs` are.
//!
//! A step sees the files of the context, `inputs`, and what the steps before it wrote. It leaves what `output` names, or
//! else every file that is new or changed, at its place in the repository.

mod output;

use slipway_spec::Diagnostic;
use slipway_spec::model::{BuildRun, NetworkMode};

use self::output::{OUTPUT, Output};
use super::{Context, private, set, set_all};
use crate::mounts::{Secrets, build_cache, secrets, ssh};
use crate::paths::place_in;
use crate::shell::{Text, word};
use crate::step::Container;
use crate::{CopyItem, Network, PlanError, shell};

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
    let command = Text::written(&cx.eval(&step.run)?);
    let output = output::of(cx, &place.folder, step)?;
    let workdir = match &step.workdir {
        Some(template) => output::inside(cx, &place.folder, template)?,
        None => place.folder.clone(),
    };
    let workdir = place.in_step(&workdir);
    let Secrets { mut mounts, env: secret_env, revisions: mut text } = secrets(cx.draft, &step.secrets)?;
    let network = match step.network {
        NetworkMode::None => Network::None,
        NetworkMode::Default => Network::Sandbox,
    };
    if network == Network::Sandbox {
        set_all(&mut container.env, &place.online);
        let login = private::login(cx, place.tool)?;
        if !login.prelude.is_empty() {
            text = text + "cd " + word(&place.in_step(&place.manifests)) + "\n" + login.prelude;
            text = text + "cd " + word(&workdir) + "\n";
        }
        mounts.extend(login.mounts);
    }
    for (name, value) in step.env.iter() {
        set(&mut container.env, name, &cx.eval(value)?);
    }
    for cache in &step.cache {
        mounts.push(build_cache(cx.draft, cx.name, &place.platform, cache)?);
    }
    mounts.extend(ssh(&step.ssh, &mut container.env));
    text = text + place.before.clone() + output::script(&command, &output, &place.repository);
    let script = shell::command_of_build(&format!("run-{number}"), &command, text, network);
    let run = container.cwd(workdir).mounts(mounts).run(script).secret_env(secret_env).output(OUTPUT);
    let from = cx.add(cx.shared_step_name("run", command.first_line()), step.run.span, run);
    Ok(match output {
        Output::Changes => vec![CopyItem::all(from)],
        Output::Paths(paths) => {
            paths.into_iter().map(|path| CopyItem::new(from, format!("/{path}"), format!("/{path}"))).collect()
        }
    })
}
