//! Facts about a repository, kept for later queries: a file with two hundred images needs the same workspace two
//! hundred times, and a build for two platforms needs everything twice.

use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::{Entry, Files, FilesError};

/// The maximum size of cached files. Facts from larger files are kept, but not the files.
const MOST_BYTES: usize = 16 << 20;

/// Sets with at most this many paths are copied instead of shared: comparing many sets costs more than holding them.
const FEW: usize = 8;

/// Paths that facts depend on.
pub type Paths = Arc<BTreeSet<String>>;

/// The paths that were read, including missing ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Read {
    pub(crate) own: BTreeSet<Arc<str>>,
    /// Sets that many facts share.
    shared: Vec<Paths>,
    /// The addresses of these sets, because thousands are compared with thousands.
    addresses: HashSet<usize>,
}

impl Read {
    /// The paths; duplicates are possible.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let shared = self.shared.iter().flat_map(|paths| paths.iter());
        self.own.iter().map(|path| &**path).chain(shared.map(String::as_str))
    }

    /// The number of paths, and of shared sets.
    #[must_use]
    pub fn held(&self) -> usize {
        self.own.len() + self.shared.len()
    }

    /// Adds others.
    pub fn extend(&mut self, more: &Self) {
        self.own.extend(more.own.iter().cloned());
        for paths in &more.shared {
            self.share(paths);
        }
    }

    /// Adds a shared set of paths.
    pub(crate) fn share(&mut self, paths: &Paths) {
        if self.addresses.insert(Arc::as_ptr(paths).addr()) {
            self.shared.push(Arc::clone(paths));
        }
    }

    /// The same as sets that can be shared.
    fn into_shared(self) -> Vec<Paths> {
        let (few, many): (Vec<_>, Vec<_>) = self.shared.into_iter().partition(|paths| paths.len() <= FEW);
        let few = few.iter().flat_map(|paths| paths.iter()).cloned();
        let own: BTreeSet<String> = self.own.iter().map(|path| (**path).to_owned()).chain(few).collect();
        let own = (!own.is_empty()).then(|| Arc::new(own));
        own.into_iter().chain(many).collect()
    }
}

/// A fact, and the paths that it depends on.
type Found<T> = (Arc<T>, Vec<Paths>);
/// A value that is computed once, however many queries wait for it.
type Once<T> = Arc<OnceCell<T>>;
/// Files, in the order of the requested paths.
type Batch = Vec<Option<Vec<u8>>>;

/// The cache of a repository in one state: another build starts with an empty one.
///
/// Its cells are the only shared state of planning: concurrent queries fill one cache. Facts are immutable.
#[derive(Default)]
pub struct ReadCache {
    /// By type and key, a cell with a [`Found`].
    facts: RefCell<BTreeMap<(TypeId, String), Arc<dyn Any + Send + Sync>>>,
    files: RefCell<BTreeMap<String, Once<Option<Vec<u8>>>>>,
    folders: RefCell<BTreeMap<String, Once<Option<Vec<Entry>>>>>,
    exists: RefCell<BTreeMap<String, Once<bool>>>,
    dockerfiles: RefCell<BTreeMap<String, Once<bool>>>,
    executable: RefCell<BTreeMap<String, Once<Option<bool>>>>,
    manifests: RefCell<BTreeMap<String, Option<Vec<u8>>>>,
    /// The lists of manifests that were requested.
    batches: RefCell<BTreeMap<Vec<String>, Once<()>>>,
    bytes: Cell<usize>,
}

impl ReadCache {
    /// A fact, if it is cached.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self, key: &str) -> Option<Arc<T>> {
        self.cell(key).get().map(|(fact, _)| Arc::clone(fact))
    }

    /// Caches a fact, unless it is cached.
    pub fn put<T: Send + Sync + 'static>(&self, key: &str, fact: &Arc<T>) {
        let _ = self.cell(key).set((Arc::clone(fact), Vec::new()));
    }

    fn cell<T: Send + Sync + 'static>(&self, key: &str) -> Once<Found<T>> {
        let key = (TypeId::of::<T>(), key.to_owned());
        let mut facts = self.facts.borrow_mut();
        let cell = facts.entry(key).or_insert_with(|| Once::<Found<T>>::default());
        Arc::clone(cell).downcast().unwrap_or_default()
    }

    /// A fact with the paths that it depends on. It is computed once, and again only after an error.
    pub(crate) async fn fact<T: Send + Sync + 'static, E>(
        &self,
        key: &str,
        find: impl Future<Output = Result<(T, Read), E>>,
    ) -> Result<Found<T>, E> {
        let cell = self.cell(key);
        let find = async { find.await.map(|(fact, read)| (Arc::new(fact), read.into_shared())) };
        cell.get_or_try_init(|| find).await.cloned()
    }

    pub(crate) async fn read(
        &self,
        path: &str,
        ask: impl Future<Output = Result<Option<Vec<u8>>, FilesError>>,
    ) -> Result<Option<Vec<u8>>, FilesError> {
        let cell = cell_of(&self.files, path);
        let found = cell.get_or_try_init(|| ask).await?.clone();
        self.keep_or_drop(&self.files, path, found.as_ref().map_or(0, Vec::len));
        Ok(found)
    }

    pub(crate) async fn list(
        &self,
        folder: &str,
        ask: impl Future<Output = Result<Option<Vec<Entry>>, FilesError>>,
    ) -> Result<Option<Vec<Entry>>, FilesError> {
        cell_of(&self.folders, folder).get_or_try_init(|| ask).await.cloned()
    }

    pub(crate) async fn exists(
        &self,
        path: &str,
        ask: impl Future<Output = Result<bool, FilesError>>,
    ) -> Result<bool, FilesError> {
        cell_of(&self.exists, path).get_or_try_init(|| ask).await.copied()
    }

    /// Whether a Dockerfile exists, which an ignore file does not hide. It is asked for once.
    ///
    /// # Errors
    /// That of the answer.
    pub async fn has_dockerfile(
        &self,
        path: &str,
        ask: impl Future<Output = Result<bool, FilesError>>,
    ) -> Result<bool, FilesError> {
        cell_of(&self.dockerfiles, path).get_or_try_init(|| ask).await.copied()
    }

    pub(crate) async fn is_executable(
        &self,
        path: &str,
        ask: impl Future<Output = Result<Option<bool>, FilesError>>,
    ) -> Result<Option<bool>, FilesError> {
        cell_of(&self.executable, path).get_or_try_init(|| ask).await.copied()
    }

    /// Manifests are cached individually: many lists have most of them in common, such as the lockfile of a workspace.
    pub(crate) async fn manifests(&self, paths: &[String], files: &dyn Files) -> Result<Batch, FilesError> {
        let ask = async {
            let unknown: Vec<String> = {
                let known = self.manifests.borrow();
                paths.iter().filter(|path| !known.contains_key(*path)).cloned().collect()
            };
            if !unknown.is_empty() {
                let found = files.manifests(&unknown).await?;
                self.manifests.borrow_mut().extend(unknown.into_iter().zip(found));
            }
            Ok(())
        };
        cell_of(&self.batches, paths).get_or_try_init(|| ask).await?;
        let known = self.manifests.borrow();
        Ok(paths.iter().map(|path| known.get(path).cloned().flatten()).collect())
    }

    /// Records a file's bytes, and drops the file if the cache is full.
    fn keep_or_drop<T>(&self, cells: &RefCell<BTreeMap<String, T>>, path: &str, bytes: usize) {
        let sum = self.bytes.get().saturating_add(bytes);
        if sum > MOST_BYTES {
            cells.borrow_mut().remove(path);
        } else {
            self.bytes.set(sum);
        }
    }
}

/// The cell of a key, which is created on first use.
fn cell_of<K, Q, T>(cells: &RefCell<BTreeMap<K, Once<T>>>, key: &Q) -> Once<T>
where
    K: std::borrow::Borrow<Q> + Ord,
    Q: ToOwned<Owned = K> + Ord + ?Sized,
{
    if let Some(known) = cells.borrow().get(key) {
        return Arc::clone(known);
    }
    Arc::clone(cells.borrow_mut().entry(key.to_owned()).or_default())
}

impl std::fmt::Debug for ReadCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.facts.borrow().keys().map(|(_, key)| key)).finish()
    }
}
