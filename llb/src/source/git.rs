//! Git repositories.

use buildkit_proto::keys::attrs;

use super::{
    Source,
    git_url::{GitUrl, Transport},
};
use crate::{Annotations, Cap, Output, annotate::annotated};

/// The work tree of a git repository at a commit.
///
/// Tokens and headers come from the client's secrets; by default, `GIT_AUTH_TOKEN` and `GIT_AUTH_HEADER` are used if
/// the client has them.
///
/// ```
/// use buildkit_llb::prelude::*;
///
/// let source = Git::new("https://github.com/moby/buildkit.git")
///     .reference("v0.31.0")
///     .subdir("client")
///     .skip_submodules()
///     .into_output();
/// # assert!(!source.is_scratch());
/// ```
#[derive(Clone, Debug)]
pub struct Git {
    url: String,
    reference: Option<String>,
    subdir: Option<String>,
    checksum: Option<String>,
    keep_git_dir: bool,
    skip_submodules: bool,
    auth_token_secret: Option<String>,
    auth_header_secret: Option<String>,
    known_ssh_hosts: String,
    ssh_agent: Option<String>,
    mtime: Option<GitMtime>,
    signature: Option<GitSignature>,
    fetch_by_commit: bool,
    bundle: Option<String>,
    bundle_store: Option<(String, String)>,
    checkout_bundle: bool,
    advice: bool,
    annotations: Annotations,
}

annotated!(Git);

/// The source of the time stamps of checked-out files. Since BuildKit v0.29.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GitMtime {
    /// The time of the checkout; the default.
    Checkout,
    /// The time of the commit.
    Commit,
}

/// The required signature. Since BuildKit v0.26.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitSignature {
    /// Public key: armored OpenPGP or SSH.
    pub public_key: String,
    /// Whether an expired key is rejected.
    pub reject_expired: bool,
    /// The role of a signature on a tag.
    pub tag: SignedTag,
}

/// The role of a signature on a tag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignedTag {
    /// It is equivalent to one on the commit.
    #[default]
    Accepted,
    /// It is required.
    Required,
    /// It is ignored; the commit must be signed.
    Ignored,
}

impl Git {
    /// A repository by its URL: `https://…`, `ssh://…`, `git://…` or `user@host:path`, with an optional `#ref:subdir`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            reference: None,
            subdir: None,
            checksum: None,
            keep_git_dir: false,
            skip_submodules: false,
            auth_token_secret: None,
            auth_header_secret: None,
            known_ssh_hosts: String::new(),
            ssh_agent: None,
            mtime: None,
            signature: None,
            fetch_by_commit: false,
            bundle: None,
            bundle_store: None,
            checkout_bundle: false,
            advice: false,
            annotations: Annotations::new(),
        }
    }

    /// Branch, tag or commit. The default is the remote's default branch.
    #[must_use]
    pub fn reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
    }

    /// Only this directory of the repository.
    #[must_use]
    pub fn subdir(mut self, subdir: impl Into<String>) -> Self {
        self.subdir = Some(subdir.into());
        self
    }

    /// The commit, or a prefix of one, that the reference must resolve to. Since BuildKit v0.22.
    #[must_use]
    pub fn checksum(mut self, commit: impl Into<String>) -> Self {
        self.checksum = Some(commit.into()).filter(|commit| !commit.is_empty());
        self
    }

    /// Keeps `.git` in the work tree.
    #[must_use]
    pub fn keep_git_dir(mut self) -> Self {
        self.keep_git_dir = true;
        self
    }

    /// Skips submodules. Since BuildKit v0.24.
    #[must_use]
    pub fn skip_submodules(mut self) -> Self {
        self.skip_submodules = true;
        self
    }

    /// Name of the secret with a token for HTTPS; none is used if it is empty.
    #[must_use]
    pub fn auth_token_secret(mut self, secret: impl Into<String>) -> Self {
        self.auth_token_secret = Some(secret.into());
        self
    }

    /// Name of the secret with an authorization header for HTTPS; none is used if it is empty.
    #[must_use]
    pub fn auth_header_secret(mut self, secret: impl Into<String>) -> Self {
        self.auth_header_secret = Some(secret.into());
        self
    }

    /// A line of a `known_hosts` file, for SSH. May be called several times. The library never requests keys from the
    /// network.
    #[must_use]
    pub fn known_ssh_host(mut self, line: impl AsRef<str>) -> Self {
        let line = line.as_ref();
        self.known_ssh_hosts.push_str(line.strip_suffix('\n').unwrap_or(line));
        self.known_ssh_hosts.push('\n');
        self
    }

    /// Id of the forwarded SSH agent, for SSH; the default is `default`.
    #[must_use]
    pub fn ssh_agent(mut self, id: impl Into<String>) -> Self {
        self.ssh_agent = Some(id.into()).filter(|id| !id.is_empty());
        self
    }

    /// The source of the files' time stamps.
    #[must_use]
    pub fn mtime(mut self, mtime: GitMtime) -> Self {
        self.mtime = Some(mtime);
        self
    }

    /// The required signature.
    #[must_use]
    pub fn verify_signature(mut self, signature: GitSignature) -> Self {
        self.signature = Some(signature);
        self
    }

    /// Fetches the commit of [`Git::checksum`] without querying the remote for the reference. Since BuildKit v0.30.
    #[must_use]
    pub fn fetch_by_commit(mut self) -> Self {
        self.fetch_by_commit = true;
        self
    }

    /// Reads the history from a bundle, `docker-image+blob://…@sha256:…` or `oci-layout+blob://…@sha256:…`, instead of
    /// the remote. Requires [`Git::checksum`]. Since BuildKit v0.30.
    #[must_use]
    pub fn bundle(mut self, locator: impl Into<String>) -> Self {
        self.bundle = Some(locator.into());
        self
    }

    /// The session and the store with the bundle's OCI layout.
    #[must_use]
    pub fn bundle_store(mut self, session: impl Into<String>, store: impl Into<String>) -> Self {
        self.bundle_store = Some((session.into(), store.into()));
        self
    }

    /// Returns one file, a bundle of the commit, instead of a work tree. Requires [`Git::checksum`], or a commit as the
    /// reference. Since BuildKit v0.30.
    #[must_use]
    pub fn checkout_bundle(mut self) -> Self {
        self.checkout_bundle = true;
        self
    }

    /// Shows git's advice messages. Since BuildKit v0.33; older engines ignore it.
    #[must_use]
    pub fn advice(mut self) -> Self {
        self.advice = true;
        self
    }

    /// The work tree.
    #[must_use]
    pub fn into_output(self) -> Output {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let url = GitUrl::parse(&self.url);
        let reference = self.reference.or(url.reference).unwrap_or_default();
        let subdir = self.subdir.or(url.subdir).unwrap_or_default();
        let mut identifier = format!("{}{}", attrs::SCHEME_GIT, url.name);
        if !reference.is_empty() || !subdir.is_empty() {
            identifier.push('#');
            identifier.push_str(&reference);
        }
        if !subdir.is_empty() {
            identifier.push(':');
            identifier.push_str(&subdir);
        }
        let mut source = Source::new(identifier, Cap::SourceGit, self.annotations);
        source.flag(attrs::GIT_KEEP_DIR, self.keep_git_dir, Cap::SourceGitKeepDir);
        source.gated(attrs::GIT_FULL_URL, some(url.remote), Cap::SourceGitFullUrl);
        for (key, secret, default) in [
            (attrs::GIT_AUTH_TOKEN_SECRET, self.auth_token_secret, attrs::GIT_AUTH_TOKEN_DEFAULT),
            (attrs::GIT_AUTH_HEADER_SECRET, self.auth_header_secret, attrs::GIT_AUTH_HEADER_DEFAULT),
        ] {
            match secret {
                Some(secret) => source.gated(key, some(secret), Cap::SourceGitHttpAuth),
                None => source.attr(key, default),
            }
        }
        if url.transport == Transport::Ssh {
            let agent = self.ssh_agent.as_deref().unwrap_or(attrs::GIT_MOUNT_SSH_SOCK_DEFAULT);
            let hosts = some(self.known_ssh_hosts);
            source.gated(attrs::GIT_KNOWN_SSH_HOSTS, hosts, Cap::SourceGitKnownSshHosts);
            source.gated(attrs::GIT_MOUNT_SSH_SOCK, Some(agent), Cap::SourceGitMountSshSock);
        }
        source.gated(attrs::GIT_CHECKSUM, self.checksum, Cap::SourceGitChecksum);
        source.flag(attrs::GIT_SKIP_SUBMODULES, self.skip_submodules, Cap::SourceGitSkipSubmodules);
        let mtime = self.mtime.map(|mtime| match mtime {
            GitMtime::Checkout => attrs::GIT_MTIME_CHECKOUT,
            GitMtime::Commit => attrs::GIT_MTIME_COMMIT,
        });
        source.gated(attrs::GIT_MTIME, mtime, Cap::SourceGitMtime);
        if let Some(signature) = self.signature {
            let cap = Cap::SourceGitSignatureVerify;
            let (required, ignored) = match signature.tag {
                SignedTag::Accepted => (false, false),
                SignedTag::Required => (true, false),
                SignedTag::Ignored => (false, true),
            };
            source.gated(attrs::GIT_SIG_PUBKEY, Some(signature.public_key), cap);
            source.flag(attrs::GIT_SIG_REJECT_EXPIRED, signature.reject_expired, cap);
            source.flag(attrs::GIT_SIG_REQUIRE_SIGNED_TAG, required, cap);
            source.flag(attrs::GIT_SIG_IGNORE_SIGNED_TAG, ignored, cap);
        }
        source.optional(attrs::GIT_ADVICE, self.advice.then_some("true"));
        source.flag(attrs::GIT_FETCH_BY_COMMIT, self.fetch_by_commit, Cap::SourceGitFetchByCommit);
        source.gated(attrs::GIT_BUNDLE, self.bundle, Cap::SourceGitBundle);
        if let Some((session, store)) = self.bundle_store {
            source.optional(attrs::OCI_SESSION_ID, some(session));
            source.optional(attrs::OCI_STORE_ID, some(store));
        }
        source.flag(attrs::GIT_CHECKOUT_BUNDLE, self.checkout_bundle, Cap::SourceGitCheckoutBundle);
        source.into_output()
    }
}
