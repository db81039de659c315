//! Every well-known key, by where it is used. Only constants and small builders.

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
