//! The files of code below a folder, for presets that look through it for names of other files.

use super::{Context, in_folder};
use crate::{Entry, PlanError};

/// The paths of the files that `is_code` takes by their names, in folders that `is_left_out` does not leave out: it is
/// given the path of each file and folder as well. None where there are more than `most` of them.
pub(super) async fn below(
    cx: &Context<'_>,
    folder: &str,
    most: usize,
    is_left_out: impl Fn(&str, &Entry) -> bool,
    is_code: impl Fn(&str) -> bool,
) -> Result<Option<Vec<String>>, PlanError> {
    let mut code = Vec::new();
    let mut open = vec![folder.to_owned()];
    while !open.is_empty() {
        let listed = cx.project().list_all(&open).await?;
        let mut next = Vec::new();
        for (at, entries) in open.iter().zip(listed) {
            for entry in entries.into_iter().flatten() {
                let path = in_folder(at, &entry.name);
                if is_left_out(&path, &entry) {
                    continue;
                }
                if entry.is_folder {
                    next.push(path);
                } else if is_code(&entry.name) {
                    code.push(path);
                }
            }
        }
        if code.len() > most || next.len() > most {
            return Ok(None);
        }
        open = next;
    }
    Ok(Some(code))
}
