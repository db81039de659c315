//! A Java project as its own files tell of it: what builds it, which Java, which module, and which files.

use std::collections::BTreeMap;

use slipway_spec::model::JavaOptions;
use slipway_spec::{Diagnostic, Span};

use super::inputs::Inputs;
use super::manifests::SCRIPTS;
use super::release::VERSION_FILES;
use crate::PlanError;
use crate::presets::{Context, in_folder};

/// A Java project.
pub(super) struct JavaProject {
    /// Its folder in the context: where the tool runs.
    pub(super) folder: String,
    pub(super) tool: Tool,
    /// Whether the project's own wrapper brings the tool.
    pub(super) wrapper: bool,
    /// The release of Java, a whole number.
    pub(super) java: u32,
    /// The part of the spec that told the release.
    pub(super) java_span: Span,
    /// The release that the classes are for, which may be an older one.
    pub(super) classes_for: u32,
    /// The folder of the module with the program, relative to the project's; empty for the project itself.
    pub(super) module: String,
    /// Gradle's name of that module.
    pub(super) gradle_path: String,
    /// Folders of the other modules that are built with it.
    pub(super) siblings: Vec<String>,
    /// What the project says has `main`, where that is one class.
    pub(super) main: Option<String>,
    /// What the build file calls the program's jar, where it says so.
    pub(super) jar_name: Option<String>,
    pub(super) inputs: Inputs,
    /// What names the project among others on one engine.
    pub(super) name: String,
    /// Options that the project gives to its tool by a file.
    pub(super) tool_options: Vec<String>,
}

/// What builds the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    Maven,
    Gradle,
}

/// The first files that are read, by their paths.
pub(super) struct Files(BTreeMap<String, String>);

impl Files {
    /// Files as they were read; what is not there is left out.
    pub(super) fn of(paths: Vec<String>, found: Vec<Option<Vec<u8>>>) -> Self {
        Self(paths.into_iter().zip(found).filter_map(|(path, file)| Some((path, text(file?)))).collect())
    }

    pub(super) fn get(&self, folder: &str, name: &str) -> Option<&str> {
        self.0.get(&in_folder(folder, name)).map(String::as_str)
    }

    /// The first of some names that a folder has.
    pub(super) fn any(&self, folder: &str, names: [&str; 2]) -> Option<&str> {
        names.into_iter().find_map(|name| self.get(folder, name))
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Reads what the root of a project says of its tools.
pub(super) async fn read_root(cx: &Context<'_>, files: &mut Files, root: &str, tool: Tool) -> Result<(), PlanError> {
    let names = VERSION_FILES.into_iter().chain(SCRIPTS).chain(wrapper(tool));
    let paths = names.map(|name| in_folder(root, name)).filter(|path| !files.0.contains_key(path)).collect::<Vec<_>>();
    let found = cx.project().read_all(&paths).await?;
    files.0.extend(paths.into_iter().zip(found).filter_map(|(path, file)| Some((path, text(file?)))));
    Ok(())
}

/// Files by which a wrapper is told: the script, and which release it brings.
pub(super) fn wrapper(tool: Tool) -> [&'static str; 2] {
    match tool {
        Tool::Maven => ["mvnw", ".mvn/wrapper/maven-wrapper.properties"],
        Tool::Gradle => ["gradlew", "gradle/wrapper/gradle-wrapper.properties"],
    }
}

/// A folder and those that it is in, the context first.
pub(super) fn ancestors(folder: &str) -> Vec<String> {
    let ends = folder.match_indices('/').map(|(at, _)| at).chain((!folder.is_empty()).then_some(folder.len()));
    std::iter::once(0).chain(ends).filter_map(|end| folder.get(..end)).map(str::to_owned).collect()
}

pub(super) fn place_of(folder: &str) -> String {
    if folder.is_empty() { "the context".to_owned() } else { format!("`{folder}`") }
}

pub(super) fn version_files(files: &Files, folder: &str) -> Vec<(String, Option<String>)> {
    VERSION_FILES.map(|name| (in_folder(folder, name), files.get(folder, name).map(str::to_owned))).to_vec()
}

pub(super) fn note_siblings(cx: &Context<'_>, siblings: &[String]) {
    if !siblings.is_empty() {
        cx.note(format!("with {}, which it depends on", siblings.join(", ")));
    }
}

pub(super) fn no_module(options: &JavaOptions, span: Span, module: &str, file: &str) -> Diagnostic {
    let span = options.module.as_ref().map_or(span, |template| template.span);
    Diagnostic::error(span, format!("there is no module `{module}`: its `{file}` is not in the context"))
        .with_help("name the module's folder, relative to `source`")
}

pub(super) fn no_program(span: Span, path: &str, programs: &[&str]) -> Diagnostic {
    let some: Vec<_> = programs.iter().take(10).map(|folder| format!("`module: {folder}`")).collect();
    let error = Diagnostic::error(span, format!("`{path}` makes no program itself: it is there for its modules"));
    if some.is_empty() {
        return error.with_help("name the folder of the module that makes it with `module`");
    }
    error.with_help(format!("name the module that makes it, such as {}", some.join(", ")))
}

impl Tool {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Maven => "Maven",
            Self::Gradle => "Gradle",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_above() {
        assert_eq!(ancestors("a/b"), ["", "a", "a/b"]);
        assert_eq!(ancestors(""), [""]);
    }
}
