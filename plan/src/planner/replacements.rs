//! What the command line names instead of builds, stages and images of the file. As in a Dockerfile, this replaces the
//! whole part: nothing that only it needs is planned.

use std::sync::Arc;

use slipway_spec::model::{BuildUse, Stage, StagePlatform};
use slipway_spec::{Diagnostic, Name, Spanned};

use super::Planner;
use crate::final_image::Ends;
use crate::ground::Ground;
use crate::named_contexts::{self, As};
use crate::output::BuildOutput;
use crate::stage::{self, StageOutput};
use crate::{LayerItem, PlanError, Platform, Target};

impl Planner<'_> {
    /// What the command line names instead of a build, a stage or an image.
    pub(super) async fn replacement(
        &mut self,
        kind: Name,
        name: &str,
        place: (&Platform, As),
    ) -> Result<Option<Ground>, PlanError> {
        let spec = self.draft.spec;
        let defined = match kind {
            Name::Build => spec.builds.get_entry(name).map(|(name, _)| name),
            Name::Stage => spec.stages.get_entry(name).map(|(name, _)| name),
            Name::Image => spec.images.get_entry(name).map(|(name, _)| name),
            Name::Context | Name::Secret => None,
        };
        match defined {
            Some(defined) => named_contexts::given(&mut self.draft, defined, place).await,
            None => Ok(None),
        }
    }

    /// The same as a stage.
    pub(super) async fn replaced_stage(
        &mut self,
        name: &Spanned<String>,
        stage: &Stage,
        is_inherited: bool,
    ) -> Result<Option<StageOutput>, PlanError> {
        let platform = stage::platform(stage);
        let place = (self.draft.platform_of(platform), if is_inherited { As::Base } else { As::Files });
        let ground = self.replacement(Name::Stage, &name.value, place).await?;
        Ok(ground.and_then(|ground| stage::replaced(ground, platform)))
    }

    /// The same as the result.
    pub(super) async fn replaced_target(&mut self, target: Target<'_>) -> Result<Option<Ends>, PlanError> {
        let (kind, name, used) = match target {
            Target::Image { name, variant: None, .. } => (Name::Image, name, As::Base),
            Target::Build { name, .. } => (Name::Build, name, As::Files),
            _ => return Ok(None),
        };
        let platform = self.draft.platform;
        let Some(ground) = self.replacement(kind, &name.value, (platform, used)).await? else { return Ok(None) };
        Ok(match (used, ground.step) {
            (As::Files, step) => step.map(|step| Ends::files(platform, step)),
            (As::Base, _) => stage::replaced(ground, StagePlatform::Target).map(|made| self.stage_ends(&made)),
        })
    }

    /// The output of a build with what the command line names instead of it. What images have beside it, such as
    /// dependencies, remains.
    pub(super) async fn with_replaced_build(
        &mut self,
        owner: &str,
        used: &BuildUse,
        made: Arc<BuildOutput>,
    ) -> Result<Arc<BuildOutput>, PlanError> {
        let Some(name) = &used.name else { return Ok(made) };
        let place = (self.draft.platform, As::Files);
        let Some(given) = self.replacement(Name::Build, &name.value, place).await?.and_then(|ground| ground.step)
        else {
            return Ok(made);
        };
        let is_same = self.draft.spec.builds.get(name).is_some_and(|build| Arc::ptr_eq(build, &used.build));
        let mut replaced = BuildOutput::clone(&made);
        let mut count = 0;
        for item in replaced.layers.iter_mut().flat_map(|layer| &mut layer.items) {
            if let LayerItem::Copy(copy) = item
                && copy.from == made.output
            {
                copy.from = given;
                count += 1;
            }
        }
        if !is_same || count == 0 {
            let message = format!("`--build-context {}=…` cannot replace the build in the image `{owner}`", name.value);
            let why = if is_same { "ships files that are not in its output" } else { "has options of its own for it" };
            let help = format!("`{owner}` {why}; replace the image with `--build-context {owner}=…`");
            return Err(Diagnostic::error(name.span, message).with_help(help).into());
        }
        Ok(Arc::new(BuildOutput { output: given, ..replaced }))
    }
}
