//! One type for every [`Project`], so that planning is compiled once, whatever stands behind the door: the frontend
//! asks through several kinds of project, and a copy of every preset for each would weigh in its image.
//!
//! Every method of the trait that a project may answer in a way of its own is passed on here, those with a body
//! included; `read_all`, `list_all` and `exists_all` are made of others.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;

use slipway_spec::{Span, strange_path};

use crate::{
    BaseImage, Entry, Facts, HiddenBy, IgnoreText, ImageFile, NamedSource, Paths, Platform, Project, ProjectError, Read,
};

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, ProjectError>> + 'a>>;

/// What [`Project`] asks, in a form that can stand behind a pointer.
trait Erased {
    fn facts(&self) -> Option<&Facts>;
    fn manifests<'a>(&'a self, paths: &'a [String]) -> Answer<'a, Vec<Option<Vec<u8>>>>;
    fn read<'a>(&'a self, path: &'a str) -> Answer<'a, Option<Vec<u8>>>;
    fn exists<'a>(&'a self, path: &'a str) -> Answer<'a, bool>;
    fn is_executable<'a>(&'a self, path: &'a str) -> Answer<'a, Option<bool>>;
    fn hidden_by<'a>(&'a self, path: &'a str) -> Answer<'a, Option<HiddenBy>>;
    fn ignore_file(&self) -> Answer<'_, Option<IgnoreText>>;
    fn has_dockerfile<'a>(&'a self, path: &'a str) -> Answer<'a, bool>;
    fn list<'a>(&'a self, folder: &'a str) -> Answer<'a, Option<Vec<Entry>>>;
    fn named_context<'a>(&'a self, name: &'a str, platform: &'a Platform) -> Answer<'a, Option<NamedSource>>;
    fn image<'a>(&'a self, reference: &'a str, platform: &'a Platform) -> Answer<'a, BaseImage>;
    fn image_file<'a>(&'a self, image: &'a BaseImage, platform: &'a Platform, path: &'a str) -> Answer<'a, ImageFile>;
}

impl<P: Project> Erased for P {
    fn facts(&self) -> Option<&Facts> {
        Project::facts(self)
    }

    fn manifests<'a>(&'a self, paths: &'a [String]) -> Answer<'a, Vec<Option<Vec<u8>>>> {
        Box::pin(Project::manifests(self, paths))
    }

    fn read<'a>(&'a self, path: &'a str) -> Answer<'a, Option<Vec<u8>>> {
        Box::pin(Project::read(self, path))
    }

    fn exists<'a>(&'a self, path: &'a str) -> Answer<'a, bool> {
        Box::pin(Project::exists(self, path))
    }

    fn is_executable<'a>(&'a self, path: &'a str) -> Answer<'a, Option<bool>> {
        Box::pin(Project::is_executable(self, path))
    }

    fn hidden_by<'a>(&'a self, path: &'a str) -> Answer<'a, Option<HiddenBy>> {
        Box::pin(Project::hidden_by(self, path))
    }

    fn ignore_file(&self) -> Answer<'_, Option<IgnoreText>> {
        Box::pin(Project::ignore_file(self))
    }

    fn has_dockerfile<'a>(&'a self, path: &'a str) -> Answer<'a, bool> {
        Box::pin(Project::has_dockerfile(self, path))
    }

    fn list<'a>(&'a self, folder: &'a str) -> Answer<'a, Option<Vec<Entry>>> {
        Box::pin(Project::list(self, folder))
    }

    fn named_context<'a>(&'a self, name: &'a str, platform: &'a Platform) -> Answer<'a, Option<NamedSource>> {
        Box::pin(Project::named_context(self, name, platform))
    }

    fn image<'a>(&'a self, reference: &'a str, platform: &'a Platform) -> Answer<'a, BaseImage> {
        Box::pin(Project::image(self, reference, platform))
    }

    fn image_file<'a>(&'a self, image: &'a BaseImage, platform: &'a Platform, path: &'a str) -> Answer<'a, ImageFile> {
        Box::pin(Project::image_file(self, image, platform, path))
    }
}

/// Any project, which remembers the files that were asked for.
pub(crate) struct AnyProject<'a>(&'a dyn Erased, RefCell<Read>);

impl<'a> AnyProject<'a> {
    /// A project behind this type.
    pub(crate) fn of<P: Project>(project: &'a P) -> Self {
        Self(project, RefCell::default())
    }

    /// The files that were asked for since this was last taken, whether they are there or not.
    pub(crate) fn take_read(&self) -> Read {
        self.1.take()
    }

    /// Whether anything can be at a path: manifests hold any text where paths should be, and what no file can be called
    /// is not there.
    fn can_be(path: &str) -> bool {
        strange_path(path, Span::START).is_none()
    }

    fn remember(&self, path: &str) {
        let own = &mut self.1.borrow_mut().own;
        if !own.contains(path) {
            own.insert(path.into());
        }
    }
}

impl Project for AnyProject<'_> {
    fn facts(&self) -> Option<&Facts> {
        self.0.facts()
    }

    fn depends_on(&self, paths: &Paths) {
        self.1.borrow_mut().shared.push(Paths::clone(paths));
    }

    async fn manifests(&self, paths: &[String]) -> Result<Vec<Option<Vec<u8>>>, ProjectError> {
        if !paths.iter().all(|path| Self::can_be(path)) {
            let mut files = Vec::with_capacity(paths.len());
            for path in paths {
                files.push(Project::read(self, path).await?);
            }
            return Ok(files);
        }
        paths.iter().for_each(|path| self.remember(path));
        self.0.manifests(paths).await
    }

    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        if !Self::can_be(path) {
            return Ok(None);
        }
        self.remember(path);
        self.0.read(path).await
    }

    async fn exists(&self, path: &str) -> Result<bool, ProjectError> {
        if Self::can_be(path) { self.0.exists(path).await } else { Ok(false) }
    }

    async fn is_executable(&self, path: &str) -> Result<Option<bool>, ProjectError> {
        if Self::can_be(path) { self.0.is_executable(path).await } else { Ok(None) }
    }

    async fn hidden_by(&self, path: &str) -> Result<Option<HiddenBy>, ProjectError> {
        self.0.hidden_by(path).await
    }

    async fn ignore_file(&self) -> Result<Option<IgnoreText>, ProjectError> {
        self.0.ignore_file().await
    }

    async fn has_dockerfile(&self, path: &str) -> Result<bool, ProjectError> {
        if Self::can_be(path) { self.0.has_dockerfile(path).await } else { Ok(false) }
    }

    async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
        if Self::can_be(folder) { self.0.list(folder).await } else { Ok(None) }
    }

    async fn named_context(&self, name: &str, platform: &Platform) -> Result<Option<NamedSource>, ProjectError> {
        self.0.named_context(name, platform).await
    }

    async fn image(&self, reference: &str, platform: &Platform) -> Result<BaseImage, ProjectError> {
        self.0.image(reference, platform).await
    }

    async fn image_file(&self, image: &BaseImage, platform: &Platform, path: &str) -> Result<ImageFile, ProjectError> {
        self.0.image_file(image, platform, path).await
    }
}
