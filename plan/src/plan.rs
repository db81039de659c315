//! How to make one target for one platform: the steps, the config of the image, and what there is to say of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use slipway_spec::{Diagnostic, Span};

use crate::Platform;
use crate::contents::Contents;
use crate::step::{StepId, Steps};
use slipway_project::Read;

/// How to make one target for one platform.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The target's name, as `--target` takes it.
    pub target: String,
    /// The platform.
    pub platform: Platform,
    /// What there is to do.
    pub steps: Steps,
    /// The step whose result is the target's file system.
    pub result: StepId,
    /// Steps that are no part of the result and must succeed before there is one.
    pub gates: Vec<Gate>,
    /// The image's config, as JSON; for a build or a stage one without anything to run.
    pub config: Value,
    /// The config of the image that it stands on; an empty object for none.
    pub base_config: Value,
    /// What the image holds, as far as that is known; `None` for a build or a stage.
    pub contents: Option<Contents>,
    /// The folder of the image that has the files of the build's source folder as they are; none where they are
    /// compiled, or come from elsewhere.
    pub source_folder: Option<String>,
    /// Annotations of the image's manifest.
    pub annotations: BTreeMap<String, String>,
    /// The arguments that it depends on, those that the platform defines included.
    pub args: BTreeSet<String>,
    /// The files of the context that decided how it looks; some are not there.
    pub read: Read,
    /// Why things are as they are.
    pub notes: Vec<Arc<Note>>,
    /// What the user should know, though the plan could be made.
    pub warnings: Vec<Diagnostic>,
}

/// A step that must succeed before there is a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// What it is called.
    pub name: String,
    /// The step.
    pub step: StepId,
    /// Where the spec asks for it.
    pub span: Span,
}

/// Why something is as it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Note {
    /// The build or image of the spec that it belongs to.
    pub owner: String,
    /// The reason, in a few words.
    pub text: String,
    /// The part of the spec that it concerns.
    pub span: Span,
}
