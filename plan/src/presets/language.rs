//! What a language is to a plan. A new one is a folder here with a type that implements [`Language`], and a line in the
//! table of [`presets`](super).

use slipway_spec::Template;

use super::Context;
use crate::PlanError;
use crate::output::BuildOutput;
use crate::runtime::Runtimes;

/// A language: how a source folder turns into something that ships.
///
/// It has three parts. [`ask`](Language::ask) evaluates what the spec says. [`find`](Language::find) waits for facts
/// about the project, from `slipway-project`, and for images that steps run in; it finds them together rather than one
/// after the other, since a registry answers while files are read. [`plan`](Language::plan) is a function from what was
/// found to steps. Only the first and the last change the draft, and neither waits, so a draft has one owner at a time.
pub(super) trait Language {
    /// Its options in a spec.
    type Options;
    /// What the spec says about the project: the values of options that decide on facts and images.
    type Asked;
    /// What has to be known before there is a plan: facts and images.
    type Found;

    /// Files that say what a project depends on, for a language where all of them are needed.
    fn manifests(_: &Self::Options) -> &'static [&'static str] {
        &[]
    }

    /// The option that names the release of the toolchain, and the files that name it otherwise.
    fn toolchain(_: &Self::Options) -> Option<(&Template, &'static str)> {
        None
    }

    /// What an image of it stands on, where that is known before the project is read.
    fn early_runtimes(_: &Self::Options) -> Option<Runtimes> {
        None
    }

    /// Patterns of what its tools leave in a checkout. The source folder may be a part of a larger project, whose root
    /// is above it.
    fn context_excludes(_folder: &str) -> Vec<String> {
        Vec::new()
    }

    /// Evaluates what the spec says about the project.
    ///
    /// # Errors
    /// The options are wrong.
    fn ask(cx: &mut Context<'_, '_>, options: &Self::Options) -> Result<Self::Asked, PlanError>;

    /// Finds what has to be known.
    ///
    /// # Errors
    /// The project is wrong, or an image cannot be found.
    async fn find(cx: &Context<'_, '_>, options: &Self::Options, asked: Self::Asked) -> Result<Self::Found, PlanError>;

    /// Plans a build.
    ///
    /// # Errors
    /// The options are wrong.
    fn plan(cx: &mut Context<'_, '_>, options: &Self::Options, found: Self::Found) -> Result<BuildOutput, PlanError>;
}

/// Patterns of names, wherever they are.
pub(super) fn anywhere(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("**/{name}")).collect()
}
