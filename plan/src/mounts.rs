//! Mounts of a step besides files: cache mounts and secrets.

use slipway_spec::Diagnostic;
use slipway_spec::model::{CacheFolder, CacheSharing, SecretRef, SshAgent};

use crate::draft::Draft;
use crate::env::set;
use crate::paths::absolute;
use crate::shell::Text;
use crate::{Mount, MountKind, PlanError, Platform, SecretEnv, Sharing};

/// A cache mount of a stage or a check. Without an explicit name, it belongs to the owner of the step, on one platform.
pub(crate) fn cache_mount(
    draft: &mut Draft<'_>,
    owner: &str,
    platform: &Platform,
    cache: &CacheFolder,
) -> Result<Mount, PlanError> {
    cache_of(draft, &format!("stage/{owner}"), platform, cache)
}

/// The same of a build.
pub(crate) fn build_cache(
    draft: &mut Draft<'_>,
    owner: &str,
    platform: &Platform,
    cache: &CacheFolder,
) -> Result<Mount, PlanError> {
    cache_of(draft, &format!("build/{owner}"), platform, cache)
}

fn cache_of(draft: &mut Draft<'_>, owner: &str, platform: &Platform, cache: &CacheFolder) -> Result<Mount, PlanError> {
    let target = absolute(&draft.eval(&cache.target)?, &cache.target)?;
    let id = match &cache.id {
        Some(template) => format!("slipway/named/{}", draft.eval(template)?),
        None => format!("slipway/{owner}/{platform}{target}"),
    };
    let sharing = match cache.sharing {
        CacheSharing::Shared => Sharing::Shared,
        CacheSharing::Locked => Sharing::Locked,
        CacheSharing::Private => Sharing::Private,
    };
    Ok(Mount::cache(target, id, sharing))
}

/// The sockets of SSH agents; the last one is the default of the step's programs.
pub(crate) fn ssh(agents: &[SshAgent], env: &mut Vec<(String, String)>) -> Vec<Mount> {
    let mount = |(index, agent): (usize, &SshAgent)| {
        let target = format!("/run/buildkit/ssh_agent.{index}");
        set(env, "SSH_AUTH_SOCK", &target);
        Mount { target, kind: MountKind::Ssh { id: agent.id.value.clone(), required: agent.required } }
    };
    agents.iter().enumerate().map(mount).collect()
}

/// Secrets in a step.
pub(crate) struct Secrets {
    pub(crate) mounts: Vec<Mount>,
    pub(crate) env: Vec<SecretEnv>,
    /// Lines at the start of a script, which change it when the revision of a secret changes.
    pub(crate) revisions: Text,
}

/// The secrets of the spec that a step sees.
pub(crate) fn secrets(draft: &mut Draft<'_>, wanted: &[SecretRef]) -> Result<Secrets, Diagnostic> {
    let mut found = Secrets { mounts: Vec::new(), env: Vec::new(), revisions: Text::default() };
    for SecretRef(id) in wanted {
        let Some(secret) = draft.spec.secrets.get(id) else {
            return Err(Diagnostic::error(id.span, format!("there is no secret `{}`", id.value)));
        };
        let required = secret.is_required();
        if let Some(name) = &secret.env {
            found.env.push(SecretEnv { name: name.value.clone(), id: id.value.clone(), required });
        }
        if secret.target.is_some() || secret.env.is_none() {
            let target = match &secret.target {
                Some(template) => absolute(&draft.eval(template)?, template)?,
                None => format!("/run/secrets/{}", id.value),
            };
            found.mounts.push(Mount { target, kind: MountKind::Secret { id: id.value.clone(), required } });
        }
        if let Some(revision) = &secret.revision {
            let text = draft.eval(revision)?;
            found.revisions += Text::comment(&format!("revision of the secret {}: {text}", id.value));
        }
    }
    Ok(found)
}
