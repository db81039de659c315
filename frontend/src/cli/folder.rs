//! A folder as the build would see it: without ignored files, and without access to anything outside.
//!
//! Only this module reads paths of the context. Symbolic links are followed as the engine does, which has only the
//! folder: absolute targets start at the folder, and `..` stops there.

use std::fs::{self, Metadata};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use slipway_ignore::{Matcher, Patterns};

/// Larger files are not read: plans only need small ones.
pub(super) const MAX_FILE: u64 = 16 << 20;
/// The maximum number of links in one path.
const MAX_LINKS: usize = 40;

/// A folder and its ignored files.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    ignore: Matcher,
}

impl Folder {
    pub(super) fn new(root: &Path, patterns: &Patterns) -> Result<Self, String> {
        let ignore = Matcher::new(patterns)
            .map_err(|pattern| format!("the ignore file has the pattern `{pattern}`, whose brackets do not match"))?;
        Ok(Self { root: root.to_owned(), ignore })
    }

    /// A file's bytes; `None` if the file does not exist.
    pub(super) fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        let Some((place, found)) = self.find(path)? else {
            return Ok(None);
        };
        if !found.is_file() {
            return Ok(None);
        }
        read_bounded(&self.root.join(place)).map_err(|reason| format!("`{path}` {reason}"))
    }

    /// A file's bytes, even if it is ignored.
    pub(super) fn read_definition(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        self.without_ignore().read(path)
    }

    /// Whether a file or folder exists, even if it is ignored.
    pub(super) fn has_definition(&self, path: &str) -> Result<bool, String> {
        self.without_ignore().exists(path)
    }

    fn without_ignore(&self) -> Self {
        Self { root: self.root.clone(), ignore: Matcher::default() }
    }

    pub(super) fn exists(&self, path: &str) -> Result<bool, String> {
        Ok(self.find(path)?.is_some())
    }

    /// Whether a file has an execute bit; `None` for other things, and on systems without such bits.
    pub(super) fn is_executable(&self, path: &str) -> Result<Option<bool>, String> {
        let found = self.find(path)?.filter(|(_, found)| found.is_file());
        Ok(found.and_then(|(_, found)| executable(&found)))
    }

    /// Names in a folder, and whether each is a folder; `None` if the folder does not exist.
    pub(super) fn list(&self, folder: &str) -> Result<Option<Vec<(String, bool)>>, String> {
        let Some((place, found)) = self.find(folder)? else {
            return Ok(None);
        };
        if !found.is_dir() {
            return Ok(None);
        }
        let mut names = Vec::new();
        for (name, path, is_folder) in self.inside(&place)? {
            if self.is_visible(&path, is_folder)? {
                names.push((name, is_folder));
            }
        }
        names.sort();
        Ok(Some(names))
    }

    /// The target of a path, and its kind; links are followed.
    fn find(&self, path: &str) -> Result<Option<(String, Metadata)>, String> {
        let mut left: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
        let mut place: Vec<String> = Vec::new();
        let mut links = 0;
        let mut last = metadata(&self.root)?;
        while let Some(part) = left.pop() {
            match part.as_str() {
                "" | "." => continue,
                ".." => {
                    place.pop();
                    last = metadata(&self.root.join(place.join("/")))?;
                    continue;
                }
                _ => place.push(part),
            }
            let here = place.join("/");
            last = metadata(&self.root.join(&here))?;
            let Some(found) = &last else {
                return Ok(None);
            };
            if !found.is_symlink() {
                continue;
            }
            links += 1;
            let target = fs::read_link(self.root.join(&here)).ok();
            let target = target.as_deref().and_then(Path::to_str);
            // An ignored link is not followed.
            let (Some(target), true, false) = (target, links <= MAX_LINKS, self.ignore.excludes(&here)) else {
                return Ok(None);
            };
            place.pop();
            if target.starts_with('/') {
                place.clear();
            }
            left.extend(target.split('/').rev().map(str::to_owned));
        }
        let place = place.join("/");
        let Some(found) = last else {
            return Ok(None);
        };
        Ok(self.is_visible(&place, found.is_dir())?.then_some((place, found)))
    }

    /// Whether a path is in the context: not ignored, or a folder above something that is not.
    fn is_visible(&self, path: &str, is_folder: bool) -> Result<bool, String> {
        if path.is_empty() || !self.ignore.excludes(path) {
            return Ok(true);
        }
        if !is_folder || !self.ignore.may_include_below(path) {
            return Ok(false);
        }
        let mut folders = vec![path.to_owned()];
        while let Some(folder) = folders.pop() {
            for (_, path, is_folder) in self.inside(&folder)? {
                if !self.ignore.excludes(&path) {
                    return Ok(true);
                }
                if is_folder && self.ignore.may_include_below(&path) {
                    folders.push(path);
                }
            }
        }
        Ok(false)
    }

    /// Everything in a folder: name, path, and whether it is a folder. Links are not folders.
    fn inside(&self, folder: &str) -> Result<Vec<(String, String, bool)>, String> {
        let failed = |error: std::io::Error| format!("the folder `{folder}` cannot be read: {error}");
        let mut found = Vec::new();
        for entry in fs::read_dir(self.root.join(folder)).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            found.push((name, path, entry.file_type().map_err(failed)?.is_dir()));
        }
        Ok(found)
    }
}

/// Whether a file has an execute bit.
#[cfg(unix)]
fn executable(found: &Metadata) -> Option<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(found.permissions().mode() & 0o111 != 0)
}

/// Checkouts on other systems have no such bits; tools that send files from there set all of them.
#[cfg(not(unix))]
fn executable(_: &Metadata) -> Option<bool> {
    None
}

/// What is at a path, without following links; `None` for nothing.
fn metadata(path: &Path) -> Result<Option<Metadata>, String> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(error) if is_absence(error.kind()) => Ok(None),
        Err(error) => Err(format!("`{}` cannot be accessed: {error}", path.display())),
    }
}

fn is_absence(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename)
}

/// A regular file's bytes, `None` if it does not exist. Error messages follow the file's name.
pub(super) fn read_bounded(path: &Path) -> Result<Option<Vec<u8>>, String> {
    let too_large = || format!("is larger than {} MiB, so it is not read", MAX_FILE >> 20);
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => return Err("is a folder".to_owned()),
        // Reading a pipe or a device might never end.
        Ok(found) if !found.is_file() => return Err("is not a regular file".to_owned()),
        Ok(found) if found.len() > MAX_FILE => return Err(too_large()),
        Ok(_) => {}
        Err(error) if is_absence(error.kind()) => return Ok(None),
        Err(error) => return Err(format!("cannot be read: {error}")),
    }
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes));
    match read {
        Ok(length) if length as u64 > MAX_FILE => Err(too_large()),
        Ok(_) => Ok(Some(bytes)),
        Err(error) => Err(format!("cannot be read: {error}")),
    }
}
