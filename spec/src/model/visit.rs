//! Iterators over a whole spec, for code that needs every item of a kind.

use std::collections::HashSet;
use std::sync::Arc;

use crate::{Name, Spanned, Template};

use super::{Address, BaseRef, Build, Image, NamedContext, Spec, Stage, StageStep, StageStepKind};

impl Spec {
    /// Images and their variants.
    pub fn images_and_variants(&self) -> impl Iterator<Item = &Image> {
        self.images
            .iter()
            .flat_map(|(_, image)| std::iter::once(image).chain(image.variants.iter().map(|(_, variant)| variant)))
    }

    /// Every build: named builds, and builds of images. A build that several images share appears once.
    #[must_use]
    pub fn all_builds(&self) -> Vec<&Build> {
        let named = self.builds.iter().map(|(_, build)| build);
        let used = self.images_and_variants().filter_map(|image| image.build.as_ref()).map(|used| &used.build);
        let mut seen = HashSet::new();
        named.chain(used).filter(|build| seen.insert(Arc::as_ptr(build))).map(|build| &**build).collect()
    }

    /// Every address in images, builds and copy steps of stages.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        let files = self.images_and_variants().flat_map(|image| image.keys.files.iter());
        let files = files.filter_map(|(_, file)| Some(&file.copied()?.from));
        let inputs = self.all_builds().into_iter().flat_map(|build| build.keys.inputs.iter()).map(|(_, input)| input);
        let of_builds = self.all_builds().into_iter().flat_map(|build| build.packages.addresses());
        let of_images = self.images_and_variants().flat_map(|image| image.keys.packages.addresses());
        let steps = self.stages.iter().flat_map(|(_, stage)| steps(stage));
        let copies = steps.filter_map(|step| match &step.kind {
            StageStepKind::Copy(copy) => Some(&copy.from),
            StageStepKind::Run(_) | StageStepKind::File(_) => None,
        });
        let contexts = self.stages.iter().filter_map(|(_, stage)| match stage {
            Stage::Dockerfile(stage) => stage.context.as_ref(),
            Stage::Steps(_) => None,
        });
        files.chain(inputs).chain(of_builds).chain(of_images).chain(copies).chain(contexts)
    }

    /// The bases of images and stages that are parts of the file, with the kind of each.
    pub fn named_bases(&self) -> impl Iterator<Item = (Name, &Spanned<String>)> {
        let runtimes = self.images_and_variants().filter_map(|image| image.keys.runtime.as_ref());
        let stages = self.stages.iter().filter_map(|(_, stage)| stage.from());
        runtimes.chain(stages).filter_map(BaseRef::part)
    }

    /// The names of contexts, stages, builds and images.
    pub fn part_names(&self) -> impl Iterator<Item = &str> {
        let (contexts, stages) = (self.contexts.names(), self.stages.names());
        contexts.chain(stages).chain(self.builds.names()).chain(self.images.names())
    }

    /// Every reference of an image, which may be a short name of `runtime`.
    pub fn image_references(&self) -> impl Iterator<Item = &Template> {
        let stages = self.stages.iter().filter_map(|(_, stage)| stage.from());
        let runtimes = self.images_and_variants().filter_map(|image| image.keys.runtime.as_ref());
        let contexts = self.contexts.iter().filter_map(|(_, context)| match context {
            NamedContext::Image(image) => Some(image),
            NamedContext::Git { .. } | NamedContext::Http { .. } | NamedContext::Path(_) => None,
        });
        let checks = self.checks.iter().map(|(_, check)| &check.from);
        let toolchains = self.all_builds().into_iter().filter_map(|build| build.keys.image.as_ref());
        let scanners = self.images_and_variants().filter_map(|image| image.keys.scan.as_ref()?.image.as_ref());
        let bases = stages.chain(runtimes).filter_map(BaseRef::image);
        bases.chain(contexts).chain(checks).chain(toolchains).chain(scanners)
    }

    /// Whether there are stages from Dockerfiles, whose references are unknown here.
    #[must_use]
    pub fn adopts_dockerfile(&self) -> bool {
        self.stages.iter().any(|(_, stage)| matches!(stage, Stage::Dockerfile { .. }))
    }
}

fn steps(stage: &Stage) -> &[StageStep] {
    match stage {
        Stage::Steps(stage) => &stage.steps,
        Stage::Dockerfile { .. } => &[],
    }
}
