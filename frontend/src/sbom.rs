//! The SBOM of `--sbom`. Engines scan the finished image themselves; a build that scans more does all of it here.
//!
//! Scanners see least in images of static programs. So the files that list the modules of such a program are scanned as
//! well, and what `BUILDKIT_SBOM_SCAN_STAGE` and `BUILDKIT_SBOM_SCAN_CONTEXT` name. The protocol of scanners is in
//! BuildKit `docs/attestations/sbom-protocol.md`.

use std::collections::BTreeMap;

use buildkit_llb::exec::KeptMount;
use buildkit_llb::{Annotate, Exec, Image, Mount, Output};
use buildkit_proto::gateway::{Attestation, AttestationKind};
use buildkit_proto::keys::{attrs, build_args, gateway_caps, metadata, opts};
use serde_json::Value;
use slipway_plan::{Plan, StepId};
use slipway_spec::visible::title;
use slipway_spec::{Diagnostic, Span};

use crate::failure::Failure;
use crate::gateway::{ImageQuery, Session};
use crate::image_ref::normalize;
use crate::lower::{Lowering, lower_step};
use crate::options::{Options, boolean, split};
use crate::scanned::Stages;

/// The scanner if the command line names none, as in BuildKit.
const SCANNER: &str = "docker/buildkit-syft-scanner:stable-1";
/// The format of the result.
const SPDX: &str = "https://spdx.dev/Document";
/// The name of the SBOM of the image, and the start of the names of others.
const CORE: &str = "sbom";
/// What Docker's scanner is told for lists of modules. By default, it only reads what is installed, as in an image.
const LISTS: (&str, &str) = ("BUILDKIT_SCAN_SELECT_CATALOGERS", "+go-module-file-cataloger,+rust-cargo-lock-cataloger");

/// A scanner that was found.
pub(crate) struct Scanner {
    reference: String,
    command: Vec<String>,
    env: Vec<(String, String)>,
    workdir: String,
    /// Stages to scan.
    stages: Stages,
    /// Whether to scan the context.
    context: bool,
}

/// The options of an SBOM, if the command line wants one: the scanner, and variables for it.
fn wanted(options: &Options) -> Option<(String, Vec<(String, String)>)> {
    let from_arg = || options.build_args.get(build_args::ATTEST_SBOM);
    let text = options.given.get(opts::ATTEST_SBOM).or_else(from_arg)?;
    let (mut scanner, mut variables) = (SCANNER.to_owned(), Vec::new());
    for field in split(text) {
        match field.split_once('=').unwrap_or((&field, "true")) {
            ("generator", value) => value.clone_into(&mut scanner),
            ("disabled", value) if boolean("", value) == Ok(true) => return None,
            ("type" | "disabled", _) => {}
            (name, value) => variables.push((format!("BUILDKIT_SCAN_{name}"), value.to_owned())),
        }
    }
    Some((scanner, variables))
}

/// Finds the scanner before anything runs, if the command line wants an SBOM.
///
/// # Errors
/// It cannot be reached, or is not a scanner.
pub(crate) async fn scanner(session: &Session, options: &Options, span: Span) -> Result<Option<Scanner>, Failure> {
    let Some((scanner, variables)) = wanted(options) else { return Ok(None) };
    let reference = normalize(&scanner);
    let query = ImageQuery {
        identifier: format!("{}{reference}", attrs::SCHEME_IMAGE),
        attrs: BTreeMap::new(),
        platform: &options.build_platform,
        resolve_mode: &options.resolve_mode,
        log_name: format!("[internal] load metadata for {reference}"),
    };
    let failed = |why: &str| {
        let found = Diagnostic::error(span, format!("cannot get the scanner `{scanner}` of `--sbom`: {why}"));
        found.with_help("name one that the engine can reach: `--attest type=sbom,generator=IMAGE`")
    };
    let found = session.resolve_image(query).await.map_err(|status| failed(status.message()))?;
    let config: Value = serde_json::from_slice(&found.config).unwrap_or_default();
    let list = |key: &str| {
        let words = config.pointer(key).and_then(Value::as_array).into_iter().flatten();
        words.filter_map(|word| word.as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let command = [list("/config/Entrypoint"), list("/config/Cmd")].concat();
    if command.is_empty() {
        return Err(failed("it has no command").into());
    }
    let pair = |line: &String| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut env: Vec<_> = list("/config/Env").iter().filter_map(pair).collect();
    env.extend(variables);
    let own = found.identifier.strip_prefix(attrs::SCHEME_IMAGE).unwrap_or(&reference);
    let is_pinned = own.contains('@') || found.digest.is_empty();
    let digest = if is_pinned { String::new() } else { format!("@{}", found.digest) };
    let arg = |name: &str| options.build_args.get(name).map(String::as_str).unwrap_or_default();
    Ok(Some(Scanner {
        reference: format!("{own}{digest}"),
        command,
        env,
        workdir: config.pointer("/config/WorkingDir").and_then(Value::as_str).unwrap_or("/").to_owned(),
        stages: Stages::read(arg(build_args::SBOM_SCAN_STAGE)),
        context: boolean("", arg(build_args::SBOM_SCAN_CONTEXT)) == Ok(true),
    }))
}

impl Scanner {
    /// The step of a scan; `None` if the image is all there is to scan, which engines do themselves.
    pub(crate) fn scan(&self, plan: &Plan, result: &Output, cx: &Lowering<'_>) -> Option<Output> {
        let (mut others, mut lists) = (self.others(plan, cx), BTreeMap::new());
        if self.stages == Stages::Lockfiles {
            std::mem::swap(&mut others, &mut lists);
        }
        if self.context {
            others.insert("context".to_owned(), cx.context.clone());
        }
        if others.is_empty() && lists.is_empty() {
            return None;
        }
        let mut image = self.step(plan, CORE, result, cx).env("BUILDKIT_SCAN_SOURCE_EXTRAS", "/run/src/extras/");
        for (name, output) in &others {
            image = image.mount(Mount::bind(format!("/run/src/extras/{CORE}-{}", name.replace('/', "-")), output));
        }
        // One after the other, because all results are in one folder.
        let mut found = kept(image, &Output::scratch());
        for (name, output) in &lists {
            let step = self.step(plan, &format!("{CORE}-{}", name.replace('/', "-")), output, cx);
            let is_told = self.env.iter().any(|(name, _)| name == LISTS.0);
            found = kept(if is_told { step } else { step.env(LISTS.0, LISTS.1) }, &found);
        }
        Some(found)
    }

    /// A run of the scanner on an output.
    fn step(&self, plan: &Plan, name: &str, output: &Output, cx: &Lowering<'_>) -> Exec {
        let source = format!("/run/src/core/{name}");
        let mut command = self.command.iter().cloned();
        Exec::new(command.next().unwrap_or_default())
            .args(command)
            .envs(self.env.iter().cloned())
            .env("BUILDKIT_SCAN_DESTINATION", "/run/out/")
            .env("BUILDKIT_SCAN_SOURCE", &source)
            .cwd(&self.workdir)
            .root(&Image::new(&self.reference).platform(&cx.options.build_platform).into_output())
            .mount(Mount::tmpfs("/tmp"))
            .mount(Mount::bind(source, output))
            .name(title(&format!("[{}] generating {name} using {}", plan.platform, self.reference)))
    }

    /// What else is scanned, by name: a part of the file stands for the result of its last step.
    fn others(&self, plan: &Plan, cx: &Lowering<'_>) -> BTreeMap<String, Output> {
        let mut steps: BTreeMap<&str, StepId> = BTreeMap::new();
        for (id, step) in plan.steps.iter().filter(|(id, _)| *id != plan.result) {
            let is_lockfile = self.stages == Stages::Lockfiles && plan.lockfiles == Some(id);
            if !step.owner.is_empty() && (is_lockfile || step.owner != plan.target && self.stages.has(&step.owner)) {
                steps.insert(&step.owner, id);
            }
        }
        steps.into_iter().map(|(owner, id)| (owner.to_owned(), lower_step(&plan.steps, id, cx))).collect()
    }
}

/// Runs a scanner that adds to what others found.
fn kept(scanner: Exec, found: &Output) -> Output {
    let (_, [found]) = scanner.run_keeping([KeptMount::new("/run/out/", found)]);
    found
}

/// Whether an engine takes the SBOM of a frontend.
pub(crate) fn is_supported(session: &Session) -> bool {
    session.supports(gateway_caps::REFERENCE_ATTESTATIONS)
}

/// The result of a scan in BuildKit's form.
pub(crate) fn attestation(found: buildkit_proto::gateway::Ref) -> Attestation {
    let entry = |key: &str| (key.to_owned(), CORE.as_bytes().to_vec());
    Attestation {
        kind: AttestationKind::Bundle.into(),
        metadata: [metadata::ATTESTATION_REASON, metadata::ATTESTATION_SBOM_CORE].map(entry).into_iter().collect(),
        r#ref: Some(found),
        in_toto_predicate_type: SPDX.to_owned(),
        ..Default::default()
    }
}
