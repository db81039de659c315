//! Known facts about an environment, and the programs that it lacks.

use std::collections::BTreeSet;

/// Known facts about the environment of a project's programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// The project's folder in the context.
    pub folder: String,
    /// The folders in which modules are found, relative to it.
    pub roots: Vec<String>,
    /// Programs of the project.
    pub scripts: Vec<String>,
    /// Its packages, by normalized name.
    pub packages: BTreeSet<String>,
    /// Whether this list is complete.
    pub is_complete: bool,
    /// Whether it contains packages of the repository, which may have modules of any name.
    pub has_locals: bool,
    /// Whether files also come from elsewhere, so that files missing in the context may exist.
    pub is_open: bool,
    /// The path of the program's files in the image.
    pub app: String,
    /// The path of the environment.
    pub venv: String,
    /// The command that adds a package.
    pub add: String,
}

/// Common programs of images, and the packages that contain them.
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

/// A suggested command of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The program and its arguments.
    pub words: Vec<String>,
    /// What it was detected from.
    pub why: String,
}

impl Environment {
    /// The package of a program, if the environment certainly lacks it.
    #[must_use]
    pub fn lacks(&self, program: &str) -> Option<&'static str> {
        let (_, packages) = PROGRAMS.iter().find(|(name, _)| *name == program)?;
        let is_there = packages.iter().any(|name| self.packages.contains(*name))
            || self.scripts.iter().any(|name| name == program);
        packages.first().copied().filter(|_| self.is_complete && !is_there)
    }

    /// The program of the project with a similar name.
    #[must_use]
    pub fn meant(&self, program: &str) -> Option<&str> {
        let is_known = PROGRAMS.iter().any(|(name, _)| *name == program)
            || self.packages.contains(program)
            || self.scripts.iter().any(|name| name == program);
        let slips = |name: &&String| name.len() > 3 && strsim::osa_distance(name, program) == 1;
        self.scripts.iter().filter(|_| !is_known && program.len() <= 64).find(slips).map(String::as_str)
    }

    /// Whether a path is that of a program which the environment certainly lacks.
    #[must_use]
    pub fn lacks_at(&self, path: &str) -> bool {
        let program = path.strip_prefix(self.venv.as_str()).and_then(|rest| rest.strip_prefix("/bin/"));
        program.is_some_and(|program| self.lacks(program).is_some())
    }

    /// The suggestion for a missing program; the words after it are given.
    #[must_use]
    pub fn help(&self, program: &str, package: &str, rest: &[String]) -> String {
        match rest.split_first() {
            Some((word, rest)) if word == "run" && matches!(program, "uv" | "poetry" | "pdm" | "pipenv") => {
                let rest: Vec<_> = rest.iter().skip_while(|word| word.starts_with('-')).map(String::as_str).collect();
                let python = rest.first().is_some_and(|word| word.ends_with(".py")).then_some("python3");
                let words: Vec<_> = python.into_iter().chain(rest).collect();
                format!("programs of the environment are found by name: write `[{}]`", words.join(", "))
            }
            _ => format!("add it to the project and its lockfile, for example with `{} {package}`", self.add),
        }
    }
}
