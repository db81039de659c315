//! Keys of `Result.metadata`, which a frontend returns with its refs.
//!
//! Defined in BuildKit `exporter/containerimage/exptypes/types.go` unless noted otherwise. For annotations see
//! [`annotations`](super::annotations).

/// Image config, JSON. Since v0.3.
pub const IMAGE_CONFIG: &str = "containerimage.config";
/// Config of the base image, unmodified JSON; for time stamps and history. Since v0.13.
pub const IMAGE_BASE_CONFIG: &str = "containerimage.base.config";
/// JSON list of the platforms of a result, `{"Platforms":[{"ID":…,"Platform":…}]}`. Since v0.3.
pub const PLATFORMS: &str = "refs.platforms";
/// `SOURCE_DATE_EPOCH` for the exporter, decimal seconds. Since v0.11. BuildKit `exporter/exptypes/keys.go`.
pub const SOURCE_DATE_EPOCH: &str = "source.date.epoch";
/// Name of the image; used only when the exporter's name is `*`. Since v0.4.
pub const IMAGE_NAME: &str = "image.name";
/// Prefix of keys that the daemon copies to the client's response, as text. Since v0.3. BuildKit
/// `solver/llbsolver/solver.go`.
pub const FRONTEND_PREFIX: &str = "frontend.";
/// A message that buildx prints instead of a result.
pub const INLINE_MESSAGE: &str = "frontend.result.inlinemessage";
/// Answer of a subrequest, JSON. Since v0.8. BuildKit `frontend/subrequests/types.go`.
pub const RESULT_JSON: &str = "result.json";
/// Answer of a subrequest, plain text. Since v0.8.
pub const RESULT_TXT: &str = "result.txt";
/// Exit code of a subrequest, decimal. Since v0.14.
pub const RESULT_STATUS_CODE: &str = "result.statuscode";
/// Version of the answered subrequest. Since v0.8.
pub const VERSION: &str = "version";

/// Attestation metadata: why it was made. Value `sbom` for SBOMs. Since v0.11. BuildKit `solver/result/attestation.go`.
pub const ATTESTATION_REASON: &str = "reason";
/// Attestation metadata: file stem of the main SBOM. Since v0.11.
pub const ATTESTATION_SBOM_CORE: &str = "sbom-core";
/// Attestation metadata: only for exporters that inline attestations. Since v0.11.
pub const ATTESTATION_INLINE_ONLY: &str = "inline-only";

/// `key` for one platform of a result with several refs, such as `containerimage.config/linux/arm64`. `platform_id` is
/// the `ID` under [`PLATFORMS`].
///
/// ```
/// use buildkit_proto::keys::metadata::{IMAGE_CONFIG, for_platform};
/// assert_eq!(for_platform(IMAGE_CONFIG, "linux/arm64"), "containerimage.config/linux/arm64");
/// ```
#[must_use]
pub fn for_platform(key: &str, platform_id: &str) -> String {
    format!("{key}/{platform_id}")
}
