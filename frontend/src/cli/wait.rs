//! Waits for asynchronous results; a command has a single one.

use std::future::Future;

use crate::failure::Failure;

/// Waits for a result.
pub(super) fn block_on<T>(answer: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.map_err(|error| Failure::Other(format!("the runtime does not start: {error}")))?.block_on(answer)
}
