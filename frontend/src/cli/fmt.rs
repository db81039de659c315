//! `slipway fmt`: lays Slipway files out in place.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};

use clap::Args;
use similar::TextDiff;
use slipway_spec::Sources;
use slipway_spec::visible::visible_lines;

use super::code::Code;
use super::format::{Formatted, format};
use super::load::{DEFAULT_FILE, is_stdin, read, shown};
use super::report::report;
use super::screen::{Colour, Screen, trouble};

/// Format Slipway files in place
///
/// Two spaces a level, one space where one belongs, double quotes, a blank line between the keys at the top. Values,
/// comments, anchors and their order stay as they are: this is proved of every file before it is written, and a file of
/// which it cannot be proved is left alone.
#[derive(Debug, Args)]
pub(super) struct Fmt {
    /// Files to format; `-` reads standard input and writes standard output
    #[arg(value_name = "FILE", default_value = DEFAULT_FILE)]
    files: Vec<PathBuf>,
    /// Write nothing, show what would change, and exit with 1 if something would
    #[arg(long)]
    check: bool,
    /// When to use colour; `auto` asks the terminal, `NO_COLOR`, `CLICOLOR` and `CLICOLOR_FORCE`
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Colour::Auto)]
    color: Colour,
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
        Ok(None) => return trouble(&format!("`{name}` was lost on the way")),
        Err(found) => Err(found),
    };
    let stdout = Screen::stdout(fmt.color);
    match result {
        Err(found) => {
            let screen = Screen::stderr(fmt.color);
            screen.write(&report(&[found], &sources, &screen), Code::Findings)
        }
        Ok(Formatted::Refused(why)) => {
            Screen::stderr(fmt.color).write(&format!("{name}: left alone: {why}\n"), Code::Findings)
        }
        Ok(Formatted::Text(after)) if fmt.check && after != before => {
            stdout.write(&diff(&name, &before, &after, stdout.colour), Code::Findings)
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

/// What would change, as `diff -u` shows it.
fn diff(name: &str, before: &str, after: &str, colour: bool) -> String {
    // What cannot be seen is said instead.
    let marked = before.strip_prefix('\u{feff}');
    let (visible, ends) = (marked.unwrap_or(before).replace("\r\n", "\n"), before.contains("\r\n"));
    let mut text = TextDiff::from_lines(visible.as_str(), after).unified_diff().header(name, name).to_string();
    text = visible_lines(&text).into_owned();
    if ends {
        text.insert_str(0, &format!("{name}: the lines end with CRLF, and would end with LF\n"));
    }
    if marked.is_some() {
        text.insert_str(0, &format!("{name}: the byte order mark would go\n"));
    }
    if !colour {
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

/// Puts a text in the place of a file's, all of it or nothing: it is written beside the file first.
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
        let new = file.metadata()?;
        if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
            chown(&beside, Some(old.uid()), Some(old.gid()))?;
        }
        file.sync_all()?;
        fs::rename(&beside, &path)
    })();
    written.map_err(|error| {
        // It is of no use any more; the error that matters is the first.
        let _ = fs::remove_file(&beside);
        error.to_string()
    })
}
