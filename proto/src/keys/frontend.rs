//! Metadata of a frontend image: labels, and capabilities that callers can query.
//!
//! Defined in BuildKit `frontend/gateway/gateway.go`.

/// Label, boolean: run the frontend without network. Since v0.8.
pub const LABEL_NETWORK_NONE: &str = "moby.buildkit.frontend.network.none";
/// Label: comma-separated capabilities of the frontend; what follows a `+` is ignored. Since v0.8.
pub const LABEL_CAPS: &str = "moby.buildkit.frontend.caps";

/// The frontend accepts its context as an input. Since v0.7.
pub const CAP_INPUTS: &str = "moby.buildkit.frontend.inputs";
/// The frontend supports subrequests. Since v0.8.
pub const CAP_SUBREQUESTS: &str = "moby.buildkit.frontend.subrequests";
/// The frontend supports named contexts. Since v0.10.
pub const CAP_CONTEXTS: &str = "moby.buildkit.frontend.contexts";
/// The frontend supports queries in the URLs of git contexts. Since v0.24.
pub const CAP_GIT_QUERY_STRING: &str = "moby.buildkit.frontend.gitquerystring";

/// All of them, sorted; a complete frontend lists them in [`LABEL_CAPS`].
pub const ALL_CAPS: [&str; 4] = [CAP_CONTEXTS, CAP_GIT_QUERY_STRING, CAP_INPUTS, CAP_SUBREQUESTS];

/// Name of the frontend that is built into the daemon and reads `syntax` lines.
pub const DOCKERFILE_V0: &str = "dockerfile.v0";
/// Name of the frontend that runs images.
pub const GATEWAY_V0: &str = "gateway.v0";

/// Input with the main context.
pub const INPUT_CONTEXT: &str = "context";
/// Input with the spec file. Also the default name of the local source that has it.
pub const INPUT_DOCKERFILE: &str = "dockerfile";
