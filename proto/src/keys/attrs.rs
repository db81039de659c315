//! Attributes of source ops and of the build op, and the schemes of source identifiers.
//!
//! Defined in BuildKit `solver/pb/attr.go`, schemes in `source/types/types.go`. The capability an attribute needs is in
//! [`llb_caps`](super::llb_caps) under the same release.

/// Scheme of images in a registry.
pub const SCHEME_IMAGE: &str = "docker-image://";
/// Scheme of directories of the client.
pub const SCHEME_LOCAL: &str = "local://";
/// Scheme of git repositories. What follows has no protocol, so that clones over HTTPS and SSH share their cache.
pub const SCHEME_GIT: &str = "git://";
/// Scheme of images in an OCI layout.
pub const SCHEME_OCI_LAYOUT: &str = "oci-layout://";
/// Scheme of single blobs in a registry. Since v0.28.
pub const SCHEME_IMAGE_BLOB: &str = "docker-image+blob://";
/// Scheme of single blobs in an OCI layout. Since v0.28.
pub const SCHEME_OCI_LAYOUT_BLOB: &str = "oci-layout+blob://";

/// `true`: leave `.git` in the work tree. Since v0.3.
pub const GIT_KEEP_DIR: &str = "git.keepgitdir";
/// The URL to clone from. Since v0.3.
pub const GIT_FULL_URL: &str = "git.fullurl";
/// Name of the secret that holds an authorization header. Since v0.8.
pub const GIT_AUTH_HEADER_SECRET: &str = "git.authheadersecret";
/// Name of the secret with a token. Since v0.8.
pub const GIT_AUTH_TOKEN_SECRET: &str = "git.authtokensecret";
/// Lines of a `known_hosts` file. Since v0.8.
pub const GIT_KNOWN_SSH_HOSTS: &str = "git.knownsshhosts";
/// Id of the forwarded SSH agent. Since v0.8.
pub const GIT_MOUNT_SSH_SOCK: &str = "git.mountsshsock";
/// The commit, or a prefix of it, that the ref must resolve to. Since v0.22.
pub const GIT_CHECKSUM: &str = "git.checksum";
/// `true`: do not fetch submodules. Since v0.24.
pub const GIT_SKIP_SUBMODULES: &str = "git.skipsubmodules";
/// `checkout` (the default) or `commit`: where file times come from. Since v0.29.
pub const GIT_MTIME: &str = "git.mtime";
/// `true`: fetch the commit of [`GIT_CHECKSUM`] without resolving the ref. Since v0.30.
pub const GIT_FETCH_BY_COMMIT: &str = "git.fetchbycommit";
/// Blob identifier of a bundle to take the history from. Since v0.30.
pub const GIT_BUNDLE: &str = "git.bundle";
/// `true`: the result is one file, a bundle of the commit. Since v0.30.
pub const GIT_CHECKOUT_BUNDLE: &str = "git.checkoutbundle";
/// `true`: show git's advice messages. Since v0.33; no capability.
pub const GIT_ADVICE: &str = "git.advice";
/// Public key (armored OpenPGP or SSH) that must have signed. Since v0.26.
pub const GIT_SIG_PUBKEY: &str = "git.sig.pubkey";
/// `true`: refuse expired keys. Since v0.26.
pub const GIT_SIG_REJECT_EXPIRED: &str = "git.sig.rejectexpired";
/// `true`: a signature of the tag itself is required. Since v0.26.
pub const GIT_SIG_REQUIRE_SIGNED_TAG: &str = "git.sig.requiresignedtag";
/// `true`: a signature of the tag is ignored. Since v0.26.
pub const GIT_SIG_IGNORE_SIGNED_TAG: &str = "git.sig.ignoresignedtag";
/// Name of the default secret with a token for git sources.
pub const GIT_AUTH_TOKEN_DEFAULT: &str = "GIT_AUTH_TOKEN";
/// Name of the default secret with a header for git sources.
pub const GIT_AUTH_HEADER_DEFAULT: &str = "GIT_AUTH_HEADER";
/// The default SSH agent for git sources.
pub const GIT_MOUNT_SSH_SOCK_DEFAULT: &str = "default";
/// Value of [`GIT_MTIME`]: the time of the commit.
pub const GIT_MTIME_COMMIT: &str = "commit";
/// Value of [`GIT_MTIME`]: the time of the checkout.
pub const GIT_MTIME_CHECKOUT: &str = "checkout";

/// Id of the session to ask first for the directory. Since v0.3.
pub const LOCAL_SESSION_ID: &str = "local.session";
/// Random id that distinguishes sources if no session is set. Since v0.3.
pub const LOCAL_UNIQUE_ID: &str = "local.unique";
/// JSON list of patterns that files must match. The key is singular. Since v0.3.
pub const LOCAL_INCLUDE_PATTERNS: &str = "local.includepattern";
/// JSON list of paths to send, with the targets of their symlinks. Since v0.3.
pub const LOCAL_FOLLOW_PATHS: &str = "local.followpaths";
/// JSON list of patterns in the syntax of `.dockerignore`. Since v0.3.
pub const LOCAL_EXCLUDE_PATTERNS: &str = "local.excludepatterns";
/// Sources with the same name and hint send only what changed. Since v0.3.
pub const LOCAL_SHARED_KEY_HINT: &str = "local.sharedkeyhint";
/// [`LOCAL_DIFFER_NONE`] or [`LOCAL_DIFFER_METADATA`]. Since v0.9.
pub const LOCAL_DIFFER: &str = "local.differ";
/// Value of [`LOCAL_DIFFER`]: send every file again.
pub const LOCAL_DIFFER_NONE: &str = "none";
/// Value of [`LOCAL_DIFFER`]: send files whose metadata changed. The default.
pub const LOCAL_DIFFER_METADATA: &str = "metadata";
/// `true`: send metadata of files only. Since v0.21.
pub const LOCAL_METADATA_TRANSFER: &str = "local.metadatatransfer";
/// JSON list of patterns whose files are still sent with their content. Since v0.21.
pub const LOCAL_METADATA_TRANSFER_EXCLUDE: &str = "local.metadatatransferexclude";

/// Name of the file with the definition, in the input of a build op. Since v0.3.
pub const BUILD_DEFINITION_FILENAME: &str = "llbbuild.filename";
/// Name of the input of a build op, and the default name of the file in it. BuildKit `solver/pb/const.go`.
pub const BUILD_DEFINITION_INPUT: &str = "buildkit.llb.definition";

/// Digest that the download must have. Since v0.3.
pub const HTTP_CHECKSUM: &str = "http.checksum";
/// Name of the file in the result. Since v0.3.
pub const HTTP_FILENAME: &str = "http.filename";
/// Mode of the file, octal with a leading zero. Since v0.3.
pub const HTTP_PERM: &str = "http.perm";
/// Numeric owner of the file. Since v0.3.
pub const HTTP_UID: &str = "http.uid";
/// Numeric group of the file. Since v0.3.
pub const HTTP_GID: &str = "http.gid";
/// Name of the secret with an authorization header. Since v0.21.
pub const HTTP_AUTH_HEADER_SECRET: &str = "http.authheadersecret";
/// Prefix of request headers; BuildKit sends `accept` and `user-agent`. Since v0.21.
pub const HTTP_HEADER_PREFIX: &str = "http.header.";
/// Armored OpenPGP key that must have signed the download. Since v0.28.
pub const HTTP_SIG_PUBKEY: &str = "http.sig.pubkey";
/// Detached armored signature of the download. Since v0.28.
pub const HTTP_SIG_SIGNATURE: &str = "http.sig.signature";

/// One of the three modes below. Since v0.3.
pub const IMAGE_RESOLVE_MODE: &str = "image.resolvemode";
/// Mode: the engine decides.
pub const IMAGE_RESOLVE_MODE_DEFAULT: &str = "default";
/// Mode: always ask the registry.
pub const IMAGE_RESOLVE_MODE_PULL: &str = "pull";
/// Mode: use a local image if there is one.
pub const IMAGE_RESOLVE_MODE_LOCAL: &str = "local";
/// `internal` or `frontend`: how the cache record is listed. Since v0.3.
pub const IMAGE_RECORD_TYPE: &str = "image.recordtype";
/// Number of layers to take, from the lowest. Since v0.11.
pub const IMAGE_LAYER_LIMIT: &str = "image.layerlimit";
/// Digest that the reference must resolve to. Since v0.25.
pub const IMAGE_CHECKSUM: &str = "image.checksum";

/// Id of the session that has the OCI layout. Since v0.11.
pub const OCI_SESSION_ID: &str = "oci.session";
/// Name of the content store in that session. Since v0.11.
pub const OCI_STORE_ID: &str = "oci.store";
/// Number of layers to take, from the lowest. Since v0.11.
pub const OCI_LAYER_LIMIT: &str = "oci.layerlimit";

/// Key of `OpMetadata.description` with the name that progress shows. BuildKit `client/llb/state.go`. Since v0.3.
pub const DESCRIPTION_CUSTOM_NAME: &str = "llb.customname";
