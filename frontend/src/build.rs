//! A build from start to end.

use buildkit_llb::{Cap, Output, Platform};
use buildkit_proto::errdefs;
use buildkit_proto::gateway::{self, Ref, RefMap};
use buildkit_proto::keys::{annotations, metadata, opts};
use futures_util::future::try_join_all;
use serde_json::json;
use slipway_plan::{Args, Overview, Plan, PlanError, Request, find_target, plan};
use slipway_spec::visible::visible;
use slipway_spec::{Diagnostic, Parsed, Severity, Sources, Span, page_address};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::analysis::{Scope, platforms};
use crate::context::SpecFile;
use crate::epoch::Epoch;
use crate::failure::{Failure, source_info, to_range};
use crate::gateway::{Outcome, Session, Warning, connect};
use crate::image_ref::familiar;
use crate::lower::{Lowering, graph_files, lower};
use crate::options::Options;
#[cfg(unix)]
use crate::pick;
use crate::project::GatewayProject;
use crate::warnings::warnings;
use crate::{contained, entitlements, foreign, includes, policy, run_warnings, sbom, subrequests};

/// Runs the build of this process; `false` if the result could not be sent to the client.
pub(crate) async fn run() -> bool {
    let Ok(channel) = connect().await else {
        return false;
    };
    let Ok(session) = Session::start(channel).await else {
        return false;
    };
    let session = Arc::new(session);
    let own = Arc::clone(&session);
    match contained(move |runtime| runtime.block_on(answer(&own))).await {
        Ok(outcome) => session.finish(outcome).await.is_ok(),
        Err(report) => {
            // The engine must get an answer, whatever the bug broke.
            let told = session.finish(Outcome::Failure(errdefs::status(report, [])));
            matches!(timeout(LAST_WORDS, told).await, Ok(Ok(())))
        }
    }
}

/// The time limit for sending a message about a bug to the engine.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Runs on a separate thread, while this one keeps the connection: a bug must end the build with a message for users,
/// who never see this process's standard error.
///
/// # Errors
/// A message about the bug.
async fn contained<T: Send + 'static>(work: impl FnOnce(&Handle) -> T + Send + 'static) -> Result<T, String> {
    let (done, mut ended) = mpsc::unbounded_channel();
    let (panicked, runtime) = (done.clone(), Handle::current());
    contained::start(move || drop(done.send(Ok(work(&runtime)))), move |report| drop(panicked.send(Err(report))))?;
    ended.recv().await.unwrap_or_else(|| Err("the build ended without a result".to_owned()))
}

/// Does the work of this process.
async fn answer(session: &Session) -> Outcome {
    // The environment is read leniently: values that are not UTF-8 do not belong to an option.
    let vars =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    match Options::from_env(vars) {
        Ok(mut options) => build(session, &mut options).await,
        Err(message) => Outcome::Failure(errdefs::status(message, [])),
    }
}

/// Loads the spec and builds it; every failure includes the spec's text.
async fn build(session: &Session, options: &mut Options) -> Outcome {
    let file = match SpecFile::load(session, options).await {
        Ok(file) => file,
        Err(failure) => {
            let mut nameless = Sources::default();
            let _ = nameless.add(&options.filename, Vec::new());
            return Outcome::Failure(failure.to_status(&nameless));
        }
    };
    let parsed = includes::load(session, options, &file).await;
    if let Ok(spec) = &parsed.spec {
        options.no_cache.find_in(spec);
    }
    let epoch = match &parsed.spec {
        Ok(spec) => {
            let request = plan_request(options);
            Epoch::resolve(session, options, &file, (spec, request)).await
        }
        Err(_) => Ok(Epoch::default()),
    };
    let built = match epoch {
        Ok(epoch) => build_spec(session, options, &file, &parsed, epoch).await,
        Err(failure) => Err(failure),
    };
    match built {
        Ok(result) => Outcome::Success(result),
        Err(failure) => Outcome::Failure(failure.to_status(&parsed.sources)),
    }
}

async fn build_spec(
    session: &Session,
    options: &Options,
    file: &SpecFile,
    parsed: &Parsed,
    epoch: Epoch,
) -> Result<gateway::Result, Failure> {
    let sources = &parsed.sources;
    if let Some(request) = &options.request_id {
        let method = subrequests::find(request)?;
        let project = GatewayProject::new(session, options, file, parsed.spec.as_ref().ok());
        let mut scope = Scope {
            target: options.target.clone(),
            platforms: options.platforms.clone(),
            is_elsewhere: false,
            request: plan_request(options),
            frontend: options.given.get(opts::SOURCE).cloned(),
        };
        if method.0.names_spec {
            // A command that repeats this one also needs that of the frontend.
            scope.request.contexts.clone_from(&options.contexts);
            match file.path_in_context(session, options).await? {
                Some(path) => scope.request.spec_name = path,
                None => scope.is_elsewhere = true,
            }
        }
        let answer = subrequests::ask(method, &project, parsed, &scope).await?;
        return Ok(method.0.to_result(answer));
    }
    let spec = parsed.spec.as_ref().map_err(|found| Failure::Invalid(found.clone()))?;
    let target = find_target(spec, options.target.as_deref())?;
    let mut request = plan_request(options);
    let args = Args::declared(spec, &request).map_err(Failure::Invalid)?;
    let platforms = platforms(
        &options.platforms,
        target,
        &args.for_platform(&request, &options.build_platform),
        &options.build_platform,
    )?;
    request.multi_platform = platforms.len() > 1;
    let per_platform = options.multi_platform.unwrap_or(request.multi_platform);
    if request.multi_platform && !per_platform {
        return Err(Failure::Other(format!(
            "{} platforms were requested, but the result can contain only one",
            platforms.len()
        )));
    }

    let project = GatewayProject::new(session, options, file, Some(spec));
    let files = graph_files(sources);
    let scanner = sbom::scanner(session, options, target.span()).await?;
    let scanner = scanner.as_ref().filter(|_| sbom::is_supported(session));
    let build_one = async |platform: &Platform| -> Result<(Built, Vec<Diagnostic>), Failure> {
        let plan = plan(&project, spec, target, platform, &args, &request).await?;
        entitlements::check(session, &plan).await?;
        let foreign = foreign::results(&project, &plan, sources, &files).await?;
        let lowering = Lowering {
            options,
            caps: session.llb_caps(),
            context: project.context().await.map_err(PlanError::from)?,
            files: &files,
            foreign: &foreign,
        };
        let lowered = lower(&plan, &lowering);
        let reference = solve(session, options, &lowered, target.span()).await?;
        let of_step = async |lowered: &Output| solve(session, options, lowered, target.span()).await;
        let found = run_warnings::found(session, &plan, &lowering, of_step).await?;
        let sbom = match scanner.and_then(|scanner| scanner.scan(&plan, &lowered, &lowering)) {
            Some(scan) => Some(solve(session, options, &scan, target.span()).await?),
            None => None,
        };
        Ok((Built { plan, reference, sbom }, found))
    };
    let warner = Warner { session, file, sources, rule_docs: policy::rule_docs(Some(&spec.policy)) };
    let built = try_join_all(platforms.iter().map(build_one)).await?;
    let (built, of_steps): (Vec<_>, Vec<_>) = built.into_iter().unzip();
    let mut planned = Overview::of(built.iter().map(|built| &built.plan), &request.build_platform);
    planned.warnings.extend(of_steps.into_iter().flatten());
    planned.warnings.extend(options.no_cache.warnings(target.span()));
    planned.warnings.extend(epoch.warning);
    // It is used, although it replaces nothing.
    request.contexts.retain(|name, _| epoch.name.as_ref() != Some(name));
    if !options.steps.resources.is_empty() && !session.llb_caps().supports(Cap::ExecMetaLinuxResources) {
        let message = "this engine cannot limit the memory and CPU of steps; BuildKit 0.31 or newer can";
        planned.warnings.push(Diagnostic::warning(target.span(), message));
    }
    let found = warnings(sources, (spec, target.span()), Some(&target.label()), &planned, None, &request, false);
    let (errors, found): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| found.severity == Severity::Error);
    warner.warn_of_all(&found).await;
    if !errors.is_empty() {
        return Err(Failure::Invalid(errors));
    }
    Ok(result(built, per_platform, epoch.seconds))
}

/// The result for one platform.
struct Built {
    plan: Plan,
    reference: Ref,
    /// Its SBOM, if the engine does not make it.
    sbom: Option<Ref>,
}

/// Registers the graph of a result; nothing runs before the client requests it.
async fn solve(session: &Session, options: &Options, lowered: &Output, span: Span) -> Result<Ref, Failure> {
    let adapted = match options.given.get(opts::SOURCE) {
        #[cfg(unix)]
        Some(image) => lowered.adapted_with(session.llb_caps(), Some(&|picked| pick::step(image, picked))),
        _ => lowered.adapted_to(session.llb_caps()),
    };
    let graph = adapted.map_err(|unsupported| Diagnostic::error(span, unsupported.to_string()))?;
    session.solve(&graph.marshal(), options.cache_imports.clone()).await.map_err(|status| match status.code() {
        tonic::Code::OutOfRange => Diagnostic::error(span, status.message())
            .with_help(
                "every step that sees a variable counts its length, and paths count too: use fewer or shorter \
             ones",
            )
            .into(),
        _ => status.into(),
    })
}

/// Options of the command line for all targets.
fn plan_request(options: &Options) -> Request {
    // It was replaced before the frontend started.
    let frontend = options.given.get(opts::SOURCE).map(|source| familiar(source));
    let is_frontend = |name: &str| frontend.as_deref() == Some(name);
    Request {
        build_args: options.build_args.clone(),
        labels: options.labels.clone(),
        contexts: options.contexts.clone().into_iter().filter(|(name, _)| !is_frontend(name)).collect(),
        spec_name: options.filename.clone(),
        build_platform: options.build_platform.clone(),
        multi_platform: false,
    }
}

/// The maximum number of warnings to show: each contains its whole file, and the client rejects messages larger than 16
/// MiB.
const MAX_WARNINGS: usize = 30;

/// Shows warnings on the vertex that loaded the spec.
struct Warner<'a> {
    session: &'a Session,
    file: &'a SpecFile,
    sources: &'a Sources,
    /// The address of the pages of rules.
    rule_docs: Option<&'a str>,
}

impl Warner<'_> {
    async fn warn_of_all(&self, findings: &[Diagnostic]) {
        for found in findings.iter().take(MAX_WARNINGS) {
            let short = visible(&found.render_with_rule(self.sources)).into_owned();
            let url = self.rule_docs.zip(found.rule).map(|(pages, rule)| page_address(pages, rule));
            self.warn(short, found.help.as_deref(), url, found.primary.span).await;
        }
        if let Some(hidden) = findings.get(MAX_WARNINGS) {
            let words = format!("and {} more warnings", findings.len() - MAX_WARNINGS);
            self.warn(words, Some("`--check` shows all of them"), None, hidden.primary.span).await;
        }
    }

    async fn warn(&self, short: String, help: Option<&str>, url: Option<String>, span: Span) {
        self.session
            .warn(Warning {
                vertex: self.file.vertex.clone(),
                short,
                detail: help.iter().map(|&help| help.to_owned()).collect(),
                url: url.unwrap_or_default(),
                info: source_info(self.sources, span),
                range: to_range(span),
            })
            .await;
    }
}

/// The result in BuildKit's form: one, or one per platform, with the image configs.
fn result(built: Vec<Built>, per_platform: bool, epoch: Option<i64>) -> gateway::Result {
    let mut values = BTreeMap::new();
    let mut list = Vec::new();
    let mut references = BTreeMap::new();
    let mut attestations = BTreeMap::new();
    let mut only = None;
    for Built { plan, reference, sbom } in built {
        let id = plan.platform.to_string();
        let mut platform = json!({ "os": plan.platform.os(), "architecture": plan.platform.arch() });
        if let (Some(object), variant @ [_, ..]) = (platform.as_object_mut(), plan.platform.variant().as_bytes()) {
            object.insert("variant".into(), String::from_utf8_lossy(variant).into());
        }
        list.push(json!({ "ID": id, "Platform": platform }));
        let key = |name: &str| if per_platform { metadata::for_platform(name, &id) } else { name.to_owned() };
        values.insert(key(metadata::IMAGE_CONFIG), plan.config.to_string().into_bytes());
        if plan.base_config.as_object().is_some_and(|config| !config.is_empty()) {
            values.insert(key(metadata::IMAGE_BASE_CONFIG), plan.base_config.to_string().into_bytes());
        }
        for (name, value) in &plan.annotations {
            let platform = per_platform.then_some(id.as_str());
            values.insert(annotations::manifest(platform, name), value.clone().into_bytes());
        }
        if let Some(sbom) = sbom {
            let attestation = vec![sbom::attestation(sbom)];
            attestations.insert(id.clone(), gateway::Attestations { attestation });
        }
        only = Some(reference.clone());
        references.insert(id, reference);
    }
    if let Some(seconds) = epoch {
        values.insert(metadata::SOURCE_DATE_EPOCH.to_owned(), seconds.to_string().into_bytes());
    }
    values.insert(metadata::PLATFORMS.to_owned(), json!({ "Platforms": list }).to_string().into_bytes());
    let result = match only {
        Some(reference) if !per_platform => gateway::result::Result::Ref(reference),
        _ => gateway::result::Result::Refs(RefMap { refs: references.into_iter().collect() }),
    };
    gateway::Result {
        result: Some(result),
        metadata: values.into_iter().collect(),
        attestations: attestations.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within_a_runtime<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
    }

    #[test]
    fn a_bug_ends_with_words_while_the_connection_lives() {
        let other = || tokio::time::sleep(Duration::from_millis(1));
        let work = |runtime: &Handle| -> Outcome {
            runtime.block_on(async { tokio::time::sleep(Duration::from_millis(1)).await });
            panic!("no way out of {}", "here")
        };
        let (ended, ()) = within_a_runtime(async { tokio::join!(contained(work), other()) });
        let Err(report) = ended else { panic!("there is a result") };
        assert!(report.contains(": no way out of here, at frontend/src/build.rs:"), "{report}");
        assert!(report.ends_with("; please report it together with the spec"), "{report}");
    }

    #[test]
    fn work_without_a_bug_has_its_result() {
        assert_eq!(within_a_runtime(contained(|runtime| runtime.block_on(async { 7 }))), Ok(7));
    }
}
