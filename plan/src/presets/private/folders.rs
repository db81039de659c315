//! Folders in steps that log in.

/// Logins in a step; its files are in memory.
pub(super) const FOLDER: &str = "/run/slipway-login";
/// The engine's mounts of secrets, by id.
pub(super) const SECRETS: &str = "/run/secrets/slipway-login";
/// The engine's mounts of SSH agents, by id.
pub(super) const AGENTS: &str = "/run/slipway-ssh";
/// OpenSSH's configuration in a step.
pub(super) const SSH_CONFIG: &str = "/run/slipway/ssh_config";
/// The script with which Gradle logs in.
pub(super) const GRADLE_LOGIN: &str = "/run/slipway/login.gradle";
