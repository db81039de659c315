//! The package that a file of an image belongs to.

use std::collections::HashMap;
use std::path::Path;

use super::rooted::Rooted;

/// Folders of package managers whose subfolders are packages.
const FOLDERS: &[&str] = &["/node_modules/", "/site-packages/", "/dist-packages/"];

/// The packages of system package managers: by the path of a file.
pub(super) struct Packages(HashMap<String, String>);

impl Packages {
    /// Reads the lists of Debian's and Alpine's package managers. What cannot be read has no packages.
    pub(super) fn of(image: &Rooted) -> Self {
        let mut files = HashMap::new();
        // Debian: one path in a line.
        for (name, found) in image.entries(Path::new("/var/lib/dpkg/info")) {
            let name = name.to_string_lossy();
            let Some(package) = name.strip_suffix(".list") else { continue };
            let package = package.split(':').next().unwrap_or(package);
            let text = std::fs::read_to_string(found.place).unwrap_or_default();
            files.extend(text.lines().map(|line| (line.to_owned(), package.to_owned())));
        }
        // Distroless: a digest and a path without its slash in a line.
        for (name, found) in image.entries(Path::new("/var/lib/dpkg/status.d")) {
            let name = name.to_string_lossy();
            let Some(package) = name.strip_suffix(".md5sums") else { continue };
            let text = std::fs::read_to_string(found.place).unwrap_or_default();
            let paths = text.lines().filter_map(|line| line.split_once(char::is_whitespace));
            let path = |path: &str| format!("/{}", path.trim_start().trim_start_matches("./"));
            files.extend(paths.map(|(_, rest)| (path(rest), package.to_owned())));
        }
        // Alpine: the package, then its folders, each followed by its files.
        let text = image.read("/lib/apk/db/installed").unwrap_or_default();
        let (mut package, mut folder) = ("", "");
        let text = String::from_utf8_lossy(&text);
        for line in text.lines() {
            match line.split_once(':') {
                Some(("P", name)) => package = name,
                Some(("F", name)) => folder = name,
                Some(("R", name)) => {
                    files.insert(format!("/{folder}/{name}"), package.to_owned());
                }
                _ => {}
            }
        }
        Self(files)
    }

    /// The package of a file.
    pub(super) fn package(&self, path: &str) -> Option<String> {
        if let Some(package) = self.0.get(path) {
            return Some(package.clone());
        }
        // Debian lists files below `/lib` and `/bin` where its releases before 12 had them.
        if let Some(package) = path.strip_prefix("/usr").and_then(|path| self.0.get(path)) {
            return Some(package.clone());
        }
        let start = FOLDERS.iter().filter_map(|folder| Some(path.rfind(folder)? + folder.len())).max()?;
        let rest = path.get(start..)?;
        let mut parts = rest.split('/');
        let (first, second) = (parts.next()?, parts.next());
        match second {
            Some(second) if first.starts_with('@') => Some(format!("{first}/{second}")),
            Some(_) => Some(first.to_owned()),
            // A module that is a single file.
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::*;

    #[test]
    fn every_manager_has_its_list() {
        let folder = tempfile::TempDir::new().unwrap();
        let write = |path: &str, text: &str| {
            let place = folder.path().join(path);
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            std::fs::write(place, text).unwrap();
        };
        write("var/lib/dpkg/info/libc6:amd64.list", "/.\n/lib/x86_64-linux-gnu/libc.so.6\n");
        write("var/lib/dpkg/status.d/tzdata.md5sums", "d41d8cd98f  usr/share/zoneinfo/UTC\n");
        write("lib/apk/db/installed", "P:musl\nF:lib\nR:ld-musl-x86_64.so.1\n\n");
        let packages = Packages::of(&Rooted::of([folder.path().to_owned()]));
        let of = |path: &str| packages.package(path).unwrap_or_default();
        assert_eq!(of("/usr/lib/x86_64-linux-gnu/libc.so.6"), "libc6");
        assert_eq!(of("/usr/share/zoneinfo/UTC"), "tzdata");
        assert_eq!(of("/lib/ld-musl-x86_64.so.1"), "musl");
        assert_eq!(of("/app/node_modules/@prisma/client/index.js"), "@prisma/client");
        assert_eq!(of("/app/node_modules/a/node_modules/b/index.js"), "b");
        assert_eq!(of("/app/.venv/lib/python3.13/site-packages/django/db/__init__.py"), "django");
        assert_eq!(of("/app/.venv/lib/python3.13/site-packages/six.py"), "");
        assert_eq!(of("/api"), "");
    }
}
