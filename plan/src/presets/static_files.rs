//! Static: unchanged files, from a folder of the context or from another output. Nothing runs.

use slipway_project::excluded_files;
use slipway_spec::Diagnostic;
use slipway_spec::model::StaticOptions;

use super::{BuildOutput, Context, Language};
use crate::paths::absolute;
use crate::runtime::Runtimes;
use crate::{CopyItem, LayerCopy, LayerItem, PlanError, secret_files};

/// The default folder of the files in an image.
const DESTINATION: &str = "/srv/www";

/// Unchanged files.
pub(super) struct Static;

impl Language for Static {
    type Options = StaticOptions;
    /// The folder of the context, with patterns of files to include and to exclude.
    type Asked = Option<(String, Vec<String>, Vec<String>)>;
    /// Secret files in the folder.
    type Found = Vec<String>;

    fn early_runtimes(_: &Self::Options) -> Option<Runtimes> {
        Some(Runtimes::of("scratch"))
    }

    fn ask(cx: &mut Context<'_, '_>, _: &StaticOptions) -> Result<Self::Asked, PlanError> {
        if cx.origin.is_some() {
            return Ok(None);
        }
        let (include, exclude) = patterns(cx)?;
        Ok(Some((cx.source_folder()?, include, exclude)))
    }

    async fn find(cx: &Context<'_, '_>, _: &StaticOptions, asked: Self::Asked) -> Result<Vec<String>, PlanError> {
        let Some((folder, include, exclude)) = asked else { return Ok(Vec::new()) };
        secret_files::find(cx.project(), &folder, &include, &exclude).await
    }

    fn plan(cx: &mut Context<'_, '_>, options: &StaticOptions, secrets: Vec<String>) -> Result<BuildOutput, PlanError> {
        let span = cx.build.source.path.as_ref().map_or(cx.span(), |path| path.span);
        secret_files::warning(&secrets, span).into_iter().for_each(|found| cx.draft.warn(found));
        plan(cx, options)
    }
}

/// Patterns of files to include and to exclude. Of the context, files of environment variables are included only if they
/// are named.
fn patterns(cx: &mut Context<'_, '_>) -> Result<(Vec<String>, Vec<String>), Diagnostic> {
    let include = cx.eval_all(&cx.build.source.include)?;
    let mut exclude = cx.eval_all(&cx.build.source.exclude)?;
    if cx.origin.is_none() {
        exclude.extend(excluded_files::without_env_files(&include));
    }
    Ok((include, exclude))
}

fn plan(cx: &mut Context<'_, '_>, options: &StaticOptions) -> Result<BuildOutput, PlanError> {
    refuse_what_needs_steps(cx)?;
    let destination = match &options.destination {
        Some(template) => absolute(&cx.eval(template)?, template)?,
        None => DESTINATION.to_owned(),
    };
    let source = &cx.build.source;
    let (include, mut exclude) = patterns(cx)?;
    let (from, path, folder) = match &cx.origin {
        Some(place) => (place.step, place.path.clone(), String::new()),
        None => {
            let folder = cx.source_folder()?;
            if folder.is_empty() {
                // The spec describes the image; it is not part of it.
                exclude.push(cx.request().spec_name.clone());
            }
            (cx.context(), format!("/{folder}"), folder)
        }
    };
    let mut items = vec![CopyItem::new(from, path, "/").including(include).excluding(exclude)];
    for (input, (written, _)) in cx.inputs.iter().zip(cx.build.keys.inputs.iter()) {
        // Inputs are placed as in the context, but relative to the source folder.
        let inside = if folder.is_empty() {
            Some(input.target.clone())
        } else {
            input.target.strip_prefix(&format!("/{folder}")).filter(|rest| rest.starts_with('/')).map(str::to_owned)
        };
        let Some(target) = inside else {
            return Err(Diagnostic::error(written.span, format!("`{}` is not in the source folder", written.value))
                .with_help(format!("name a path below `./{folder}`"))
                .into());
        };
        items.push(CopyItem { target, ..input.clone() });
    }
    let what = source.path.as_ref().map(|path| cx.eval(path)).transpose()?.unwrap_or_else(|| ".".to_owned());
    let files = cx.add(cx.shared_step_name("files", &format!("COPY {what}")), cx.span(), items);
    let is_of_context = cx.origin.is_none() && cx.inputs.is_empty();
    let unchanged = is_of_context.then(|| (destination.clone(), folder)).into_iter().collect();
    let items = vec![LayerItem::Copy(LayerCopy::whole(files, "/", &destination))];
    let layers = vec![cx.layer(format!("COPY {what} {destination}"), "", items)];
    Ok(BuildOutput {
        unchanged,
        source: cx.origin.is_none().then_some(destination),
        ..BuildOutput::new(files, layers, Runtimes::of("scratch"))
    })
}

/// Keys about how something runs have no effect here.
fn refuse_what_needs_steps(cx: &mut Context<'_, '_>) -> Result<(), Diagnostic> {
    let keys = &cx.build.keys;
    let env = keys.env.iter().next().map(|(name, _)| ("env", name.span));
    let install = keys.install.as_ref().and_then(|install| {
        let options = install.options.first().map(|option| option.span);
        let secrets = install.secrets.first().map(|secret| secret.0.span);
        let env = install.env.iter().next().map(|(name, _)| name.span);
        Some(("install", options.or(secrets).or(env)?))
    });
    let private = keys.private.first().map(|host| ("private", host.host.span));
    let run = keys.run.first().map(|step| ("run", step.run.span));
    let checks = keys.checks.iter().next().map(|(name, _)| ("checks", name.span));
    let packages = cx.build.packages.build.first().or_else(|| cx.build.packages.runtime.first());
    let packages = packages.map(|package| ("packages", package.span()));
    let image = keys.image.as_ref().map(|image| ("image", image.span));
    let all = [image, env, install, private, run, checks, packages];
    if let Some((key, span)) = all.into_iter().flatten().next() {
        return Err(Diagnostic::error(span, format!("a static build runs nothing, so `{key}` has no effect"))
            .with_help("delete the key, or create the files in a stage and name it: `source: \"stage:/path\"`"));
    }
    if let Some(path) = keys.output.first() {
        return Err(Diagnostic::error(
            path.span,
            "the output of a static build is all of its files, so it has no key `output`",
        )
        .with_help("narrow them with `source: { include: […] }`"));
    }
    Ok(())
}
