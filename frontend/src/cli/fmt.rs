//! `slipway fmt`: formats Slipway files in place.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use similar::TextDiff;
use slipway_spec::Sources;
use slipway_spec::visible::visible_lines;

use super::code::Code;
use super::format::{Formatted, format};
use super::load::{DEFAULT_FILE, is_stdin, read, shown};
use super::report::report;
use super::screen::{Color, Screen, trouble};

/// Format Slipway files in place
///
/// Uses two spaces per level, one space between tokens, double quotes, and a blank line between top-level keys. Values,
/// comments, anchors and their order do not change: this is verified before a file is written. Files that cannot be
/// verified are left unchanged.
#[derive(Debug, Args)]
pub(super) struct Fmt {
    /// Files to format; `-` reads standard input and writes standard output
    #[arg(value_name = "FILE", default_value = DEFAULT_FILE)]
    files: Vec<PathBuf>,
    /// Show what would change without writing, and exit with 1 if anything would
    #[arg(long)]
    check: bool,
    /// When to use color; `auto` uses it on a terminal, and follows `NO_COLOR`, `CLICOLOR` and `CLICOLOR_FORCE`
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    color: Color,
}

pub(super) fn run(fmt: &Fmt) -> Code {
    fmt.files.iter().map(|file| one(fmt, file)).max().unwrap_or(Code::Fine)
}

fn one(fmt: &Fmt, path: &Path) -> Code {
    let bytes = match read(path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return trouble(&format!("there is no file `{}`", path.display())),
        Err(reason) => return trouble(&reason),
    };
    let name = shown(path);
    let before = String::from_utf8_lossy(&bytes).into_owned();
    let mut sources = Sources::default();
    let result = sources.add(name.clone(), bytes).map_err(|found| *found);
    let result = match result.map(|id| sources.get(id)) {
        Ok(Some(source)) => format(source),
        Ok(None) => return trouble(&format!("internal error: the task for `{name}` ended early")),
        Err(found) => Err(found),
    };
    let stdout = Screen::stdout(fmt.color);
    match result {
        Err(found) => {
            let screen = Screen::stderr(fmt.color);
            screen.write(&report(&[found], &sources, &screen), Code::Findings)
        }
        Ok(Formatted::Refused(why)) => {
            Screen::stderr(fmt.color).write(&format!("{name}: unchanged: {why}\n"), Code::Findings)
        }
        Ok(Formatted::Text(after)) if fmt.check && after != before => {
            stdout.write(&diff(&name, &before, &after, stdout.color), Code::Findings)
        }
        Ok(Formatted::Text(_)) if fmt.check => Code::Fine,
        Ok(Formatted::Text(after)) if is_stdin(path) => stdout.write(&after, Code::Fine),
        Ok(Formatted::Text(after)) if after == before => Code::Fine,
        Ok(Formatted::Text(after)) => match replace(path, &after) {
            Ok(()) => stdout.write(&format!("{name}: formatted\n"), Code::Fine),
            Err(reason) => trouble(&format!("`{name}` cannot be written: {reason}")),
        },
    }
}

/// The changes, as `diff -u` shows them.
fn diff(name: &str, before: &str, after: &str, color: bool) -> String {
    // Invisible changes are described.
    let marked = before.strip_prefix('\u{feff}');
    let (visible, ends) = (marked.unwrap_or(before).replace("\r\n", "\n"), before.contains("\r\n"));
    let mut text = TextDiff::from_lines(visible.as_str(), after).unified_diff().header(name, name).to_string();
    text = visible_lines(&text).into_owned();
    if ends {
        text.insert_str(0, &format!("{name}: the lines end with CRLF, and would end with LF\n"));
    }
    if marked.is_some() {
        text.insert_str(0, &format!("{name}: the byte order mark would be removed\n"));
    }
    if !color {
        return text;
    }
    let paint = |line: &str| match line.as_bytes().first() {
        Some(b'+') => format!("\x1b[32m{line}\x1b[0m\n"),
        Some(b'-') => format!("\x1b[31m{line}\x1b[0m\n"),
        Some(b'@') => format!("\x1b[36m{line}\x1b[0m\n"),
        _ => format!("{line}\n"),
    };
    text.lines().map(paint).collect()
}

/// Gives a new file the owner of the old one.
#[cfg(unix)]
fn keep_owner(path: &Path, new: &fs::Metadata, old: &fs::Metadata) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, chown};
    if (new.uid(), new.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    chown(path, Some(old.uid()), Some(old.gid()))
}

/// Folders decide on the owners of new files elsewhere.
#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &fs::Metadata, _: &fs::Metadata) -> std::io::Result<()> {
    Ok(())
}

/// Replaces the contents of a file atomically: the text is first written to a file next to it.
fn replace(path: &Path, text: &str) -> Result<(), String> {
    let words = |error: std::io::Error| error.to_string();
    // A link stays a link.
    let path = path.canonicalize().map_err(words)?;
    let old = fs::metadata(&path).map_err(words)?;
    if old.permissions().readonly() {
        return Err("it is read-only".to_owned());
    }
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    let beside = path.with_file_name(name);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&beside).map_err(words)?;
    let written = (|| {
        file.write_all(text.as_bytes())?;
        file.set_permissions(old.permissions())?;
        keep_owner(&beside, &file.metadata()?, &old)?;
        file.sync_all()?;
        fs::rename(&beside, &path)
    })();
    written.map_err(|error| {
        // The file is not needed any more; the first error is the relevant one.
        let _ = fs::remove_file(&beside);
        error.to_string()
    })
}
