//! Stages of existing Dockerfiles: what the Dockerfile frontend gets, and the config that comes along.
//!
//! A Dockerfile sees its context and its arguments, and nothing else of this build. As in Docker, `NAME.dockerignore`
//! beside the Dockerfile `NAME` leaves files out of its context, otherwise `.dockerignore` in the context.

use slipway_ignore::Patterns;
use slipway_spec::model::{AdoptedStage, Origin};
use slipway_spec::{Diagnostic, Spanned};

use crate::draft::Draft;
use crate::ground::Ground;
use crate::named_paths::Use;
use crate::paths::{context_path, in_folder};
use crate::step::{DockerfileStage, StepPath};
use crate::{CopyItem, PlanError, StepId, StepKind};

/// Plans a stage of a Dockerfile. Its config is only looked up if something inherits it.
///
/// # Errors
/// A text of the stage is invalid, or the Dockerfile has no such stage.
pub(crate) async fn plan(
    draft: &mut Draft<'_>,
    name: &Spanned<String>,
    stage: &AdoptedStage,
    is_inherited: bool,
) -> Result<Ground, PlanError> {
    let platform = draft.platform_of(stage.platform).clone();
    let path = context_path(&draft.eval(&stage.dockerfile)?, stage.dockerfile.span)?;
    draft.name_context_path(Use::Dockerfile, &path, stage.dockerfile.span);
    let context = context(draft, name, stage, &path).await?;
    let target = draft.eval_option(stage.target.as_ref())?;
    if let (Some(target), Some(template)) = (&target, &stage.target)
        && let Some(text) = draft.project.read(&path).await?
    {
        let names = stage_names(&String::from_utf8_lossy(&text));
        if !names.iter().any(|known| known.eq_ignore_ascii_case(target)) && target.parse::<usize>().is_err() {
            let message = format!("there is no stage `{target}` in `{path}`");
            let help = Diagnostic::suggestion(target, names.iter().map(String::as_str), "its stages are");
            let help = help.unwrap_or_else(|| "name a stage with `FROM … AS NAME`, or delete `target`".to_owned());
            return Err(Diagnostic::error(template.span, message).with_help(help).into());
        }
    }
    let mut args = Vec::new();
    for (name, value) in stage.args.iter() {
        args.push((name.value.clone(), draft.eval(value)?));
    }
    let secrets = stage.secrets.iter().map(|secret| secret.0.value.clone()).collect();
    let title = format!("[{}{}] {path} {}", draft.prefix(&platform), name.value, target.as_deref().unwrap_or(""));
    let kind = DockerfileStage { path, context, args, target, secrets, platform };
    let step = draft.add(&name.value, title.trim_end(), name.span, StepKind::Dockerfile(kind));
    let ground = Ground::of_files(&name.value, step);
    if !is_inherited {
        return Ok(ground);
    }
    let steps = draft.below(step);
    let config = draft.project.dockerfile_config(&steps, step).await.map_err(|error| {
        let message = format!("the config of this stage, which comes along, is not known: {error}");
        PlanError::from(Diagnostic::error(name.span, message).with_help("use its files with an address instead"))
    })?;
    Ok(ground.with_config(config))
}

/// The step with the context of a Dockerfile; `None` for the main context.
async fn context(
    draft: &mut Draft<'_>,
    name: &Spanned<String>,
    stage: &AdoptedStage,
    dockerfile: &str,
) -> Result<Option<StepId>, PlanError> {
    let own = format!("{dockerfile}.dockerignore");
    let place = match &stage.context {
        Some(address) => draft.address(address, Use::Context)?,
        None => StepPath { step: draft.context, path: "/".to_owned() },
    };
    let is_of_main = stage.context.as_ref().is_none_or(|address| address.origin == Origin::Context);
    let folder = place.path.trim_matches('/').to_owned();
    let mut ignore = draft.project.read(&own).await?;
    // The ignore file of the main context has been applied to it.
    if ignore.is_none() && is_of_main && !folder.is_empty() {
        ignore = draft.project.read(&in_folder(&folder, ".dockerignore")).await?;
    }
    if is_of_main && folder.is_empty() && ignore.is_none() {
        return Ok(None);
    }
    let patterns = ignore.map(|text| Patterns::parse(&String::from_utf8_lossy(&text))).unwrap_or_default();
    let mut item = CopyItem::new(place.step, place.path, "/");
    item.exclude = patterns.patterns().map(str::to_owned).collect();
    let span = stage.context.as_ref().map_or(stage.dockerfile.span, |address| address.path.span);
    let what = if folder.is_empty() { "." } else { &folder };
    Ok(Some(draft.add(&name.value, format!("[{}] context {what}", name.value), span, vec![item])))
}

/// The names of the stages of a Dockerfile: `FROM [--option…] IMAGE AS NAME`, also over several lines.
fn stage_names(text: &str) -> Vec<String> {
    let text = text.replace("\\\r\n", " ").replace("\\\n", " ");
    let names = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        words.next().filter(|word| word.eq_ignore_ascii_case("FROM"))?;
        let mut words = words.skip_while(|word| word.starts_with("--")).skip(1);
        words.next().filter(|word| word.eq_ignore_ascii_case("AS"))?;
        words.next().map(str::to_owned)
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::stage_names;

    #[test]
    fn stages_are_named_after_as() {
        let text =
            "# FROM x AS no\nFROM a AS one\n  from --platform=$BUILDPLATFORM b \\\n  as two\nFROM c\nRUN x AS y\n";
        assert_eq!(stage_names(text), ["one", "two"]);
    }
}
