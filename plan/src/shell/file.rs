//! Scripts in separate files next to the modules that use them, so that ShellCheck and editors recognize them.

/// Steps run a script without the comments at its start, which are for readers and for ShellCheck. So a comment there
/// changes no cache key; one further down does.
pub(crate) const fn script(file: &'static str) -> &'static str {
    let mut rest = file;
    while let [b'#', ..] = rest.as_bytes() {
        let mut length = 0;
        let mut bytes = rest.as_bytes();
        while let [byte, others @ ..] = bytes {
            length += 1;
            bytes = others;
            if *byte == b'\n' {
                break;
            }
        }
        rest = match rest.split_at_checked(length) {
            Some((_, rest)) => rest,
            None => "",
        };
    }
    rest
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use std::path::{Path, PathBuf};
    use std::process::Command;

    use super::*;

    /// The scripts below a folder.
    fn below(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(&path, found);
            } else if path.extension().is_some_and(|end| end == "sh") {
                found.push(path);
            }
        }
    }

    #[test]
    fn only_the_comments_at_the_head_are_left_out() {
        const SCRIPT: &str = script("# shellcheck shell=sh\n#\n# \u{e9}\nrun # this\n# and this\n");
        assert_eq!(SCRIPT, "run # this\n# and this\n");
        assert_eq!(script("run"), "run");
        assert_eq!(script("\n# a"), "\n# a");
        assert_eq!(script("# a"), "");
    }

    #[test]
    fn a_shell_reads_every_script() {
        let mut scripts = Vec::new();
        below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut scripts);
        assert!(scripts.len() >= 18, "{scripts:?}");
        for path in scripts {
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.starts_with("# shellcheck shell=sh\n"), "{path:?} does not say what it is");
            assert!(text.ends_with('\n'), "{path:?}");
            let output = Command::new("sh").arg("-n").arg(&path).output().unwrap();
            assert!(output.status.success(), "{path:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}
