//! The only access to the outside: the files of a repository.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;

use crate::FilesError;
use crate::paths::is_within;

/// An asynchronous result.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, FilesError>> + 'a>>;

/// The files of a repository.
///
/// Paths are relative to its root and separated by `/`; the root itself is the empty path. Many queries may be
/// concurrent. The trait is dyn-compatible, so that the readers are compiled once.
pub trait Files {
    /// A file's bytes; `None` if the file does not exist.
    fn read<'a>(&'a self, path: &'a str) -> Answer<'a, Option<Vec<u8>>>;

    /// The bytes of a file that describes a build, such as a Dockerfile, even if an ignore file excludes it.
    fn definition<'a>(&'a self, path: &'a str) -> Answer<'a, Option<Vec<u8>>> {
        self.read(path)
    }

    /// The contents of a folder, sorted by name; `None` if the folder does not exist.
    fn list<'a>(&'a self, folder: &'a str) -> Answer<'a, Option<Vec<Entry>>>;

    /// Whether a file or folder of this name exists.
    fn exists<'a>(&'a self, path: &'a str) -> Answer<'a, bool>;

    /// Whether a file has an execute bit; `None` if unknown, for example on a system without such bits. Links are
    /// followed.
    fn is_executable<'a>(&'a self, _path: &'a str) -> Answer<'a, Option<bool>> {
        Box::pin(async { Ok(None) })
    }

    /// Small files that a build depends on, sorted by path. If reading all files is expensive, these can be fetched
    /// first; one call should name all files that a reader needs first.
    fn manifests<'a>(&'a self, paths: &'a [String]) -> Answer<'a, Vec<Option<Vec<u8>>>> {
        Box::pin(async move {
            let mut files = Vec::with_capacity(paths.len());
            for path in paths {
                files.push(self.read(path).await?);
            }
            Ok(files)
        })
    }
}

/// An entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name, without the folder.
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// Files in cache.
impl Files for BTreeMap<String, Vec<u8>> {
    fn read<'a>(&'a self, path: &'a str) -> Answer<'a, Option<Vec<u8>>> {
        Box::pin(async move { Ok(self.get(path).cloned()) })
    }

    fn list<'a>(&'a self, folder: &'a str) -> Answer<'a, Option<Vec<Entry>>> {
        Box::pin(async move {
            let within = |path: &'a str| {
                if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
            };
            let names = self.keys().filter_map(|path| within(path)).map(|path| match path.split_once('/') {
                Some((name, _)) => Entry { name: name.to_owned(), is_folder: true },
                None => Entry { name: path.to_owned(), is_folder: false },
            });
            let entries: BTreeSet<_> = names.collect();
            Ok((folder.is_empty() || !entries.is_empty()).then(|| entries.into_iter().collect()))
        })
    }

    fn exists<'a>(&'a self, path: &'a str) -> Answer<'a, bool> {
        Box::pin(async move { Ok(path.is_empty() || self.keys().any(|file| is_within(path, file))) })
    }
}
