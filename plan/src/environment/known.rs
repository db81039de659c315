//! What is known of an environment, and which programs it lacks.

use std::collections::BTreeSet;

/// What is known of the environment that a project's programs run in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Environment {
    /// The project's folder in the context.
    pub(crate) folder: String,
    /// Where modules are found, relative to it.
    pub(crate) roots: Vec<String>,
    /// Programs of the project itself.
    pub(crate) scripts: Vec<String>,
    /// Packages in it, by their normal names.
    pub(crate) packages: BTreeSet<String>,
    /// Whether these are all.
    pub(crate) is_complete: bool,
    /// Whether packages of the repository are in it, which may have modules of any name.
    pub(crate) has_locals: bool,
    /// Whether files come from elsewhere, too, so that one which the context lacks may be there all the same.
    pub(crate) is_open: bool,
    /// Where the program's files stand in the image.
    pub(crate) app: &'static str,
    /// Where the environment stands.
    pub(crate) venv: &'static str,
    /// How a package is added.
    pub(crate) add: String,
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
    /// The package that a program would come from, where the environment certainly does not have it.
    pub(crate) fn lacks(&self, program: &str) -> Option<&'static str> {
        let (_, packages) = PROGRAMS.iter().find(|(name, _)| *name == program)?;
        let is_there = packages.iter().any(|name| self.packages.contains(*name))
            || self.scripts.iter().any(|name| name == program);
        packages.first().copied().filter(|_| self.is_complete && !is_there)
    }

    /// The program of the project that was probably meant by a word which is none that is known: one slip away.
    pub(crate) fn meant(&self, program: &str) -> Option<&str> {
        let is_known = PROGRAMS.iter().any(|(name, _)| *name == program)
            || self.packages.contains(program)
            || self.scripts.iter().any(|name| name == program);
        let slips = |name: &&String| name.len() > 3 && strsim::osa_distance(name, program) == 1;
        self.scripts.iter().filter(|_| !is_known && program.len() <= 64).find(slips).map(String::as_str)
    }

    /// Whether a path is that of a program which the environment certainly does not have.
    pub(crate) fn lacks_at(&self, path: &str) -> bool {
        let program = path.strip_prefix(self.venv).and_then(|rest| rest.strip_prefix("/bin/"));
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
}
