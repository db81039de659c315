//! From a [`Spec`](slipway_spec::Spec) and a [`Project`] to a [`Plan`]: for one image on one platform, the steps to
//! run, what each of them sees, and the image config.
//!
//! The crate is pure except for the [`Project`] trait: files of the context, image configs, capabilities of the engine.
//! It neither builds LLB nor talks to an engine, so every preset and every error can be tested without one. Languages
//! are in [`presets`].

mod adopted_stage;
mod any_project;
mod arena;
mod args;
mod brought;
mod compress;
mod config;
pub mod contents;
mod context_excludes;
mod debug;
mod develop;
mod distro;
mod draft;
mod emulation;
mod env;
mod evaluator;
mod examination;
mod examinations;
mod final_image;
mod findings;
mod furnish;
mod ground;
mod healthcheck;
mod image;
mod image_user;
mod init;
mod layers;
mod log;
mod metadata;
mod missing_program;
mod mounts;
mod named_contexts;
mod named_paths;
mod opened_files;
mod output;
mod overview;
mod own_folders;
mod packages;
mod paths;
mod plan;
mod planner;
mod plans;
pub mod presets;
mod prisma_engine;
mod probe;
mod project;
mod purpose;
mod reports;
mod repository_checks;
mod request;
mod runtime;
mod scans;
mod secret_files;
mod shell;
mod stage;
mod step;
mod target;
mod traced;

pub use any_project::files;
pub use args::Args;
pub use buildkit_llb::Platform;
pub use contents::Contents;
pub use context_excludes::{context_excludes, context_paths, named_context_paths};
pub use examination::{Examination, TextExamination};
pub use findings::{FINDINGS, finding_infos};
pub use healthcheck::health_check_words;
pub use image::{BaseImage, ImageOrigin};
pub use output::{Watched, WatchedFolder};
pub use overview::{Overview, overview};
pub use plan::{Gate, Note, Plan};
pub use planner::plan;
pub use plans::plans;
pub use project::{HiddenBy, IgnoreText, ImageFile, NamedSource, Project};
pub use request::{Request, named_context};
pub use slipway_project::{Entry, Error as PlanError, FilesError as ProjectError, Read, ReadCache};
pub use step::{
    CopyItem, DockerfileStage, GitOption, GitSource, Layer, LayerCopy, LayerItem, Mount, MountKind, Network, Run,
    RunOutput, RunWarnings, SecretEnv, Sharing, Source, Step, StepId, StepKind, Steps,
};
pub use target::{
    CheckOf, CheckTarget, CheckUse, ImageUse, Target, check_targets, check_uses, default_target, find_target, targets,
};
