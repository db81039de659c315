//! Images, repositories and downloads, as sources of a graph.

use buildkit_llb::source::GitMtime;
use buildkit_llb::{Annotate, Copy, FileOp, Git, Http, Image, OciLayout, Output, Platform, ResolveMode};
use slipway_plan::{BaseImage, GitOption, GitSource, ImageOrigin, Source, Step, StepId};

use super::lowering::{Lowering, annotate, location};
use crate::options::Options;

/// Files from elsewhere.
pub(super) fn source(source: &Source, step: &Step, id: StepId, cx: &Lowering<'_>) -> Output {
    match source {
        Source::Git(repository) => annotate(git(repository), &step.name, step.span, &step.owner, cx).into_output(),
        Source::Http { url, checksum } => {
            let mut http = Http::new(url);
            if let Some(checksum) = checksum {
                http = http.checksum(checksum);
            }
            annotate(http, &step.name, step.span, &step.owner, cx).into_output()
        }
        Source::Local { .. } | Source::Input { .. } | Source::Frontend | Source::Probe { .. } => {
            cx.foreign.get(&id).cloned().unwrap_or_default()
        }
    }
}

/// A repository as the source of a graph.
pub(crate) fn git(repository: &GitSource) -> Git {
    let GitSource { url, reference, subdir, checksum, options } = repository;
    let mut git = Git::new(url);
    if let Some(reference) = reference {
        git = git.reference(reference);
    }
    if let Some(subdir) = subdir {
        git = git.subdir(subdir);
    }
    if let Some(checksum) = checksum {
        git = git.checksum(checksum);
    }
    options.iter().fold(git, |git, option| match option {
        GitOption::KeepGitFolder => git.keep_git_dir(),
        GitOption::SkipSubmodules => git.skip_submodules(),
        GitOption::CommitTimes => git.mtime(GitMtime::Commit),
        GitOption::FetchByCommit => git.fetch_by_commit(),
    })
}

pub(super) fn base(image: &BaseImage, platform: &Platform, step: &Step, id: StepId, cx: &Lowering<'_>) -> Output {
    match &image.origin {
        ImageOrigin::Files(files) => {
            // What starts from files of the client is never cached, unless they are copied first.
            let copy = Copy::new(source(files, step, id, cx), "/", "/").contents_only();
            placed(FileOp::on(&Output::scratch()).copy(copy), step, cx).into_output()
        }
        ImageOrigin::Input { .. } => cx.foreign.get(&id).cloned().unwrap_or_default(),
        _ => self::image(image, platform, cx.options, Some((step, cx))),
    }
}

/// An image as the source of a graph; one from another build has to come from elsewhere.
pub(crate) fn image(
    image: &BaseImage,
    platform: &Platform,
    options: &Options,
    place: Option<(&Step, &Lowering<'_>)>,
) -> Output {
    match &image.origin {
        ImageOrigin::Scratch | ImageOrigin::Input { .. } | ImageOrigin::Files(_) | ImageOrigin::Step => {
            Output::scratch()
        }
        ImageOrigin::Registry { reference } => {
            let image = Image::new(reference).platform(platform).resolve_mode(match options.resolve_mode.as_str() {
                "pull" => ResolveMode::Pull,
                "local" => ResolveMode::Local,
                _ => ResolveMode::Default,
            });
            match place {
                Some((step, cx)) => placed(image, step, cx).into_output(),
                None => image.into_output(),
            }
        }
        ImageOrigin::OciLayout { reference, store } => {
            let (name, digest) = reference.split_once('@').unwrap_or((reference, ""));
            let layout = OciLayout::new(name, digest).session(&options.session_id).store(store).platform(platform);
            match place {
                Some((step, cx)) => placed(layout, step, cx).into_output(),
                None => layout.into_output(),
            }
        }
    }
}

/// Adds the metadata of a step to a base image. `--no-cache` applies to what runs on it, not to the image.
fn placed<T: Annotate>(op: T, step: &Step, cx: &Lowering<'_>) -> T {
    match location(step.span, cx.files) {
        Some(location) => op.name(&step.name).location(location),
        None => op.name(&step.name),
    }
}
