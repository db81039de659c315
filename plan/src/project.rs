//! The planner's only door to the outside.

use slipway_project::{Entry, ReadCache};

use crate::image::BaseImage;
use crate::{Platform, ProjectError, Source};

/// What a plan may ask about the project and the engine.
///
/// There is one implementation over the gateway of BuildKit, and one over a local folder for the command line and
/// tests. Paths are relative to the root of the main context, with `/` between their parts.
#[allow(async_fn_in_trait)] // Plans are made on one thread, so no bound on the futures is needed.
pub trait Project {
    /// What was read for earlier plans; nothing where each plan stands alone.
    fn cache(&self) -> Option<&ReadCache> {
        None
    }

    /// Small files that decide what there is to do, in the order of their paths. They are read ahead of the context, so
    /// that images can be looked up while it loads; one call should name all that a preset wants to know first.
    ///
    /// # Errors
    /// The context cannot be read at all.
    async fn manifests(&self, paths: &[String]) -> Result<Vec<Option<Vec<u8>>>, ProjectError> {
        let mut files = Vec::with_capacity(paths.len());
        for path in paths {
            files.push(self.read(path).await?);
        }
        Ok(files)
    }

    /// A file's bytes; `None` when there is no such file.
    ///
    /// # Errors
    /// The context cannot be read at all.
    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError>;

    /// Whether there is a file or folder of this name.
    ///
    /// # Errors
    /// The context cannot be read at all.
    async fn exists(&self, path: &str) -> Result<bool, ProjectError>;

    /// Whether a file has an execute bit; `None` where nobody knows, as on a machine that has no such bits. Links are
    /// followed.
    ///
    /// # Errors
    /// The context cannot be read at all.
    async fn is_executable(&self, path: &str) -> Result<Option<bool>, ProjectError> {
        let _ = path;
        Ok(None)
    }

    /// The line of the ignore file that keeps a path out of the context, as far as the ignore file is known.
    ///
    /// # Errors
    /// The ignore file cannot be read.
    async fn hidden_by(&self, path: &str) -> Result<Option<HiddenBy>, ProjectError> {
        let _ = path;
        Ok(None)
    }

    /// The ignore file that counts: the spec's own, else the general one. Ignore files do not hide it.
    ///
    /// # Errors
    /// The context cannot be read at all.
    async fn ignore_file(&self) -> Result<Option<IgnoreText>, ProjectError> {
        Ok(None)
    }

    /// Whether there is a Dockerfile of this name. Ignore files do not hide it: many keep Dockerfiles out of the
    /// context, and Docker reads these all the same.
    ///
    /// # Errors
    /// The context cannot be read at all.
    async fn has_dockerfile(&self, path: &str) -> Result<bool, ProjectError> {
        self.exists(path).await
    }

    /// What is in a folder, by name; `None` when there is no such folder.
    ///
    /// # Errors
    /// The context cannot be read at all.
    async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError>;

    /// What the command line gives under the name of a context of the spec (`--build-context NAME=…`); `None` when it
    /// gives nothing.
    ///
    /// # Errors
    /// It gives something that cannot be found, or that this engine cannot use.
    async fn named_context(&self, name: &str, platform: &Platform) -> Result<Option<NamedSource>, ProjectError> {
        let _ = (name, platform);
        Ok(None)
    }

    /// Finds an image, named as a user would (`golang:1.24-bookworm`), for a platform.
    ///
    /// # Errors
    /// The image cannot be found for this platform; the message says why.
    async fn image(&self, reference: &str, platform: &Platform) -> Result<BaseImage, ProjectError>;

    /// A file of an image that was found, by its path from the root of the image. Reading it takes the image from its
    /// registry, so only what decides over an error is read.
    ///
    /// # Errors
    /// The image cannot be read at all.
    async fn image_file(&self, image: &BaseImage, platform: &Platform, path: &str) -> Result<ImageFile, ProjectError> {
        let _ = (image, platform, path);
        Ok(ImageFile::Unknown)
    }
}

/// A file of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageFile {
    /// Nobody has looked: questions take nothing from a registry.
    Unknown,
    /// There is none.
    Missing,
    /// Its bytes.
    Found(Vec<u8>),
}

/// A line of an ignore file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HiddenBy {
    /// The name of the file.
    pub file: String,
    /// The number of the line, from 1.
    pub line: usize,
    /// The pattern in it.
    pub pattern: String,
}

/// An ignore file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreText {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// What the command line puts in the place of a named context.
#[derive(Debug, Clone, PartialEq)]
pub enum NamedSource {
    /// Files.
    Files(Source),
    /// A container image.
    Image(BaseImage),
}
