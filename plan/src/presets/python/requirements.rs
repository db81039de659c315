//! Requirements files: which of them one needs, so that the dependency step sees all of them and nothing else.
//!
//! Source of the format: <https://pip.pypa.io/en/stable/reference/requirements-file-format/>.

use std::collections::BTreeSet;

use slipway_spec::Diagnostic;

use crate::presets::{Context, in_folder, join_path};
use crate::{PlanError, Project};

/// How many files a requirements file may lead to.
const MOST: usize = 100;

/// The files that requirements files of a folder lead to, themselves included, as paths of the context.
pub(super) async fn closure<P: Project>(
    cx: &Context<'_, P>,
    folder: &str,
    files: &[String],
) -> Result<Vec<String>, PlanError> {
    let span = cx.span();
    let mut open: Vec<_> = files.iter().map(|file| in_folder(folder, file)).collect();
    let mut found = BTreeSet::new();
    while let Some(path) = open.pop() {
        if found.contains(&path) {
            continue;
        }
        if found.len() >= MOST {
            return Err(Diagnostic::error(span, format!("requirements lead to more than {MOST} files"))
                .with_help("take files out, or name another one with `requirements:`")
                .into());
        }
        let Some(bytes) = cx.project().read(&path).await? else {
            return Err(Diagnostic::error(span, format!("requirements include `{path}`, which is not in the context"))
                .with_help("add it, or take it out of the ignore file")
                .into());
        };
        let here = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        for line in lines(&String::from_utf8_lossy(&bytes)) {
            match kind(&line) {
                Line::Other => {}
                Line::File(file) => {
                    let Some(file) = join_path(&here, file) else {
                        return Err(Diagnostic::error(
                            span,
                            format!("`{path}` includes `{file}`, which is outside of the context"),
                        )
                        .with_help("build from a folder that holds both, and name the project's folder with `source:`")
                        .into());
                    };
                    open.push(file);
                }
                Line::Folder(folder) => {
                    return Err(Diagnostic::error(
                        span,
                        format!(
                            "`{path}` requires the folder `{folder}`, which this release of Slipway cannot install yet"
                        ),
                    )
                    .with_help(
                        "delete the line; the files of the build are found by `PYTHONPATH`, without installing them",
                    )
                    .into());
                }
            }
        }
        found.insert(path);
    }
    Ok(found.into_iter().collect())
}

/// What a line of a requirements file leads to.
#[derive(Debug, PartialEq, Eq)]
enum Line<'a> {
    File(&'a str),
    Folder(&'a str),
    Other,
}

/// The lines of a requirements file, without comments, and joined where they end in `\`.
fn lines(text: &str) -> Vec<String> {
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    joined
        .lines()
        .map(|line| match line.trim_start().starts_with('#') {
            true => "",
            false => line.split_once(" #").map_or(line, |(line, _)| line).trim(),
        })
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

fn kind(line: &str) -> Line<'_> {
    let option = |names: [&str; 2]| {
        names.into_iter().find_map(|name| {
            let rest = line.strip_prefix(name)?;
            // `-rfile` and `-r file` are the same; a long option wants ` ` or `=`.
            let long_enough = !name.starts_with("--") || rest.starts_with(['=', ' ', '\t']);
            long_enough.then(|| rest.trim_start_matches('=').trim())
        })
    };
    let is_url = |text: &str| text.contains("://") && !text.starts_with("file:");
    if let Some(file) = option(["-r", "--requirement"]).or_else(|| option(["-c", "--constraint"])) {
        return if is_url(file) { Line::Other } else { Line::File(file) };
    }
    if let Some(place) = option(["-e", "--editable"]) {
        return if is_url(place) { Line::Other } else { Line::Folder(place) };
    }
    let place = line.split_once(" @ ").map_or(line, |(_, place)| place.trim());
    if place.starts_with(['.', '/']) || place.starts_with("file:") { Line::Folder(place) } else { Line::Other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_lead_to_files_and_folders() {
        for (line, expected) in [
            ("-r base.txt", Line::File("base.txt")),
            ("-rbase.txt", Line::File("base.txt")),
            ("--requirement=../base.txt", Line::File("../base.txt")),
            ("-c constraints.txt", Line::File("constraints.txt")),
            ("-r https://example.com/a.txt", Line::Other),
            ("-e .", Line::Folder(".")),
            ("-e git+https://example.com/a.git#egg=a", Line::Other),
            ("./libs/a", Line::Folder("./libs/a")),
            ("a @ file:///libs/a", Line::Folder("file:///libs/a")),
            ("a @ https://example.com/a.whl", Line::Other),
            ("requests==2.32 ; python_version > '3.8'", Line::Other),
            ("--index-url https://example.com", Line::Other),
        ] {
            assert_eq!(kind(line), expected, "{line}");
        }
    }

    #[test]
    fn comments_go_and_continued_lines_are_joined() {
        assert_eq!(
            lines("# all\na==1 \\\n  --hash=sha256:00\n\nb # why\nc#no\n"),
            ["a==1    --hash=sha256:00", "b", "c#no"]
        );
    }
}
