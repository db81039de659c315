//! Paths of an image that is a mount: links in it start at its own root, never at that of the step.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::Metadata;
use std::io;
use std::path::{Component, Path, PathBuf};

/// The number of links that a path may go through, as for the kernel.
const MAX_LINKS: usize = 40;

/// The place of a path of the image in the file system of the step, with its links resolved.
///
/// # Errors
/// It does not exist, or goes through too many links.
pub(crate) fn resolve(root: &Path, path: &Path) -> io::Result<(PathBuf, Metadata)> {
    let mut left: VecDeque<OsString> = parts(path);
    let mut inside = PathBuf::new();
    let mut links = 0;
    while let Some(part) = left.pop_front() {
        if part == ".." {
            inside.pop();
            continue;
        }
        let next = inside.join(&part);
        let place = root.join(&next);
        if !std::fs::symlink_metadata(&place)?.is_symlink() {
            inside = next;
            continue;
        }
        links += 1;
        if links > MAX_LINKS {
            return Err(io::Error::other("too many symbolic links"));
        }
        let target = std::fs::read_link(&place)?;
        if target.is_absolute() {
            inside = PathBuf::new();
        }
        for part in parts(&target).into_iter().rev() {
            left.push_front(part);
        }
    }
    let place = root.join(inside);
    let found = std::fs::symlink_metadata(&place)?;
    Ok((place, found))
}

fn parts(path: &Path) -> VecDeque<OsString> {
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    });
    parts.collect()
}

/// The contents of a file of the image.
pub(super) fn read(root: &Path, path: &str) -> io::Result<Vec<u8>> {
    std::fs::read(resolve(root, Path::new(path))?.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_stay_in_the_image() {
        let folder = tempfile::TempDir::new().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("usr/bin")).unwrap();
        std::fs::write(root.join("usr/bin/sh"), "shell").unwrap();
        std::fs::write(root.join("secret"), "in the image").unwrap();
        symlink("usr/bin", root.join("bin")).unwrap();
        symlink("/bin/sh", root.join("absolute")).unwrap();
        symlink("../../../../secret", root.join("up")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        symlink("/nowhere", root.join("dangling")).unwrap();
        let text = |path: &str| read(root, path).map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(text("/bin/sh").unwrap(), "shell");
        assert_eq!(text("/absolute").unwrap(), "shell");
        assert_eq!(text("/up").unwrap(), "in the image");
        assert_eq!(text("/bin/../../../bin/./sh").unwrap(), "shell");
        assert_eq!(text("/loop").unwrap_err().to_string(), "too many symbolic links");
        assert_eq!(text("/dangling").unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
