//! What several rules look for in a spec: every image, build and text of it.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use slipway_spec::model::{Build, Image, RunStep, Stage, StageStepKind, StepsStage};
use slipway_spec::{Map, Scope, Spanned, Spec, Template};

use crate::Lint;

impl<'a> Lint<'a> {
    /// Images as they ship, without their variants.
    pub(crate) fn images(&self) -> impl Iterator<Item = (&'a Spanned<String>, &'a Image)> + use<'a> {
        self.spec.images.iter()
    }

    /// Images and their variants.
    pub(crate) fn images_and_variants(&self) -> impl Iterator<Item = &'a Image> + use<'a> {
        self.spec
            .images
            .iter()
            .flat_map(|(_, image)| std::iter::once(image).chain(image.variants.iter().map(|(_, variant)| variant)))
    }

    /// Every build: those with names, and those of images; what several images share comes once.
    pub(crate) fn builds(&self) -> Vec<&'a Build> {
        let named = self.spec.builds.iter().map(|(_, build)| build);
        let used = self.images_and_variants().filter_map(|image| image.build.as_ref()).map(|used| &used.build);
        let mut seen = HashSet::new();
        named.chain(used).filter(|build| seen.insert(Arc::as_ptr(build))).map(|build| &**build).collect()
    }

    /// Stages with steps of the file's own.
    pub(crate) fn stages(&self) -> impl Iterator<Item = (&'a Spanned<String>, &'a StepsStage)> + use<'a> {
        self.spec.stages.iter().filter_map(|(name, stage)| match stage {
            Stage::Steps(steps) => Some((name, steps)),
            Stage::Dockerfile { .. } => None,
        })
    }

    /// Steps of stages that run something.
    pub(crate) fn run_steps(&self) -> impl Iterator<Item = &'a RunStep> + use<'a> {
        self.stages().flat_map(|(_, stage)| &stage.steps).filter_map(|step| match &step.kind {
            StageStepKind::Run(run) => Some(run),
            StageStepKind::Copy(_) | StageStepKind::File(_) => None,
        })
    }

    /// Environment of steps: of builds, stages and checks.
    pub(crate) fn step_envs(&self) -> Vec<&'a Map<Template>> {
        let mut envs = Vec::new();
        for build in self.builds() {
            envs.push(&build.keys.env);
            envs.extend(build.keys.install.iter().map(|install| &install.env));
            envs.extend(build.keys.checks.iter().map(|(_, check)| &check.env));
        }
        envs.extend(self.stages().map(|(_, stage)| &stage.env));
        envs.extend(self.run_steps().map(|run| &run.env));
        envs.extend(self.spec.checks.iter().map(|(_, check)| &check.env));
        envs
    }

    /// A text with the defaults of arguments in it; `None` where one has none, or is told by the platform.
    pub(crate) fn text(&self, template: &Template) -> Option<String> {
        match template.as_literal() {
            Some(text) => Some(text.to_owned()),
            None => template.eval(&Defaults::of(self.spec, template)).ok(),
        }
    }
}

/// The arguments that a text names, with their defaults.
struct Defaults<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Defaults<'a> {
    fn of(spec: &'a Spec, template: &'a Template) -> Self {
        let value = |name: &'a str| Some((name, spec.args.get(name)?.default.as_ref()?.value.as_str()));
        Self(template.names().filter_map(value).collect())
    }
}

impl Scope for Defaults<'_> {
    fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).copied()
    }

    fn names(&self) -> Vec<&str> {
        self.0.keys().copied().collect()
    }
}
