//! What the Python preset can be told.

use crate::Template;
use crate::model::form;

words! {
    /// What installs the dependencies of a Python project.
    pub enum PythonTool as "tool" {
        /// uv, by `uv.lock`.
        Uv = "uv",
        /// Poetry, by `poetry.lock`.
        Poetry = "poetry",
        /// pip, by a requirements file.
        Pip = "pip",
    }
}

record! {
    /// Options of a Python build; absent ones are detected or have a default.
    pub struct PythonOptions as "a python build" (Default) {
        /// Version of Python.
        /// Default: from `.python-version` or `requires-python`
        /// Example: `"3.13"`
        python: Option<Template>,
        /// What installs the dependencies.
        /// Default: told from the lockfile
        /// Example: `uv`
        tool: Option<PythonTool>,
        /// With pip: the requirements file.
        /// Default: `requirements.txt`
        /// Example: `requirements/production.txt`
        requirements: Option<Template> where form::path,
        /// Extras of the project to install.
        /// Example: `[postgres]`
        extras: Vec<Template>,
        /// Dependency groups to install beside the main dependencies.
        /// Example: `[worker]`
        groups: Vec<Template>,
    }
}
