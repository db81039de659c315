//! From a [`Spec`](slipway_spec::Spec) and a [`Project`] to a [`Plan`]: for one image on one platform, the steps to run, what each of them sees,
//! and the config of the image.
//!
//! The crate is pure but for one door, the [`Project`] trait: files of the context, configs of base images, what the engine can do. It builds no LLB and
//! talks to no engine, so every preset and every error is tested without one. Languages live in [`presets`], one file each.

mod arena;
mod args;
mod config;
pub mod contents;
mod door;
mod emulation;
mod error;
mod facts;
mod final_image;
mod healthcheck;
mod layers;
mod left_behind;
mod leftovers;
mod log;
mod metadata;
mod named_paths;
mod overview;
mod packages;
mod planner;
mod plans;
pub mod presets;
mod project;
mod repository_checks;
mod runtime;
mod shell;
mod stage;
mod step;
mod target;
mod unavailable;

pub use args::Args;
pub use buildkit_llb::Platform;
pub use contents::Contents;
pub use error::PlanError;
pub use facts::{Facts, Paths, Read};
pub use final_image::{Gate, Note, Plan, plan};
pub use leftovers::leftovers;
pub use overview::{Overview, overview};
pub use plans::plans;
pub use project::{BaseImage, Entry, HiddenBy, IgnoreText, ImageFile, ImageOrigin, NamedSource, Project, ProjectError};
pub use step::{
    CopyItem, Layer, LayerCopy, LayerItem, Mount, MountKind, Network, Run, RunOutput, SecretEnv, Sharing, Source, Step,
    StepId, StepKind, Steps,
};
pub use target::{Target, default_target, find_target, targets};
pub use unavailable::FINDINGS;

/// What the command line asks of a build, whatever the target.
#[derive(Debug, Clone)]
pub struct Request {
    /// `--build-arg`, by name.
    pub build_args: std::collections::BTreeMap<String, String>,
    /// `--label`, by key.
    pub labels: std::collections::BTreeMap<String, String>,
    /// Name of the spec's file, as it would stand at the root of the context.
    pub spec_name: String,
    /// The platform that steps run on.
    pub build_platform: Platform,
    /// Whether several platforms are built, so that names of steps say which they are for.
    pub multi_platform: bool,
}
