//! What commands of the spec run in: checks and `run` steps. They run on the build platform.

use slipway_project::python::{Needs, OwnPackage};
use slipway_spec::Diagnostic;

use super::find::Found;
use super::folders::OWN;
use super::install::{Installer, Start, path_with};
use super::own::{mounts as mounts_of, packages};
use super::places::in_app;
use super::{package, sources};
use crate::paths::place_in;
use crate::presets::run_steps::{self, Place};
use crate::presets::{Context, in_folder, private, set, set_all};
use crate::shell::Text;
use crate::step::Container;
use crate::{Mount, PlanError, StepId};

/// Copies what the build of the project makes in addition to its files.
const COPY_OWN: &str = "(cd /opt/slipway-own && find . -path ./.venv -prune -o -type f -print0 | xargs -0 -r cp -a --parents -t \"$SLIPWAY_APP\")\n";

/// What commands see beside the files of the program.
pub(super) struct Surroundings {
    root: StepId,
    env: Vec<(String, String)>,
    mounts: Vec<Mount>,
    /// Shell text that runs before a command.
    pub(super) before: Text,
}

impl Surroundings {
    /// A container with these files.
    pub(super) fn container(&self, cx: &Context<'_, '_>, files: Mount) -> Container {
        let container = Container::new(self.root, &cx.request().build_platform, self.env.clone());
        container.mount(files).mounts(self.mounts.iter().cloned())
    }
}

/// Variables by which programs find the environment, and the modules of a program whose files are in `app`.
pub(super) fn environment(
    base: &[(String, String)],
    venv: &str,
    (roots, app): (&[String], &str),
) -> Vec<(String, String)> {
    let places: Vec<_> =
        roots.iter().map(|root| if root.is_empty() { app.to_owned() } else { in_folder(app, root) }).collect();
    let mut env = Vec::new();
    set(&mut env, "PATH", &path_with(base, &format!("{venv}/bin")));
    set(&mut env, "VIRTUAL_ENV", venv);
    set(&mut env, "PYTHONPATH", &places.join(":"));
    env
}

impl Installer<'_> {
    /// What commands see of installed packages, where `venv` holds the dependencies and the program's files are in
    /// `app`; `title` starts the name of the step that adds the packages of images.
    pub(super) fn surroundings(
        &self,
        cx: &mut Context<'_, '_>,
        found: &Found,
        needs: &Needs,
        (venv, app): (StepId, &str),
        title: &str,
    ) -> Result<Surroundings, Diagnostic> {
        let Found { own, roots, places, .. } = found;
        let (toolchain, minor) = (self.toolchain, self.project.minor());
        let mut env = toolchain.env.clone();
        set_all(&mut env, &environment(&self.bare.env, &places.venv, (roots, app)));
        let known = env.iter().filter(|(name, _)| name == "PYTHONPATH");
        let mut path: Vec<_> = known.map(|(_, path)| path.clone()).collect();
        set_all(&mut env, self.own_env);
        set(&mut env, "PYTHONDONTWRITEBYTECODE", "1");
        let mut mounts =
            vec![Mount::read_only(places.venv.as_str(), venv), Mount::tmpfs("/tmp"), Mount::tmpfs("/root")];
        // Mounts cannot be merged file by file, so packages of the repository have paths of their own.
        for local in &needs.locals {
            let place = format!("/opt/slipway-packages/{}", local.name);
            path.push(packages(&place, &minor));
            mounts.push(Mount::read_only(place, package::plan(cx, self, local)));
        }
        let mut before = Text::default();
        match own {
            OwnPackage::Nothing => {}
            OwnPackage::Texts(_) => {
                path.push(packages(OWN, &minor));
                mounts.extend(mounts_of(own, OWN, &minor));
            }
            OwnPackage::Built(local) => {
                path.push(packages(&format!("{OWN}/.venv"), &minor));
                mounts.push(Mount::read_only(OWN, package::plan_own(cx, self, local, roots)));
                before = before + in_app(app) + COPY_OWN;
            }
        }
        set(&mut env, "PYTHONPATH", &path.join(":"));
        // A command needs what the program needs where it runs.
        let (platform, span) = (&cx.request().build_platform, cx.span());
        let (owner, root, manager) = (cx.name, toolchain.root, toolchain.manager);
        let into = crate::packages::InstallInto { owner, title, root, manager, env: &toolchain.env, platform, span };
        let root = crate::packages::install(cx.draft, &into, &cx.packages.runtime);
        Ok(Surroundings { root, env, mounts, before })
    }

    /// Plans the `run` steps, with the dependencies of the image. The repository is in the folder of the application, so
    /// a program at its root has the paths that it has in images.
    pub(super) fn run_steps(&self, cx: &mut Context<'_, '_>, found: &Found) -> Result<(), PlanError> {
        if !run_steps::any(cx) {
            return Ok(());
        }
        let Found { project, needs, documents, places, .. } = found;
        let venv = self.environment(cx, needs, Start::New);
        let app = place_in(places.app(), &project.folder);
        let title = format!("[{} run packages]", cx.name);
        let surroundings = self.surroundings(cx, found, needs, (venv, &app), &title)?;
        let place = Place {
            platform: cx.request().build_platform.clone(),
            online: Vec::new(),
            tool: private::Tool::Python,
            repository: places.app().to_owned(),
            manifests: project.folder.clone(),
            folder: project.folder.clone(),
            before: surroundings.before.clone(),
        };
        let members = needs.members(project);
        run_steps::plan(cx, &place, |cx| {
            let sources = sources::select(cx, project, Some(&members), &documents.paths)?;
            Ok(surroundings.container(cx, Mount::discarded(places.app(), sources)))
        })
    }
}
