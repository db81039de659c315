//! Where things stand in the steps of a Node.js build.

/// Where the context's files stand in a step; a package in `web` stands in `/app/web`.
pub(super) const APP: &str = "/app";
/// Where a package manager that Node.js does not bring along stands in a step.
pub(super) const MANAGER: &str = "/opt/manager";
/// Where a step leaves its result.
pub(super) const OUTPUT: &str = "/out";
/// Where what code generators made stands in a step, before it is laid over the sources.
pub(super) const GENERATED: &str = "/run/generated";
