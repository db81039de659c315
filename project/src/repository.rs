//! A repository for readers: its files, cached facts, and a record of what was read.

use std::cell::RefCell;
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use slipway_diagnostic::{Span, strange_path};

use crate::{Entry, Error, Files, FilesError, Paths, Read, ReadCache};

/// The maximum number of concurrent queries for files or folders: enough to hide latency, without a queue of thousands
/// in the engine.
const AT_ONCE: usize = 64;

/// A repository to read facts from.
pub struct Repository<'a> {
    files: &'a dyn Files,
    cache: Option<&'a ReadCache>,
    /// A cell, because queries that run at the same time record what they read.
    asked: RefCell<Read>,
}

impl<'a> Repository<'a> {
    /// A repository; with its cache, nothing is read twice.
    pub fn new(files: &'a dyn Files, cache: Option<&'a ReadCache>) -> Self {
        Self { files, cache, asked: RefCell::default() }
    }

    /// The same repository, with a record of its own.
    #[must_use]
    pub fn unrecorded(&self) -> Self {
        Self::new(self.files, self.cache)
    }

    /// The paths that were read since the last call, including missing ones.
    pub fn take_asked(&self) -> Read {
        self.asked.take()
    }

    /// The cached facts.
    pub fn cache(&self) -> Option<&'a ReadCache> {
        self.cache
    }

    /// Records that the current fact depends on paths that were read before.
    pub fn depends_on(&self, paths: &Paths) {
        self.asked.borrow_mut().share(paths);
    }

    /// A fact, which is computed once for each key. The key identifies everything that the fact depends on besides the
    /// files.
    ///
    /// # Errors
    /// The paths that computing the fact reads. Errors are not cached.
    pub async fn once<T: Send + Sync + 'static>(
        &self,
        key: &str,
        find: impl AsyncFnOnce(&Repository<'a>) -> Result<T, Error>,
    ) -> Result<Arc<T>, Error> {
        // Other queries may run concurrently, so a fact has its own record.
        let apart = Repository::new(self.files, self.cache);
        // Facts are computed inside each other: on the heap, their futures do not use up the stack.
        let found = Box::pin(async {
            let found = find(&apart).await;
            let read = apart.take_asked();
            match found {
                Ok(fact) => Ok((fact, read)),
                Err(error) => {
                    self.asked.borrow_mut().extend(&read);
                    Err(error)
                }
            }
        });
        let Some(cache) = self.cache else {
            let (fact, read) = found.await?;
            self.asked.borrow_mut().extend(&read);
            return Ok(Arc::new(fact));
        };
        let (fact, paths) = cache.fact(key, found).await?;
        let mut asked = self.asked.borrow_mut();
        paths.iter().for_each(|paths| asked.share(paths));
        Ok(fact)
    }

    /// Small files that a build depends on, sorted by path; see [`Files::manifests`].
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn manifests(&self, paths: &[String]) -> Result<Vec<Option<Vec<u8>>>, FilesError> {
        if !paths.iter().all(|path| can_be(path)) {
            return self.read_all(paths).await;
        }
        paths.iter().for_each(|path| self.record(path));
        match self.cache {
            Some(cache) => cache.manifests(paths, self.files).await,
            None => self.files.manifests(paths).await,
        }
    }

    /// A file's bytes; `None` if the file does not exist.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, FilesError> {
        if !can_be(path) {
            return Ok(None);
        }
        self.record(path);
        match self.cache {
            Some(cache) => cache.read(path, self.files.read(path)).await,
            None => self.files.read(path).await,
        }
    }

    /// Many files at once, sorted by path.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn read_all(&self, paths: &[String]) -> Result<Vec<Option<Vec<u8>>>, FilesError> {
        stream::iter(paths).map(|path| self.read(path)).buffered(AT_ONCE).try_collect().await
    }

    /// The contents of a folder, sorted by name; `None` if the folder does not exist.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, FilesError> {
        if !can_be(folder) {
            return Ok(None);
        }
        match self.cache {
            Some(cache) => cache.list(folder, self.files.list(folder)).await,
            None => self.files.list(folder).await,
        }
    }

    /// The contents of many folders at once, sorted by path.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn list_all(&self, folders: &[String]) -> Result<Vec<Option<Vec<Entry>>>, FilesError> {
        stream::iter(folders).map(|folder| self.list(folder)).buffered(AT_ONCE).try_collect().await
    }

    /// Whether a file or folder of this name exists.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn exists(&self, path: &str) -> Result<bool, FilesError> {
        if !can_be(path) {
            return Ok(false);
        }
        match self.cache {
            Some(cache) => cache.exists(path, self.files.exists(path)).await,
            None => self.files.exists(path).await,
        }
    }

    /// Whether files or folders of these names exist, sorted by path.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn exists_all(&self, paths: &[String]) -> Result<Vec<bool>, FilesError> {
        stream::iter(paths).map(|path| self.exists(path)).buffered(AT_ONCE).try_collect().await
    }

    /// Whether a file has an execute bit, if known; links are followed.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn is_executable(&self, path: &str) -> Result<Option<bool>, FilesError> {
        if !can_be(path) {
            return Ok(None);
        }
        match self.cache {
            Some(cache) => cache.is_executable(path, self.files.is_executable(path)).await,
            None => self.files.is_executable(path).await,
        }
    }

    fn record(&self, path: &str) {
        let own = &mut self.asked.borrow_mut().own;
        if !own.contains(path) {
            own.insert(path.into());
        }
    }
}

/// Whether a path is possible: manifests may contain any text as a path, and impossible names do not exist.
pub fn can_be(path: &str) -> bool {
    strange_path(path, Span::START).is_none()
}
