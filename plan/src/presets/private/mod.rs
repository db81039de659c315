//! Private hosts: how the dependency step of any language logs in to them.
//!
//! A login exists only in the step's memory. The engine mounts the secret as a file; a few lines before the installer's
//! own ([`Login::prelude`]) read it, write the files from which the tool reads logins into a folder in memory
//! ([`FOLDER`]), and set variables with that folder. So no value is ever in a layer, in the image's config, in the
//! arguments or the text of a step, or in a cache key; only the secret's revision in the spec is.
//!
//! The files, according to [`scripts`]:
//!
//! - for every tool, a netrc file, which Go, pip, uv and Poetry read, and a credential helper for git, or the SSH
//!   agent;
//! - for the package managers of Node.js, an `.npmrc`, and for Yarn 2 and later, an `.yarnrc.yml`;
//! - for Cargo, a credential provider for each registry with its index at the host;
//! - for Maven, settings with a server for each repository at the host, and for Gradle, an initialization script with
//!   the same effect.

mod folders;
mod host;
mod scripts;
mod tool;

use slipway_spec::Diagnostic;
use slipway_spec::model::Secret;

use self::folders::{AGENTS, FOLDER, GRADLE_LOGIN, SECRETS, SSH_CONFIG};
pub(super) use self::tool::Tool;
use super::{Context, set};
use crate::mounts::secrets;
use crate::shell::Text;
use crate::{Mount, MountKind};

/// What a dependency step requires for logins.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Login {
    pub(super) mounts: Vec<Mount>,
    /// Shell lines directly before the installer, in the folder of the project's manifests.
    pub(super) prelude: Text,
}

/// What a tool's step requires to log in to the build's private hosts; empty for a build without any.
///
/// # Errors
/// A host's login in the spec is not supported.
pub(super) fn login(cx: &mut Context<'_, '_>, tool: Tool) -> Result<Login, Diagnostic> {
    let hosts = host::with_login(cx)?;
    if tool != Tool::Go
        && let Some(host) = cx.build.keys.private.iter().find(|host| host.secret.is_none() && host.ssh.is_none())
    {
        return Err(Diagnostic::error(
            host.host.span,
            "this private host has no login, which only has an effect for Go",
        )
        .with_help("write `{ host: …, secret: … }` or `{ host: …, ssh: default }`, or delete it"));
    }
    if hosts.is_empty() {
        return Ok(Login::default());
    }
    let mut login = Login::default();
    let mut mount = |target: String, kind: MountKind| {
        let mount = Mount { target, kind };
        if !login.mounts.contains(&mount) {
            login.mounts.push(mount);
        }
    };
    mount(FOLDER.to_owned(), MountKind::Tmpfs);
    let mut lines = Vec::new();
    for host in &hosts {
        if let Some(secret) = host.secret {
            // Only whether it is required, and its revision: the mount's path and form are for steps that read it
            // themselves.
            let required = cx.draft.spec.secrets.get(&secret.0).is_none_or(Secret::is_required);
            let id = secret.0.value.clone();
            lines.push(secrets(cx.draft, std::slice::from_ref(secret))?.revisions);
            mount(format!("{SECRETS}/{id}"), MountKind::Secret { id, required });
        }
        if let Some(id) = &host.ssh {
            mount(format!("{AGENTS}/{id}"), MountKind::Ssh { id: id.clone(), required: true });
        }
    }
    if hosts.iter().any(|host| host.ssh.is_some()) {
        mount(SSH_CONFIG.to_owned(), MountKind::Script { text: scripts::ssh_config(&hosts) });
    }
    if tool == Tool::Gradle {
        mount(GRADLE_LOGIN.to_owned(), MountKind::Script { text: scripts::gradle(&hosts) });
    }
    lines.sort_by(|one, other| one.as_str().cmp(other.as_str()));
    lines.dedup();
    login.prelude = lines.into_iter().collect::<Text>() + scripts::prelude(&hosts, tool);
    Ok(login)
}

/// Go's variables for private hosts, in every step: public servers are not used for these.
///
/// # Errors
/// A host is invalid.
pub(super) fn go_env(cx: &mut Context<'_, '_>, env: &mut Vec<(String, String)>) -> Result<(), Diagnostic> {
    let (mut private, mut insecure) = (Vec::new(), Vec::new());
    for written in &cx.build.keys.private {
        let text = cx.eval(&written.host)?;
        let (pattern, plain) = host::pattern(&text, written.host.span)?;
        private.push(pattern.to_owned());
        if plain {
            insecure.push(pattern.to_owned());
        }
    }
    if !private.is_empty() {
        set(env, "GOPRIVATE", &private.join(","));
    }
    if !insecure.is_empty() {
        set(env, "GOINSECURE", &insecure.join(","));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
