//! The planner's view of a local project: a folder without a registry.

use std::path::Path;

use slipway_ignore::{MAX_LINE, Patterns, too_long_line};
use slipway_plan::{BaseImage, Entry, HiddenBy, IgnoreText, Platform, Project, ProjectError};

use super::folder::{Folder, read_bounded};
use crate::ignore::IgnoreFile;

const IGNORE_FILE: &str = ".dockerignore";

/// A folder as the context of a build.
#[derive(Debug)]
pub(super) struct LocalProject {
    folder: Folder,
    ignore: Option<IgnoreFile>,
}

impl LocalProject {
    /// Opens a folder with the ignore file that the build would use: the one named after the spec next to it, otherwise
    /// the one of the folder.
    ///
    /// # Errors
    /// The folder does not exist, or its ignore file is invalid; a message for users.
    pub(super) fn open(root: &Path, spec: Option<&Path>) -> Result<Self, String> {
        let shown = root.display();
        match std::fs::metadata(root) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => {
                return Err(format!(
                    "`{shown}` is not a folder; name a file with `-f`, and the folder to build with PATH"
                ));
            }
            Err(error) => return Err(format!("the folder `{shown}` cannot be read: {error}")),
        }
        let own = spec.and_then(|spec| {
            let mut name = spec.file_name()?.to_owned();
            name.push(IGNORE_FILE);
            Some(spec.with_file_name(name))
        });
        for path in own.into_iter().chain([root.join(IGNORE_FILE)]) {
            let found =
                read_bounded(&path).map_err(|reason| format!("the ignore file `{}` {reason}", path.display()))?;
            if let Some(bytes) = found {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let ignore = IgnoreFile::read(name, &bytes);
                if let Some(line) = too_long_line(&ignore.text.text) {
                    return Err(format!(
                        "`{}:{line}`: the line is longer than {MAX_LINE} bytes, which Docker rejects",
                        path.display()
                    ));
                }
                let folder = Folder::new(root, &ignore.patterns);
                let folder = folder.map_err(|reason| format!("`{}`: {reason}", path.display()))?;
                return Ok(Self { folder, ignore: Some(ignore) });
            }
        }
        Ok(Self { folder: Folder::new(root, &Patterns::default())?, ignore: None })
    }

    /// Name and text of the ignore file.
    pub(super) fn ignore(&self) -> Option<(&str, &str)> {
        self.ignore.as_ref().map(|ignore| (ignore.text.name.as_str(), ignore.text.text.as_str()))
    }

    /// A file that describes the build, such as an included one: the client sends it even if it is ignored.
    pub(super) fn included(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        self.folder.read_definition(path)
    }
}

impl Project for LocalProject {
    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        self.folder.read(path).map_err(ProjectError::about_file)
    }

    async fn definition(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        self.folder.read_definition(path).map_err(ProjectError::about_file)
    }

    async fn exists(&self, path: &str) -> Result<bool, ProjectError> {
        self.folder.exists(path).map_err(ProjectError::about_file)
    }

    async fn is_executable(&self, path: &str) -> Result<Option<bool>, ProjectError> {
        self.folder.is_executable(path).map_err(ProjectError::about_file)
    }

    async fn has_dockerfile(&self, path: &str) -> Result<bool, ProjectError> {
        self.folder.has_definition(path).map_err(ProjectError::new)
    }

    async fn hidden_by(&self, path: &str) -> Result<Option<HiddenBy>, ProjectError> {
        Ok(self.ignore.as_ref().and_then(|ignore| ignore.hides(path)))
    }

    async fn ignore_file(&self) -> Result<Option<IgnoreText>, ProjectError> {
        Ok(self.ignore.as_ref().map(|ignore| ignore.text.clone()))
    }

    async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
        let found = self.folder.list(folder).map_err(ProjectError::about_file)?;
        Ok(found.map(|names| names.into_iter().map(|(name, is_folder)| Entry { name, is_folder }).collect()))
    }

    async fn image(&self, reference: &str, _: &Platform) -> Result<BaseImage, ProjectError> {
        Err(ProjectError::new(format!("the command line does not look up images such as `{reference}`")))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn project(ignore: &str, files: &[&str]) -> (tempfile::TempDir, LocalProject) {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("context");
        fs::create_dir(&root).unwrap();
        fs::write(outer.path().join("secret"), "outside").unwrap();
        for file in files {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        if !ignore.is_empty() {
            fs::write(root.join(".dockerignore"), ignore).unwrap();
        }
        let project = LocalProject::open(&root, Some(&root.join("slipway.yaml"))).unwrap();
        (outer, project)
    }

    fn names(project: &LocalProject, folder: &str) -> Option<Vec<String>> {
        let found = project.folder.list(folder).unwrap()?;
        Some(found.into_iter().map(|(name, is_folder)| if is_folder { name + "/" } else { name }).collect())
    }

    #[test]
    fn what_the_ignore_file_keeps_back_is_not_there() {
        let files = ["go.mod", "a.md", "src/x.go", "src/b.md", "deep/er/keep", "deep/er/drop", "vendor/y.go"];
        let (_outer, project) = project("**/*.md\nvendor\ndeep\n!deep/er/keep\n", &files);
        assert_eq!(names(&project, "").unwrap(), [".dockerignore", "deep/", "go.mod", "src/"]);
        assert_eq!(names(&project, "src").unwrap(), ["x.go"]);
        assert_eq!(names(&project, "deep/er").unwrap(), ["keep"]);
        assert_eq!(names(&project, "vendor"), None);
        assert_eq!(names(&project, "go.mod"), None);
        assert_eq!(project.folder.read("a.md").unwrap(), None);
        assert_eq!(project.folder.read("vendor/y.go").unwrap(), None);
        assert_eq!(project.folder.read("deep/er/drop").unwrap(), None);
        assert_eq!(project.folder.read("./src/../go.mod").unwrap().unwrap(), b"go.mod");
        assert!(project.folder.exists("deep/er").unwrap());
        assert!(!project.folder.exists("vendor").unwrap());
        assert!(!project.folder.exists("go.mod/x").unwrap());
    }

    #[test]
    fn the_ignore_file_of_the_spec_stands_in_for_that_of_the_folder() {
        let (outer, before) = project("a\n", &["a", "b"]);
        let root = outer.path().join("context");
        assert!(!before.folder.exists("a").unwrap());
        fs::write(root.join("slipway.yaml.dockerignore"), "b\n").unwrap();
        let project = LocalProject::open(&root, Some(&root.join("slipway.yaml"))).unwrap();
        assert!(project.folder.exists("a").unwrap() && !project.folder.exists("b").unwrap());
    }

    #[test]
    fn links_lead_where_they_lead_in_the_engine_and_never_outside() {
        let (outer, project) = project("hidden\nkept-back\n", &["real/file", "hidden/file", "file"]);
        let root = outer.path().join("context");
        for (target, link) in [
            ("real", "folder"),
            ("/real/file", "absolute"),
            ("../../../real/file", "up"),
            ("../secret", "outside"),
            ("loop", "loop"),
            ("hidden/file", "to-hidden"),
            ("real/file", "kept-back"),
            ("nowhere", "dangling"),
        ] {
            symlink(target, root.join(link)).unwrap();
        }
        symlink(outer.path().join("secret"), root.join("outside-absolute")).unwrap();
        for path in ["folder/file", "absolute", "up"] {
            assert_eq!(project.folder.read(path).unwrap().unwrap(), b"real/file", "{path}");
        }
        for path in ["outside", "outside-absolute", "../secret", "loop", "loop/x", "to-hidden", "kept-back", "dangling"]
        {
            assert_eq!(project.folder.read(path).unwrap(), None, "{path}");
        }
        assert_eq!(names(&project, "folder").unwrap(), ["file"]);
        let all = names(&project, "").unwrap();
        assert!(all.contains(&"folder".to_owned()) && !all.contains(&"kept-back".to_owned()), "{all:?}");
    }

    #[test]
    fn execute_bits_are_those_of_what_a_link_leads_to() {
        use std::os::unix::fs::PermissionsExt as _;

        let (outer, project) = project("", &["plain", "script", "folder/x"]);
        let root = outer.path().join("context");
        fs::set_permissions(root.join("script"), fs::Permissions::from_mode(0o744)).unwrap();
        symlink("plain", root.join("to-plain")).unwrap();
        for (path, expected) in [
            ("plain", Some(false)),
            ("script", Some(true)),
            ("to-plain", Some(false)),
            ("folder", None),
            ("nothing", None),
        ] {
            assert_eq!(project.folder.is_executable(path).unwrap(), expected, "{path}");
        }
    }

    #[test]
    fn huge_and_endless_files_are_not_read() {
        let (outer, project) = project("", &["a"]);
        let root = outer.path().join("context");
        fs::File::create(root.join("huge")).unwrap().set_len(1 << 40).unwrap();
        assert_eq!(project.folder.read("huge").unwrap_err(), "`huge` is larger than 16 MiB, so it is not read");
        let made = std::process::Command::new("mkfifo").arg(root.join("pipe")).status().unwrap();
        assert!(made.success());
        assert_eq!(project.folder.read("pipe").unwrap(), None);
        assert!(project.folder.exists("pipe").unwrap());
    }

    #[test]
    fn a_bad_ignore_file_is_named() {
        let outer = tempfile::tempdir().unwrap();
        fs::write(outer.path().join(".dockerignore"), "[a\n").unwrap();
        let error = LocalProject::open(outer.path(), None).unwrap_err();
        assert!(
            error.ends_with(".dockerignore`: the ignore file has the pattern `[a`, whose brackets do not match"),
            "{error}"
        );
        assert!(LocalProject::open(&outer.path().join("nothing"), None).unwrap_err().contains("cannot be read"));
        assert!(LocalProject::open(&outer.path().join(".dockerignore"), None).unwrap_err().contains("is not a folder"));
    }
}
