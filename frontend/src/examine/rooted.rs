//! Paths of an image that is a mount: links in it start at its own root, never at that of the step.
//!
//! An image is a stack of parts: its base, and its layers, which are not put together. What a part has at a path hides
//! what the parts below it have there, unless both are folders.

use std::collections::{BTreeSet, VecDeque};
use std::ffi::OsString;
use std::fs::Metadata;
use std::io;
use std::path::{Component, Path, PathBuf};

/// The number of links that a path may go through, as for the kernel.
const MAX_LINKS: usize = 40;

/// The file system of an image.
#[derive(Debug)]
pub(crate) struct Rooted {
    root: Folder,
}

/// What is at a path.
#[derive(Debug)]
pub(crate) struct Found {
    /// Its place in the file system of the step; for a folder, that in the highest part that has it.
    pub(crate) place: PathBuf,
    pub(crate) metadata: Metadata,
    /// Its files, if it is a folder.
    pub(crate) folder: Option<Folder>,
}

/// A folder of an image.
#[derive(Debug, Clone, Default)]
pub(crate) struct Folder {
    /// Its places in the parts that have it, the highest first.
    places: Vec<PathBuf>,
}

impl Rooted {
    /// An image of these parts, the lowest first.
    pub(crate) fn of(parts: impl IntoIterator<Item = PathBuf>) -> Self {
        let mut places: Vec<_> = parts.into_iter().collect();
        places.reverse();
        Self { root: Folder { places } }
    }

    /// What is at a path, with its links resolved.
    ///
    /// # Errors
    /// It does not exist, or goes through too many links.
    pub(crate) fn resolve(&self, path: &Path) -> io::Result<Found> {
        let mut left: VecDeque<OsString> = words(path);
        // The folders down to the one that is looked at.
        let mut above: Vec<Found> = Vec::new();
        let mut links = 0;
        while let Some(word) = left.pop_front() {
            if word == ".." {
                above.pop();
                continue;
            }
            let folder = match above.last() {
                None => &self.root,
                Some(found) => found.folder.as_ref().ok_or(io::ErrorKind::NotADirectory)?,
            };
            let found = folder.find(&word)?;
            if !found.metadata.is_symlink() {
                above.push(found);
                continue;
            }
            links += 1;
            if links > MAX_LINKS {
                return Err(io::Error::other("too many symbolic links"));
            }
            let target = std::fs::read_link(&found.place)?;
            if target.is_absolute() {
                above.clear();
            }
            for word in words(&target).into_iter().rev() {
                left.push_front(word);
            }
        }
        above.pop().map_or_else(|| self.root.clone().found(), Ok)
    }

    /// The contents of a file.
    pub(super) fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.resolve(Path::new(path))?.place)
    }

    /// The names in a folder and what they are, in their order; nothing if it cannot be read.
    pub(super) fn entries(&self, path: &Path) -> Vec<(OsString, Found)> {
        let folder = self.resolve(path).ok().and_then(|found| found.folder);
        folder.and_then(|folder| folder.entries().ok()).unwrap_or_default()
    }

    /// The folder that has everything.
    pub(super) fn root(&self) -> &Folder {
        &self.root
    }
}

impl Folder {
    /// Itself, as what is at a path.
    fn found(self) -> io::Result<Found> {
        let place = self.places.first().cloned().ok_or(io::ErrorKind::NotFound)?;
        let metadata = std::fs::symlink_metadata(&place)?;
        Ok(Found { place, metadata, folder: Some(self) })
    }

    /// What a name of it is; a link is not followed.
    fn find(&self, name: &OsString) -> io::Result<Found> {
        let mut folder = Self::default();
        let mut highest = None;
        for place in self.places.iter().map(|place| place.join(name)) {
            let metadata = match std::fs::symlink_metadata(&place) {
                Ok(metadata) => metadata,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            let is_folder = metadata.is_dir();
            if is_folder {
                folder.places.push(place.clone());
            }
            highest.get_or_insert((place, metadata));
            if !is_folder {
                break;
            }
        }
        let (place, metadata) = highest.ok_or(io::ErrorKind::NotFound)?;
        let folder = metadata.is_dir().then_some(folder);
        Ok(Found { place, metadata, folder })
    }

    /// The names in it and what they are, in their order.
    pub(super) fn entries(&self) -> io::Result<Vec<(OsString, Found)>> {
        let mut names = BTreeSet::new();
        for place in &self.places {
            for entry in std::fs::read_dir(place)? {
                names.insert(entry?.file_name());
            }
        }
        names.into_iter().map(|name| self.find(&name).map(|found| (name, found))).collect()
    }
}

/// The names in a path.
fn words(path: &Path) -> VecDeque<OsString> {
    let words = path.components().filter_map(|word| match word {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use std::os::unix::fs::symlink;

    use super::*;

    fn text(image: &Rooted, path: &str) -> io::Result<String> {
        image.read(path).map(|bytes| String::from_utf8(bytes).unwrap())
    }

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
        let image = Rooted::of([root.to_owned()]);
        let text = |path: &str| text(&image, path);
        assert_eq!(text("/bin/sh").unwrap(), "shell");
        assert_eq!(text("/absolute").unwrap(), "shell");
        assert_eq!(text("/up").unwrap(), "in the image");
        assert_eq!(text("/bin/../../../bin/./sh").unwrap(), "shell");
        assert_eq!(text("/loop").unwrap_err().to_string(), "too many symbolic links");
        assert_eq!(text("/dangling").unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(image.resolve(Path::new("/..")).unwrap().folder.is_some());
    }

    #[test]
    fn a_part_hides_what_is_below_it() {
        let folder = tempfile::TempDir::new().unwrap();
        let write = |path: &str| {
            let place = folder.path().join(path);
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            std::fs::write(place, path).unwrap();
        };
        for path in
            ["0/app/old", "0/app/same", "0/lib/below", "0/was/folder", "0/link/under", "0/kept", "1/kind/of/file"]
        {
            write(path);
        }
        for path in ["1/app/same", "1/lib/middle", "2/was", "3/was/again", "2/lib/top", "3/kind"] {
            write(path);
        }
        symlink("/lib", folder.path().join("1/link")).unwrap();
        symlink("/was", folder.path().join("2/to")).unwrap();
        let image = Rooted::of((0..4).map(|number| folder.path().join(number.to_string())));
        let text = |path: &str| text(&image, path);
        // Folders are one, and the highest file counts.
        assert_eq!(text("/app/old").unwrap(), "0/app/old");
        assert_eq!(text("/app/same").unwrap(), "1/app/same");
        assert_eq!(text("/kept").unwrap(), "0/kept");
        // A file or a link instead of a folder hides the folder, also from a folder above it.
        assert_eq!(text("/kind").unwrap(), "3/kind");
        assert_eq!(text("/kind/of/file").unwrap_err().kind(), io::ErrorKind::NotADirectory);
        assert_eq!(text("/was/again").unwrap(), "3/was/again");
        assert_eq!(text("/was/folder").unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(text("/link/under").unwrap_err().kind(), io::ErrorKind::NotFound);
        // A link leads through all parts, whichever has it.
        for (path, from) in [("/link/below", "0"), ("/link/middle", "1"), ("/link/top", "2"), ("/to/again", "3")] {
            assert!(text(path).unwrap().starts_with(from), "{path}");
        }
        let names = |path: &str| {
            let entries = image.entries(Path::new(path)).into_iter();
            entries.map(|(name, _)| name.into_string().unwrap()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names("/"), "app kept kind lib link to was");
        assert_eq!(names("/lib"), "below middle top");
        assert_eq!(names("/to"), "again");
        assert_eq!(names("/nowhere"), "");
    }
}
