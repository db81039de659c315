//! Files that a copy with patterns takes, for engines whose copies have none (before BuildKit 0.9): a step with the
//! frontend's own program copies them, with their modes, owners and times. `slipway pick` is internal: only these steps
//! call it.

use std::fs::{File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, lchown, symlink};
use std::path::Path;
use std::process::ExitCode;

use buildkit_llb::exec::Network;
use buildkit_llb::{Annotate as _, Exec, Image, KeptMount, Mount, Output, Pick};
use slipway_ignore::{Matcher, Patterns};

use crate::examine::rooted::{Found, Rooted};

/// Where the step sees the files, and where it leaves those that it picks.
const FROM: &str = "/.slipway/from";
const TO: &str = "/.slipway/picked";

/// The step that picks files; `image` is the frontend's own.
pub(crate) fn step(image: &str, pick: &Pick<'_>) -> Output {
    let exec = Exec::new("/slipway")
        .args(["pick", pick.path])
        .args(pick.include.iter().map(|pattern| format!("+{pattern}")))
        .args(pick.exclude.iter().map(|pattern| format!("-{pattern}")))
        .root(&Image::new(image).into_output())
        .network(Network::None)
        .mount(Mount::bind(FROM, pick.from))
        .name("[internal] pick files");
    let (_, [picked]) = exec.run_keeping([KeptMount::new(TO, &Output::scratch())]);
    picked
}

/// Runs the command; the arguments are those after its name.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let picked = match arguments.split_first() {
        Some((path, words)) => pick(Path::new(FROM), Path::new(TO), path, words),
        None => Err(io::Error::other("`slipway pick` is called by steps of a build")),
    };
    match picked {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = io::Write::write_all(&mut io::stderr(), format!("files cannot be copied: {error}\n").as_bytes());
            ExitCode::FAILURE
        }
    }
}

fn pick(root: &Path, to: &Path, path: &str, words: &[String]) -> io::Result<()> {
    // The copy reports a path that is missing.
    let image = Rooted::of([root.to_owned()]);
    let Ok(Found { place, metadata: found, .. }) = image.resolve(Path::new(path)) else { return Ok(()) };
    let rules = Rules { include: matcher(words, '+')?, exclude: matcher(words, '-')? };
    let to = to.join(path.trim_start_matches('/'));
    if found.is_dir() {
        folder(&place, &to, &found)?;
        inside(&rules, &place, &to, "")?;
        times(&to, &found)
    } else if rules.include.is_none() {
        if let Some(above) = to.parent() {
            std::fs::create_dir_all(above)?;
        }
        file(&place, &to, &found)
    } else {
        Ok(())
    }
}

struct Rules {
    include: Option<Matcher>,
    exclude: Option<Matcher>,
}

fn matcher(words: &[String], mark: char) -> io::Result<Option<Matcher>> {
    let patterns: Vec<_> = words.iter().filter_map(|word| word.strip_prefix(mark)).collect();
    // In an ignore file, `#` starts a comment.
    let lines: String = patterns
        .iter()
        .map(|pattern| format!("{}{pattern}\n", if pattern.starts_with('#') { "./" } else { "" }))
        .collect();
    let matcher =
        Matcher::new(&Patterns::parse(&lines)).map_err(|bad| io::Error::other(format!("the pattern `{bad}`")))?;
    Ok((!patterns.is_empty()).then_some(matcher))
}

/// Picks what is in a folder; `above` is its path below the one that is copied.
fn inside(rules: &Rules, from: &Path, to: &Path, above: &str) -> io::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (name, place) = (entry.file_name(), entry.path());
        let found = std::fs::symlink_metadata(&place)?;
        let path = [above, &name.to_string_lossy()].concat();
        let excluded = rules.exclude.as_ref().is_some_and(|rules| rules.excludes(&path));
        let wanted = !excluded && rules.include.as_ref().is_none_or(|rules| rules.excludes(&path));
        let target = to.join(&name);
        if !found.is_dir() {
            if wanted {
                with_folders(from, to)?;
                file(&place, &target, &found)?;
            }
            continue;
        }
        if wanted {
            with_folders(from, to)?;
            folder(&place, &target, &found)?;
        }
        inside(rules, &place, &target, &format!("{path}/"))?;
        if target.exists() {
            times(&target, &found)?;
        }
    }
    Ok(())
}

/// Makes the folder of something that is picked, and those above it, as they are in the source.
fn with_folders(from: &Path, to: &Path) -> io::Result<()> {
    if to.exists() {
        return Ok(());
    }
    if let (Some(above), Some(target)) = (from.parent(), to.parent()) {
        with_folders(above, target)?;
    }
    folder(from, to, &std::fs::symlink_metadata(from)?)
}

fn folder(from: &Path, to: &Path, found: &Metadata) -> io::Result<()> {
    debug_assert!(from.is_dir(), "{}", from.display());
    std::fs::create_dir_all(to)?;
    lchown(to, Some(found.uid()), Some(found.gid()))?;
    std::fs::set_permissions(to, Permissions::from_mode(found.mode() & 0o7777))
}

/// Copies a file or a link. Nothing else can be in a build context, and nothing copies it from a step.
fn file(from: &Path, to: &Path, found: &Metadata) -> io::Result<()> {
    if found.is_symlink() {
        symlink(std::fs::read_link(from)?, to)?;
        return lchown(to, Some(found.uid()), Some(found.gid()));
    }
    if !found.is_file() {
        return Ok(());
    }
    std::fs::copy(from, to)?;
    lchown(to, Some(found.uid()), Some(found.gid()))?;
    std::fs::set_permissions(to, Permissions::from_mode(found.mode() & 0o7777))?;
    times(to, found)
}

fn times(to: &Path, found: &Metadata) -> io::Result<()> {
    File::open(to)?.set_modified(found.modified()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(path: &str, words: &[&str]) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        for file in ["go.mod", "a/a.go", "a/a_test.go", "a/testdata/x", "b/b.go", "c/#x", "d/e/f.md"] {
            let file = root.path().join("from/src").join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "").unwrap();
        }
        symlink("a", root.path().join("from/src/link")).unwrap();
        symlink("/src", root.path().join("from/alias")).unwrap();
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        let to = root.path().join("to");
        std::fs::create_dir(&to).unwrap();
        pick(&root.path().join("from"), &to, path, &words).unwrap();
        let mut found = Vec::new();
        list(&to, "", &mut found);
        found.sort();
        found
    }

    fn list(folder: &Path, above: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{above}{}", entry.file_name().to_string_lossy());
            if entry.file_type().unwrap().is_dir() {
                list(&entry.path(), &format!("{path}/"), found);
                found.push(format!("{path}/"));
            } else {
                found.push(path);
            }
        }
    }

    #[test]
    fn what_matches_is_picked_with_its_folders() {
        assert_eq!(
            picked("/src", &["+go.mod", "+**/*.go", "-**/*_test.go"]),
            ["src/", "src/a/", "src/a/a.go", "src/b/", "src/b/b.go", "src/go.mod"]
        );
        assert_eq!(picked("/src", &["+a", "-a/testdata"]), ["src/", "src/a/", "src/a/a.go", "src/a/a_test.go"]);
        assert_eq!(picked("/src", &["-*", "-!d/e"]), ["src/", "src/d/", "src/d/e/", "src/d/e/f.md"]);
        assert_eq!(picked("/alias", &["+link", "+c/#x"]), ["alias/", "alias/c/", "alias/c/#x", "alias/link"]);
        assert_eq!(picked("/src", &["+nothing"]), ["src/"]);
        assert_eq!(picked("/src/go.mod", &["-*.go"]), ["src/", "src/go.mod"]);
        assert_eq!(picked("/missing", &["+x"]), [""; 0]);
    }

    #[test]
    fn modes_and_times_are_kept() {
        let root = tempfile::tempdir().unwrap();
        let (from, to) = (root.path().join("from"), root.path().join("to"));
        std::fs::create_dir(&from).unwrap();
        std::fs::create_dir(&to).unwrap();
        std::fs::write(from.join("run"), "").unwrap();
        std::fs::set_permissions(from.join("run"), Permissions::from_mode(0o751)).unwrap();
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
        File::options().write(true).open(from.join("run")).unwrap().set_modified(time).unwrap();
        pick(&from, &to, "/", &["+run".to_owned()]).unwrap();
        let found = std::fs::metadata(to.join("run")).unwrap();
        assert_eq!((found.mode() & 0o7777, found.modified().unwrap()), (0o751, time));
    }
}
