//! The common parts of a build's steps, and their shared paths and names.

use std::collections::BTreeSet;

use slipway_project::node::{NodeProject, Settings};
use slipway_spec::Spanned;

use super::{APP, GENERATED, MANAGER};
use crate::contents;
use crate::paths::{is_within, place_in};
use crate::presets::application::Home;
use crate::presets::{Context, in_folder, set, set_all};
use crate::shell::Text;
use crate::step::Container;
use crate::{Mount, Platform, StepId};

/// The common parts of a build's steps.
pub(super) struct NodeSteps<'a> {
    /// The build's name.
    pub(super) name: &'a str,
    pub(super) project: &'a NodeProject,
    /// The scripts that create the output.
    pub(super) scripts: &'a [Spanned<String>],
    /// The image of steps, on the build platform.
    pub(super) here: Place,
    /// The package manager, if the image does not include it.
    pub(super) manager: Option<StepId>,
    /// The image's environment and the build's own.
    pub(super) env: Vec<(String, String)>,
    /// The result of TypeScript's settings.
    pub(super) settings: &'a Settings,
    /// The folder of the application in images.
    pub(super) home: Home,
    /// The folder of the context that is the application's folder in images.
    pub(super) top: String,
    /// The paths in the spec's `output`, relative to the package.
    pub(super) kept: Vec<String>,
    /// Those beside the package, relative to the context.
    pub(super) beside: Vec<String>,
    /// The step with all dependencies, once it is planned: every step that runs a script uses it.
    pub(super) all: Option<StepId>,
}

/// Where packages are installed.
pub(super) struct Place {
    /// The image.
    pub(super) step: StepId,
    /// The image's own package manager.
    pub(super) system: contents::Manager,
    /// Its platform.
    pub(super) platform: Platform,
    /// The processor of the packages, if it is not the one of the platform.
    pub(super) cpu: Option<&'static str>,
}

impl Place {
    /// A container here.
    pub(super) fn container(&self, env: Vec<(String, String)>) -> Container {
        Container::new(self.step, &self.platform, env)
    }

    /// The name of a step that runs here.
    pub(super) fn name(&self, cx: &Context<'_, '_>, shared: String, phase: &str, what: &str) -> String {
        if self.platform == cx.request().build_platform {
            shared
        } else {
            format!("[{} {} {phase}] {what}", self.platform, cx.name)
        }
    }
}

/// Installed dependencies.
pub(super) struct Modules {
    pub(super) step: StepId,
    /// The required entries of the root `node_modules`; empty for all.
    pub(super) names: Vec<String>,
    /// What the image does not need, relative to the folder with the lockfile.
    pub(super) extra: BTreeSet<String>,
}

impl Modules {
    pub(super) fn whole(step: StepId) -> Self {
        Self { step, names: Vec::new(), extra: BTreeSet::new() }
    }

    /// Patterns of what the image does not need in a folder, relative to it.
    pub(super) fn extra_in(&self, folder: &str) -> Vec<String> {
        let inside = self.extra.iter().filter_map(|place| place.strip_prefix(folder)?.strip_prefix('/'));
        inside.map(str::to_owned).collect()
    }
}

impl NodeSteps<'_> {
    /// The name of a step that is the same for every package of a workspace.
    pub(super) fn workspace_step_name(&self, phase: &str, what: &str) -> String {
        let project = self.project;
        let name = if project.folder == project.root {
            self.name
        } else {
            project.root_package.name.as_deref().unwrap_or("workspace")
        };
        format!("[{name} {phase}] {what}")
    }

    /// The path in images of a path in the context.
    pub(super) fn in_image(&self, path: &str) -> String {
        let top = self.top.as_str();
        let below = if top.is_empty() { Some(path) } else { path.strip_prefix(top) };
        place_in(&self.home.path, below.unwrap_or(path).trim_matches('/'))
    }

    /// Whether images have the folder of the context that a path is in.
    pub(super) fn has_in_image(&self, path: &str) -> bool {
        is_within(&self.top, path)
    }

    /// The environment of a step that runs programs of a package.
    pub(super) fn step_env(&self, folder: &str) -> Vec<(String, String)> {
        let mut env = self.env.clone();
        let bin = |folder: &str| in_step(&in_folder(folder, "node_modules/.bin"));
        let mut path = vec![bin(folder)];
        if self.project.root != folder {
            path.push(bin(&self.project.root));
        }
        if self.manager.is_some() {
            path.push(format!("{MANAGER}/bin"));
        }
        path.extend(env.iter().find(|(name, _)| name == "PATH").map(|(_, path)| path.clone()));
        set(&mut env, "PATH", &path.join(":"));
        // Nothing else is writable, and programs write to their home.
        set_all(&mut env, &[("HOME".to_owned(), "/tmp".to_owned())]);
        env
    }

    /// A script that first lays generated files over the sources.
    pub(super) fn laying(&self, generated: Option<StepId>, script: Text) -> Text {
        Text::from(if generated.is_some() { LAY_GENERATED } else { "" }) + script
    }

    /// A container in the folder of a package, with its files and its programs' dependencies.
    pub(super) fn container(&self, folder: &str, files: Vec<Mount>, generated: Option<StepId>) -> Container {
        self.here
            .container(self.step_env(folder))
            .cwd(in_step(folder))
            .mounts(files)
            .mounts(generated.map(|generated| Mount::read_only(GENERATED, generated)))
            .mounts(self.manager.map(|manager| Mount::read_only(MANAGER, manager)))
            .mount(Mount::tmpfs("/tmp"))
    }
}

/// The path in steps of a path in the context.
pub(super) fn in_step(path: &str) -> String {
    place_in(APP, path)
}

/// Copies generated files over the sources.
const LAY_GENERATED: &str = "cp -a /run/generated/. /app/\n";
