//! Members of a Python workspace, and packages of the repository that they need.

use std::collections::BTreeMap;

use crate::python::project;
use crate::support::{Memory, make, print, request};

/// A workspace of two programs and two packages; one program requires both packages, the other only one.
fn workspace() -> Memory {
    const LOCK: &str = r#"version = 1
requires-python = ">=3.11"

[manifest]
members = ["api", "core", "extra", "root", "worker"]

[[package]]
name = "api"
version = "0.0.0"
source = { virtual = "services/api" }
dependencies = [
    { name = "core" },
    { name = "extra" },
]

[[package]]
name = "celery"
version = "5"
source = { registry = "https://pypi.org/simple" }
sdist = { url = "https://files.pythonhosted.org/packages/celery-5.tar.gz" }

[[package]]
name = "core"
version = "0.0.0"
source = { editable = "libs/core" }

[[package]]
name = "extra"
version = "0.0.0"
source = { editable = "libs/extra" }
dependencies = [
    { name = "orjson" },
]

[[package]]
name = "orjson"
version = "3"
source = { registry = "https://pypi.org/simple" }
wheels = [
    { url = "https://files.pythonhosted.org/packages/orjson-3-cp311-cp311-manylinux_2_17_aarch64.manylinux2014_aarch64.whl" },
    { url = "https://files.pythonhosted.org/packages/orjson-3-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl" },
]

[[package]]
name = "root"
version = "0.0.0"
source = { virtual = "." }

[[package]]
name = "worker"
version = "0.0.0"
source = { virtual = "services/worker" }
dependencies = [
    { name = "celery" },
    { name = "core" },
]
"#;
    project(&[
        (
            "pyproject.toml",
            "[project]\nname = 'root'\n[tool.uv.workspace]\nmembers = ['libs/*', 'services/*']\n[dependency-groups]\ndev = ['pytest']\n",
        ),
        ("uv.lock", LOCK),
        (".python-version", "3.11\n"),
        ("services/api/pyproject.toml", "[project]\nname = 'api'\n[project.scripts]\nserve = 'main:run'\n"),
        ("services/api/main.py", ""),
        ("services/worker/pyproject.toml", "[project]\nname = 'worker'\n"),
        ("services/worker/main.py", ""),
        (
            "libs/core/pyproject.toml",
            "[project]\nname = 'core'\nreadme = '../../README.md'\n[build-system]\nrequires = ['hatchling']\nbuild-backend = 'hatchling.build'\n",
        ),
        (
            "libs/extra/pyproject.toml",
            "[project]\nname = 'extra'\ndynamic = ['version']\n[build-system]\nrequires = ['setuptools', 'setuptools-scm', 'cython']\nbuild-backend = 'setuptools.build_meta'\n",
        ),
    ])
}

const WORKSPACE: &str =
    "images: { api: { python: ./services/api, runtime: slim }, worker: { python: ./services/worker, runtime: slim } }";

fn warnings(plan: &slipway_plan::Plan) -> Vec<String> {
    plan.warnings.iter().map(|found| found.message.clone()).collect()
}

#[test]
fn a_member_gets_its_part_of_the_workspace() {
    let plan = make(&workspace(), WORKSPACE, Some("api"), "linux/amd64", &request()).unwrap();
    insta::assert_snapshot!(format!("{}\n{}", print(&plan), warnings(&plan).join("\n")));
}

#[test]
fn members_share_only_their_packages() {
    let steps = |target: &str| {
        let plan = make(&workspace(), WORKSPACE, Some(target), "linux/amd64", &request()).unwrap();
        let run = |step: &slipway_plan::Step| match &step.kind {
            slipway_plan::StepKind::Run(run) => Some((step.name.clone(), format!("{:?}{:?}", run.args, run.env))),
            _ => None,
        };
        plan.steps.iter().filter_map(|(_, step)| run(step)).collect::<BTreeMap<_, _>>()
    };
    let (api, worker) = (steps("api"), steps("worker"));
    let same: Vec<_> =
        api.iter().filter(|(name, what)| worker.get(*name) == Some(what)).map(|(name, _)| name).collect();
    assert_eq!(
        same,
        ["[python build tools] hatchling", "[python package] core from libs/core", "[python tool] uv 0.13.9"]
    );
    assert!(!worker.keys().any(|name| name.contains("extra")));
}

#[test]
fn packages_that_must_be_compiled_are_installed_on_the_target_platform() {
    let runs = |target: &str| {
        let plan = make(&workspace(), WORKSPACE, Some(target), "linux/arm64", &request()).unwrap();
        let there = plan.steps.iter().filter_map(|(_, step)| match &step.kind {
            slipway_plan::StepKind::Run(run) if run.platform.arch() == "arm64" => Some(step.name.clone()),
            _ => None,
        });
        (there.collect::<Vec<_>>(), warnings(&plan))
    };
    insta::assert_snapshot!(format!("{:#?}\n{:#?}", runs("api"), runs("worker")));
}

#[test]
fn distroless_has_another_path_for_python() {
    let spec = "images: { api: { python: ./services/worker, runtime: distroless, cmd: [main.py] } }";
    let plan = make(&workspace(), spec, None, "linux/amd64", &request()).unwrap();
    let text = print(&plan);
    let from = text.find("[python interpreter]").unwrap();
    insta::assert_snapshot!(text.get(from..).unwrap());
}

#[test]
fn pip_and_poetry_build_folders_in_separate_steps() {
    let library = "[project]\nname = 'Shared.Lib'\ndependencies = ['celery>=5', 'shared_lib[x]']\n[project.optional-dependencies]\nx = ['redis']\n";
    let pip = project(&[
        (
            "svc/requirements.txt",
            "--find-links ./wheels\nuvicorn==0.34.0\n-e ../libs/shared[x] \\\n  # all of it\n./../libs/old\n",
        ),
        ("svc/.python-version", "3.11"),
        ("svc/app.py", ""),
        ("libs/shared/pyproject.toml", library),
        ("libs/old/setup.py", "setup()"),
    ]);
    let spec = "images: { api: { python: ./svc, runtime: slim } }";
    let poetry = project(&[
        (
            "svc/pyproject.toml",
            "[tool.poetry.dependencies]\npython = '^3.11'\nshared-lib = { path = '../libs/shared' }\n[tool.poetry.group.dev.dependencies]\nold = { path = '../libs/old' }\n",
        ),
        (
            "svc/poetry.lock",
            "# by Poetry 2.1.3 and\n[[package]]\nname = 'shared-lib'\n[package.source]\ntype = 'directory'\nurl = '../libs/shared'\n[[package]]\nname = 'old'\n[package.source]\ntype = 'directory'\nurl = '../libs/old'\n",
        ),
        ("svc/app.py", ""),
        ("libs/shared/pyproject.toml", library),
        ("libs/old/setup.py", "setup()"),
    ]);
    let plans = [&pip, &poetry].map(|project| print(&make(project, spec, None, "linux/amd64", &request()).unwrap()));
    insta::assert_snapshot!(plans.join("\n=====\n"));
}

#[test]
fn names_of_groups_and_folders_are_words_in_every_shell() {
    let root = "[project]\nname = \"root\"\n[dependency-groups]\n\"$(touch owned)\" = [\"a\"]\n[tool.uv]\ndefault-groups = [\"$(touch owned)\"]\n[tool.uv.workspace]\nmembers = [\"svc\"]\n";
    let lock = "version = 1\n[[package]]\nname = \"root\"\nsource = { virtual = \".\" }\n[[package]]\nname = \"svc\"\nsource = { virtual = \"svc\" }\n";
    let project = project(&[
        ("my app/pyproject.toml", root),
        ("my app/uv.lock", lock),
        ("my app/svc/pyproject.toml", "[project]\nname = \"svc\"\nrequires-python = \">=3.13\"\n"),
    ]);
    let spec = "images: { x: { python: { source: './my app/svc', checks: { test: { run: pytest, gate: true } } }, cmd: [x] } }";
    let text = print(&make(&project, spec, None, "linux/amd64", &request()).unwrap());
    assert!(text.contains("(cd '/src/my app' && again uv sync"), "{text}");
    assert!(text.contains("--only-group '$(touch owned)')"), "{text}");
}
