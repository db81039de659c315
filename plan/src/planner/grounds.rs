//! The bases of images and stages that are parts of the file, which were planned before.

use slipway_spec::model::BaseRef;
use slipway_spec::{Diagnostic, Name, Spanned, Spec};

use super::Planner;
use crate::ground::{Ground, MAX_DEPTH};
use crate::named_contexts::As;
use crate::stage::StageOutput;
use crate::{PlanError, Platform, final_image, named_contexts};

/// The maximum number of steps of stages in the history of an image.
const MAX_HISTORY: usize = 200;

impl Planner<'_> {
    /// The steps of a stage and of those that it starts from that change files, the first one first.
    pub(super) fn changes(&self, stage: &StageOutput) -> Vec<String> {
        let mut chain = vec![stage];
        let mut count = stage.changes.len();
        let mut below = stage.parent.as_ref();
        while let Some((Ok(stage), _)) = below.and_then(|name| self.stages.get(&name.value))
            && count < MAX_HISTORY
        {
            count = count.saturating_add(stage.changes.len());
            chain.push(stage);
            below = stage.parent.as_ref();
        }
        let lines = chain.into_iter().rev().flat_map(|stage| &stage.changes);
        // The engine describes the layers that nothing is said of.
        let hidden = count.saturating_sub(MAX_HISTORY);
        lines.skip(hidden).cloned().collect()
    }

    /// The base of an image or a stage for a platform, if it is a part of the file. That part was planned before.
    pub(super) async fn ground(&mut self, base: &BaseRef, platform: &Platform) -> Result<Option<Ground>, PlanError> {
        let Some((kind, name)) = base.part() else { return Ok(None) };
        let spec = self.draft.spec;
        let replacement = match kind {
            Name::Image => self.replacement(kind, &name.value, (platform, As::Base)).await?,
            _ => None,
        };
        let ground = match kind {
            _ if replacement.is_some() => replacement,
            Name::Stage => match self.stages.get(&name.value).cloned() {
                Some(known) => {
                    let stage = self.draft.again(known)?;
                    let of_stage = self.draft.platform_of(stage.platform);
                    if of_stage != platform {
                        return Err(other_platform(spec, name, of_stage, platform).into());
                    }
                    Some(stage.as_ground(name, platform, &self.changes(&stage)))
                }
                None => None,
            },
            Name::Image => match (self.images.get(&name.value).cloned(), spec.images.get(name)) {
                (Some(known), Some(image)) => {
                    let made = self.draft.again(known)?;
                    Some(final_image::as_ground(&mut self.draft, name, image, &made)?)
                }
                _ => None,
            },
            Name::Context => match spec.contexts.get_entry(name) {
                Some((defined, context)) => {
                    Some(named_contexts::plan(&mut self.draft, defined, context, (platform, As::Base)).await?)
                }
                None => None,
            },
            Name::Build | Name::Secret => None,
        };
        // The decoder of the spec has checked that names resolve.
        let missing = || Diagnostic::error(name.span, format!("there is no {} `{}`", kind.noun(), name.value));
        let ground = ground.ok_or_else(missing)?;
        if ground.depth > MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} images start from each other here");
            let help = "start from an image further down, or combine some of them";
            return Err(Diagnostic::error(name.span, message).with_help(help).into());
        }
        Ok(Some(ground))
    }
}

/// A base stage that runs on another platform than what starts from it.
fn other_platform(spec: &Spec, name: &Spanned<String>, of_stage: &Platform, wanted: &Platform) -> Diagnostic {
    let message = format!("the stage `{}` is for {of_stage}, but what starts from it is for {wanted}", name.value);
    let found = Diagnostic::error(name.span, message).with_help("delete `platform: build` from the stage");
    match spec.stages.get_entry(name) {
        Some((defined, _)) => found.with_label(defined.span, "the stage"),
        None => found,
    }
}
