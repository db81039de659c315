//! The builds of a spec: each is planned once for the requirements of its images.

use std::sync::Arc;

use slipway_spec::model::{Build, Distro, Image, Preset};
use slipway_spec::{Diagnostic, Span, Spanned, Spec, join_path};

use crate::draft::{Draft, Known};
use crate::named_paths::Use;
use crate::output::BuildOutput;
use crate::paths::context_path;
use crate::presets::{self, BuildPackages, Context};
use crate::traced::Wanted;
use crate::{CopyItem, PlanError, StepId};

/// The outputs of builds, each planned once for the requirements of its images.
#[derive(Default)]
pub(super) struct Builds {
    known: Vec<KnownBuild>,
}

struct KnownBuild {
    build: Arc<Build>,
    dependencies: Wanted,
    runtime: Option<String>,
    distro: Option<Distro>,
    /// The name and the location of its steps, if all checks are planned.
    checked_as: Option<(String, Span)>,
    made: Known<Arc<BuildOutput>>,
}

/// The Debian releases for an image: the nearest key names each.
pub(super) struct Distros<'s> {
    pub(super) toolchain: Option<&'s Spanned<Distro>>,
    pub(super) runtime: Option<&'s Spanned<Distro>>,
}

impl<'s> Distros<'s> {
    pub(super) fn of(spec: &'s Spec, image: &'s Image) -> Self {
        let build = image.build.as_ref().and_then(|used| used.build.keys.distro.as_ref());
        let (own, file) = (image.keys.distro.as_ref(), spec.distro.as_ref());
        Self { toolchain: build.or(own).or(file), runtime: own.or(build).or(file) }
    }
}

/// The Debian release of the toolchain of a build that no image asks for.
pub(super) fn distro_of<'s>(spec: &'s Spec, build: &'s Build) -> Option<&'s Spanned<Distro>> {
    build.keys.distro.as_ref().or(spec.distro.as_ref())
}

impl Builds {
    /// The steps of the outputs.
    pub(super) fn steps(&self) -> impl Iterator<Item = StepId> {
        self.known.iter().filter_map(|known| known.made.0.as_ref().ok()).flat_map(|made| made.steps())
    }

    /// Drops the outputs of a build.
    pub(super) fn forget(&mut self, build: &Arc<Build>) {
        self.known.retain(|known| !Arc::ptr_eq(&known.build, build));
    }

    /// The output of a build for an image with this purpose and this runtime, whose toolchain is on this Debian
    /// release.
    pub(super) async fn made(
        &mut self,
        draft: &mut Draft<'_>,
        name: &str,
        build: &Arc<Build>,
        dependencies: Wanted,
        for_image: (Option<&str>, Option<&Spanned<Distro>>),
    ) -> Result<Arc<BuildOutput>, PlanError> {
        self.planned(draft, name, build, (dependencies, None), for_image).await
    }

    /// The same with the steps of all checks, for their targets. Steps that do the same are the same if they have one
    /// location.
    pub(super) async fn checked(
        &mut self,
        draft: &mut Draft<'_>,
        (name, span): (&str, Span),
        build: &Arc<Build>,
        distro: Option<&Spanned<Distro>>,
    ) -> Result<Arc<BuildOutput>, PlanError> {
        self.planned(draft, name, build, (Wanted::alone(), Some(span)), (None, distro)).await
    }

    async fn planned(
        &mut self,
        draft: &mut Draft<'_>,
        name: &str,
        build: &Arc<Build>,
        (dependencies, checks_at): (Wanted, Option<Span>),
        (runtime, distro): (Option<&str>, Option<&Spanned<Distro>>),
    ) -> Result<Arc<BuildOutput>, PlanError> {
        // Only a Python environment refers to a path in the runtime.
        let runtime = runtime.filter(|_| build.preset.value == Preset::Python).map(str::to_owned);
        let checked_as = checks_at.map(|span| (name.to_owned(), span));
        let is_same = |known: &&KnownBuild| {
            known.build == *build
                && known.dependencies == dependencies
                && known.checked_as == checked_as
                && known.runtime == runtime
                && known.distro == distro.map(|distro| distro.value)
        };
        if let Some(known) = self.known.iter().find(is_same) {
            return draft.again(known.made.clone());
        }
        draft.begin();
        let made =
            make(draft, name, build, (dependencies.clone(), checks_at), (runtime.clone(), distro)).await.map(Arc::new);
        let made = draft.end(made);
        let result = made.0.clone();
        let distro = distro.map(|distro| distro.value);
        self.known.push(KnownBuild { build: Arc::clone(build), dependencies, runtime, distro, checked_as, made });
        result
    }
}

async fn make(
    draft: &mut Draft<'_>,
    name: &str,
    build: &Build,
    (Wanted { set: dependencies, traced, purpose }, checks_at): (Wanted, Option<Span>),
    (runtime, distro): (Option<String>, Option<&Spanned<Distro>>),
) -> Result<BuildOutput, PlanError> {
    if let Some(traced) = traced.as_ref().filter(|_| build.preset.value != Preset::Node) {
        let message = format!("`traced` is for Node.js, and the build has the preset `{}`", build.preset.value.name());
        return Err(Diagnostic::error(traced.span, message).with_help("write `production`, or delete it").into());
    }
    let mut inputs = Vec::new();
    for (destination, address) in build.keys.inputs.iter() {
        let place = draft.address(address, Use::Input)?;
        let target = context_path(&destination.value, destination.span)?;
        inputs.push(CopyItem::new(place.step, place.path, format!("/{target}")));
    }
    let origin = build.origin.as_ref().map(|origin| draft.address(origin, Use::Static)).transpose()?;
    if let (Some(path), None) = (&build.source.path, &build.origin)
        && let Some(folder) = join_path("", &draft.eval(path)?).filter(|folder| !folder.is_empty())
    {
        let is_static = build.preset.value == Preset::Static;
        draft.name_context_path(if is_static { Use::Static } else { Use::Source }, &folder, path.span);
    }
    let packages = BuildPackages::of(draft, build)?;
    let written = Vec::new();
    let distro = distro.cloned();
    let image = match &build.keys.image {
        Some(template) => Some(Spanned::new(draft.eval(template)?, template.span)),
        None => None,
    };
    let mut cx = Context {
        draft,
        name,
        build,
        packages,
        inputs,
        written,
        origin,
        dependencies,
        traced,
        runtime,
        purpose,
        span: checks_at.unwrap_or(build.preset.span),
        all_checks: checks_at.is_some(),
        checked: Vec::new(),
        distro,
        image,
    };
    match presets::build(&mut cx).await {
        Ok(made) => Ok(BuildOutput { checked: cx.checked, ..made }),
        Err(PlanError::Files(error)) if error.is_about_file => {
            let found = Diagnostic::error(build.preset.span, error.message);
            let help = "the build reads it to plan its steps; if it is not needed, exclude it in `.dockerignore`";
            Err(found.with_help(help).into())
        }
        Err(PlanError::Invalid(found)) => {
            Err(PlanError::Invalid(found.into_iter().map(|found| presets::in_short_form(build, found)).collect()))
        }
        made => made,
    }
}
