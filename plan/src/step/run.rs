//! Programs that run, and the containers that they run in.

use slipway_spec::model::NetworkMode;

use super::{Mount, StepId};
use crate::Platform;

/// A program that runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its root file system.
    pub root: StepId,
    /// The platform.
    pub platform: Platform,
    /// The program and its arguments.
    pub args: Vec<String>,
    /// Its environment: names and values.
    pub env: Vec<(String, String)>,
    /// The user, by name or number, with an optional group; root if empty.
    pub user: String,
    /// The working directory.
    pub workdir: String,
    /// Its network access.
    pub network: Network,
    /// Whether it has all privileges, which the client must grant.
    pub insecure: bool,
    /// Its mounts, in addition to the root.
    pub mounts: Vec<Mount>,
    /// Variables with secrets.
    pub secret_env: Vec<SecretEnv>,
    /// Its output.
    pub output: RunOutput,
    /// Whether it runs in every build, although its inputs are the same.
    pub always: bool,
    /// Warnings that it finds.
    pub warnings: Option<RunWarnings>,
}

/// Warnings in the output of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunWarnings {
    /// The file with them in its output: one a line.
    pub path: &'static str,
    /// What to do about them.
    pub help: &'static str,
}

/// The output of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunOutput {
    /// The contents of a folder; the root is read-only.
    Folder {
        /// The folder.
        path: String,
        /// The step with its contents before the program runs; it is empty if absent.
        on: Option<StepId>,
    },
    /// The root, with the program's changes.
    Root,
}

/// A variable with a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretEnv {
    /// The variable.
    pub name: String,
    /// The secret's id.
    pub id: String,
    /// Whether the build fails if the client does not provide it.
    pub required: bool,
}

/// The network access of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// No access.
    None,
    /// An isolated network with access to the outside.
    Sandbox,
    /// The network of the engine, which the client must grant.
    Host,
}

impl From<NetworkMode> for Network {
    fn from(mode: NetworkMode) -> Self {
        match mode {
            NetworkMode::None => Self::None,
            NetworkMode::Default => Self::Sandbox,
            NetworkMode::Host => Self::Host,
        }
    }
}

/// A container: a root with variables, a working directory and mounts.
#[derive(Debug, Clone)]
pub(crate) struct Container {
    root: StepId,
    platform: Platform,
    /// Its environment: names and values.
    pub(crate) env: Vec<(String, String)>,
    workdir: String,
    mounts: Vec<Mount>,
}

/// A script as a program's arguments, with its mounts. It determines the network access: a script with access reads
/// the company's certificates, and one without explains what that means.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) args: Vec<String>,
    pub(crate) mounts: Vec<Mount>,
    pub(crate) network: Network,
}

impl Container {
    /// A container without mounts, in the root folder.
    pub(crate) fn new(root: StepId, platform: &Platform, env: Vec<(String, String)>) -> Self {
        Self { root, platform: platform.clone(), env, workdir: "/".to_owned(), mounts: Vec::new() }
    }

    /// Sets the working directory.
    pub(crate) fn cwd(self, workdir: impl Into<String>) -> Self {
        Self { workdir: workdir.into(), ..self }
    }

    /// Adds a mount over the previous ones.
    pub(crate) fn mount(mut self, mount: Mount) -> Self {
        self.mounts.push(mount);
        self
    }

    /// Adds several mounts over the previous ones.
    pub(crate) fn mounts(mut self, mounts: impl IntoIterator<Item = Mount>) -> Self {
        self.mounts.extend(mounts);
        self
    }

    /// Runs a script, which sees all of it and may change it. The result is the root with these changes.
    pub(crate) fn run(self, script: Script) -> Run {
        let Self { root, platform, env, workdir, mut mounts } = self;
        mounts.extend(script.mounts);
        Run {
            root,
            platform,
            args: script.args,
            env,
            user: String::new(),
            workdir,
            network: script.network,
            insecure: false,
            mounts,
            secret_env: Vec::new(),
            output: RunOutput::Root,
            always: false,
            warnings: None,
        }
    }
}

impl Run {
    /// Adds arguments of the script.
    pub(crate) fn args<T: Into<String>>(mut self, args: impl IntoIterator<Item = T>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Adds mounts over those of the container and of the script.
    pub(crate) fn mounts(mut self, mounts: impl IntoIterator<Item = Mount>) -> Self {
        self.mounts.extend(mounts);
        self
    }

    /// Sets the variables with secrets.
    pub(crate) fn secret_env(self, secret_env: Vec<SecretEnv>) -> Self {
        Self { secret_env, ..self }
    }

    /// Runs it in every build.
    pub(crate) fn always(self) -> Self {
        Self { always: true, ..self }
    }

    /// Gives it all privileges.
    pub(crate) fn insecure(self, insecure: bool) -> Self {
        Self { insecure, ..self }
    }

    /// Runs it as a user.
    pub(crate) fn by(self, user: &str) -> Self {
        Self { user: user.to_owned(), ..self }
    }

    /// Shows the lines of a file in its output as warnings.
    pub(crate) fn warnings(self, path: &'static str, help: &'static str) -> Self {
        Self { warnings: Some(RunWarnings { path, help }), ..self }
    }

    /// Makes the contents of a folder the result. The folder is empty at first, and the root is read-only.
    pub(crate) fn output(self, folder: &str) -> Self {
        Self { output: RunOutput::Folder { path: folder.to_owned(), on: None }, ..self }
    }

    /// Makes the contents of a folder the result. It has the contents of another step at first, and the root is
    /// read-only.
    pub(crate) fn output_on(self, folder: &str, on: Option<StepId>) -> Self {
        Self { output: RunOutput::Folder { path: folder.to_owned(), on }, ..self }
    }
}
