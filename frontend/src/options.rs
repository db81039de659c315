//! The options of the command line, which BuildKit passes in the environment.
//!
//! Options are passed as `BUILDKIT_FRONTEND_OPT_<n>=key=value` in any order. They are parsed once, here; unknown keys
//! are ignored, as the protocol requires.

use std::collections::BTreeMap;

use base64::Engine as _;
use buildkit_llb::Platform;
use buildkit_proto::gateway::CacheOptionsEntry;
use buildkit_proto::keys::{build_args, env, metadata as metadata_keys, opts};
use serde::Deserialize;

use crate::no_cache::{NoCache, Part};

mod given;
mod steps;

use given::Given;
pub(crate) use given::{boolean, split};

pub(crate) use steps::{StepNetwork, StepOptions};

/// The options of a build.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// The client's session.
    pub(crate) session_id: String,
    /// Separate sessions of some local folders.
    pub(crate) local_sessions: BTreeMap<String, String>,
    /// Name of the spec file inside its source.
    pub(crate) filename: String,
    pub(crate) target: Option<String>,
    /// `--platform` as written, in order.
    pub(crate) platforms: Vec<String>,
    /// Whether the result must, or must not, be one per platform.
    pub(crate) multi_platform: Option<bool>,
    pub(crate) build_args: BTreeMap<String, String>,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) no_cache: NoCache,
    /// Where images are looked up: `default`, `pull` or `local`.
    pub(crate) resolve_mode: String,
    pub(crate) cache_imports: Vec<CacheOptionsEntry>,
    /// Named contexts: name, with `::platform` if it is for one platform, to `type:rest`.
    pub(crate) contexts: BTreeMap<String, String>,
    /// The URL of a main context that is not a local folder of the client.
    pub(crate) remote_context: Option<String>,
    /// The folder in a main context from elsewhere that is used instead.
    pub(crate) context_subdir: Option<String>,
    /// The local folder with the spec, if the main context must not have it.
    pub(crate) spec_local: Option<String>,
    /// The requested `--call` method.
    pub(crate) request_id: Option<String>,
    /// All options as they were passed, for another frontend that does part of the work.
    pub(crate) given: BTreeMap<String, String>,
    /// The platform of the steps.
    pub(crate) build_platform: Platform,
    /// How they run.
    pub(crate) steps: StepOptions,
}

impl Options {
    /// Reads the environment of this process.
    ///
    /// # Errors
    /// A known option has an invalid value; the message names it.
    pub(crate) fn from_env(vars: impl IntoIterator<Item = (String, String)>) -> Result<Self, String> {
        let mut session_id = String::new();
        let mut workers = String::new();
        let mut options = BTreeMap::new();
        for (name, value) in vars {
            if name.starts_with(env::FRONTEND_OPT_PREFIX) {
                if let Some((key, value)) = value.split_once('=') {
                    options.insert(key.to_owned(), value.to_owned());
                }
            } else if name == env::SESSION_ID {
                session_id = value;
            } else if name == env::WORKERS {
                workers = value;
            }
        }
        let mut given = Given(options.clone());
        let build_args = given.with_prefix(opts::BUILD_ARG_PREFIX);
        let context_key = given.take(opts::CONTEXT_KEY);
        let multi_platform =
            given.take(opts::MULTI_PLATFORM).or_else(|| build_args.get(build_args::MULTI_PLATFORM).cloned());
        Ok(Self {
            session_id,
            local_sessions: given.with_prefix(opts::LOCAL_SESSION_ID_PREFIX),
            filename: given.take(opts::FILENAME).unwrap_or_else(|| "Dockerfile".to_owned()),
            target: given.take(opts::TARGET),
            platforms: given.list(opts::PLATFORM),
            multi_platform: multi_platform.map(|value| boolean(opts::MULTI_PLATFORM, &value)).transpose()?,
            steps: StepOptions::read(&mut given, &build_args)?,
            build_args,
            labels: given.with_prefix(opts::LABEL_PREFIX),
            no_cache: match given.take(opts::NO_CACHE) {
                None => NoCache::Nothing,
                Some(names) if names.is_empty() => NoCache::Everything,
                Some(names) => NoCache::Parts(split(&names).into_iter().map(Part::Given).collect()),
            },
            resolve_mode: match given.take(opts::IMAGE_RESOLVE_MODE).as_deref() {
                None | Some("" | "default") => "default".to_owned(),
                Some("local") => "local".to_owned(),
                Some("pull") => "pull".to_owned(),
                Some(other) => return Err(format!("the option `{}` cannot be `{other}`", opts::IMAGE_RESOLVE_MODE)),
            },
            cache_imports: cache_imports(&mut given)?,
            contexts: given.with_prefix(opts::CONTEXT_PREFIX),
            remote_context: given.take(context_key.as_deref().unwrap_or(opts::CONTEXT)),
            context_subdir: given.take(opts::CONTEXT_SUBDIR),
            spec_local: given.take(opts::DOCKERFILE_KEY),
            request_id: given.take(opts::REQUEST_ID),
            given: options,
            build_platform: build_platform(&workers)?,
        })
    }

    /// Whether a repository without a spec may be asked.
    pub(crate) fn asks_of_repository(&self) -> bool {
        self.request_id.as_deref().is_some_and(|name| name.rsplit('.').next() == Some("init"))
    }

    /// The session with a local folder.
    pub(crate) fn session_of(&self, local: &str) -> &str {
        self.local_sessions.get(local).unwrap_or(&self.session_id)
    }

    /// The image config of an input; empty for one that is only files.
    ///
    /// # Errors
    /// It is invalid.
    pub(crate) fn input_config(&self, input: &str) -> Result<serde_json::Value, String> {
        let Some(text) = self.given.get(&format!("{}{input}", opts::INPUT_METADATA_PREFIX)) else {
            return Ok(serde_json::json!({}));
        };
        let not_understood =
            |error: &dyn std::fmt::Display| format!("the metadata of the result `{input}` is invalid: {error}");
        let metadata: BTreeMap<String, String> = serde_json::from_str(text).map_err(|error| not_understood(&error))?;
        let platform = input.split_once(opts::PLATFORM_SEPARATOR).map(|(_, platform)| platform);
        let for_platform = platform
            .and_then(|platform| metadata.get(&metadata_keys::for_platform(metadata_keys::IMAGE_CONFIG, platform)));
        let Some(config) = for_platform.or_else(|| metadata.get(metadata_keys::IMAGE_CONFIG)) else {
            return Ok(serde_json::json!({}));
        };
        let config =
            base64::engine::general_purpose::STANDARD.decode(config).map_err(|error| not_understood(&error))?;
        serde_json::from_slice(&config).map_err(|error| not_understood(&error))
    }

    /// Distinguishes local folders of the client with the same name.
    pub(crate) fn shared_key(&self, local: &str) -> &str {
        self.given.get(&format!("{}{local}", opts::SHARED_KEY_PREFIX)).map_or("", String::as_str)
    }

    /// Prefix of the names of cache mounts, for users who share an engine.
    pub(crate) fn cache_namespace(&self) -> Option<&str> {
        self.build_args.get(build_args::CACHE_MOUNT_NS).map(String::as_str).filter(|name| !name.is_empty())
    }
}

fn cache_imports(given: &mut Given) -> Result<Vec<CacheOptionsEntry>, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Import {
        r#type: String,
        #[serde(default)]
        attrs: Option<BTreeMap<String, String>>,
    }
    if let Some(json) = given.take(opts::CACHE_IMPORTS) {
        let imports: Vec<Import> = serde_json::from_str(&json)
            .map_err(|error| format!("the option `{}` is invalid: {error}", opts::CACHE_IMPORTS))?;
        return Ok(imports
            .into_iter()
            .map(|import| CacheOptionsEntry {
                r#type: import.r#type,
                attrs: import.attrs.unwrap_or_default().into_iter().collect(),
            })
            .collect());
    }
    Ok(given
        .list(opts::CACHE_FROM)
        .into_iter()
        .map(|reference| CacheOptionsEntry {
            r#type: "registry".to_owned(),
            attrs: [("ref".to_owned(), reference)].into_iter().collect(),
        })
        .collect())
}

/// The first platform of the first worker.
fn build_platform(workers: &str) -> Result<Platform, String> {
    #[derive(Deserialize)]
    struct Worker {
        // BuildKit 0.8 writes the names of Go's fields.
        #[serde(default, alias = "Platforms")]
        platforms: Vec<WorkerPlatform>,
    }
    #[derive(Deserialize)]
    struct WorkerPlatform {
        os: String,
        architecture: String,
        #[serde(default)]
        variant: String,
    }
    let workers: Vec<Worker> =
        serde_json::from_str(workers).map_err(|error| format!("the engine's list of workers is invalid: {error}"))?;
    let platform = workers
        .iter()
        .flat_map(|worker| &worker.platforms)
        .next()
        .ok_or("the engine does not list a platform to build on")?;
    let mut text = format!("{}/{}", platform.os, platform.architecture);
    if !platform.variant.is_empty() {
        text.push('/');
        text.push_str(&platform.variant);
    }
    text.parse().map_err(|error: buildkit_llb::ParsePlatformError| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKERS: &str =
        r#"[{"id":"x","platforms":[{"architecture":"amd64","os":"linux"},{"architecture":"386","os":"linux"}]}]"#;

    fn options(given: &[&str]) -> Result<Options, String> {
        let vars =
            given.iter().enumerate().map(|(n, option)| (format!("BUILDKIT_FRONTEND_OPT_{n}"), (*option).to_owned()));
        let fixed = [("BUILDKIT_SESSION_ID", "s"), ("BUILDKIT_WORKERS", WORKERS), ("HOME", "/")];
        Options::from_env(vars.chain(fixed.map(|(name, value)| (name.to_owned(), value.to_owned()))))
    }

    #[test]
    fn values_keep_what_follows_the_first_equals_sign() {
        let options =
            options(&["build-arg:FLAGS=-X a=b", "context:golang:1.24=docker-image://h:5000/x@sha256:0"]).unwrap();
        assert_eq!(options.build_args["FLAGS"], "-X a=b");
        assert_eq!(options.contexts["golang:1.24"], "docker-image://h:5000/x@sha256:0");
        assert_eq!(options.build_platform.to_string(), "linux/amd64");
        assert_eq!(options.session_of("context"), "s");
    }

    #[test]
    fn no_cache_is_absent_empty_or_a_list() {
        assert_eq!(options(&[]).unwrap().no_cache, NoCache::Nothing);
        assert_eq!(options(&["no-cache="]).unwrap().no_cache, NoCache::Everything);
        let given = |name: &str| Part::Given(name.to_owned());
        assert_eq!(options(&["no-cache=api, Web"]).unwrap().no_cache, NoCache::Parts(vec![given("api"), given("Web")]));
    }

    #[test]
    fn caches_come_as_json_or_as_a_list() {
        let imports = options(&[r#"cache-imports=[{"Type":"local","Attrs":{"src":"x"}}]"#]).unwrap().cache_imports;
        assert_eq!(imports[0].r#type, "local");
        let imports = options(&["cache-from=a,b"]).unwrap().cache_imports;
        assert_eq!(imports[1].attrs["ref"], "b");
    }

    #[test]
    fn nonsense_is_refused_in_words() {
        assert!(options(&["image-resolve-mode=maybe"]).unwrap_err().contains("maybe"));
        assert!(options(&["multi-platform=perhaps"]).unwrap_err().contains("perhaps"));
        assert!(options(&["cache-imports={"]).is_err());
        assert!(Options::from_env([]).is_err());
    }
}
