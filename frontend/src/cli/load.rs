//! The Slipway file of a command, with its includes.

use std::io::Read as _;
use std::path::Path;

use slipway_spec::{IncludeRequest, Loader, Parsed};

use super::folder::{MAX_FILE, read_bounded};
use super::project::LocalProject;
use crate::policy;

/// The default file name.
pub(super) const DEFAULT_FILE: &str = "slipway.yaml";
/// The name of standard input.
const STDIN: &str = "-";
/// The name of standard input in messages.
const STDIN_NAME: &str = "<stdin>";

/// Whether a name means standard input.
pub(super) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == STDIN
}

/// The name of a file in messages.
pub(super) fn shown(path: &Path) -> String {
    if is_stdin(path) { STDIN_NAME.to_owned() } else { path.display().to_string() }
}

/// A file's bytes, or those of standard input; `None` if the file does not exist.
///
/// # Errors
/// It cannot be read; a message for users.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, String> {
    if !is_stdin(path) {
        return read_bounded(path).map_err(|reason| format!("`{}` {reason}", path.display()));
    }
    let mut bytes = Vec::new();
    match std::io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut bytes) {
        Ok(length) if length as u64 > MAX_FILE => Err(format!("standard input is larger than {} MiB", MAX_FILE >> 20)),
        Ok(_) => Ok(Some(bytes)),
        Err(error) => Err(format!("standard input cannot be read: {error}")),
    }
}

/// Reads a spec whose root file is `bytes`; its includes are read from the folder. Without the file of a policy, that of
/// this frontend applies.
pub(super) fn parse(path: &Path, bytes: Vec<u8>, policy: Option<&Path>, project: &LocalProject) -> Parsed {
    let loader = Loader::new(shown(path), bytes);
    let mut loader = match policy {
        Some(policy) => policy::add_from(loader, policy, true),
        None => policy::add(loader),
    };
    while let Some(request) = loader.next_request() {
        let found = match &request {
            IncludeRequest::Local { path } => project.included(path),
            IncludeRequest::Git { .. } => {
                Err("the command line works offline and does not fetch git repositories; use `docker buildx build \
                 --check`"
                    .to_owned())
            }
        };
        loader.supply(&request, found);
    }
    policy::verified(loader.finish())
}
