//! What a Dockerfile says about the image that it makes, and what of it has no key.

use slipway_spec::join_path;

use crate::dockerfile::Instruction;
use crate::program::Language;
use crate::recipe::Recipe;
use crate::shell::short;
use crate::vars::Vars;

/// How a program is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Words {
    /// As a list.
    List(Vec<String>),
    /// By a shell.
    Shell(String),
}

/// The config of an image, and what it consists of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    pub(crate) base: String,
    pub(crate) language: Option<Language>,
    pub(crate) entrypoint: Option<Words>,
    pub(crate) cmd: Option<Words>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) expose: Vec<String>,
    pub(crate) user: Option<String>,
    /// New users with numbers.
    pub(crate) users: Vec<(String, Option<String>)>,
    pub(crate) workdir: String,
    pub(crate) volumes: Vec<String>,
    /// The options and the text of the health check.
    pub(crate) health: Option<Instruction>,
    pub(crate) stop_signal: Option<String>,
    pub(crate) packages: Vec<String>,
    pub(crate) has_apk: bool,
    pub(crate) folders: Vec<String>,
    /// Files from the repository: path in the image → path in the repository.
    pub(crate) files: Vec<(String, String)>,
    /// The same for files in the folder of the application, most of which a preset copies itself.
    pub(crate) own_files: Vec<(String, String)>,
    /// Paths in the image of what other stages have made, with the instruction in words.
    pub(crate) made: Vec<(String, String)>,
    /// Files for browsers that a stage with Node.js has made: the number of the stage, the path in it, the path in the
    /// image.
    pub(crate) assets: Vec<(usize, String, String)>,
    /// The commands of all stages, with the language of the stage.
    pub(crate) commands: Vec<(Option<Language>, Vec<String>)>,
    pub(crate) vars: Vars,
    /// Variables of all stages, for the commands of builds.
    pub(crate) build_vars: Vars,
    /// What has no key, in words.
    pub(crate) lost: Vec<String>,
    /// Commands of the build that run again, such as `manage.py collectstatic`.
    pub(crate) run: Vec<String>,
    /// Whether files are copied into it, not only into stages.
    pub(crate) copies: bool,
    /// Whether its base is a system, which starts nothing by itself.
    pub(crate) is_system: bool,
}

impl Told {
    pub(crate) fn shown(&self, recipe: &Recipe, instruction: &Instruction) -> String {
        let Instruction { name, rest, line, .. } = instruction;
        let from = instruction.flag("from").map(|from| format!("--from={from} ")).unwrap_or_default();
        format!("`{}` ({}:{line})", short(&format!("{name} {from}{rest}")), recipe.path)
    }

    /// A path of the image.
    pub(crate) fn path(&self, text: &str) -> String {
        let text = self.vars.value(text).unwrap_or_else(|| text.to_owned());
        let base = if text.starts_with('/') { "" } else { self.workdir.trim_matches('/') };
        format!("/{}", join_path(base, text.trim_start_matches('/')).unwrap_or_default())
    }
}
