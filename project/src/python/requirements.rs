//! Requirements files: the files that they include, and the packages of the repository that they name.
//!
//! Source of the format: <https://pip.pypa.io/en/stable/reference/requirements-file-format/>.

mod line;

use std::collections::BTreeMap;

use slipway_diagnostic::{Diagnostic, join_path};

use self::line::{Line, logical_lines};
use super::query::Query;
use crate::paths::in_folder;
use crate::{Error, Repository};

/// The maximum number of included requirements files.
const MOST: usize = 100;

/// Requirements files and their contents. All paths are relative to the context.
#[derive(Default)]
pub(super) struct Files {
    /// The texts of the files, by path.
    pub(super) texts: BTreeMap<String, String>,
    /// Lines with folders of the repository.
    pub(super) folders: Vec<FolderLine>,
    /// Packages that are files of the repository, and folders of such packages.
    pub(super) packages: Vec<String>,
}

/// A line with a folder of the repository.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FolderLine {
    /// The file with the line.
    pub(super) file: String,
    /// Its first and last line number there, from 0.
    pub(super) lines: (usize, usize),
    /// The folder.
    pub(super) folder: String,
    /// The requested extras.
    pub(super) extras: Vec<String>,
}

/// Requirements files of the project's folder and the files that they include. Variables are replaced as in pip.
pub(super) async fn read(repository: &Repository<'_>, query: &Query, files: &[String]) -> Result<Files, Error> {
    let Query { folder, env, span, .. } = query;
    let span = *span;
    let mut open: Vec<_> = files.iter().map(|file| in_folder(folder, file)).collect();
    let mut found = Files::default();
    while let Some(path) = open.pop() {
        if found.texts.contains_key(&path) {
            continue;
        }
        if found.texts.len() >= MOST {
            return Err(Diagnostic::error(span, format!("the requirements include more than {MOST} files"))
                .with_help("include fewer files, or name another file with `requirements:`")
                .into());
        }
        let Some(bytes) = repository.read(&path).await? else {
            return Err(Diagnostic::error(
                span,
                format!("the requirements include `{path}`, which is not in the context"),
            )
            .with_help("add it, or delete it from the ignore file")
            .into());
        };
        let text = decoded(&bytes);
        let here = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        for (lines, line) in logical_lines(&text) {
            let line = with_variables(line, env);
            let outside = |what: &str| {
                let number = lines.0 + 1;
                let what = format!("line {number} of `{path}` names `{what}`, which is outside the context");
                Diagnostic::error(span, what)
                    .with_help("build from a folder that contains both, and set `source:` to the project's folder")
            };
            for leads in line::leads(&line) {
                match leads {
                    // Files are relative to the file that names them, everything else to pip's working directory.
                    Line::File(file) => open.push(join_path(&here, &file).ok_or_else(|| outside(&file))?),
                    Line::Links(place) => {
                        // pip first looks next to the file.
                        let places = [join_path(&here, &place), join_path(folder, &place)];
                        if places.iter().all(Option::is_none) {
                            return Err(outside(&place).into());
                        }
                        found.packages.extend(places.into_iter().flatten());
                    }
                    Line::Package(place) => {
                        found.packages.push(join_path(folder, &place).ok_or_else(|| outside(&place))?);
                    }
                    Line::Folder(place, extras) => found.folders.push(FolderLine {
                        file: path.clone(),
                        lines,
                        folder: join_path(folder, &place).ok_or_else(|| outside(&place))?,
                        extras,
                    }),
                }
            }
        }
        found.texts.insert(path, text);
    }
    found.packages.sort();
    found.packages.dedup();
    Ok(found)
}

/// Lines of requirements files that start with the name of a package.
pub(super) fn names<'t>(texts: impl Iterator<Item = &'t String>) -> impl Iterator<Item = String> {
    let lines = texts.flat_map(|text| logical_lines(text)).map(|(_, line)| line);
    lines.filter(|line| line.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// Paths in options of pip, relative to its working directory: requirements, constraints, and folders of packages.
pub(super) fn named_by_options(options: &[String]) -> Vec<String> {
    let places = line::of_options(options).into_iter().map(|line| match line {
        Line::File(place) | Line::Links(place) | Line::Package(place) | Line::Folder(place, _) => place,
    });
    places.collect()
}

/// Variables of pip and uv that name files, or folders of packages.
const NAMING: &[&str] = &[
    "PIP_CONSTRAINT",
    "PIP_REQUIREMENT",
    "PIP_FIND_LINKS",
    "PIP_CONFIG_FILE",
    "PIP_BUILD_CONSTRAINT",
    "UV_FIND_LINKS",
    "UV_CONSTRAINT",
    "UV_BUILD_CONSTRAINT",
    "UV_OVERRIDE",
    "UV_CONFIG_FILE",
];

/// Paths in variables, relative to the installer's working directory.
pub(super) fn named_by_env(env: &[(String, String)]) -> Vec<String> {
    let naming = env.iter().filter(|(name, _)| NAMING.contains(&name.as_str()));
    let places = naming.flat_map(|(_, value)| value.split([' ', ',', '\n']));
    let local = places.filter(|place| !place.is_empty() && !place.contains("://") && !place.starts_with('/'));
    local.map(str::to_owned).collect()
}

/// The text of a file in any encoding that pip detects from the first bytes; others are UTF-8.
fn decoded(bytes: &[u8]) -> String {
    let units = |bytes: &[u8], unit: fn([u8; 2]) -> u16| -> String {
        let units = bytes.chunks_exact(2).filter_map(|pair| Some(unit(pair.try_into().ok()?)));
        String::from_utf16_lossy(&units.collect::<Vec<_>>())
    };
    let scalars = |bytes: &[u8], scalar: fn([u8; 4]) -> u32| -> String {
        let scalars = bytes.chunks_exact(4).filter_map(|four| Some(scalar(four.try_into().ok()?)));
        scalars.map(|scalar| char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xff, 0xfe, 0, 0, rest @ ..] => scalars(rest, u32::from_le_bytes),
        [0, 0, 0xfe, 0xff, rest @ ..] => scalars(rest, u32::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => units(rest, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// A line with known variables replaced; like pip, it keeps the others.
fn with_variables(line: String, env: &[(String, String)]) -> String {
    if !line.contains("${") {
        return line;
    }
    env.iter().fold(line, |line, (name, value)| line.replace(&format!("${{{name}}}"), value))
}

/// A range of lines, from 0 and including the last one, and its replacement.
pub(super) type Change = ((usize, usize), String);

/// A text with some lines replaced. After a replacement of several lines, the others are empty.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_in_the_encodings_of_pip() {
        let text = "-r b.txt\n# é\n";
        let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<_>>();
        let wider = |bytes: fn(u32) -> [u8; 4]| text.chars().map(u32::from).flat_map(bytes).collect::<Vec<_>>();
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat(),
            [b"\xff\xfe".to_vec(), wide(u16::to_le_bytes)].concat(),
            [b"\xfe\xff".to_vec(), wide(u16::to_be_bytes)].concat(),
            [b"\xff\xfe\0\0".to_vec(), wider(u32::to_le_bytes)].concat(),
            [b"\0\0\xfe\xff".to_vec(), wider(u32::to_be_bytes)].concat(),
        ] {
            assert_eq!(decoded(&bytes), text);
        }
    }

    #[test]
    fn known_variables_are_replaced() {
        let env = [("LIBS".to_owned(), "libs".to_owned())];
        assert_eq!(with_variables("./${LIBS}/a ${OTHER}".to_owned(), &env), "./libs/a ${OTHER}");
    }

    #[test]
    fn options_name_files() {
        let options = ["--prefer-binary", "-c", "c.txt", "--find-links=./wheels", "-fhttps://x/y", "-rmore.txt"];
        assert_eq!(named_by_options(&options.map(str::to_owned)), ["c.txt", "./wheels", "more.txt"]);
    }

    #[test]
    fn lines_are_replaced_in_place() {
        let text = "a\n-e ./b \\\n  # more\nc\n";
        assert_eq!(changed(text, &[((1, 2), "./b".to_owned())]), "a\n./b\n\nc\n");
    }
}
