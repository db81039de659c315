//! One type for every [`Project`], so that planning is compiled once: the frontend has several kinds of project, and a
//! copy of every preset for each would make its image larger.

use std::ops::Deref;

use serde_json::Value;
use slipway_project::{Answer, Entry, Files, ReadCache, Repository};

use crate::{BaseImage, HiddenBy, ImageFile, NamedSource, Platform, Project, ProjectError, StepId, Steps};

/// The parts of [`Project`] besides files, as a dyn-compatible trait.
trait Engine {
    fn hidden_by<'a>(&'a self, path: &'a str) -> Answer<'a, Option<HiddenBy>>;
    fn has_dockerfile<'a>(&'a self, path: &'a str) -> Answer<'a, bool>;
    fn named_context<'a>(&'a self, name: &'a str, platform: &'a Platform) -> Answer<'a, Option<NamedSource>>;
    fn image<'a>(&'a self, reference: &'a str, platform: &'a Platform) -> Answer<'a, BaseImage>;
    fn image_file<'a>(&'a self, image: &'a BaseImage, platform: &'a Platform, path: &'a str) -> Answer<'a, ImageFile>;
    fn dockerfile_config<'a>(&'a self, steps: &'a Steps, stage: StepId) -> Answer<'a, Value>;
}

/// The files of a project, for readers that need no more of it.
pub fn files<P: Project>(project: &P) -> impl Files + '_ {
    Door(project)
}

/// A dyn-compatible project.
pub(crate) struct Door<'p, P>(pub(crate) &'p P);

impl<P: Project> Files for Door<'_, P> {
    fn read<'a>(&'a self, path: &'a str) -> Answer<'a, Option<Vec<u8>>> {
        Box::pin(self.0.read(path))
    }

    fn definition<'a>(&'a self, path: &'a str) -> Answer<'a, Option<Vec<u8>>> {
        Box::pin(self.0.definition(path))
    }

    fn list<'a>(&'a self, folder: &'a str) -> Answer<'a, Option<Vec<Entry>>> {
        Box::pin(self.0.list(folder))
    }

    fn exists<'a>(&'a self, path: &'a str) -> Answer<'a, bool> {
        Box::pin(self.0.exists(path))
    }

    fn is_executable<'a>(&'a self, path: &'a str) -> Answer<'a, Option<bool>> {
        Box::pin(self.0.is_executable(path))
    }

    fn manifests<'a>(&'a self, paths: &'a [String]) -> Answer<'a, Vec<Option<Vec<u8>>>> {
        Box::pin(self.0.manifests(paths))
    }
}

impl<P: Project> Engine for Door<'_, P> {
    fn hidden_by<'a>(&'a self, path: &'a str) -> Answer<'a, Option<HiddenBy>> {
        Box::pin(self.0.hidden_by(path))
    }

    fn has_dockerfile<'a>(&'a self, path: &'a str) -> Answer<'a, bool> {
        Box::pin(self.0.has_dockerfile(path))
    }

    fn named_context<'a>(&'a self, name: &'a str, platform: &'a Platform) -> Answer<'a, Option<NamedSource>> {
        Box::pin(self.0.named_context(name, platform))
    }

    fn image<'a>(&'a self, reference: &'a str, platform: &'a Platform) -> Answer<'a, BaseImage> {
        Box::pin(self.0.image(reference, platform))
    }

    fn dockerfile_config<'a>(&'a self, steps: &'a Steps, stage: StepId) -> Answer<'a, Value> {
        Box::pin(self.0.dockerfile_config(steps, stage))
    }

    fn image_file<'a>(&'a self, image: &'a BaseImage, platform: &'a Platform, path: &'a str) -> Answer<'a, ImageFile> {
        Box::pin(self.0.image_file(image, platform, path))
    }
}

/// Any project: its files are a [`Repository`], and it looks up images.
pub(crate) struct AnyProject<'a> {
    repository: Repository<'a>,
    cache: Option<&'a ReadCache>,
    engine: &'a dyn Engine,
}

impl<'a> AnyProject<'a> {
    /// A project behind this type.
    pub(crate) fn of<P: Project>(door: &'a Door<'a, P>) -> Self {
        let cache = door.0.cache();
        Self { repository: Repository::new(door, cache), cache, engine: door }
    }

    /// The line of the ignore file that excludes a path; see [`Project::hidden_by`].
    pub(crate) async fn hidden_by(&self, path: &str) -> Result<Option<HiddenBy>, ProjectError> {
        self.engine.hidden_by(path).await
    }

    /// Whether a Dockerfile of this name exists; see [`Project::has_dockerfile`].
    pub(crate) async fn has_dockerfile(&self, path: &str) -> Result<bool, ProjectError> {
        if !slipway_project::can_be(path) {
            return Ok(false);
        }
        let ask = self.engine.has_dockerfile(path);
        match self.cache {
            Some(cache) => cache.has_dockerfile(path, ask).await,
            None => ask.await,
        }
    }

    /// The replacement of a named context; see [`Project::named_context`].
    pub(crate) async fn named_context(
        &self,
        name: &str,
        platform: &Platform,
    ) -> Result<Option<NamedSource>, ProjectError> {
        self.engine.named_context(name, platform).await
    }

    /// An image; see [`Project::image`].
    pub(crate) async fn image(&self, reference: &str, platform: &Platform) -> Result<BaseImage, ProjectError> {
        self.engine.image(reference, platform).await
    }

    /// The config of a stage of a Dockerfile; see [`Project::dockerfile_config`].
    pub(crate) async fn dockerfile_config(&self, steps: &Steps, stage: StepId) -> Result<Value, ProjectError> {
        self.engine.dockerfile_config(steps, stage).await
    }

    /// A file of an image; see [`Project::image_file`].
    pub(crate) async fn image_file(
        &self,
        image: &BaseImage,
        platform: &Platform,
        path: &str,
    ) -> Result<ImageFile, ProjectError> {
        self.engine.image_file(image, platform, path).await
    }
}

impl<'a> Deref for AnyProject<'a> {
    type Target = Repository<'a>;

    fn deref(&self) -> &Self::Target {
        &self.repository
    }
}
