//! Steps whose results come from elsewhere: stages of Dockerfiles, results of other builds, local folders of the
//! client.

use std::collections::{BTreeMap, BTreeSet};

use buildkit_llb::{Output, SourceFile};
use buildkit_proto::gateway::{self, Ref};
use buildkit_proto::keys::attrs;
use buildkit_proto::pb;
use futures_util::future::try_join_all;
use prost::Message as _;
use slipway_plan::{BaseImage, DockerfileStage, ImageOrigin, Plan, PlanError, Source, Step, StepId, StepKind};
use slipway_spec::{Diagnostic, Sources, Span};

use crate::failure::{Failure, source_info, to_range};
use crate::lower::{Lowering, lower_step};
use crate::probe;
use crate::project::GatewayProject;
use crate::unprivileged::own_definition;

/// Results by step, for all steps of a plan that Slipway does not lower itself.
pub(crate) async fn results(
    project: &GatewayProject<'_>,
    plan: &Plan,
    sources: &Sources,
    files: &[SourceFile],
) -> Result<BTreeMap<StepId, Output>, Failure> {
    let given = plan.steps.iter().filter_map(|(id, step)| match &step.kind {
        StepKind::Source(Source::Local { name })
        | StepKind::Base { image: BaseImage { origin: ImageOrigin::Files(Source::Local { name }), .. }, .. } => {
            Some((id, project.local(name)?))
        }
        StepKind::Base { image: BaseImage { origin: ImageOrigin::Input { name }, .. }, .. } => {
            Some((id, project.input(name)?.clone()))
        }
        _ => None,
    });
    let mut results: BTreeMap<StepId, Output> = given.collect();
    let own = plan.steps.iter().filter(|(_, step)| matches!(step.kind, StepKind::Source(Source::Frontend)));
    for (id, step) in own {
        results.insert(id, own_image(step)?);
    }
    for (id, step) in plan.steps.iter() {
        if let StepKind::Source(Source::Probe { platform }) = &step.kind {
            results.insert(id, probe::files(platform, step.span)?);
        }
    }
    let adopted: Vec<_> = plan.steps.iter().filter_map(|(id, step)| Some((id, step, stage_of(step)?))).collect();
    // The context of one may contain files of another, so these are done in order, and all others at once.
    let (independent, others): (Vec<_>, Vec<_>) =
        adopted.into_iter().partition(|(_, _, stage)| stage.context.is_none());
    let done = independent.into_iter().map(async |(id, step, stage)| {
        let context = project.context().await.map_err(PlanError::from)?.clone();
        Ok::<_, Failure>((id, dockerfile_stage(project, step, stage, &context, sources).await?))
    });
    results.extend(try_join_all(done).await?);
    for (id, step, stage) in others {
        let lowering = Lowering {
            options: project.options(),
            caps: project.session().llb_caps(),
            context: project.context().await.map_err(PlanError::from)?,
            files,
            foreign: &results,
        };
        let context = stage.context.map(|context| lower_step(&plan.steps, context, &lowering)).unwrap_or_default();
        let output = dockerfile_stage(project, step, stage, &context, sources).await?;
        results.insert(id, output);
    }
    Ok(results)
}

/// The image of the frontend, as the engine describes it to the frontend.
fn own_image(step: &Step) -> Result<Output, Failure> {
    let refused = |why: String| {
        let found = Diagnostic::error(step.span, format!("this engine cannot examine the image: {why}"));
        found.with_help("use BuildKit 0.10 or newer, or delete the key")
    };
    let missing = || refused("it does not describe the image of the frontend".to_owned());
    let bytes = own_definition().ok_or_else(missing)?;
    let own = Output::decode(&bytes);
    Ok(own.map_err(|error| refused(format!("its description of the image of the frontend is wrong ({error})")))?)
}

fn stage_of(step: &Step) -> Option<&DockerfileStage> {
    match &step.kind {
        StepKind::Dockerfile(stage) => Some(stage),
        _ => None,
    }
}

/// Builds a stage of a Dockerfile with the Dockerfile frontend, and returns the graph of its result.
async fn dockerfile_stage(
    project: &GatewayProject<'_>,
    step: &Step,
    stage: &DockerfileStage,
    context: &Output,
    sources: &Sources,
) -> Result<Output, Failure> {
    let answer = match project.solve_dockerfile(&step.owner, stage, context).await {
        Ok(answer) => answer,
        Err(status) => {
            let note = project.unseen_names(stage, status.message()).await;
            return Err(Failure::EngineAt { status: Box::new(status), span: step.span, note });
        }
    };
    let Some(Ref { id, def }) = only(answer) else {
        return Err(Diagnostic::error(step.span, "the Dockerfile frontend returned more than one result").into());
    };
    // A stage without files has no graph; any other has one.
    if def.is_none() && !id.is_empty() {
        let message = "this engine cannot describe the steps of a Dockerfile stage";
        return Err(Diagnostic::error(step.span, message).with_help("use BuildKit 0.7 or newer").into());
    }
    let mut definition = def.unwrap_or_default();
    if let Some(id) = secrets(&definition).into_iter().find(|id| !stage.secrets.contains(id)) {
        let message = format!("`{}` uses the secret `{id}`, which this stage does not list", stage.path);
        let help = format!("declare it under `secrets`, and add `secrets: [{id}]` to the stage");
        return Err(Diagnostic::error(step.span, message).with_help(help).into());
    }
    for image in images(&definition) {
        project
            .allows(&image)
            .map_err(|error| error.at(step.span, |error| Diagnostic::error(step.span, error.message)))?;
    }
    locate(&mut definition, sources, step.span);
    let unreadable =
        |error| Diagnostic::error(step.span, format!("the result of the Dockerfile frontend cannot be used: {error}"));
    Ok(Output::from_pb(&definition).map_err(unreadable)?)
}

/// The ids of all secrets that steps of a graph may use.
fn secrets(definition: &pb::Definition) -> BTreeSet<String> {
    let ops = definition.def.iter().filter_map(|op| match pb::Op::decode(op.as_slice()).ok()?.op? {
        pb::op::Op::Exec(exec) => Some(exec),
        _ => None,
    });
    ops.flat_map(|exec| {
        let mounts = exec.mounts.into_iter().filter_map(|mount| Some(mount.secret_opt?.id));
        mounts.chain(exec.secretenv.into_iter().map(|secret| secret.id)).collect::<Vec<_>>()
    })
    .collect()
}

/// The images of registries in a graph.
fn images(definition: &pb::Definition) -> BTreeSet<String> {
    let sources = definition.def.iter().filter_map(|op| match pb::Op::decode(op.as_slice()).ok()?.op? {
        pb::op::Op::Source(source) => Some(source.identifier),
        _ => None,
    });
    sources.filter_map(|source| source.strip_prefix(attrs::SCHEME_IMAGE).map(str::to_owned)).collect()
}

/// The single result of an answer.
fn only(answer: Option<gateway::Result>) -> Option<Ref> {
    match answer?.result? {
        gateway::result::Result::Ref(reference) => Some(reference),
        gateway::result::Result::Refs(references) => {
            let mut references = references.refs.into_values();
            references.next().filter(|_| references.next().is_none())
        }
        _ => None,
    }
}

/// Adds a location of the spec to those of each operation, so that errors show both.
fn locate(definition: &mut pb::Definition, sources: &Sources, span: Span) {
    let ops = definition.def.split_last().map(|(_, ops)| ops).unwrap_or_default();
    let source = definition.source.get_or_insert_default();
    let index = i32::try_from(source.infos.len()).unwrap_or(i32::MAX);
    source.infos.push(source_info(sources, span));
    for op in ops {
        let places = source.locations.entry(buildkit_llb::Digest::of(op).to_string()).or_default();
        places.locations.push(pb::Location { source_index: index, ranges: vec![to_range(span)] });
    }
}
