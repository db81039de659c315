//! Checks of the whole repository: shell text in an image from the spec, with the main context as its working
//! directory. Every image waits for those that are gates; the others run by their targets.

use slipway_spec::Spanned;
use slipway_spec::model::{NetworkMode, RepositoryCheck};

use crate::draft::Draft;
use crate::env::set;
use crate::mounts::cache_mount;
use crate::shell::Text;
use crate::step::Container;
use crate::{Mount, Network, PlanError, StepId, reports, shell};

/// The path of the main context in a check.
const SOURCES: &str = "/src";
/// The output folder of a check, for its reports.
const OUTPUT: &str = "/run/slipway/out";

/// Plans the gates among the repository's checks.
pub(crate) async fn plan(draft: &mut Draft<'_>) -> Result<(), PlanError> {
    for (name, check) in draft.spec.checks.iter() {
        if check.gate {
            let step = step(draft, name, check).await?;
            draft.gate(&name.value, step, name.span);
        }
    }
    Ok(())
}

/// Plans a check; the result of its step is its reports.
///
/// # Errors
/// Its image cannot be found, or a text is wrong.
pub(crate) async fn step(
    draft: &mut Draft<'_>,
    name: &Spanned<String>,
    check: &RepositoryCheck,
) -> Result<StepId, PlanError> {
    let owner = name.value.as_str();
    let platform = &draft.request.build_platform;
    let image = draft.image(&check.from, platform).await?;
    let mut env = crate::env::env_of(&image.config);
    for (name, value) in check.env.iter() {
        set(&mut env, name, &draft.eval(value)?);
    }
    let root = draft.base(owner, &format!("[check {owner}]"), image, platform, check.from.span);
    let text = Text::written(&draft.eval(&check.run)?);
    let file = format!("check-{owner}");
    let network = Network::from(check.network.unwrap_or(NetworkMode::Default));
    let reported = reports::script(draft, &text, &check.output, OUTPUT)?;
    let script = shell::command(&file, &text, reported, network);
    let caches: Result<Vec<_>, _> =
        check.cache.iter().map(|cache| cache_mount(draft, &file, platform, cache)).collect();
    let container = Container::new(root, platform, env).cwd(SOURCES).mount(Mount::discarded(SOURCES, draft.context));
    let run = container.run(script).mounts(caches?).output(OUTPUT);
    Ok(draft.add(owner, format!("[check {owner}] {}", text.first_line()), name.span, run))
}
