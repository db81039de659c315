//! A repository as readers see it: its files, what is known of them already, and a record of what was asked for.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use slipway_diagnostic::{Span, strange_path};

use crate::{Entry, Error, Files, FilesError, Paths, Read, ReadCache};

/// How many files or folders are asked for at once: enough to hide the way to the engine and back, without a queue of
/// thousands there.
const AT_ONCE: usize = 64;

/// A repository that facts are read from.
pub struct Repository<'a> {
    files: &'a dyn Files,
    cache: Option<&'a ReadCache>,
    asked: RefCell<Read>,
}

impl<'a> Repository<'a> {
    /// A repository; with a cache nothing is read twice.
    pub fn new(files: &'a dyn Files, cache: Option<&'a ReadCache>) -> Self {
        Self { files, cache, asked: RefCell::default() }
    }

    /// The paths that were asked for since this was last taken, whether there is something at them or not.
    pub fn take_asked(&self) -> Read {
        self.asked.take()
    }

    /// What is known of it already.
    pub fn cache(&self) -> Option<&'a ReadCache> {
        self.cache
    }

    /// Says that what is being found out depends on paths that were read before.
    pub fn depends_on(&self, paths: &Paths) {
        self.asked.borrow_mut().share(paths);
    }

    /// A fact, which is found out once for all who name it by the same key. The key names everything that the fact
    /// depends on beside the files.
    ///
    /// # Errors
    /// Those of finding it out. Errors are not remembered.
    pub async fn once<T: 'static>(
        &self,
        key: &str,
        find: impl AsyncFnOnce(&Repository<'a>) -> Result<T, Error>,
    ) -> Result<Rc<T>, Error> {
        // Others may ask meanwhile, so a fact has a record of its own.
        let apart = Repository::new(self.files, self.cache);
        let found = async {
            let found = find(&apart).await;
            let read = apart.take_asked();
            match found {
                Ok(fact) => Ok((fact, read)),
                Err(error) => {
                    self.asked.borrow_mut().extend(&read);
                    Err(error)
                }
            }
        };
        let Some(cache) = self.cache else {
            let (fact, read) = found.await?;
            self.asked.borrow_mut().extend(&read);
            return Ok(Rc::new(fact));
        };
        let (fact, paths) = cache.fact(key, found).await?;
        let mut asked = self.asked.borrow_mut();
        paths.iter().for_each(|paths| asked.share(paths));
        Ok(fact)
    }

    /// Small files that decide what there is to do, in the order of their paths; see [`Files::manifests`].
    ///
    /// # Errors
    /// The files cannot be read at all.
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

    /// A file's bytes; `None` when there is no such file.
    ///
    /// # Errors
    /// The files cannot be read at all.
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

    /// Many files at once, in the order of their paths.
    ///
    /// # Errors
    /// The files cannot be read at all.
    pub async fn read_all(&self, paths: &[String]) -> Result<Vec<Option<Vec<u8>>>, FilesError> {
        stream::iter(paths).map(|path| self.read(path)).buffered(AT_ONCE).try_collect().await
    }

    /// What is in a folder, sorted by name; `None` when there is no such folder.
    ///
    /// # Errors
    /// The files cannot be read at all.
    pub async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, FilesError> {
        if !can_be(folder) {
            return Ok(None);
        }
        match self.cache {
            Some(cache) => cache.list(folder, self.files.list(folder)).await,
            None => self.files.list(folder).await,
        }
    }

    /// What is in many folders at once, in the order of their paths.
    ///
    /// # Errors
    /// The files cannot be read at all.
    pub async fn list_all(&self, folders: &[String]) -> Result<Vec<Option<Vec<Entry>>>, FilesError> {
        stream::iter(folders).map(|folder| self.list(folder)).buffered(AT_ONCE).try_collect().await
    }

    /// Whether there is a file or folder of this name.
    ///
    /// # Errors
    /// The files cannot be read at all.
    pub async fn exists(&self, path: &str) -> Result<bool, FilesError> {
        if !can_be(path) {
            return Ok(false);
        }
        match self.cache {
            Some(cache) => cache.exists(path, self.files.exists(path)).await,
            None => self.files.exists(path).await,
        }
    }

    /// Whether there are files or folders of these names, in the order of their paths.
    ///
    /// # Errors
    /// The files cannot be read at all.
    pub async fn exists_all(&self, paths: &[String]) -> Result<Vec<bool>, FilesError> {
        stream::iter(paths).map(|path| self.exists(path)).buffered(AT_ONCE).try_collect().await
    }

    /// Whether a file has an execute bit, where that is known; links are followed.
    ///
    /// # Errors
    /// The files cannot be read at all.
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

/// Whether anything can be at a path: manifests hold any text where paths should be, and what no file can be called is
/// not there.
pub fn can_be(path: &str) -> bool {
    strange_path(path, Span::START).is_none()
}
