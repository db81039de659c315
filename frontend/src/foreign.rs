//! Steps whose results come from elsewhere: stages of Dockerfiles, results of other builds, local folders of the
//! client.

use std::collections::BTreeMap;

use buildkit_llb::Output;
use buildkit_proto::gateway::{self, Ref};
use buildkit_proto::keys::{build_args, frontend, opts};
use buildkit_proto::pb;
use futures_util::future::try_join_all;
use slipway_plan::{ImageOrigin, Plan, Platform, Source, Step, StepId, StepKind};
use slipway_spec::{Diagnostic, Sources, Span};

use crate::failure::{Failure, source_info, to_range};
use crate::options::Options;
use crate::project::GatewayProject;

/// The frontend that is built into BuildKit. It needs no image, whatever the `# syntax=` line of a Dockerfile says.
const DOCKERFILE_FRONTEND: &str = "dockerfile.v0";
/// Options with the same meaning for the Dockerfile frontend.
const SHARED_OPTIONS: &[&str] = &[
    opts::IMAGE_RESOLVE_MODE,
    opts::CACHE_IMPORTS,
    opts::CACHE_FROM,
    opts::ADD_HOSTS,
    opts::SHM_SIZE,
    opts::ULIMIT,
    opts::MEMORY,
    opts::MEMORY_SWAP,
    opts::CPU_SHARES,
    opts::CPU_PERIOD,
    opts::CPU_QUOTA,
    opts::CPUSET_CPUS,
    opts::CPUSET_MEMS,
    opts::CGROUP_PARENT,
    opts::FORCE_NETWORK_MODE,
    opts::HOSTNAME,
];
/// Prefixes of options with the same meaning for the Dockerfile frontend.
const SHARED_PREFIXES: &[&str] = &[
    opts::BUILD_ARG_PREFIX,
    opts::CONTEXT_PREFIX,
    opts::INPUT_METADATA_PREFIX,
    opts::LOCAL_SESSION_ID_PREFIX,
    opts::SHARED_KEY_PREFIX,
];
/// Build arguments about the whole build rather than a stage.
const OWN_ARGS: &[&str] = &[build_args::SYNTAX, build_args::DOCKERFILE_CHECK, build_args::MULTI_PLATFORM];

/// Results by step, for all steps of a plan that Slipway does not lower itself.
pub(crate) async fn results(
    project: &GatewayProject<'_>,
    plan: &Plan,
    sources: &Sources,
) -> Result<BTreeMap<StepId, Output>, Failure> {
    let wanted = plan.steps.iter().map(async |(id, step)| {
        let output = match &step.kind {
            StepKind::Dockerfile { path, target, platform } => {
                Some(dockerfile_stage(project, step, (path, target.as_deref(), platform), sources).await?)
            }
            StepKind::Source(Source::Local { name }) => project.local(name),
            StepKind::Source(Source::Input { name })
            | StepKind::Base { image: slipway_plan::BaseImage { origin: ImageOrigin::Input { name }, .. }, .. } => {
                project.input(name).cloned()
            }
            _ => None,
        };
        Ok::<_, Failure>(output.map(|output| (id, output)))
    });
    Ok(try_join_all(wanted).await?.into_iter().flatten().collect())
}

/// Builds a stage of a Dockerfile with the Dockerfile frontend, and returns the graph of its result.
async fn dockerfile_stage(
    project: &GatewayProject<'_>,
    step: &Step,
    (path, target, platform): (&str, Option<&str>, &Platform),
    sources: &Sources,
) -> Result<Output, Failure> {
    let context = project.context().await.map_err(slipway_plan::PlanError::from)?.marshal().encode();
    let mut inputs = project.encoded_inputs();
    inputs.insert(frontend::INPUT_CONTEXT.to_owned(), context);
    inputs.insert(frontend::INPUT_DOCKERFILE.to_owned(), project.dockerfile(path).marshal().encode());
    let options = project.options();
    let answer = project
        .session()
        .solve_with(
            DOCKERFILE_FRONTEND,
            stage_options(options, step, path, target, platform),
            inputs,
            &options.cache_imports,
        )
        .await
        .map_err(|status| Failure::EngineAt { status: Box::new(status), span: step.span })?;
    let Some(Ref { id, def }) = only(answer) else {
        return Err(Diagnostic::error(step.span, "the Dockerfile frontend returned more than one result").into());
    };
    // A stage without files has no graph; any other has one.
    if def.is_none() && !id.is_empty() {
        let message = "this engine cannot describe the steps of a Dockerfile stage";
        return Err(Diagnostic::error(step.span, message).with_help("use BuildKit 0.7 or newer").into());
    }
    let mut definition = def.unwrap_or_default();
    locate(&mut definition, sources, step.span);
    let unreadable =
        |error| Diagnostic::error(step.span, format!("the result of the Dockerfile frontend cannot be used: {error}"));
    Ok(Output::from_pb(&definition).map_err(unreadable)?)
}

fn stage_options(
    options: &Options,
    step: &Step,
    path: &str,
    target: Option<&str>,
    platform: &Platform,
) -> BTreeMap<String, String> {
    let is_own = |key: &str| key.strip_prefix(opts::BUILD_ARG_PREFIX).is_some_and(|name| OWN_ARGS.contains(&name));
    let is_shared = |key: &str| {
        SHARED_OPTIONS.contains(&key) || SHARED_PREFIXES.iter().any(|prefix| key.starts_with(prefix)) && !is_own(key)
    };
    let shared = options.given.iter().filter(|(key, _)| is_shared(key));
    let mut chosen: BTreeMap<_, _> = shared.map(|(key, value)| (key.clone(), value.clone())).collect();
    let mut set = |key: &str, value: String| chosen.insert(key.to_owned(), value);
    set(opts::FILENAME, path.to_owned());
    set(opts::PLATFORM, platform.to_string());
    // If this is set, no `# syntax=` line is looked for.
    set(opts::CMDLINE, DOCKERFILE_FRONTEND.to_owned());
    if let Some(target) = target {
        set(opts::TARGET, target.to_owned());
    }
    if options.no_cache.covers(&step.owner) {
        set(opts::NO_CACHE, String::new());
    }
    chosen
}

/// The single result of an answer.
fn only(answer: Option<gateway::result::Result>) -> Option<Ref> {
    match answer? {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_of_a_dockerfile_gets_what_concerns_it() {
        let vars = [
            ("BUILDKIT_SESSION_ID", "session"),
            ("BUILDKIT_WORKERS", r#"[{"platforms":[{"os":"linux","architecture":"amd64"}]}]"#),
            ("BUILDKIT_FRONTEND_OPT_0", "target=app"),
            ("BUILDKIT_FRONTEND_OPT_1", "build-arg:VERSION=1"),
            ("BUILDKIT_FRONTEND_OPT_2", "build-arg:BUILDKIT_SYNTAX=x"),
            ("BUILDKIT_FRONTEND_OPT_3", "context:busybox=docker-image://b"),
            ("BUILDKIT_FRONTEND_OPT_4", "requestid=x"),
            ("BUILDKIT_FRONTEND_OPT_5", "no-cache=legacy"),
            ("BUILDKIT_FRONTEND_OPT_6", "platform=linux/amd64,linux/arm64"),
            ("BUILDKIT_FRONTEND_OPT_7", "add-hosts=a=1.2.3.4"),
            ("BUILDKIT_FRONTEND_OPT_8", "label:a=b"),
        ];
        let options = Options::from_env(vars.map(|(name, value)| (name.to_owned(), value.to_owned()))).unwrap();
        let step =
            Step { owner: "legacy".to_owned(), name: "x".to_owned(), span: Span::START, kind: StepKind::Context };
        let chosen = stage_options(&options, &step, "old/Dockerfile", Some("builder"), &"linux/arm64".parse().unwrap());
        let chosen: Vec<_> = chosen.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(
            chosen,
            [
                "add-hosts=a=1.2.3.4",
                "build-arg:VERSION=1",
                "cmdline=dockerfile.v0",
                "context:busybox=docker-image://b",
                "filename=old/Dockerfile",
                "no-cache=",
                "platform=linux/arm64",
                "target=builder",
            ]
        );
    }
}
