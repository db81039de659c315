//! Named contexts: sources in the spec that the command line can replace.

use slipway_spec::model::NamedContext;
use slipway_spec::{Diagnostic, Name, Spanned};

use crate::draft::Draft;
use crate::ground::{Ground, Part};
use crate::named_paths::Use;
use crate::paths::context_path;
use crate::project::NamedSource;
use crate::{BaseImage, CopyItem, GitSource, PlanError, Platform, Source, StepKind};

/// What a context is used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum As {
    /// Files to copy.
    Files,
    /// What steps or layers start from.
    Base,
}

/// What the command line names instead of a part of the file.
///
/// # Errors
/// It cannot be used.
pub(crate) async fn given(
    draft: &mut Draft<'_>,
    defined: &Spanned<String>,
    (platform, used): (&Platform, As),
) -> Result<Option<Ground>, PlanError> {
    let owner = defined.value.as_str();
    let title = format!("[context {owner}]");
    let given = draft.project.named_context(owner, platform).await.map_err(|error| {
        Diagnostic::error(defined.span, format!("`--build-context {owner}=…` cannot be used: {error}"))
    })?;
    let source = match given {
        Some(NamedSource::Files(source)) => source,
        Some(NamedSource::Image(image)) => return Ok(Some(of_image(draft, defined, &title, image, platform))),
        None => return Ok(None),
    };
    // What starts from files of the client is never cached, unless they are copied first.
    let is_copied = used == As::Base && matches!(source, Source::Local { .. });
    let mut step = draft.add(owner, format!("{title} {}", describe(&source)), defined.span, StepKind::Source(source));
    if is_copied {
        step = draft.add(owner, format!("{title} FROM {owner}"), defined.span, vec![CopyItem::new(step, "/", "/")]);
    }
    Ok(Some(Ground::of_files(owner, step)))
}

/// Plans a context for a platform, as a base; its files are those of its step.
///
/// # Errors
/// The context on the command line or in the spec cannot be used.
pub(crate) async fn plan(
    draft: &mut Draft<'_>,
    defined: &Spanned<String>,
    context: &NamedContext,
    (platform, used): (&Platform, As),
) -> Result<Ground, PlanError> {
    let title = format!("[context {}]", defined.value);
    let owner = defined.value.as_str();
    let step = match given(draft, defined, (platform, used)).await? {
        Some(given) => return Ok(given),
        None => match context {
            NamedContext::Git { url, reference, subdir, checksum } => {
                let subdir = draft.eval_option(subdir.as_ref())?;
                let (commit, wanted) = (draft.eval_option(reference.as_ref())?, draft.eval_option(checksum.as_ref())?);
                // An engine that already has the commit does not compare it again.
                if let (Some(commit), Some(wanted), Some(template)) = (&commit, &wanted, checksum)
                    && is_commit(commit)
                    && !commit.starts_with(wanted.as_str())
                {
                    let message = format!("`checksum` is `{wanted}`, but `ref` resolves to the commit {commit}");
                    return Err(Diagnostic::error(template.span, message).with_help("change one of the two").into());
                }
                let url = draft.eval(url)?;
                let options = Vec::new();
                let source = Source::Git(GitSource { url, reference: commit, subdir, checksum: wanted, options });
                draft.add(owner, format!("{title} {}", describe(&source)), defined.span, StepKind::Source(source))
            }
            NamedContext::Http { url, checksum } => {
                let source = Source::Http { url: draft.eval(url)?, checksum: draft.eval_option(checksum.as_ref())? };
                draft.add(owner, format!("{title} {}", describe(&source)), defined.span, StepKind::Source(source))
            }
            NamedContext::Image(template) => {
                let image = draft.image(template, platform).await?;
                return Ok(of_image(draft, defined, &title, image, platform));
            }
            NamedContext::Path(template) => {
                let path = context_path(&draft.eval(template)?, template.span)?;
                draft.name_context_path(Use::Context, &path, template.span);
                let items = vec![CopyItem::new(draft.context, format!("/{path}"), "/")];
                draft.add(owner, format!("{title} COPY ./{path}"), defined.span, items)
            }
        },
    };
    Ok(Ground::of_files(owner, step))
}

fn of_image(
    draft: &mut Draft<'_>,
    defined: &Spanned<String>,
    title: &str,
    image: BaseImage,
    platform: &Platform,
) -> Ground {
    let ground = Ground::of_image(image);
    let step = draft.base(&defined.value, title, ground.image.clone(), platform, defined.span);
    let user = ground.passed_user();
    let config = ground.image.config.clone();
    let part = Part { config, entrypoint: None, cmd: None, is_changed: false, user };
    ground.under((Name::Context, &defined.value), step, part)
}

/// Whether a text is a full commit id.
fn is_commit(text: &str) -> bool {
    [40, 64].contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn describe(source: &Source) -> String {
    match source {
        Source::Git(GitSource { url, reference, .. }) => match reference {
            Some(reference) => format!("{url}#{reference}"),
            None => url.clone(),
        },
        Source::Http { url, .. } => url.clone(),
        Source::Local { name } | Source::Input { name } => format!("load from {name}"),
        Source::Frontend => "load the image of the frontend".to_owned(),
        Source::Probe { platform } => format!("load the probe for {platform}"),
    }
}
