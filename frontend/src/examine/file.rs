//! A test of a file.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use slipway_plan::Examination;

use super::failed::Failed;
use super::rooted::{Found, Rooted};
use super::text;

/// Files of this size are not compared with a text.
const MAX_TEXT: u64 = 64 << 20;

/// Looks at a path of an image.
pub(super) fn examine(wanted: &Examination, image: &Rooted) -> Result<String, Failed> {
    let Examination::File { path, exists, mode, owner, contents } = wanted else { return Ok(String::new()) };
    let Found { place, metadata: found, .. } = match image.resolve(Path::new(path)) {
        Ok(_) if !exists => return Err(Failed::Wrong(format!("`{path}` exists, but it should not"))),
        Ok(found) => found,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return if *exists { Err(Failed::Wrong(missing(image, path))) } else { Ok(String::new()) };
        }
        Err(error) => return Err(Failed::Trouble(format!("`{path}`: {error}"))),
    };
    if let Some(mode) = mode.filter(|mode| found.mode() & 0o7777 != *mode) {
        let is = found.mode() & 0o7777;
        return Err(Failed::Wrong(format!("`{path}` has the mode {is:04o}, but it should be {mode:04o}")));
    }
    if let Some(owner) = owner {
        let (user, group) = owner.split_once(':').map_or((owner.as_str(), None), |(user, group)| (user, Some(group)));
        let wrong = number(image, "/etc/passwd", user)? != found.uid()
            || group.map(|group| number(image, "/etc/group", group)).transpose()?.is_some_and(|id| id != found.gid());
        if wrong {
            let (uid, gid) = (found.uid(), found.gid());
            return Err(Failed::Wrong(format!("`{path}` belongs to {uid}:{gid}, but it should belong to {owner}")));
        }
    }
    if let Some(contents) = contents {
        if !found.is_file() {
            return Err(Failed::Wrong(format!("`{path}` is not a file, so it has no contents")));
        }
        if found.len() > MAX_TEXT {
            return Err(Failed::Trouble(format!("`{path}` is too large to be compared with a text")));
        }
        let bytes = std::fs::read(&place).map_err(|error| Failed::Trouble(format!("`{path}`: {error}")))?;
        text::examine(&format!("`{path}`"), &String::from_utf8_lossy(&bytes), contents)?;
    }
    Ok(String::new())
}

/// The number of a user or a group, which may be a name.
fn number(image: &Rooted, list: &str, word: &str) -> Result<u32, Failed> {
    if let Ok(number) = word.parse() {
        return Ok(number);
    }
    if word == "root" {
        return Ok(0);
    }
    let text = image.read(list).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let entry = text.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|parts| parts.first() == Some(&word));
    let found = entry.and_then(|parts| parts.get(2)?.parse().ok());
    found.ok_or_else(|| Failed::Wrong(format!("`{list}` of the image does not have `{word}`")))
}

/// What is said of a path that does not exist: the folder that does, with its entries.
fn missing(image: &Rooted, path: &str) -> String {
    let mut words = format!("`{path}` does not exist");
    let mut above = Path::new(path).ancestors().skip(1);
    let known = above.find_map(|above| Some((above, image.resolve(above).ok()?)));
    let Some((above, found)) = known else { return words };
    if found.folder.is_none() {
        return format!("{words}; `{}` is not a folder", above.display());
    }
    let entries = found.folder.and_then(|folder| folder.entries().ok()).unwrap_or_default();
    let names: Vec<_> = entries.iter().map(|(name, _)| name.to_string_lossy()).collect();
    words.push_str(&match names.len() {
        0 => format!("; `{}` is empty", above.display()),
        more @ 13.. => format!(
            "; `{}` contains {} and {} more",
            above.display(),
            names.get(..12).unwrap_or_default().join(", "),
            more - 12
        ),
        _ => format!("; `{}` contains {}", above.display(), names.join(", ")),
    });
    words
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use std::os::unix::fs::PermissionsExt;

    use slipway_plan::TextExamination;

    use super::*;

    fn said(root: &Path, path: &str, change: impl FnOnce(&mut Examination)) -> String {
        let path = path.to_owned();
        let mut wanted = Examination::File { path, exists: true, mode: None, owner: None, contents: None };
        change(&mut wanted);
        match examine(&wanted, &Rooted::of([root.to_owned()])) {
            Ok(_) => "fine".to_owned(),
            Err(Failed::Wrong(words) | Failed::Trouble(words)) => words,
        }
    }

    #[test]
    fn a_file_is_as_it_should_be() {
        let folder = tempfile::TempDir::new().unwrap();
        let root = folder.path();
        std::fs::create_dir(root.join("etc")).unwrap();
        std::fs::write(root.join("etc/passwd"), "app:x:4242:4242::/:\n").unwrap();
        std::fs::write(root.join("etc/api.toml"), "[server]\n").unwrap();
        std::fs::set_permissions(root.join("etc/api.toml"), std::fs::Permissions::from_mode(0o440)).unwrap();
        let of = |change: fn(&mut Examination)| said(root, "/etc/api.toml", change);
        assert_eq!(of(|_| ()), "fine");
        let set = |wanted: &mut Examination, new: (Option<u32>, Option<&str>, Option<&str>)| {
            if let Examination::File { mode, owner, contents, .. } = wanted {
                let contains = new.2.map(str::to_owned);
                (*mode, *owner) = (new.0, new.1.map(str::to_owned));
                *contents = contains.is_some().then(|| TextExamination { contains, ..TextExamination::default() });
            }
        };
        let of = |new| said(root, "/etc/api.toml", |wanted| set(wanted, new));
        assert_eq!(of((Some(0o440), None, Some("[server]"))), "fine");
        assert_eq!(of((Some(0o444), None, None)), "`/etc/api.toml` has the mode 0440, but it should be 0444");
        assert!(of((None, Some("app"), None)).ends_with(", but it should belong to app"));
        assert_eq!(of((None, Some("nobody"), None)), "`/etc/passwd` of the image does not have `nobody`");
        assert_eq!(
            of((None, None, Some("[client]"))),
            "`/etc/api.toml` does not contain `[client]`. It is:\n  [server]\n"
        );
        let owner = std::fs::metadata(root.join("etc")).unwrap();
        let owner = format!("{}:{}", owner.uid(), owner.gid());
        assert_eq!(of((None, Some(&owner), None)), "fine");
    }

    #[test]
    fn a_missing_file_is_named_with_what_is_there() {
        let folder = tempfile::TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join("etc")).unwrap();
        std::fs::write(folder.path().join("etc/b"), "").unwrap();
        let absent = |wanted: &mut Examination| {
            if let Examination::File { exists, .. } = wanted {
                *exists = false;
            }
        };
        assert_eq!(said(folder.path(), "/etc/a", |_| ()), "`/etc/a` does not exist; `/etc` contains b");
        assert_eq!(said(folder.path(), "/etc/b/a", |_| ()), "`/etc/b/a` does not exist; `/etc/b` is not a folder");
        assert_eq!(said(folder.path(), "/etc/a", absent), "fine");
        assert_eq!(said(folder.path(), "/etc/b/a", absent), "fine");
        assert_eq!(said(folder.path(), "/etc/b", absent), "`/etc/b` exists, but it should not");
    }
}
