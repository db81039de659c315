//! A Java project according to its own files: what builds it, which module, and which files.

use slipway_diagnostic::{Diagnostic, Span};

use super::inputs::Inputs;
use super::query::Query;
use super::required::Required;
use super::tool::Tool;

/// A Java project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its folder in the context: where the tool runs.
    pub folder: String,
    /// What builds it.
    pub tool: Tool,
    /// What decided on the tool, in words.
    pub tool_by: String,
    /// Whether the project's own wrapper brings the tool.
    pub wrapper: bool,
    /// The release of the tool that the wrapper brings, as far as it is known.
    pub tool_release: Option<String>,
    /// The files that name the release of Java for every tool: their paths and what is in them.
    pub(super) version_files: Vec<(String, String)>,
    /// The release of Java that the build files ask for.
    pub(super) required: Required,
    /// The folder of the module with the program, relative to the project's; empty for the project itself.
    pub module: String,
    /// Gradle's name of that module.
    pub gradle_path: String,
    /// Folders of the other modules that are built with it.
    pub siblings: Vec<String>,
    /// The class that has `main` according to the project, where that is one.
    pub main: Option<String>,
    /// What the build file calls the program's jar, where it says so.
    pub jar_name: Option<String>,
    /// The files that steps see.
    pub inputs: Inputs,
    /// Why every project's files are among them, in words.
    pub whole: Option<&'static str>,
    /// The name of the project among others on an engine.
    pub name: String,
    /// Options that the project gives to its tool by a file.
    pub tool_options: Vec<String>,
}

/// The module's own file is not there.
pub(super) fn no_module(query: &Query, file: &str) -> Diagnostic {
    let what = format!("there is no module `{}`: its `{file}` is not in the context", query.module());
    Diagnostic::error(query.module_span(), what).with_help("name the module's folder, relative to `source`")
}

/// What is built makes nothing itself.
pub(super) fn no_program(span: Span, path: &str, programs: &[&str]) -> Diagnostic {
    let some: Vec<_> = programs.iter().take(10).map(|folder| format!("`module: {folder}`")).collect();
    let error = Diagnostic::error(span, format!("`{path}` makes no program itself: it is there for its modules"));
    if some.is_empty() {
        return error.with_help("name the folder of the module that makes it with `module`");
    }
    error.with_help(format!("name the module that makes it, such as {}", some.join(", ")))
}
