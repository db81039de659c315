//! The planner's only access to the outside.

use slipway_project::{Entry, ReadCache};

use crate::image::BaseImage;
use crate::step::{StepId, Steps};
use crate::{Platform, ProjectError, Source};

/// Questions of a plan about the project and the engine.
///
/// A build implements it with BuildKit's gateway; the command line and tests with a local folder. Paths are relative to
/// the root of the main context and separated by `/`.
#[allow(async_fn_in_trait)] // Plans are created on one thread, so the futures need no `Send` bound.
pub trait Project {
    /// Files that were read for earlier plans; empty if each plan is separate.
    fn cache(&self) -> Option<&ReadCache> {
        None
    }

    /// Small files that the plan depends on, sorted by path. They are read before the context, so that images can be
    /// looked up while it loads. One call should name all files that a preset needs first.
    ///
    /// # Errors
    /// The context cannot be read.
    async fn manifests(&self, paths: &[String]) -> Result<Vec<Option<Vec<u8>>>, ProjectError> {
        let mut files = Vec::with_capacity(paths.len());
        for path in paths {
            files.push(self.read(path).await?);
        }
        Ok(files)
    }

    /// A file's bytes; `None` if the file does not exist.
    ///
    /// # Errors
    /// The context cannot be read.
    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError>;

    /// Whether a file or folder of this name exists.
    ///
    /// # Errors
    /// The context cannot be read.
    async fn exists(&self, path: &str) -> Result<bool, ProjectError>;

    /// Whether a file has an execute bit; `None` if unknown, for example on a system without such bits. Links are
    /// followed.
    ///
    /// # Errors
    /// The context cannot be read.
    async fn is_executable(&self, path: &str) -> Result<Option<bool>, ProjectError> {
        let _ = path;
        Ok(None)
    }

    /// The line of the ignore file that excludes a path from the context, if the ignore file is known.
    ///
    /// # Errors
    /// The ignore file cannot be read.
    async fn hidden_by(&self, path: &str) -> Result<Option<HiddenBy>, ProjectError> {
        let _ = path;
        Ok(None)
    }

    /// The effective ignore file: the spec's own, otherwise the general one. Ignore files do not exclude it.
    ///
    /// # Errors
    /// The context cannot be read.
    async fn ignore_file(&self) -> Result<Option<IgnoreText>, ProjectError> {
        Ok(None)
    }

    /// Whether a Dockerfile of this name exists. Ignore files do not exclude it: many exclude Dockerfiles from the
    /// context, and Docker still reads these.
    ///
    /// # Errors
    /// The context cannot be read.
    async fn has_dockerfile(&self, path: &str) -> Result<bool, ProjectError> {
        self.exists(path).await
    }

    /// The bytes of a file that describes a build, such as a Dockerfile; ignore files do not exclude it.
    ///
    /// # Errors
    /// The context cannot be read.
    async fn definition(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        self.read(path).await
    }

    /// The contents of a folder, by name; `None` if the folder does not exist.
    ///
    /// # Errors
    /// The context cannot be read.
    async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError>;

    /// The replacement of a named context on the command line (`--build-context NAME=…`); `None` if there is none.
    ///
    /// # Errors
    /// The replacement cannot be found, or this engine does not support it.
    async fn named_context(&self, name: &str, platform: &Platform) -> Result<Option<NamedSource>, ProjectError> {
        let _ = (name, platform);
        Ok(None)
    }

    /// Finds an image for a platform, by its name in the spec (`golang:1.24-bookworm`).
    ///
    /// # Errors
    /// The image cannot be found for this platform; the message gives the reason.
    async fn image(&self, reference: &str, platform: &Platform) -> Result<BaseImage, ProjectError>;

    /// A file of an image, by its path from the root of the image. Reading it pulls the image from its registry, so
    /// only files that decide about an error are read.
    ///
    /// # Errors
    /// The image cannot be read.
    async fn image_file(&self, image: &BaseImage, platform: &Platform, path: &str) -> Result<ImageFile, ProjectError> {
        let _ = (image, platform, path);
        Ok(ImageFile::Unknown)
    }

    /// The image config of a stage of a Dockerfile; an empty object if it is not known. The step of the stage is given
    /// with all steps that it needs.
    ///
    /// # Errors
    /// The config cannot be known before the build; the message gives the reason.
    async fn dockerfile_config(&self, steps: &Steps, stage: StepId) -> Result<serde_json::Value, ProjectError> {
        let _ = (steps, stage);
        Ok(serde_json::json!({}))
    }
}

/// A file of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageFile {
    /// Unknown: `--call` methods do not pull images.
    Unknown,
    /// It does not exist.
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
    /// Its text.
    pub text: String,
}

/// The replacement of a named context on the command line.
#[derive(Debug, Clone, PartialEq)]
pub enum NamedSource {
    /// Files.
    Files(Source),
    /// A container image.
    Image(BaseImage),
}
