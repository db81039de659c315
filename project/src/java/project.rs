//! A Java project according to its own files: its tool, its module, and its files.

use slipway_diagnostic::{Diagnostic, Span};

use super::inputs::Inputs;
use super::query::Query;
use super::required::Required;
use super::tool::Tool;

/// A Java project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its folder in the context, in which the tool runs.
    pub folder: String,
    /// Its build tool.
    pub tool: Tool,
    /// What selected the tool, in words.
    pub tool_by: String,
    /// Whether the project's own wrapper provides the tool.
    pub wrapper: bool,
    /// The release of the tool that the wrapper provides, if known.
    pub tool_release: Option<String>,
    /// The files that name the Java release for all tools: their paths and contents.
    pub(super) version_files: Vec<(String, String)>,
    /// The Java release that the build files request.
    pub(super) required: Required,
    /// The folder of the module with the program, relative to the project's; empty for the project itself.
    pub module: String,
    /// Gradle's name of that module.
    pub gradle_path: String,
    /// Folders of the other modules that are built with it.
    pub siblings: Vec<String>,
    /// The main class according to the project, if it names only one.
    pub main: Option<String>,
    /// The file name of the program's jar according to the build file, if it names one.
    pub jar_name: Option<String>,
    /// The input files of the steps.
    pub inputs: Inputs,
    /// Why the files of all projects are inputs, in words.
    pub whole: Option<&'static str>,
    /// The name of the project among others on an engine.
    pub name: String,
    /// Options for the tool from a file of the project.
    pub tool_options: Vec<String>,
}

/// The module's own build file does not exist.
pub(super) fn no_module(query: &Query, file: &str) -> Diagnostic {
    let what = format!("there is no module `{}`: its `{file}` is not in the context", query.module());
    Diagnostic::error(query.module_span(), what).with_help("name the module's folder, relative to `source`")
}

/// The built module makes no artifact itself.
pub(super) fn no_program(span: Span, path: &str, programs: &[&str]) -> Diagnostic {
    let some: Vec<_> = programs.iter().take(10).map(|folder| format!("`module: {folder}`")).collect();
    let error = Diagnostic::error(span, format!("`{path}` builds no program itself, only its modules"));
    if some.is_empty() {
        return error.with_help("set `module` to the folder of the module with the program");
    }
    error.with_help(format!("name the module with the program, such as {}", some.join(", ")))
}
