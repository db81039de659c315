//! Every well-known key, by the place it is used in. Constants and tiny builders only.

pub mod annotations;
pub mod attrs;
pub mod build_args;
pub mod env;
pub mod frontend;
pub mod gateway_caps;
pub mod llb_caps;
pub mod metadata;
pub mod opts;
pub mod subrequests;
