//! Files that a program opens at run time and that its image lacks: an image of a compiled language contains only the
//! program.

use slipway_project::opened_files::OpenedFile;
use slipway_project::paths::{in_folder, is_within};
use slipway_spec::model::Image;
use slipway_spec::{Diagnostic, Span};

use crate::contents::{Base, Brought, Kind, Link, Links};
use crate::draft::Draft;

/// The rule name of these findings, for `# check=skip=…`.
pub(crate) const FILES_LEFT_BEHIND: &str = "FilesLeftBehind";

/// The maximum number of paths in a finding.
const SHOWN: usize = 5;

/// Warns about files that a program opens and its image lacks.
pub(crate) fn report(
    draft: &mut Draft<'_>,
    (image, span): (&Image, Span),
    opened: &[OpenedFile],
    (base, files, links): (&Base, &[Brought], &Links),
    workdir: Option<&str>,
) {
    // The contents of another base are unknown.
    if base.part().is_some() || !matches!(base.kind, Kind::Scratch | Kind::Distroless(_)) {
        return;
    }
    let folder = workdir.unwrap_or("/").trim_matches('/');
    let overlap = |one: &str, other: &str| {
        let (one, other) = (one.trim_matches('/'), other.trim_matches('/'));
        one.is_empty() || other.is_empty() || is_within(one, other) || is_within(other, one)
    };
    // Any destination counts: a variable may contain it.
    let is_brought = |opened: &OpenedFile| {
        let target = in_folder(folder, &opened.path);
        let name = opened.path.split('/').next().unwrap_or_default();
        let brings = |file: &Brought| {
            overlap(&file.path, &target)
                || file.path.split('/').any(|part| part == name)
                || file.in_context.as_deref().is_some_and(|place| overlap(place, &opened.place))
        };
        let links_to = |link: &Link| overlap(&link.path, &target);
        files.iter().any(brings) || links.iter().any(links_to)
    };
    let missing: Vec<_> = opened.iter().filter(|opened| !is_brought(opened)).take(SHOWN).collect();
    if missing.is_empty() || !image.keys.config.volumes.is_empty() {
        return;
    }
    let names: Vec<_> = missing.iter().map(|opened| format!("`{}` (`{}`)", opened.path, opened.at)).collect();
    let home = if folder.is_empty() { "app" } else { folder };
    let entries: Vec<_> =
        missing.iter().map(|opened| format!("/{}: ./{}", in_folder(home, &opened.path), opened.place)).collect();
    let workdir = if folder.is_empty() { "`workdir: /app` and " } else { "" };
    draft.warn(
        Diagnostic::warning(
            span,
            format!("the program opens {}, but the image only contains the program of this build", names.join(", ")),
        )
        .with_rule(FILES_LEFT_BEHIND)
        .with_help(format!("add {workdir}`files: {{ {} }}` to the image", entries.join(", "))),
    );
}
