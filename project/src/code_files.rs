//! Lists source files below a folder, for readers that search them for file names.

use crate::paths::in_folder;
use crate::{Entry, Error, Repository};

/// The paths of the files that `is_code` accepts by name, without folders that `is_left_out` rejects: it gets the path
/// of each file and folder. `None` if there are more than `most` of them.
///
/// # Errors
/// The files cannot be read.
pub async fn below(
    repository: &Repository<'_>,
    folder: &str,
    most: usize,
    is_left_out: impl Fn(&str, &Entry) -> bool,
    is_code: impl Fn(&str) -> bool,
) -> Result<Option<Vec<String>>, Error> {
    let mut code = Vec::new();
    let mut open = vec![folder.to_owned()];
    while !open.is_empty() {
        let listed = repository.list_all(&open).await?;
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
