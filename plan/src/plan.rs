//! The plan of one target for one platform: its steps, the image config, notes and warnings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use slipway_spec::{Diagnostic, Span};

use crate::Platform;
use crate::contents::Contents;
use crate::output::Watched;
use crate::step::{StepId, Steps};
use slipway_project::Read;

/// The plan of one target for one platform.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The target's name, as for `--target`.
    pub target: String,
    /// The platform.
    pub platform: Platform,
    /// The steps.
    pub steps: Steps,
    /// The step whose result is the target's file system.
    pub result: StepId,
    /// Steps that are not part of the result and must succeed before there is one.
    pub gates: Vec<Gate>,
    /// The image's config as JSON; for a build or a stage, one without a program.
    pub config: Value,
    /// The config of its base image; an empty object if it has none.
    pub base_config: Value,
    /// The known contents of the image; `None` for a build or a stage.
    pub contents: Option<Contents>,
    /// The folder of the image that contains the build's source files unchanged; `None` if they are compiled, or come
    /// from elsewhere.
    pub source_folder: Option<String>,
    /// The step with the files that list the modules of static programs, for scanners.
    pub lockfiles: Option<StepId>,
    /// The port that the image's debugger listens on.
    pub debugger_port: Option<u16>,
    /// For an image for development: what is done after changes to its sources.
    pub watched: Option<Watched>,
    /// Annotations of the image's manifest.
    pub annotations: BTreeMap<String, String>,
    /// The arguments that it depends on, including those that the platform defines.
    pub args: BTreeSet<String>,
    /// The files of the context that the plan depends on, including missing ones.
    pub read: Read,
    /// The reasons for decisions.
    pub notes: Vec<Arc<Note>>,
    /// Warnings.
    pub warnings: Vec<Diagnostic>,
}

/// A step that must succeed before there is a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Its name.
    pub name: String,
    /// The step.
    pub step: StepId,
    /// The part of the spec that requires it.
    pub span: Span,
}

/// The reason for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Note {
    /// The build or image of the spec that it belongs to.
    pub owner: String,
    /// The reason, in a few words.
    pub text: String,
    /// The part of the spec that it is about.
    pub span: Span,
}
