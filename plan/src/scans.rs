//! The scan of an image: a scanner in an image of its own, which sees the finished file system.

use slipway_spec::model::{NetworkMode, Scan, VulnerabilitySeverity};
use slipway_spec::{Diagnostic, Spanned};

use crate::draft::Draft;
use crate::env::{env_of, set};
use crate::mounts::build_cache;
use crate::shell::{self, Text, script as file};
use crate::step::Container;
use crate::{Mount, Network, PlanError, StepId};

/// The scanner of images that name none.
const TRIVY: &str = "aquasec/trivy:0.58.1";
/// How it is run.
const RUN_TRIVY: &str = file(include_str!("scans/trivy.sh"));
/// The folder with its database.
const TRIVY_CACHE: &str = "/root/.cache/trivy";

/// The finished file system in the step.
const ROOT: &str = "/run/slipway/image";
/// The folder for reports.
const OUTPUT: &str = "/run/slipway/out";

/// What a scan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// The image waits for it: a finding fails the build.
    Gate,
    /// Its reports are the result, whatever it has found.
    Reports,
}

/// Plans the scan of a finished file system. It always runs, because what scanners know changes every day.
///
/// # Errors
/// The image of the scanner cannot be found, or a text is wrong.
pub(crate) async fn plan(
    draft: &mut Draft<'_>,
    owner: &str,
    scan: &Spanned<Scan>,
    root: StepId,
    purpose: For,
) -> Result<StepId, PlanError> {
    let platform = &draft.request.build_platform;
    let image = match &scan.image {
        Some(image) => draft.image(image, platform).await?,
        None => draft.project.image(TRIVY, platform).await.map_err(|error| {
            let message = format!("cannot get the image `{TRIVY}`, the scanner of images that name none: {error}");
            let help = format!(
                "name another one: `scan: {{ image: …, run: … }}`, or pass `--build-context {TRIVY}=docker-image://…`"
            );
            Diagnostic::error(scan.span, message).with_help(help)
        })?,
    };
    let name = image.name.clone();
    let mut env = env_of(&image.config);
    for (name, value) in scan.env.iter() {
        set(&mut env, name, &draft.eval(value)?);
    }
    let severities = severities(scan.severity.unwrap_or(VulnerabilitySeverity::High));
    for (name, value) in [("SCAN_ROOT", ROOT), ("SCAN_OUTPUT", OUTPUT), ("SCAN_SEVERITY", severities)] {
        set(&mut env, name, value);
    }
    let command = match &scan.run {
        Some(run) => Text::written(&draft.eval(run)?),
        None => Text::from(RUN_TRIVY),
    };
    let text = match purpose {
        For::Gate => command.clone(),
        For::Reports => Text::from("set +e\n(\nset -e\n") + command.clone() + "\n)\nstatus=$?\nset -e\n" + REPORTS,
    };
    let network = Network::from(scan.network.unwrap_or(NetworkMode::Default));
    let mut caches = Vec::new();
    for cache in &scan.cache {
        caches.push(build_cache(draft, "scan", platform, cache)?);
    }
    if scan.run.is_none() {
        caches.push(Mount::cache(TRIVY_CACHE, "slipway/scan/trivy", crate::Sharing::Locked));
    }
    let title = format!("[{}{owner} scan]", draft.prefix(draft.platform));
    let base = draft.base(owner, &title, image, platform, scan.span);
    let script = shell::command("scan", &command, text, network);
    let container = Container::new(base, platform, env).mount(Mount::read_only(ROOT, root));
    let run = container.run(script).mounts(caches).output(OUTPUT).always();
    Ok(draft.add(owner, format!("{title} {name}"), scan.span, run))
}

/// Shell text that judges a scan whose reports are wanted.
const REPORTS: &str = file(include_str!("scans/reports.sh"));

/// The severities that count, as scanners write them.
fn severities(lowest: VulnerabilitySeverity) -> &'static str {
    match lowest {
        VulnerabilitySeverity::Low => "LOW,MEDIUM,HIGH,CRITICAL",
        VulnerabilitySeverity::Medium => "MEDIUM,HIGH,CRITICAL",
        VulnerabilitySeverity::High => "HIGH,CRITICAL",
        VulnerabilitySeverity::Critical => "CRITICAL",
    }
}
