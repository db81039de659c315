//! The options of every command that reads a spec, and their evaluation.

use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::path::PathBuf;

use buildkit_llb::Platform;
use clap::Args;
use slipway_plan::Request;
use slipway_spec::Parsed;

use super::load::{DEFAULT_FILE, is_stdin, parse, read};
use super::project::LocalProject;
use super::screen::Color;
use crate::analysis::Scope;

/// Options with the names of `docker buildx build` have the same meaning.
#[derive(Debug, Args)]
pub(super) struct SpecArgs {
    /// Folder to build: the context
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// The Slipway file; `-` reads it from standard input [default: PATH/slipway.yaml]
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Only this target, such as `api`, `api/debug` or `build:web`
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
    /// Only these platforms, such as `linux/amd64,linux/arm64`
    #[arg(long, value_name = "PLATFORM", value_delimiter = ',')]
    platform: Vec<String>,
    /// Value of an argument; without a value, that of the environment variable of the same name
    #[arg(long = "build-arg", value_name = "NAME[=VALUE]")]
    build_args: Vec<String>,
    /// Replaces a context or an image of the spec
    #[arg(long = "build-context", value_name = "NAME=VALUE")]
    build_contexts: Vec<String>,
    /// The file with the policy of a frontend [default: /etc/slipway/org.yaml, if it exists]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// When to use color; `auto` uses it on a terminal, and follows `NO_COLOR`, `CLICOLOR` and `CLICOLOR_FORCE`
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
}

/// A spec, its project, and the request.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) parsed: Parsed,
    pub(super) project: LocalProject,
    pub(super) scope: Scope,
}

impl SpecArgs {
    /// Reads the files that the options name.
    ///
    /// # Errors
    /// A file cannot be read, or an option is invalid; a message for users.
    pub(super) fn load(&self) -> Result<Loaded, String> {
        let scope = self.scope()?;
        let file = self.file();
        let project = LocalProject::open(&self.path, (!is_stdin(&file)).then_some(&*file))?;
        let bytes = read(&file)?.ok_or_else(|| {
            let help = if self.file.is_some() { "" } else { "; name the Slipway file with `-f`" };
            format!("there is no file `{}`{help}", file.display())
        })?;
        let parsed = parse(&file, bytes, self.policy.as_deref(), &project);
        Ok(Loaded { parsed, project, scope })
    }

    /// An empty spec, for methods that do not need one.
    ///
    /// # Errors
    /// The same as of [`SpecArgs::load`].
    pub(super) fn load_nothing(&self) -> Result<Loaded, String> {
        let project = LocalProject::open(&self.path, None)?;
        Ok(Loaded { parsed: slipway_spec::parse("", Vec::new()), project, scope: self.scope()? })
    }

    fn scope(&self) -> Result<Scope, String> {
        let scope = scope_of(self.spec_name())?;
        Ok(Scope {
            target: self.target.clone(),
            platforms: self.platform.clone(),
            is_elsewhere: is_stdin(&self.file()),
            request: Request { build_args: self.build_args()?, contexts: self.contexts()?, ..scope.request },
            frontend: None,
        })
    }

    fn file(&self) -> PathBuf {
        match &self.file {
            Some(file) => file.clone(),
            // Messages name the file as users would type it.
            None if self.path.as_os_str() == "." => PathBuf::from(DEFAULT_FILE),
            None => self.path.join(DEFAULT_FILE),
        }
    }

    /// The file's path in the folder; its name, if it is elsewhere. A change of the spec changes this file.
    fn spec_name(&self) -> String {
        let file = self.file();
        if is_stdin(&file) {
            return DEFAULT_FILE.to_owned();
        }
        let inside = file.canonicalize().ok().zip(self.path.canonicalize().ok());
        let inside = inside.and_then(|(file, folder)| Some(file.strip_prefix(folder).ok()?.to_owned()));
        let name = inside.or_else(|| file.file_name().map(PathBuf::from));
        name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    fn build_args(&self) -> Result<BTreeMap<String, String>, String> {
        let mut values = BTreeMap::new();
        for text in &self.build_args {
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (text.as_str(), std::env::var(text).ok()),
            };
            if name.is_empty() {
                return Err(format!("`--build-arg {text}` has no name; write `--build-arg NAME=VALUE`"));
            }
            values.extend(value.map(|value| (name.to_owned(), value)));
        }
        Ok(values)
    }

    /// Named contexts in the form that a client sends.
    fn contexts(&self) -> Result<BTreeMap<String, String>, String> {
        let pairs = self.build_contexts.iter().map(|text| match text.split_once('=') {
            Some((name, value)) if !name.is_empty() && !value.is_empty() => {
                let is_folder = !value.contains("://") && std::path::Path::new(value).is_dir();
                let given = if is_folder { format!("local:{name}") } else { value.to_owned() };
                Ok((name.to_owned(), given))
            }
            _ => Err(format!("`--build-context {text}` is invalid; write `--build-context NAME=VALUE`")),
        });
        pairs.collect()
    }
}

/// The request of a command without options of a build.
pub(super) fn scope_of(spec_name: String) -> Result<Scope, String> {
    let request = Request {
        build_args: BTreeMap::new(),
        labels: BTreeMap::new(),
        contexts: BTreeMap::new(),
        spec_name,
        build_platform: build_platform()?,
        multi_platform: false,
    };
    Ok(Scope { target: None, platforms: Vec::new(), is_elsewhere: false, request, frontend: None })
}

/// The platform of an engine on this machine.
fn build_platform() -> Result<Platform, String> {
    let arch = match ARCH {
        "x86_64" => "amd64",
        "x86" => "386",
        "aarch64" => "arm64",
        "powerpc64" => "ppc64le",
        other => other,
    };
    format!("linux/{arch}").parse().map_err(|error: buildkit_llb::ParsePlatformError| error.to_string())
}
