//! Reports of checks: files that they write, which their targets give.

use slipway_spec::{Diagnostic, Template, join_path};

use crate::draft::Draft;
use crate::shell::{Text, script as file, word, words};

const REPORT: &str = file(include_str!("reports.sh"));

/// Shell text that runs a command, and then copies what `output` names to a folder. The command has a shell of its own,
/// so that what it does to its shell affects nothing else.
///
/// # Errors
/// `output` names something else than a path below the working directory.
pub(crate) fn script(
    draft: &mut Draft<'_>,
    command: &Text,
    output: &[Template],
    folder: &str,
) -> Result<Text, Diagnostic> {
    let mut paths: Vec<String> = Vec::new();
    for template in output {
        let written = draft.eval(template)?;
        if written.contains(['*', '?', '[', '\n']) {
            let message = format!("`{written}` is a pattern, but `output` requires paths");
            return Err(Diagnostic::error(template.span, message).with_help("name the folder"));
        }
        let path = join_path("", &written).filter(|path| !path.is_empty()).ok_or_else(|| {
            Diagnostic::error(template.span, format!("`{written}` is not a report of the check"))
                .with_help("name a file or a folder in the folder where the check runs, as in `junit.xml`")
        })?;
        // A path may start with a dash.
        paths.push(if path.starts_with('-') { format!("./{path}") } else { path });
    }
    if paths.is_empty() {
        return Ok(command.clone());
    }
    let own = Text::from(REPORT) + "(\n" + command.clone() + "\n)\ntrap - EXIT\n";
    Ok(own + "report " + word(folder) + " " + words(paths) + "\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use std::process::Command;

    use super::*;

    /// Runs the copying in a folder with some files; returns what it says if it fails, and the names of the copies.
    fn copied(paths: &str) -> (String, String) {
        let folder = tempfile::TempDir::new().unwrap();
        let text = format!(
            "set -eu\ncd {}\nmkdir -p a/b out\necho 1 >a/b/c\necho 2 >./-x\necho 3 >d\n{REPORT}report out {paths}\n",
            folder.path().display()
        );
        let output = Command::new("sh").args(["-c", &text]).output().unwrap();
        let list = Command::new("find").current_dir(folder.path().join("out")).args([".", "-type", "f"]).output();
        let mut names: Vec<_> = String::from_utf8(list.unwrap().stdout).unwrap().lines().map(str::to_owned).collect();
        names.sort();
        (String::from_utf8(output.stderr).unwrap(), names.join(" "))
    }

    #[test]
    fn files_and_folders_keep_their_places() {
        assert_eq!(copied("a/b d ./-x"), (String::new(), "./-x ./a/b/c ./d".to_owned()));
    }

    #[test]
    fn a_missing_report_is_named() {
        let (said, _) = copied("d junit.xml");
        assert_eq!(said, "The check left no junit.xml, which its `output` names.\n");
    }
}
