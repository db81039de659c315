//! A build from beginning to end.

use buildkit_llb::{Platform, SourceFile as GraphFile};
use buildkit_proto::errdefs;
use buildkit_proto::gateway::{self, Ref, RefMap};
use buildkit_proto::keys::metadata;
use buildkit_proto::pb;
use futures_util::FutureExt;
use futures_util::future::{try_join, try_join_all};
use serde_json::json;
use slipway_plan::{Args, Plan, PlanError, Request, Target, find_target, plan};
use slipway_spec::{Diagnostic, Spec};
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;

use crate::context::{self, SpecFile};
use crate::failure::{Failure, to_range};
use crate::gateway::{Outcome, Session, Warning, connect};
use crate::lower::{Lowering, lower};
use crate::options::Options;
use crate::project::GatewayProject;
use crate::subrequests::{self, Question};

/// Runs the build that this process was started for; `false` when the client cannot be told how it ended.
pub(crate) async fn run() -> bool {
    let Ok(channel) = connect().await else {
        return false;
    };
    let Ok(session) = Session::start(channel).await else {
        return false;
    };
    // The environment is read leniently: a value that is no text belongs to no option.
    let vars =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let outcome = match Options::from_env(vars) {
        // A bug must end the build with words that reach the user, who never sees this process's standard error.
        Ok(options) => match AssertUnwindSafe(build(&session, &options)).catch_unwind().await {
            Ok(outcome) => outcome,
            Err(panic) => Outcome::Failure(errdefs::status(bug_report(&*panic), [])),
        },
        Err(message) => Outcome::Failure(errdefs::status(message, [])),
    };
    session.finish(outcome).await.is_ok()
}

fn bug_report(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!(
        "Slipway {} stopped at a bug of its own: {}; please report it together with the spec",
        env!("CARGO_PKG_VERSION"),
        words.unwrap_or("no further words")
    )
}

/// Loads the spec and builds it; every failure is told with the spec's text.
async fn build(session: &Session, options: &Options) -> Outcome {
    let mut info =
        pb::SourceInfo { filename: options.filename.clone(), language: "YAML".to_owned(), ..Default::default() };
    let spec = match SpecFile::load(session, options).await {
        Ok(spec) => spec,
        Err(failure) => return Outcome::Failure(failure.to_status(&info)),
    };
    info.data.clone_from(&spec.bytes);
    match build_spec(session, options, &spec, &info).await {
        Ok(result) => Outcome::Success(result),
        Err(failure) => Outcome::Failure(failure.to_status(&info)),
    }
}

async fn build_spec(
    session: &Session,
    options: &Options,
    file: &SpecFile,
    info: &pb::SourceInfo,
) -> Result<gateway::Result, Failure> {
    let source = context::source_file(options, file)?;
    let spec = slipway_spec::parse(&source);
    if let Some(request) = &options.request_id {
        let target = options.target.as_deref();
        let question = Question { source: &source, spec: &spec, target, build_args: &options.build_args };
        return subrequests::answer(request, &question);
    }
    let spec = spec.map_err(Failure::Invalid)?;
    let target = find_target(&spec, options.target.as_deref())?;
    let mut request = Request {
        build_args: options.build_args.clone(),
        labels: options.labels.clone(),
        spec_name: options.filename.clone(),
        build_platform: options.build_platform.clone(),
        multi_platform: false,
    };
    let args = Args::declared(&spec, &request).map_err(Failure::Invalid)?;
    let platforms = platforms(options, target, &args.for_platform(&request, &options.build_platform))?;
    request.multi_platform = platforms.len() > 1;
    let per_platform = options.multi_platform.unwrap_or(request.multi_platform);
    if request.multi_platform && !per_platform {
        return Err(Failure::Other(format!(
            "{} platforms are asked for, but a result with one platform only",
            platforms.len()
        )));
    }

    let project = GatewayProject::new(session, options, file);
    let graph_file = GraphFile::new(info.filename.clone(), info.language.clone(), info.data.clone());
    let build_one = async |platform: &Platform| -> Result<(Plan, Ref), Failure> {
        let plan = plan(&project, &spec, target, platform, &args, &request).await?;
        let lowering = Lowering {
            options,
            caps: session.llb_caps(),
            context: project.context().await.map_err(PlanError::from)?,
            file: &graph_file,
        };
        let output = lower(&plan, &lowering);
        let adapted = output.adapted_to(session.llb_caps());
        let output = adapted.map_err(|unsupported| Diagnostic::error(target.name.span, unsupported.to_string()))?;
        let reference = session.solve(&output.marshal(), options.cache_imports.clone()).await?;
        Ok((plan, reference))
    };
    let warnings = warn_of_unused_args(session, &spec, &request, file, info, target);
    let (built, ()) = try_join(try_join_all(platforms.iter().map(build_one)), async {
        warnings.await;
        Ok(())
    })
    .await?;
    Ok(result(built, per_platform))
}

/// The platforms to build for: those of the command line, else those of the image, else the engine's own.
fn platforms(options: &Options, target: Target<'_>, args: &Args) -> Result<Vec<Platform>, Failure> {
    let mut wanted = Vec::new();
    for text in &options.platforms {
        wanted.push((text.clone(), target.name.span));
    }
    if wanted.is_empty() {
        for template in &target.image.platforms {
            wanted.push((template.eval(args)?, template.span));
        }
    }
    let mut platforms = Vec::new();
    for (text, span) in wanted {
        let platform: Platform = text
            .parse()
            .map_err(|error: buildkit_llb::ParsePlatformError| Diagnostic::error(span, error.to_string()))?;
        if !platforms.contains(&platform) {
            platforms.push(platform);
        }
    }
    if platforms.is_empty() {
        platforms.push(options.build_platform.clone());
    }
    Ok(platforms)
}

/// Build arguments that nothing in the file asks for are most often misspelt.
async fn warn_of_unused_args(
    session: &Session,
    spec: &Spec,
    request: &Request,
    file: &SpecFile,
    info: &pb::SourceInfo,
    target: Target<'_>,
) {
    for name in Args::unused(spec, request) {
        let help = Diagnostic::suggestion(name, spec.args.names(), "the arguments are")
            .unwrap_or_else(|| format!("declare it: `args: {{ {name}: \"\" }}`"));
        let found =
            Diagnostic::warning(target.name.span, format!("`--build-arg {name}` is not an argument of this file"))
                .with_help(help);
        session
            .warn(Warning {
                vertex: file.vertex.clone(),
                short: found.render(&info.filename),
                detail: found.help.into_iter().collect(),
                info: info.clone(),
                range: to_range(found.primary.span),
            })
            .await;
    }
}

/// The result as BuildKit wants it: one, or one per platform, with the configs of the images beside them.
fn result(built: Vec<(Plan, Ref)>, per_platform: bool) -> gateway::Result {
    let mut values = BTreeMap::new();
    let mut list = Vec::new();
    let mut references = BTreeMap::new();
    let mut only = None;
    for (plan, reference) in built {
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
        only = Some(reference.clone());
        references.insert(id, reference);
    }
    values.insert(metadata::PLATFORMS.to_owned(), json!({ "Platforms": list }).to_string().into_bytes());
    let result = match only {
        Some(reference) if !per_platform => gateway::result::Result::Ref(reference),
        _ => gateway::result::Result::Refs(RefMap { refs: references.into_iter().collect() }),
    };
    gateway::Result { result: Some(result), metadata: values.into_iter().collect(), ..Default::default() }
}
