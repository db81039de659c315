//! The interface of a language. To add one, add a folder here with a type that implements [`Language`], and a line in
//! the table of [`presets`](super).

use slipway_spec::Template;

use super::Context;
use crate::PlanError;
use crate::output::BuildOutput;
use crate::runtime::Runtimes;

/// A language: builds the output from a source folder.
///
/// It has three parts. [`ask`](Language::ask) evaluates the spec. [`find`](Language::find) waits for facts about the
/// project, from `slipway-project`, and for images of steps; it requests them concurrently, because a registry responds
/// while files are read. [`plan`](Language::plan) is a function from these to steps. Only the first and the last change
/// the draft, and neither waits, so a draft has one owner at a time.
pub(super) trait Language {
    /// Its options in a spec.
    type Options;
    /// The spec's options for the project: the values that determine facts and images.
    type Asked;
    /// Facts and images, which must be known before planning.
    type Found;

    /// Files that list a project's dependencies, for a language that requires all of them.
    fn manifests(_: &Self::Options) -> &'static [&'static str] {
        &[]
    }

    /// The option for the toolchain's release, and the files that name it otherwise.
    fn toolchain(_: &Self::Options) -> Option<(&Template, &'static str)> {
        None
    }

    /// The base of its images, if it is known before the project is read.
    fn early_runtimes(_: &Self::Options) -> Option<Runtimes> {
        None
    }

    /// Patterns of files that its tools create in a checkout. The source folder may be part of a larger project, whose
    /// root is above it.
    fn context_excludes(_folder: &str) -> Vec<String> {
        Vec::new()
    }

    /// Evaluates the spec's options for the project.
    ///
    /// # Errors
    /// The options are invalid.
    fn ask(cx: &mut Context<'_, '_>, options: &Self::Options) -> Result<Self::Asked, PlanError>;

    /// Finds facts and images.
    ///
    /// # Errors
    /// The project is invalid, or an image cannot be found.
    async fn find(cx: &Context<'_, '_>, options: &Self::Options, asked: Self::Asked) -> Result<Self::Found, PlanError>;

    /// Plans a build.
    ///
    /// # Errors
    /// The options are invalid.
    fn plan(cx: &mut Context<'_, '_>, options: &Self::Options, found: Self::Found) -> Result<BuildOutput, PlanError>;
}

/// Patterns of names, in any folder.
pub(super) fn anywhere(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("**/{name}")).collect()
}
