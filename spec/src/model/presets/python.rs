//! Options of the Python preset.

use crate::Template;
use crate::model::form;

words! {
    /// The installer of a Python project.
    pub enum PythonTool as "supported tool" {
        /// uv, detected by `uv.lock`.
        Uv = "uv",
        /// Poetry, detected by `poetry.lock`.
        Poetry = "poetry",
        /// pip, detected by a requirements file.
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
        /// The installer.
        /// Default: detected from the lockfile
        /// Example: `uv`
        tool: Option<PythonTool>,
        /// With pip: the requirements file.
        /// Default: `requirements.txt`
        /// Example: `requirements/production.txt`
        requirements: Option<Template> where form::path,
        /// Extras of the project to install.
        /// Example: `[postgres]`
        extras: Vec<Template>,
        /// Dependency groups to install in addition to the main dependencies.
        /// Example: `[worker]`
        groups: Vec<Template>,
        /// The folder of the application in images, which is also the working directory.
        /// Default: `/app`
        /// Example: `/srv/shop`
        destination: Option<Template> where form::absolute,
    }
}
