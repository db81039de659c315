//! What programs of an image have to run with: the environment that they find, and which commands can be started there.
//!
//! Lockfiles tell all packages of an environment, the context all files of a project. What neither tells is not
//! guessed.

mod modules;
mod suggest;

use std::collections::BTreeSet;

use slipway_spec::Span;

pub use self::modules::Absent;
use super::VENV;
use super::needs::Needs;
use super::own::{self, Own};
use super::project::PythonProject;
use crate::presets::Context;
use crate::{PlanError, Project};

/// What is known of the environment that a project's programs run in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Environment {
    /// The project's folder in the context.
    folder: String,
    /// Where modules are found, relative to it.
    roots: Vec<String>,
    /// Programs of the project itself.
    scripts: Vec<String>,
    /// Packages in it, by their normal names.
    packages: BTreeSet<String>,
    /// Whether these are all.
    is_complete: bool,
    /// Whether packages of the repository are in it, which may have modules of any name.
    has_locals: bool,
    /// Whether files come from elsewhere, too, so that one which the context lacks may be there all the same.
    is_open: bool,
    /// How a package is added.
    add: String,
}

/// Programs that people start images with, and the packages that bring them.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("alembic", &["alembic"]),
    ("arq", &["arq"]),
    ("celery", &["celery"]),
    ("daphne", &["daphne"]),
    ("ddtrace-run", &["ddtrace"]),
    ("django-admin", &["django"]),
    ("dramatiq", &["dramatiq"]),
    ("fastapi", &["fastapi", "fastapi-cli"]),
    ("flask", &["flask"]),
    ("granian", &["granian"]),
    ("gunicorn", &["gunicorn"]),
    ("hypercorn", &["hypercorn"]),
    ("litestar", &["litestar"]),
    ("newrelic-admin", &["newrelic"]),
    ("opentelemetry-instrument", &["opentelemetry-instrumentation"]),
    ("pdm", &["pdm"]),
    ("pipenv", &["pipenv"]),
    ("poetry", &["poetry"]),
    ("rq", &["rq"]),
    ("sanic", &["sanic"]),
    ("scrapy", &["scrapy"]),
    ("streamlit", &["streamlit"]),
    ("uv", &["uv"]),
    ("uvicorn", &["uvicorn"]),
    ("uwsgi", &["uwsgi", "pyuwsgi"]),
    ("waitress-serve", &["waitress"]),
];

/// A command that an image may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The program and its arguments.
    pub words: Vec<String>,
    /// What it was told from.
    pub why: String,
}

impl Environment {
    /// The environment of a build.
    pub(super) fn of<P: Project>(
        cx: &Context<'_, P>,
        project: &PythonProject,
        needs: &Needs,
        own: &Own,
        roots: &[String],
    ) -> Self {
        let locked = needs.locked.iter().flatten().map(|locked| super::local::normal_name(&locked.name));
        let options = cx.build.keys.install.iter().any(|install| !install.options.is_empty());
        let locals = needs.locals.iter().map(|local| super::local::normal_name(&local.name));
        Self {
            folder: project.folder.clone(),
            roots: roots.to_vec(),
            scripts: own::console_scripts(&project.pyproject).into_iter().map(|(name, _)| name).collect(),
            packages: locked.chain(locals).chain(needs.named.iter().cloned()).collect(),
            // Groups of a workspace's root are not followed, and options may name packages.
            is_complete: needs.locked.is_some() && !needs.has_files && needs.root_groups.is_none() && !options,
            has_locals: !needs.locals.is_empty(),
            is_open: !cx.inputs.is_empty() || own.built().is_some(),
            add: match project.tool.word() {
                "uv" => "uv add".to_owned(),
                "poetry" => "poetry add".to_owned(),
                _ => "pip install".to_owned(),
            },
        }
    }

    /// The package that a program would come from, where the environment certainly does not have it.
    pub(crate) fn lacks(&self, program: &str) -> Option<&'static str> {
        let (_, packages) = PROGRAMS.iter().find(|(name, _)| *name == program)?;
        let is_there = packages.iter().any(|name| self.packages.contains(*name))
            || self.scripts.iter().any(|name| name == program);
        packages.first().copied().filter(|_| self.is_complete && !is_there)
    }

    /// Whether a path is that of a program which the environment certainly does not have.
    pub(crate) fn lacks_at(&self, path: &str) -> bool {
        let program = path.strip_prefix(VENV).and_then(|rest| rest.strip_prefix("/bin/"));
        program.is_some_and(|program| self.lacks(program).is_some())
    }

    /// What to do about a program that it lacks; the words behind it are given.
    pub(crate) fn help(&self, program: &str, package: &str, rest: &[String]) -> String {
        match rest.split_first() {
            Some((word, rest)) if word == "run" && matches!(program, "uv" | "poetry" | "pdm" | "pipenv") => {
                let rest: Vec<_> = rest.iter().skip_while(|word| word.starts_with('-')).map(String::as_str).collect();
                let python = rest.first().is_some_and(|word| word.ends_with(".py")).then_some("python3");
                let words: Vec<_> = python.into_iter().chain(rest).collect();
                format!("the environment's programs are found by name: write `[{}]`", words.join(", "))
            }
            _ => format!("add it to the project and its lockfile, as `{} {package}` does", self.add),
        }
    }

    /// What an image of it may run, the likeliest first.
    pub(crate) async fn suggestions<P: Project>(&self, project: &P) -> Result<Vec<Suggestion>, PlanError> {
        suggest::all(self, project).await
    }

    /// A file or a module that a command names and that is certainly not there. `workdir` is where it runs, and
    /// `is_brought` knows what else the image has.
    pub(crate) async fn absent<P: Project>(
        &self,
        project: &P,
        words: &[(String, Option<Span>)],
        workdir: &str,
        is_brought: &dyn Fn(&str) -> bool,
    ) -> Result<Option<Absent>, PlanError> {
        if self.is_open { Ok(None) } else { modules::absent(self, project, words, workdir, is_brought).await }
    }
}
