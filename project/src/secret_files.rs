//! Secret files in a repository: private keys, credentials, and environment files.

use slipway_diagnostic::secrets::has_private_key;

use crate::paths::in_folder;
use crate::{Entry, FilesError, Repository};

/// What to do about a copied secret file.
pub const SECRET_FILE_HELP: &str =
    "declare a secret and list it in the step that needs it, or mount the file when you run the image";

/// Names of secret files.
const NAMES: &[&str] = &[
    ".env",
    ".netrc",
    ".pypirc",
    ".git-credentials",
    ".pgpass",
    ".htpasswd",
    ".dockercfg",
    ".dockerconfigjson",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
];

/// Endings of paths of such files.
const PATHS: &[&str] = &[".aws/credentials", ".docker/config.json", ".kube/config"];

/// Endings of names of such files.
const ENDINGS: &[&str] = &[".p12", ".pfx", ".ppk", ".keystore"];

/// Endings of names that are only templates.
const HARMLESS: &[&str] = &["example", "sample", "template", "dist", "defaults", "default", "test", "tpl"];

/// Endings of names of files that may contain a private key.
const KEYS: &[&str] = &[".key", ".pem"];

/// Folders of tools, whose files belong to others.
const FOLDERS_OF_TOOLS: &[&str] = &[".git", ".gradle", ".venv", "__pycache__", "node_modules", "target"];

/// The maximum number of folders to list.
const MAX_FOLDERS: usize = 50;
/// The maximum number of files to read.
const MAX_READ: usize = 20;

/// Whether a path suggests a file for secrets.
#[must_use]
pub fn is_secret_file(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let name = path.rsplit('/').next().unwrap_or(path);
    let real = !name.rsplit('.').next().is_some_and(|end| HARMLESS.contains(&end));
    NAMES.contains(&name)
        || PATHS.iter().any(|end| path.ends_with(end))
        || ENDINGS.iter().any(|end| name.ends_with(end))
        || (name.starts_with(".env.") && real)
}

/// The secret files in a folder and in folders below it, sorted, as paths in the repository; empty if there is no such
/// folder. In a large folder, only a part is searched. The search is not recorded as something that a plan depends on.
///
/// # Errors
/// The repository cannot be read.
pub async fn in_folders(repository: &Repository<'_>, folder: &str) -> Result<Vec<String>, FilesError> {
    let repository = repository.unrecorded();
    let (mut found, mut read) = (Vec::new(), 0);
    let mut folders = vec![folder.to_owned()];
    let mut next = 0;
    while let Some(folder) = folders.get(next).filter(|_| next < MAX_FOLDERS).cloned() {
        next += 1;
        for Entry { name, is_folder } in repository.list(&folder).await?.unwrap_or_default() {
            let path = in_folder(&folder, &name);
            if is_folder {
                if !FOLDERS_OF_TOOLS.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if is_secret_file(&path) {
                found.push(path);
            } else if read < MAX_READ && KEYS.iter().any(|end| name.ends_with(end)) {
                read += 1;
                let bytes = repository.read(&path).await?.unwrap_or_default();
                if has_private_key(&String::from_utf8_lossy(&bytes)) {
                    found.push(path);
                }
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn files_that_are_there_for_secrets() {
        for path in
            ["./.env", "./deploy/.env.production", "./keys/id_rsa", "./home/.docker/config.json", "./tls/server.p12"]
        {
            assert!(is_secret_file(path), "{path}");
        }
        for path in [
            "./.env.example",
            "./keys/id_rsa.pub",
            "./docker/config.json",
            "./env",
            ".",
            "./tls/ca.pem",
            "./.environment",
        ] {
            assert!(!is_secret_file(path), "{path}");
        }
    }

    #[test]
    fn folders_are_searched_and_keys_are_read() {
        let key = "-----BEGIN EC PRIVATE KEY-----\n".to_owned();
        let files: BTreeMap<String, Vec<u8>> = [
            ("deploy/.env", String::new()),
            ("deploy/.env.example", String::new()),
            ("deploy/tls/server.pem", key.clone()),
            ("deploy/tls/ca.pem", "-----BEGIN CERTIFICATE-----".to_owned()),
            ("deploy/node_modules/x/.env", String::new()),
            ("other/.env", String::new()),
        ]
        .map(|(path, text)| (path.to_owned(), text.into_bytes()))
        .into();
        let repository = Repository::new(&files, None);
        let find = |folder: &str| in_folders(&repository, folder).now_or_never().unwrap().unwrap();
        assert_eq!(find("deploy"), ["deploy/.env", "deploy/tls/server.pem"]);
        assert_eq!(find("deploy/.env"), [""; 0], "a file");
        assert_eq!(find(""), ["deploy/.env", "deploy/tls/server.pem", "other/.env"]);
    }
}
