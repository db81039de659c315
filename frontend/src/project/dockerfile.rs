//! Stages of Dockerfiles in a build: the Dockerfile frontend plans them, and says their config.

use std::collections::{BTreeMap, BTreeSet};

use buildkit_llb::Output;
use buildkit_proto::gateway;
use buildkit_proto::keys::{metadata, opts};
use serde_json::{Value, json};
use slipway_plan::{DockerfileStage, ImageOrigin, ProjectError, Source, Step, StepId, StepKind, Steps};

use super::GatewayProject;
use super::images::parse_config;
use crate::dockerfile;
use crate::lower::{Lowering, lower_step};

impl GatewayProject<'_> {
    /// The config of a stage, whose step is given with all steps that it needs.
    ///
    /// # Errors
    /// The context of the stage is not known yet.
    pub(super) async fn config_of_stage(&self, steps: &Steps, stage: StepId) -> Result<Value, ProjectError> {
        let Some(Step { owner, kind: StepKind::Dockerfile(adopted), .. }) = steps.get(stage) else {
            return Ok(json!({}));
        };
        let is_foreign = |id: StepId, step: &Step| match &step.kind {
            StepKind::Dockerfile(_) => id != stage,
            StepKind::Source(Source::Local { .. }) => true,
            StepKind::Base { image, .. } => {
                matches!(image.origin, ImageOrigin::Input { .. } | ImageOrigin::Files(Source::Local { .. }))
            }
            _ => false,
        };
        if steps.iter().any(|(id, step)| is_foreign(id, step)) {
            let message = "its context is from another Dockerfile, another build, or a folder of the command line";
            return Err(ProjectError::new(message));
        }
        let main = self.context().await?;
        let foreign = BTreeMap::new();
        let (options, caps) = (self.options(), self.session().llb_caps());
        let lowering = Lowering { options, caps, context: main, files: &[], foreign: &foreign };
        let context = adopted.context.map(|context| lower_step(steps, context, &lowering));
        // An error appears again with its location when the graph of the stage is made.
        let Ok(answer) = self.solve_dockerfile(owner, adopted, context.as_ref().unwrap_or(main)).await else {
            return Ok(json!({}));
        };
        let config = answer.and_then(|answer| answer.metadata.get(metadata::IMAGE_CONFIG).cloned());
        config.map_or_else(|| Ok(json!({})), |config| parse_config(&config))
    }

    /// Passes a stage of a Dockerfile to the Dockerfile frontend.
    pub(crate) async fn solve_dockerfile(
        &self,
        owner: &str,
        stage: &DockerfileStage,
        context: &Output,
    ) -> Result<Option<gateway::Result>, tonic::Status> {
        let definition = self.dockerfile(&stage.path);
        let contexts = self.options().given.keys().any(|key| key.starts_with(opts::CONTEXT_PREFIX));
        let is_ignored = contexts && !dockerfile::has_named_contexts(self.session().llb_caps());
        let images =
            if is_ignored || !self.policy().images.is_empty() { self.images_of(stage).await? } else { BTreeSet::new() };
        let files = (&definition, context);
        let part = (owner, stage, self.own_names());
        dockerfile::solve(self.session(), self.options(), files, self.encoded_inputs(), part, (self.policy(), &images))
            .await
    }

    /// The names in a Dockerfile that are images or contexts.
    async fn images_of(&self, stage: &DockerfileStage) -> Result<BTreeSet<String>, tonic::Status> {
        let file = self.session().solve(&self.dockerfile(&stage.path).marshal(), Vec::new()).await?;
        let text = self.session().read_file(&file.id, &stage.path).await?;
        Ok(dockerfile::images(stage, &String::from_utf8_lossy(&text)))
    }

    /// What to know about a Dockerfile with an image that there is not: names of the spec mean something else in it.
    pub(crate) async fn unseen_names(&self, stage: &DockerfileStage, error: &str) -> String {
        let names = self.images_of(stage).await.unwrap_or_default();
        let is_missing = |name: &str| error.contains(&format!("docker.io/library/{name}:"));
        let own = names.iter().filter(|name| self.own_names().contains(*name) && is_missing(name));
        own.map(|name| {
            format!(
                "; `{name}` of the spec is not known in `{0}`: use a name of your own there, and `--build-context \
                 NAME=…`, or give the stage a `context` with these files",
                stage.path
            )
        })
        .collect()
    }
}
