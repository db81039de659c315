//! Requirements files: which of them one needs, so that the dependency step sees all of them and nothing else.
//!
//! Source of the format: <https://pip.pypa.io/en/stable/reference/requirements-file-format/>.

use std::collections::BTreeMap;

use slipway_spec::Diagnostic;

use crate::presets::{Context, in_folder, join_path};
use crate::{PlanError, Project};

/// How many files a requirements file may lead to.
const MOST: usize = 100;

/// Requirements files and what they lead to. All paths are of the context.
#[derive(Default)]
pub(super) struct Files {
    /// The files, by path, with their texts.
    pub(super) texts: BTreeMap<String, String>,
    /// Lines that name folders of the repository.
    pub(super) folders: Vec<FolderLine>,
    /// Packages that are files of the repository, and folders of such.
    pub(super) packages: Vec<String>,
}

/// A line that names a folder of the repository.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FolderLine {
    /// The file that it is in.
    pub(super) file: String,
    /// Its first and its last line there, from 0.
    pub(super) lines: (usize, usize),
    /// The folder.
    pub(super) folder: String,
    /// Extras that are asked for.
    pub(super) extras: Vec<String>,
}

/// Requirements files of a folder and those that they lead to.
pub(super) async fn read<P: Project>(cx: &Context<'_, P>, folder: &str, files: &[String]) -> Result<Files, PlanError> {
    let span = cx.span();
    let mut open: Vec<_> = files.iter().map(|file| in_folder(folder, file)).collect();
    let mut found = Files::default();
    while let Some(path) = open.pop() {
        if found.texts.contains_key(&path) {
            continue;
        }
        if found.texts.len() >= MOST {
            return Err(Diagnostic::error(span, format!("requirements lead to more than {MOST} files"))
                .with_help("take files out, or name another one with `requirements:`")
                .into());
        }
        let Some(bytes) = cx.project().read(&path).await? else {
            return Err(Diagnostic::error(span, format!("requirements include `{path}`, which is not in the context"))
                .with_help("add it, or take it out of the ignore file")
                .into());
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let here = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let outside = |what: &str| {
            Diagnostic::error(span, format!("`{path}` includes `{what}`, which is outside of the context"))
                .with_help("build from a folder that holds both, and name the project's folder with `source:`")
        };
        for (lines, line) in lines(&text) {
            match kind(&line) {
                Line::Other => {}
                // Files are named from the file that names them, everything else from where pip is started.
                Line::File(file) => open.push(join_path(&here, file).ok_or_else(|| outside(file))?),
                Line::Package(place) => found.packages.push(join_path(folder, place).ok_or_else(|| outside(place))?),
                Line::Folder(place, extras) => {
                    let extras = extras.split(',').map(str::trim).filter(|extra| !extra.is_empty());
                    found.folders.push(FolderLine {
                        file: path.clone(),
                        lines,
                        folder: join_path(folder, place).ok_or_else(|| outside(place))?,
                        extras: extras.map(str::to_owned).collect(),
                    });
                }
            }
        }
        found.texts.insert(path, text);
    }
    Ok(found)
}

/// The first and the last of some lines, from 0, and what stands in their place.
pub(super) type Change = ((usize, usize), String);

/// A file's text with some lines changed; what stands in the place of several lines stands in the first.
pub(super) fn changed(text: &str, changes: &[Change]) -> String {
    let mut out = String::new();
    for (number, line) in text.lines().enumerate() {
        match changes.iter().find(|((first, last), _)| (*first..=*last).contains(&number)) {
            Some(((first, _), new)) if *first == number => out.push_str(new),
            Some(_) => {}
            None => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

/// What a line of a requirements file leads to.
#[derive(Debug, PartialEq, Eq)]
enum Line<'a> {
    /// Another requirements file.
    File(&'a str),
    /// A package, or a folder of packages, as they are published.
    Package(&'a str),
    /// A folder with a package's sources, and extras.
    Folder(&'a str, &'a str),
    Other,
}

/// The lines of a requirements file with the numbers of their first and last parts, without comments, and joined where they end in `\`.
fn lines(text: &str) -> Vec<((usize, usize), String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in text.lines().enumerate() {
        let (first, mut joined) = open.take().unwrap_or((number, String::new()));
        if let Some(part) = line.trim_end_matches('\r').strip_suffix('\\') {
            joined.push_str(part);
            joined.push(' ');
            open = Some((first, joined));
            continue;
        }
        joined.push_str(line);
        found.push(((first, number), joined));
    }
    found.extend(open.map(|(first, joined)| ((first, text.lines().count().saturating_sub(1)), joined)));
    found
        .into_iter()
        .map(|(numbers, line)| match line.trim_start().starts_with('#') {
            true => (numbers, String::new()),
            false => (numbers, line.split_once(" #").map_or(line.as_str(), |(line, _)| line).trim().to_owned()),
        })
        .filter(|(_, line)| !line.is_empty())
        .collect()
}

fn kind(line: &str) -> Line<'_> {
    let option = |names: [&str; 2]| {
        names.into_iter().find_map(|name| {
            let rest = line.strip_prefix(name).filter(|_| !name.is_empty())?;
            // `-rfile` and `-r file` are the same; a long option wants ` ` or `=`.
            let long_enough = !name.starts_with("--") || rest.starts_with(['=', ' ', '\t']);
            long_enough.then(|| rest.trim_start_matches('=').trim())
        })
    };
    let is_url = |text: &str| text.contains("://") && !text.starts_with("file:");
    if let Some(file) = option(["-r", "--requirement"]).or_else(|| option(["-c", "--constraint"])) {
        return if is_url(file) { Line::Other } else { Line::File(file) };
    }
    if let Some(place) = option(["-f", "--find-links"]) {
        return if is_url(place) || place.starts_with('/') { Line::Other } else { Line::Package(place) };
    }
    let editable = option(["-e", "--editable"]);
    let place = editable.unwrap_or(line);
    // Markers: pip wants a blank before them, since a path may hold a `;`.
    let place = place.split_once(" ;").map_or(place, |(place, _)| place.trim());
    let named = place.split_once(" @ ").map(|(name, place)| (name, place.trim()));
    let (name, place) = named.unwrap_or(("", place));
    let (place, extras) = match place.strip_suffix(']').and_then(|place| place.rsplit_once('[')) {
        Some((place, extras)) => (place, extras),
        None => (place, name.split_once('[').map_or("", |(_, extras)| extras.trim_end_matches(']'))),
    };
    let place = place.strip_prefix("file:").unwrap_or(place);
    if is_url(place) || !(editable.is_some() || place.starts_with(['.', '/'])) {
        return Line::Other;
    }
    if [".whl", ".tar.gz", ".zip"].iter().any(|end| place.ends_with(end)) {
        Line::Package(place)
    } else {
        Line::Folder(place, extras)
    }
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
            ("-e .", Line::Folder(".", "")),
            ("-e .[pg, web]", Line::Folder(".", "pg, web")),
            ("-e git+https://example.com/a.git#egg=a", Line::Other),
            ("./libs/a ; python_version > '3.8'", Line::Folder("./libs/a", "")),
            ("a[pg] @ file:libs/a", Line::Other),
            ("a[pg] @ file:./libs/a", Line::Folder("./libs/a", "pg")),
            ("a @ file:///libs/a", Line::Folder("///libs/a", "")),
            ("./wheels/a-1-py3-none-any.whl", Line::Package("./wheels/a-1-py3-none-any.whl")),
            ("--find-links ./wheels", Line::Package("./wheels")),
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
            [((1, 2), "a==1    --hash=sha256:00".to_owned()), ((4, 4), "b".to_owned()), ((5, 5), "c#no".to_owned())]
        );
    }

    #[test]
    fn lines_are_changed_where_they_stand() {
        let text = "a\n-e ./b \\\n  # more\nc\n";
        assert_eq!(changed(text, &[((1, 2), "./b".to_owned())]), "a\n./b\n\nc\n");
    }
}
