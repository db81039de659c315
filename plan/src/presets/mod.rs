//! Languages: how each turns a source folder into something that ships. A new one is one file here and one line in `build`.

mod go;

use slipway_spec::model::{Build, PresetOptions};
use slipway_spec::{Diagnostic, Span, Template};

use crate::{Args, PlanError, Platform, Project, Request, StepId, Steps};

/// What every preset is given.
pub(crate) struct Context<'a, P> {
    /// The door to the outside.
    pub(crate) project: &'a P,
    /// What `${NAME}` stands for.
    pub(crate) args: &'a Args,
    /// The command line.
    pub(crate) request: &'a Request,
    /// What the program is built for.
    pub(crate) target: &'a Platform,
    /// The build's name in messages and progress: its own, or its image's.
    pub(crate) name: &'a str,
    /// What the spec says of it.
    pub(crate) build: &'a Build,
}

impl<P> Context<'_, P> {
    /// The value of a text of the spec.
    pub(crate) fn eval(&self, template: &Template) -> Result<String, Diagnostic> {
        template.eval(self.args)
    }

    /// The value of a text that may be absent.
    pub(crate) fn eval_or(&self, template: Option<&Template>, default: &str) -> Result<String, Diagnostic> {
        template.map_or_else(|| Ok(default.to_owned()), |template| self.eval(template))
    }

    /// The name of a step on the build platform for the target: `[linux/amd64->arm64 api build] …`.
    pub(crate) fn step_name(&self, phase: &str, what: &str) -> String {
        let (build, target) = (&self.request.build_platform, self.target);
        let platform = if build != target {
            let to = target.to_string();
            let to = to.strip_prefix("linux/").unwrap_or(&to);
            format!("{build}->{to} ")
        } else if self.request.multi_platform {
            format!("{target} ")
        } else {
            String::new()
        };
        format!("[{platform}{} {phase}] {what}", self.name)
    }

    /// The name of a step that is the same for every target platform.
    pub(crate) fn shared_step_name(&self, phase: &str, what: &str) -> String {
        format!("[{} {phase}] {what}", self.name)
    }
}

/// What a preset made.
pub(crate) struct Artifact {
    /// The step that holds it.
    pub(crate) step: StepId,
    /// The program's path there.
    pub(crate) path: String,
    /// What the program is called.
    pub(crate) program: String,
    /// The line of the image's history that it is.
    pub(crate) history: String,
    /// Where the spec asks for it.
    pub(crate) span: Span,
}

/// Plans a build.
pub(crate) async fn build<P: Project>(
    cx: &Context<'_, P>,
    steps: &mut Steps,
    context: StepId,
) -> Result<Artifact, PlanError> {
    match &cx.build.options {
        PresetOptions::Go(options) => go::build(cx, options, steps, context).await,
    }
}

/// A folder of the context, normalised: no `.`, no doubled or trailing `/`; empty for the context itself.
///
/// # Errors
/// A path that leads out of the context.
pub(crate) fn context_path(path: &str, span: Span) -> Result<String, Diagnostic> {
    join_path("", path).ok_or_else(|| {
        Diagnostic::error(span, format!("`{path}` leads out of the context"))
            .with_help("name a folder inside the folder that is built, such as `./cmd/api`")
    })
}

/// Resolves a relative path against a folder of the context; `None` when it leads out.
pub(crate) fn join_path(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\\') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// A folder of the context and a name in it.
pub(crate) fn in_folder(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
