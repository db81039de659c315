//! Private hosts in the spec, and all errors in them.

use slipway_spec::model::{PrivateHost, SecretRef};
use slipway_spec::{Diagnostic, Span};

use crate::presets::Context;

/// A host that requires a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Host<'a> {
    /// Its name, with the port if there is one: letters, digits, `.`, `-` and `:`, so that it is valid in any shell,
    /// pattern and file.
    pub(super) name: String,
    /// Whether it is accessed without TLS.
    pub(super) plain: bool,
    pub(super) secret: Option<&'a SecretRef>,
    /// The id of the SSH agent for git.
    pub(super) ssh: Option<String>,
}

impl Host<'_> {
    /// Its name without the port.
    pub(super) fn bare(&self) -> &str {
        self.name.split_once(':').map_or(self.name.as_str(), |(name, _)| name)
    }

    /// The prefix of its URLs.
    pub(super) fn url(&self) -> String {
        format!("{}://{}", if self.plain { "http" } else { "https" }, self.name)
    }

    /// The user that the host requires if the password is a token. GitHub accepts any user but documents this one,
    /// GitLab and Bitbucket require theirs, and indexes of Python packages agree on `__token__`; see
    /// <https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation>,
    /// <https://docs.gitlab.com/user/profile/personal_access_tokens/#clone-repository-using-personal-access-token>,
    /// <https://support.atlassian.com/bitbucket-cloud/docs/using-access-tokens/> and <https://pypi.org/help/#apitoken>.
    pub(super) fn token_user(&self, python: bool) -> &'static str {
        let name = self.bare();
        if name.contains("gitlab") {
            "oauth2"
        } else if name.ends_with("bitbucket.org") {
            "x-token-auth"
        } else if python && !name.ends_with("github.com") {
            "__token__"
        } else {
            "x-access-token"
        }
    }
}

/// The pattern of a host in the spec, and whether it is accessed without TLS.
pub(super) fn pattern(written: &str, span: Span) -> Result<(&str, bool), Diagnostic> {
    let (pattern, plain) = match written.split_once("://") {
        Some(("http", pattern)) => (pattern, true),
        Some((scheme, rest)) => {
            return Err(Diagnostic::error(span, format!("`{written}` is a URL, but a private host is a name"))
                .with_help(format!("write `{rest}` without `{scheme}://`; only `http://` is supported there")));
        }
        None => (written, false),
    };
    if pattern.is_empty() || pattern.contains(|c: char| c.is_whitespace() || c == ',' || c == '@') {
        return Err(Diagnostic::error(span, format!("`{written}` is neither a host name nor a pattern of modules"))
            .with_help(
                "write it as in `git.example.com` or `github.com/acme/*`; a login comes from `secret` or `ssh`",
            ));
    }
    Ok((pattern, plain))
}

/// The hosts of a build that require a login, each once.
pub(super) fn with_login<'b>(cx: &mut Context<'b, '_>) -> Result<Vec<Host<'b>>, Diagnostic> {
    let mut hosts: Vec<Host<'b>> = Vec::new();
    for PrivateHost { host: written, secret, ssh } in &cx.build.keys.private {
        if secret.is_none() && ssh.is_none() {
            continue;
        }
        let text = cx.eval(written)?;
        let (pattern, plain) = pattern(&text, written.span)?;
        let name = pattern.split('/').next().unwrap_or_default();
        let right = name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c))
            && name.split_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_ok());
        if !right {
            return Err(Diagnostic::error(written.span, format!("`{text}` does not name a single host"))
                .with_help("write complete host names, as in `git.example.com`, with one item for each"));
        }
        let ssh = ssh.as_ref().map(|id| agent(&id.value, id.span)).transpose()?;
        let host = Host { name: name.to_owned(), plain, secret: secret.as_ref(), ssh };
        match hosts.iter().find(|known| known.name == host.name) {
            None => hosts.push(host),
            Some(known)
                if known.ssh == host.ssh
                    && known.plain == host.plain
                    && known.secret.map(|secret| &secret.0.value) == host.secret.map(|secret| &secret.0.value) => {}
            Some(_) => {
                return Err(Diagnostic::error(written.span, format!("`{name}` has two different logins"))
                    .with_help("use one login with access to all of it: tools select logins by host, not by path"));
            }
        }
    }
    Ok(hosts)
}

/// The id of an SSH agent, which becomes part of a path.
fn agent(id: &str, span: Span) -> Result<String, Diagnostic> {
    let right = id.starts_with(|c: char| c.is_ascii_alphanumeric())
        && id.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    if right {
        return Ok(id.to_owned());
    }
    Err(Diagnostic::error(span, format!("`{id}` cannot be the id of an SSH agent here"))
        .with_help("write `default`, or letters, digits, `.`, `_` and `-`; `--ssh ID=SOCKET` gives it"))
}
