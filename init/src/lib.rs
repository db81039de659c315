//! The way in: from a repository to the text of a spec that builds what it ships.
//!
//! The text is a draft by someone who knows the language and not the repository: short, with comments where something
//! was guessed. It comes from the names of files (`survey`), manifests (`program`), Dockerfiles (`dockerfile`,
//! `recipe`, `told`) and Compose files (`compose`). Images with a preset take what has a key (`carry`); what has none
//! stays with its Dockerfile, as a stage. Nothing is believed that a [`Judge`] has not planned: what it objects to
//! becomes a stage or a comment (`remedy`).

mod add;
mod assets;
mod carry;
mod compose;
mod compose_file;
mod config;
mod copies;
mod dockerfile;
mod draft;
mod gather;
mod health;
mod image;
mod languages;
mod matching;
mod options;
mod packages;
mod program;
mod recipe;
mod remedy;
mod runs;
mod shell;
mod start;
mod survey;
mod targets;
mod tell;
mod text;
mod told;
mod vars;
mod wanted;

use std::future::Future;
use std::pin::Pin;

use slipway_project::{Files, FilesError};
use slipway_spec::{Diagnostic, Severity};

use draft::Draft;
use image::Form;
use survey::Survey;

/// The image in a spec of a frontend whose name is not known, as in the documentation.
pub const PLACEHOLDER: &str = "ghcr.io/acme/slipway:1";

/// Judges the text of a spec: its errors, and what `check` reports.
pub trait Judge {
    /// The findings of a spec with this text, in its order.
    fn judge<'a>(&'a self, text: &'a str) -> Judgment<'a>;
}

/// The findings, when they are there.
pub type Judgment<'a> = Pin<Box<dyn Future<Output = Result<Vec<Diagnostic>, FilesError>> + 'a>>;

/// A spec for a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its text.
    pub text: String,
    /// What it builds, a line for each image.
    pub summary: Vec<String>,
}

/// Why there is no spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The files cannot be read.
    Files(FilesError),
    /// There is nothing to build; one sentence.
    Nothing(String),
}

impl From<FilesError> for Error {
    fn from(error: FilesError) -> Self {
        Self::Files(error)
    }
}

/// Writes a spec for a repository. `image` is the name of the frontend's image, if known.
///
/// # Errors
/// The files cannot be read, or nothing in them can be built.
pub async fn init(files: &dyn Files, judge: &dyn Judge, image: Option<&str>) -> Result<Written, Error> {
    let mut survey = Survey::of(files).await?;
    let (compose, services) = compose_file::services(&mut survey);
    let dockerfiles: Vec<_> = services.iter().map(|service| service.dockerfile.clone()).collect();
    survey.define(files, &dockerfiles).await?;
    let mut draft = Draft::of(&survey, compose.as_deref(), services);
    // Each round changes the form of an image, adds a key, or is the last one.
    for _ in 0..draft.images.len() * 6 + 3 {
        draft.settle();
        if draft.images.iter().all(|image| image.form == Form::Comment) {
            return Err(Error::Nothing(nothing(&draft)));
        }
        let text = text::text(&draft, image.unwrap_or(PLACEHOLDER), image.is_some());
        let found = judge.judge(&text.text).await?;
        let is_wrong = found.iter().any(|found| found.severity == Severity::Error);
        if !remedy::apply(&mut draft, &text, &found) {
            if is_wrong {
                let message = found.first().map_or_else(String::new, |found| found.message.clone());
                return Err(Error::Nothing(format!("a draft could not be corrected: {message}; please report it")));
            }
            return Ok(Written { text: text.text, summary: summary(&draft) });
        }
    }
    Err(Error::Nothing("a draft could not be corrected; please report it".to_owned()))
}

fn nothing(draft: &Draft) -> String {
    let reasons: Vec<_> = draft.images.iter().map(|image| format!("{}: {}", image.name, image.why)).collect();
    let more = draft.tail.iter().map(|line| line.trim_end_matches('.').replacen("Not", "not", 1));
    let all: Vec<_> = reasons.into_iter().chain(more).take(5).collect();
    if all.is_empty() {
        return "there is nothing that a preset or a Dockerfile could build".to_owned();
    }
    format!("nothing can be built yet ({})", all.join("; "))
}

fn summary(draft: &Draft) -> Vec<String> {
    let lines = draft.images.iter().map(|image| {
        let how = match image.form {
            Form::Preset => image.keys.first().map(|key| format!("{}: {}", key.name, key.value)).unwrap_or_default(),
            Form::Adopted => format!("by its Dockerfile, because {}", image.why),
            Form::Comment => format!("not built: {}", image.why),
        };
        format!("{}: {how}", image.name)
    });
    lines.collect()
}
