//! The Python preset: the input files of its steps.

use std::collections::BTreeMap;

use slipway_plan::{LayerItem, Plan, StepKind};

use crate::support::{Memory, make, request};

const BUILT: &str = "[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n";

fn project(files: &[(&'static str, &'static str)]) -> Memory {
    let version = (".python-version", "3.13");
    Memory { files: files.iter().copied().chain([version]).collect::<BTreeMap<_, _>>(), ..Memory::default() }
}

fn plan(files: &[(&'static str, &'static str)], build: &str) -> Plan {
    let spec = format!("images: {{ x: {{ python: {build}, cmd: [x] }} }}");
    make(&project(files), &spec, None, "linux/amd64", &request()).unwrap()
}

/// The inputs from the context of steps whose names start with some text: included patterns, and excluded ones after
/// `-`.
fn seen(plan: &Plan, name: &str) -> Vec<String> {
    let steps = plan.steps.iter().filter(|(_, step)| step.name.starts_with(name));
    let items =
        steps.filter_map(|(_, step)| if let StepKind::Select { items } = &step.kind { Some(items) } else { None });
    let patterns = |item: &slipway_plan::CopyItem| -> Vec<String> {
        let excluded = item
            .exclude
            .iter()
            .filter(|pattern| !pattern.trim_start_matches('!').starts_with("**"))
            .map(|pattern| format!("-{pattern}"));
        item.include.iter().cloned().chain(excluded).collect()
    };
    items.flatten().flat_map(patterns).collect()
}

fn notes(plan: &Plan) -> Vec<&str> {
    plan.notes.iter().map(|note| note.text.as_str()).collect()
}

#[test]
fn a_package_at_the_root_of_the_context_has_its_files() {
    // pip, if the manifest lists the requirements, and if only a program knows them.
    let files = [
        ("pyproject.toml", "[project]\nname = \"root\"\nversion = \"1\"\ndependencies = [\"idna\"]\n"),
        ("svc/requirements.txt", "-e ..\n"),
        ("svc/.python-version", "3.13"),
    ];
    let found = plan(&files, "./svc");
    let package = seen(&found, "[python sources]");
    assert_eq!(package.first().map(String::as_str), Some("**"), "{package:?}");
    assert!(package.contains(&"-.github".to_owned()) && package.contains(&"-slipway.yaml".to_owned()), "{package:?}");
    let steps: Vec<_> = found.steps.iter().map(|(_, step)| step.name.as_str()).collect();
    assert!(steps.contains(&"[python package] root from ."), "{steps:?}");
    let setup =
        [("setup.py", "setup(version=open('VERSION').read())"), ("requirements.txt", "-e .\n"), ("VERSION", "1")];
    let found = plan(&setup, ".");
    let step = seen(&found, "[x dependencies]");
    assert_eq!(step.first().map(String::as_str), Some("**"), "{step:?}");
    assert!(step.contains(&"-slipway.yaml".to_owned()) && !step.contains(&"-.gitignore".to_owned()), "{step:?}");
    let text = crate::support::print(&found);
    assert!(text.contains(r#"script "/src\n""#), "{text}");
    assert!(
        notes(&found)
            .contains(&"the dependency step gets all of `.`, because no `pyproject.toml` there lists its requirements")
    );

    // uv, if a member requires the root of the workspace.
    let lock = "version = 1\n[[package]]\nname = \"root\"\nsource = { editable = \".\" }\n[[package]]\nname = \"svc\"\nsource = { virtual = \"svc\" }\ndependencies = [{ name = \"root\" }]\n[[package]]\nname = \"other\"\nsource = { editable = \"libs/other\" }\n";
    let manifest =
        "[project]\nname = \"root\"\nversion = \"1\"\n[tool.uv.workspace]\nmembers = [\"svc\", \"libs/*\"]\n";
    let files =
        [("pyproject.toml", manifest), ("uv.lock", lock), ("svc/pyproject.toml", "[project]\nname = \"svc\"\n")];
    let package = seen(&plan(&files, "./svc"), "[python sources]");
    assert_eq!(package.first().map(String::as_str), Some("**"), "{package:?}");
    assert!(package.contains(&"-svc".to_owned()) && package.contains(&"-libs/other".to_owned()), "{package:?}");

    // Poetry.
    let lock = "[[package]]\nname = \"root\"\n[package.source]\ntype = \"directory\"\nurl = \"..\"\n";
    let manifest = "[tool.poetry.dependencies]\npython = \"^3.13\"\nroot = { path = \"..\" }\n";
    let files = [("pyproject.toml", BUILT), ("svc/pyproject.toml", manifest), ("svc/poetry.lock", lock)];
    let package = seen(&plan(&files, "./svc"), "[python sources]");
    assert_eq!(package.first().map(String::as_str), Some("**"), "{package:?}");
}

#[test]
fn files_that_installer_settings_name_are_inputs() {
    let lock = "version = 1\n[[package]]\nname = \"x\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"a\" }]\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { registry = \"vendor\" }\nwheels = [{ path = \"a-1-py3-none-any.whl\" }]\n";
    let manifest = "[project]\nname = \"x\"\n[tool.uv]\nfind-links = [\"./wheels\", \"https://example.com/x\"]\n[[tool.uv.index]]\nname = \"own\"\nurl = \"./index\"\n";
    let files = [("pyproject.toml", manifest), ("uv.lock", lock), ("uv.toml", "find-links = [\"more\"]")];
    let build = "{ source: ., install: { include: [tools/pip.conf], env: { UV_CONSTRAINT: cuts.txt } } }";
    let step = seen(&plan(&files, build), "[x dependencies]");
    assert_eq!(step, ["pyproject.toml", "uv.toml", "more", "wheels", "index", "vendor", "cuts.txt", "tools/pip.conf"]);

    let files = [("svc/requirements.txt", "--find-links wheels\na\n"), ("svc/.python-version", "3.13")];
    let build = "{ source: ./svc, install: { options: [-c, ../cuts.txt], include: [../shared/pip.conf] } }";
    let step = seen(&plan(&files, build), "[x dependencies]");
    assert_eq!(step, ["svc/requirements.txt", "svc/wheels", "cuts.txt", "shared/pip.conf"]);
}

#[test]
fn outside_files_that_a_manifest_names_are_inputs() {
    let files = [
        ("requirements.txt", "libs/a\nlibs/b\nlibs/c\n"),
        (
            "libs/a/pyproject.toml",
            "[project]\nname = \"a\"\ndynamic = [\"version\"]\nreadme = \"README.md\"\n[tool.hatch.version]\npath = \"../../version.py\"\n",
        ),
        (
            "libs/b/pyproject.toml",
            "[project]\nname = \"b\"\ndynamic = [\"version\"]\n[tool.setuptools.dynamic]\nversion = { file = \"../../VERSION\" }\n",
        ),
        ("libs/c/pyproject.toml", "[project]\nname = \"c\"\nversion = \"1\"\n"),
        ("libs/c/setup.py", "open(os.path.join(here, '..', '..', 'data', 'c.json'))"),
    ];
    let found = plan(&files, ".");
    let package = |name: &str| seen(&found, &format!("[python sources] COPY libs/{name}"));
    assert_eq!(package("a"), ["libs/a", "version.py", "-libs/a/.venv", "-libs/a/.git"]);
    assert_eq!(package("b"), ["libs/b", "VERSION", "-libs/b/.venv", "-libs/b/.git", "-libs/b/README*"]);
    assert_eq!(package("c"), ["libs/c", "data/c.json", "-libs/c/.venv", "-libs/c/.git"]);
}

#[test]
fn requirements_are_parsed_like_in_pip() {
    let files = [
        ("requirements.txt", "\u{feff}-r \"base reqs.txt\"\n-e ${LIBS}/b\n"),
        ("base reqs.txt", "libs/a[pg] \\\n  # why\nidna\n"),
        (
            "libs/a/pyproject.toml",
            "[project]\nname = \"a\"\nversion = \"1\"\n[project.optional-dependencies]\npg = [\"psycopg\"]\n",
        ),
        ("libs/b/pyproject.toml", "[project]\nname = \"b\"\nversion = \"1\"\n"),
    ];
    let found = plan(&files, "{ source: ., env: { LIBS: libs } }");
    let steps: Vec<_> = found.steps.iter().map(|(_, step)| step.name.as_str()).collect();
    for name in ["[python package] a from libs/a", "[python package] b from libs/b"] {
        assert!(steps.contains(&name), "{steps:?}");
    }
    let text = crate::support::print(&found);
    assert!(text.contains(r#"/src/.slipway-requirements.txt = script "psycopg\n""#), "{text}");
    assert!(text.contains(r#"/src/base reqs.txt = script "\n\nidna\n""#), "{text}");
}

#[test]
fn files_that_code_opens_are_in_the_image() {
    let files = [
        ("requirements.txt", ""),
        ("CHANGELOG.md", ""),
        ("README.md", ""),
        ("docker-compose.yml", ""),
        ("setup.py", "open('README.md')"),
        ("app/web.py", "# README.md\nopen('/app/CHANGELOG.md')"),
        ("app/templates/about.html", "{% include 'docker-compose.yml' %}"),
    ];
    let found = plan(&files, ".");
    let sources = seen(&found, "[x sources]");
    assert!(sources.contains(&"-CHANGELOG*".to_owned()) && !sources.contains(&"README.md".to_owned()), "{sources:?}");
    assert!(sources.ends_with(&["CHANGELOG.md".to_owned(), "docker-compose.yml".to_owned()]), "{sources:?}");
    assert!(
        notes(&found).contains(&"with `CHANGELOG.md`, `docker-compose.yml`, which the code names"),
        "{:?}",
        notes(&found)
    );
    let named = plan(&files, "{ source: { path: ., include: [app/**] } }");
    assert!(!seen(&named, "[x sources]").contains(&"CHANGELOG.md".to_owned()), "the spec has the last word");
}

#[test]
fn a_package_that_the_installer_builds_also_gets_its_version() {
    let files = [("requirements.txt", "-e .\n"), ("setup.py", "setup(use_scm_version=True)")];
    let found = plan(&files, ".");
    assert!(crate::support::print(&found).contains("env SETUPTOOLS_SCM_PRETEND_VERSION=0.0.0"));
    assert_eq!(found.warnings.len(), 1, "{:?}", found.warnings);
    assert_eq!(plan(&files, "{ source: ., env: { SETUPTOOLS_SCM_PRETEND_VERSION: '1.2' } }").warnings, []);
}

/// The texts of an image's layers, by path.
fn texts(plan: &Plan) -> BTreeMap<String, String> {
    let layers = plan.steps.iter().filter_map(|(_, step)| match &step.kind {
        StepKind::Assemble { layers, .. } => Some(layers),
        _ => None,
    });
    let items = layers.flatten().flat_map(|layer| &layer.items).filter_map(|item| match item {
        LayerItem::Text { path, content, .. } => Some((path.clone(), content.clone())),
        _ => None,
    });
    items.collect()
}

#[test]
fn a_project_finds_its_own_metadata() {
    let static_one =
        "[project]\nname = \"My.App\"\nversion = \"1.0-rc1\"\n[project.entry-points.\"a.b\"]\nx = \"app:x\"\n";
    let place = "/app/.venv/lib/python3.13/site-packages/my_app-1.0rc1.dist-info";
    let built = format!("{static_one}{BUILT}");
    let lock = "version = 1\n[[package]]\nname = \"my-app\"\nsource = { editable = \".\" }\n";
    for files in [
        vec![("pyproject.toml", built.as_str()), ("uv.lock", lock)],
        vec![("pyproject.toml", static_one), ("poetry.lock", "")],
        vec![("pyproject.toml", static_one), ("requirements.txt", "-e .\n")],
        vec![("pyproject.toml", static_one), ("requirements.txt", "")],
    ] {
        let files: Vec<_> = files.into_iter().map(|(name, text)| (name, &*text.to_owned().leak())).collect();
        let found = texts(&plan(&files, "."));
        assert_eq!(found[&format!("{place}/entry_points.txt")], "[a.b]\nx = app:x\n", "{files:?}");
        assert!(found[&format!("{place}/METADATA")].contains("\nVersion: 1.0rc1\n"), "{files:?}");
    }
    // A check finds it as well.
    let check = "{ source: ., checks: { test: { run: pytest, gate: true } } }";
    let text = crate::support::print(&plan(&[("pyproject.toml", static_one), ("requirements.txt", "")], check));
    assert!(text.contains("/opt/slipway-own/lib/python3.13/site-packages/my_app-1.0rc1.dist-info/METADATA"), "{text}");
    assert!(text.contains("PYTHONPATH=/app:/opt/slipway-own/lib/python3.13/site-packages"), "{text}");
}

#[test]
fn only_a_project_that_is_a_package_has_metadata() {
    let lock = "version = 1\n[[package]]\nname = \"a\"\nsource = { virtual = \".\" }\n";
    let project = "[project]\nname = \"a\"\nversion = \"1\"\n";
    let poetry = "[tool.poetry]\nname = \"a\"\nversion = \"1\"\npackage-mode = false\n";
    for files in [
        [("pyproject.toml", project), ("uv.lock", lock)],
        [("pyproject.toml", poetry), ("poetry.lock", "")],
        [("pyproject.toml", "[project]\nname = \"a\"\ndynamic = [\"version\"]\n"), ("requirements.txt", "")],
    ] {
        let found = plan(&files, ".");
        assert_eq!(texts(&found), BTreeMap::new(), "{files:?}");
        assert!(!found.steps.iter().any(|(_, step)| step.name.starts_with("[python package]")), "{files:?}");
    }
}

#[test]
fn a_computed_version_comes_from_the_build() {
    let lock = "version = 1\n[[package]]\nname = \"a\"\nsource = { editable = \".\" }\n";
    let git = "[project]\nname = \"a\"\ndynamic = [\"version\"]\nreadme = \"README.md\"\n[build-system]\nrequires = [\"hatchling\", \"hatch-vcs\"]\nbuild-backend = \"hatchling.build\"\n";
    let check = "{ source: ., checks: { test: { run: pytest, gate: true } } }";
    let found = plan(&[("pyproject.toml", git), ("uv.lock", lock), ("src/a/__init__.py", "")], check);
    let package = found.steps.iter().find(|(_, step)| step.name == "[python package] a from .").unwrap().1;
    let text = format!("{:?}", package.kind);
    assert!(text.contains("slipway_after.py src\\n") && text.contains("for file in README.md;"), "{text}");
    assert_eq!(found.warnings.len(), 1, "{:?}", found.warnings);
    let text = crate::support::print(&found);
    assert!(text.contains("PYTHONPATH=/app/src:/opt/slipway-own/.venv/lib/python3.13/site-packages"), "{text}");
    // pip installs nothing from a project that no requirements file names.
    let found = plan(&[("pyproject.toml", git), ("requirements.txt", "")], ".");
    assert_eq!(found.warnings, []);
}

#[test]
fn modules_are_found_like_in_the_build() {
    let path = |pyproject: &'static str, module: &'static str| {
        let files = [("pyproject.toml", pyproject), ("requirements.txt", ""), ("src/web.ts", ""), (module, "")];
        plan(&files, ".").config.pointer("/config/Env").unwrap().to_string()
    };
    let scripts = "[project.scripts]\nserve = \"app.main:run\"\n";
    for (pyproject, module, expected) in [
        ("", "app/main.py", "PYTHONPATH=/app/src\""),
        (scripts, "src/app/main.py", "PYTHONPATH=/app/src\""),
        (scripts, "app/main.py", "PYTHONPATH=/app/src:/app\""),
        (scripts, "app.py", "PYTHONPATH=/app/src:/app\""),
        ("[tool.setuptools.packages.find]\nwhere = [\"lib\"]\n", "lib/app/main.py", "PYTHONPATH=/app/src:/app/lib\""),
    ] {
        let found = path(pyproject, module);
        assert!(found.contains(expected), "{pyproject} {module}: {found}");
    }
}
