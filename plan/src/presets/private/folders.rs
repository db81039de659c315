//! Where things stand in steps that log in.

/// Where logins are in a step; its files are in memory.
pub(super) const FOLDER: &str = "/run/slipway-login";
/// Where the engine mounts the secrets, each under its id.
pub(super) const SECRETS: &str = "/run/secrets/slipway-login";
/// Where the engine mounts SSH agents, each under its id.
pub(super) const AGENTS: &str = "/run/slipway-ssh";
/// OpenSSH's configuration in a step.
pub(super) const SSH_CONFIG: &str = "/run/slipway/ssh_config";
/// The script by which Gradle logs in.
pub(super) const GRADLE_LOGIN: &str = "/run/slipway/login.gradle";
