//! Stages of Dockerfiles, which the Dockerfile frontend of the engine plans.
//!
//! It gets what the spec gives to the stage, and options about how steps run. Build arguments, labels and the target of
//! this build do not reach it, and neither do replacements of parts of the spec. Images that the command line or the
//! policy replaces are replaced in Dockerfiles, too.

mod names;

use std::collections::{BTreeMap, BTreeSet};

use buildkit_llb::{Cap, Caps, Output};
use buildkit_proto::gateway;
use buildkit_proto::keys::{build_args, frontend, opts};
use slipway_plan::DockerfileStage;
use slipway_spec::model::Policy;
use tonic::Status;

use crate::gateway::Session;
use crate::image_ref::familiar;
use crate::options::Options;
use crate::policy;

/// The frontend that is built into BuildKit. It needs no image, whatever the `# syntax=` line of a Dockerfile says.
const FRONTEND: &str = "dockerfile.v0";
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
const SHARED_PREFIXES: &[&str] = &[opts::INPUT_METADATA_PREFIX, opts::LOCAL_SESSION_ID_PREFIX, opts::SHARED_KEY_PREFIX];
/// Build arguments about the engine and the network rather than a Dockerfile.
const SHARED_ARGS: &[&str] = &[
    build_args::CACHE_MOUNT_NS,
    build_args::SANDBOX_HOSTNAME,
    "SOURCE_DATE_EPOCH",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "FTP_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
];

/// Whether the Dockerfile frontend of an engine has named contexts, as BuildKit has since 0.10. Engines list ulimits
/// since then.
pub(crate) fn has_named_contexts(caps: &Caps) -> bool {
    caps.supports(Cap::ExecMetaUlimit)
}

/// The images that a stage of a Dockerfile may name, as they are written.
pub(crate) fn images(stage: &DockerfileStage, text: &str) -> BTreeSet<String> {
    names::images(text, &stage.args)
}

/// Passes a stage to the Dockerfile frontend. Nothing runs before its result is used. `images` are those that the
/// policy may replace.
pub(crate) async fn solve(
    session: &Session,
    options: &Options,
    (definition, context): (&Output, &Output),
    mut inputs: BTreeMap<String, Vec<u8>>,
    (owner, stage, own_names): (&str, &DockerfileStage, &BTreeSet<String>),
    (policy, images): (&Policy, &BTreeSet<String>),
) -> Result<Option<gateway::Result>, Status> {
    inputs.insert(frontend::INPUT_CONTEXT.to_owned(), context.marshal().encode());
    inputs.insert(frontend::INPUT_DOCKERFILE.to_owned(), definition.marshal().encode());
    let mut chosen = stage_options(options, owner, stage, own_names);
    for name in images {
        let Some(image) = policy::replacement(policy, name) else { continue };
        // The command line precedes the policy.
        chosen.entry(context_key(name)).or_insert_with(|| format!("docker-image://{image}"));
    }
    if let Some(name) = replaced(images, &chosen).filter(|_| !has_named_contexts(session.llb_caps())) {
        return Err(Status::unimplemented(format!(
            "another image is given for `{name}`, but the Dockerfile frontend of this engine cannot replace images: use \
             BuildKit 0.10 or newer, or name the other image in the Dockerfile"
        )));
    }
    session.solve_with(FRONTEND, chosen, inputs, &options.cache_imports).await
}

/// The option with the replacement of an image.
fn context_key(image: &str) -> String {
    format!("{}{}", opts::CONTEXT_PREFIX, familiar(image))
}

/// An image that options replace, on all platforms or on one.
fn replaced<'a>(images: &'a BTreeSet<String>, chosen: &BTreeMap<String, String>) -> Option<&'a String> {
    images.iter().find(|image| {
        let key = context_key(image);
        let is_same = |rest: &str| rest.is_empty() || rest.starts_with(opts::PLATFORM_SEPARATOR);
        chosen.keys().any(|option| option.strip_prefix(key.as_str()).is_some_and(is_same))
    })
}

fn stage_options(
    options: &Options,
    owner: &str,
    stage: &DockerfileStage,
    own_names: &BTreeSet<String>,
) -> BTreeMap<String, String> {
    let is_shared = |key: &str| {
        if let Some(arg) = key.strip_prefix(opts::BUILD_ARG_PREFIX) {
            return SHARED_ARGS.iter().any(|shared| arg.eq_ignore_ascii_case(shared));
        }
        if let Some(name) = key.strip_prefix(opts::CONTEXT_PREFIX) {
            let name = name.split(opts::PLATFORM_SEPARATOR).next().unwrap_or(name);
            return !own_names.contains(name);
        }
        SHARED_OPTIONS.contains(&key) || SHARED_PREFIXES.iter().any(|prefix| key.starts_with(prefix))
    };
    let shared = options.given.iter().filter(|(key, _)| is_shared(key));
    let mut chosen: BTreeMap<_, _> = shared.map(|(key, value)| (key.clone(), value.clone())).collect();
    let mut set = |key: &str, value: String| chosen.insert(key.to_owned(), value);
    set(opts::FILENAME, stage.path.clone());
    set(opts::PLATFORM, stage.platform.to_string());
    // If this is set, no `# syntax=` line is looked for.
    set(opts::CMDLINE, FRONTEND.to_owned());
    for (name, value) in &stage.args {
        set(&format!("{}{name}", opts::BUILD_ARG_PREFIX), value.clone());
    }
    if let Some(target) = &stage.target {
        set(opts::TARGET, target.clone());
    }
    if options.no_cache.covers(owner) {
        set(opts::NO_CACHE, String::new());
    }
    chosen
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
            ("BUILDKIT_FRONTEND_OPT_9", "build-arg:https_proxy=http://proxy"),
            ("BUILDKIT_FRONTEND_OPT_10", "context:shared=local:shared"),
            ("BUILDKIT_FRONTEND_OPT_11", "context:tools=docker-image://tools"),
        ];
        let options = Options::from_env(vars.map(|(name, value)| (name.to_owned(), value.to_owned()))).unwrap();
        let stage = DockerfileStage {
            path: "old/Dockerfile".to_owned(),
            context: None,
            args: vec![("LEVEL".to_owned(), "2".to_owned())],
            target: Some("builder".to_owned()),
            secrets: Vec::new(),
            platform: "linux/arm64".parse().unwrap(),
        };
        let chosen = stage_options(&options, "legacy", &stage, &BTreeSet::from(["tools".to_owned()]));
        let chosen: Vec<_> = chosen.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(
            chosen,
            [
                "add-hosts=a=1.2.3.4",
                "build-arg:LEVEL=2",
                "build-arg:https_proxy=http://proxy",
                "cmdline=dockerfile.v0",
                "context:busybox=docker-image://b",
                "context:shared=local:shared",
                "filename=old/Dockerfile",
                "no-cache=",
                "platform=linux/arm64",
                "target=builder",
            ]
        );
    }

    #[test]
    fn an_image_is_replaced_by_its_name_or_for_a_platform() {
        let images = BTreeSet::from(["busybox:1.37".to_owned(), "docker.io/library/debian".to_owned()]);
        let of = |key: &str| replaced(&images, &BTreeMap::from([(key.to_owned(), "docker-image://x".to_owned())]));
        assert_eq!(of("context:busybox:1.37").map(String::as_str), Some("busybox:1.37"));
        assert_eq!(of("context:busybox:1.37::linux/arm64").map(String::as_str), Some("busybox:1.37"));
        assert_eq!(of("context:debian").map(String::as_str), Some("docker.io/library/debian"));
        for other in ["context:busybox", "context:busybox:1.37.0", "build-arg:busybox:1.37"] {
            assert_eq!(of(other), None, "{other}");
        }
        let old = Caps::all().without(Cap::ExecMetaUlimit);
        assert!(has_named_contexts(&Caps::all()) && !has_named_contexts(&old));
    }
}
