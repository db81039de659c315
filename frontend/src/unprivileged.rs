//! The user of a build. The engine describes the image of the frontend in a file that only root can read, so the frontend
//! starts as root, reads this file, and starts again as an unprivileged user.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use buildkit_proto::keys::env;

/// The variable with the description, in base64; empty if there is none.
const OWN_IMAGE: &str = "SLIPWAY_OWN_IMAGE";

/// `nonroot` of the distroless images.
#[cfg(unix)]
const ID: u32 = 65532;

/// Starts this program again without privileges, unless it has none. If that fails, it goes on as it is: its container
/// has neither a network nor files of its own.
#[cfg(unix)]
pub(crate) fn continue_unprivileged() {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    if !is_root || std::env::var_os(OWN_IMAGE).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let own = std::fs::read(env::OWN_DEFINITION).map(|bytes| STANDARD.encode(bytes)).unwrap_or_default();
    let _ = Command::new(program).env(OWN_IMAGE, own).uid(ID).gid(ID).exec();
}

/// Engines start this program only on Linux.
#[cfg(not(unix))]
pub(crate) fn continue_unprivileged() {}

/// The definition of the frontend's image, if the engine describes it.
pub(crate) fn own_definition() -> Option<Vec<u8>> {
    let passed_on = std::env::var(OWN_IMAGE).ok().and_then(|text| STANDARD.decode(text).ok());
    passed_on.filter(|bytes| !bytes.is_empty()).or_else(|| std::fs::read(env::OWN_DEFINITION).ok())
}
