//! The nouns of the language, one file each, and the whole spec.

mod address;
mod arg;
mod base_ref;
mod build;
mod build_run;
mod check;
mod compose_health;
mod config;
mod context;
mod dependencies;
mod distro;
mod editor;
mod file;
mod folder;
mod form;
mod gates;
mod healthcheck;
mod image;
mod image_name;
mod include;
mod one_or_more;
mod packages;
mod platform_name;
mod policy;
mod port;
mod presets;
mod probe;
mod purpose;
mod scalar;
mod schema;
mod short_names;
mod stage;
mod take_back;
mod user;
mod visit;

pub use address::{Address, Origin};
pub use arg::Arg;
pub use base_ref::BaseRef;
pub use build::{Build, BuildKeys, BuildUse, Install, PrivateHost, PrivateHostKeys, Source};
pub use build_run::{BuildRun, BuildRunKeys, BuildRuns};
pub use check::{Check, CheckCommand, CheckKeys, RepositoryCheck};
pub use config::ImageConfig;
pub use context::{ContextKeys, NamedContext, Secret};
pub use dependencies::{Dependencies, DependencyKeys, DependencySet, TracedKeys};
pub use distro::Distro;
pub(crate) use file::{check_version, decode_spec, is_not_a_map};
pub use folder::{FolderKeys, ImageFolder};
pub use form::{check_address, check_header, check_path, check_port, check_service, check_status};
pub use form::{id_mistake, user_mistake, user_name_mistake};
pub use gates::{Budget, ImageTest, ImageTestKeys, ImageTestOf, MatchKey, Scan, TextMatch, VulnerabilitySeverity};
pub use healthcheck::{HealthTest, Healthcheck, HealthcheckKeys};
pub(crate) use image::sources as image_sources;
pub use image::{Compress, CopiedFile, FileKeys, Image, ImageFile, ImageKeys, Metadata, ShippedCommand};
pub use image_name::SHORT_NAMES;
pub(crate) use image_name::is_well_known;
pub use include::{Include, IncludeKeys};
pub use one_or_more::OneOrMore;
pub use packages::{BuildPackageKeys, BuildPackages, ImagePackageKeys, ImagePackages, Package, PackageRepository};
pub use policy::{Forbidden, MetadataKey, POLICY_FILE, Policy, PolicyKeys, RuleLevel};
pub use port::{ExposedPort, Port, Protocol};
pub use presets::*;
pub use probe::{GrpcCheck, GrpcKeys, HttpCheck, HttpKeys, ProbeAddress};
pub use purpose::{Inspect, Purpose, PurposeKind};
pub use scalar::{FileMode, Size, Timespan};
pub(crate) use schema::bare_schema;
pub use schema::schema;
pub use stage::{
    AdoptedStage, CacheFolder, CacheKeys, CacheSharing, CopyStep, FileStep, NetworkMode, RunStep, SecretRef,
    SecurityMode, SshAgent, SshKeys, Stage, StageKeys, StagePlatform, StageStep, StageStepKind, StepsStage,
};
pub(crate) use take_back::without as without_take_back;
pub use user::{ImageUser, NewUser};

use std::sync::Arc;

use crate::{Map, Span, Spanned};

/// A whole spec: the root file and the files that it includes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// Arguments that `--build-arg` may set.
    pub args: Map<Arg>,
    /// Inputs from elsewhere.
    pub contexts: Map<NamedContext>,
    /// Secrets that steps may use.
    pub secrets: Map<Secret>,
    /// Outputs of presets.
    pub builds: Map<Arc<Build>>,
    /// Outputs of custom steps.
    pub stages: Map<Stage>,
    /// Images that ship.
    pub images: Map<Image>,
    /// Checks of the whole repository.
    pub checks: Map<RepositoryCheck>,
    /// The location of `images:`, for messages about all images.
    pub images_span: Span,
    /// The target if the command line names none.
    pub default: Option<Spanned<String>>,
    /// The Debian release of toolchains and bases.
    pub distro: Option<Spanned<Distro>>,
    /// The policy of the frontend.
    pub policy: Policy,
}
