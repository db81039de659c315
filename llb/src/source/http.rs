//! Downloads.

use buildkit_proto::keys::attrs;

use super::Source;
use crate::{Annotations, Cap, Output, annotate::annotated};

/// A downloaded file.
///
/// Its name is that of [`Http::filename`], otherwise the server's, otherwise from the URL.
///
/// ```
/// use buildkit_llb::prelude::*;
///
/// let tool = Http::new("https://example.com/tool.tar.gz")
///     .checksum("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
///     .filename("tool.tar.gz")
///     .mode(0o644)
///     .into_output();
/// # assert!(!tool.is_scratch());
/// ```
#[derive(Clone, Debug)]
pub struct Http {
    url: String,
    checksum: Option<String>,
    filename: Option<String>,
    mode: Option<u32>,
    uid: u32,
    gid: u32,
    auth_header_secret: Option<String>,
    accept: Option<String>,
    user_agent: Option<String>,
    signature: Option<HttpSignature>,
    annotations: Annotations,
}

annotated!(Http);

/// A detached OpenPGP signature of a download. Since BuildKit v0.28.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpSignature {
    /// Armored public key.
    pub public_key: String,
    /// Armored signature.
    pub signature: String,
}

impl Http {
    /// A download by its URL, `https://…` or `http://…`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            checksum: None,
            filename: None,
            mode: None,
            uid: 0,
            gid: 0,
            auth_header_secret: None,
            accept: None,
            user_agent: None,
            signature: None,
            annotations: Annotations::new(),
        }
    }

    /// The digest (`sha256:…`) that the download must have.
    #[must_use]
    pub fn checksum(mut self, digest: impl Into<String>) -> Self {
        self.checksum = Some(digest.into());
        self
    }

    /// Name of the file.
    #[must_use]
    pub fn filename(mut self, filename: impl Into<String>) -> Self {
        self.filename = Some(filename.into()).filter(|name| !name.is_empty());
        self
    }

    /// Permissions of the file; only the lowest nine bits are used, and 0 means the engine's default (0600).
    #[must_use]
    pub fn mode(mut self, mode: u32) -> Self {
        self.mode = Some(mode & 0o777).filter(|mode| *mode != 0);
        self
    }

    /// Owner of the file.
    #[must_use]
    pub fn owner(mut self, uid: u32, gid: u32) -> Self {
        (self.uid, self.gid) = (uid, gid);
        self
    }

    /// Name of the secret that is sent as the `Authorization` header. Since BuildKit v0.21.
    #[must_use]
    pub fn auth_header_secret(mut self, secret: impl Into<String>) -> Self {
        self.auth_header_secret = Some(secret.into());
        self
    }

    /// The `Accept` header. Since BuildKit v0.21.
    #[must_use]
    pub fn accept(mut self, value: impl Into<String>) -> Self {
        self.accept = Some(value.into());
        self
    }

    /// The `User-Agent` header. Since BuildKit v0.21.
    #[must_use]
    pub fn user_agent(mut self, value: impl Into<String>) -> Self {
        self.user_agent = Some(value.into());
        self
    }

    /// A signature that the download must match.
    #[must_use]
    pub fn verify_signature(mut self, signature: HttpSignature) -> Self {
        self.signature = Some(signature);
        self
    }

    /// A file system with only this file.
    #[must_use]
    pub fn into_output(self) -> Output {
        let id = |id: u32| Some(id).filter(|id| *id != 0);
        let mut source = Source::new(self.url, Cap::SourceHttp, self.annotations);
        source.gated(attrs::HTTP_CHECKSUM, self.checksum, Cap::SourceHttpChecksum);
        source.optional(attrs::HTTP_FILENAME, self.filename);
        let mode = self.mode.map(|mode| format!("0{mode:o}"));
        source.gated(attrs::HTTP_PERM, mode, Cap::SourceHttpPerm);
        source.gated(attrs::HTTP_UID, id(self.uid), Cap::SourceHttpUidGid);
        source.gated(attrs::HTTP_GID, id(self.gid), Cap::SourceHttpUidGid);
        source.gated(attrs::HTTP_AUTH_HEADER_SECRET, self.auth_header_secret, Cap::SourceHttpAuth);
        source.gated(HEADER_ACCEPT, self.accept, Cap::SourceHttpHeader);
        source.gated(HEADER_USER_AGENT, self.user_agent, Cap::SourceHttpHeader);
        if let Some(signature) = self.signature {
            let cap = Cap::SourceHttpSignatureVerify;
            source.gated(attrs::HTTP_SIG_PUBKEY, Some(signature.public_key), cap);
            source.gated(attrs::HTTP_SIG_SIGNATURE, Some(signature.signature), cap);
        }
        source.into_output()
    }
}

// `attrs::HTTP_HEADER_PREFIX` with the two headers that BuildKit supports.
const HEADER_ACCEPT: &str = "http.header.accept";
const HEADER_USER_AGENT: &str = "http.header.user-agent";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_attributes_have_the_prefix() {
        for key in [HEADER_ACCEPT, HEADER_USER_AGENT] {
            assert!(key.starts_with(attrs::HTTP_HEADER_PREFIX));
        }
    }
}
