//! Python on a real engine, with packages from the index: the steps that run after a change in a workspace, and the
//! contents of images.

use std::collections::BTreeSet;

use slipway_tests::{Bake, Build, Container, Loaded, OciArchive, Outcome, Project, alone, run, temporary_file, unique};

const ALL: [&str; 5] = ["api", "search", "admin", "worker", "report"];

/// A copy of the example with a unique text in every relevant file and every installing step, so that nothing is
/// cached.
fn workspace() -> Project {
    let project = Project::example("python-workspace");
    let mark = unique("workspace");
    for file in [
        "libs/telemetry/src/bookshop_telemetry/__init__.py",
        "libs/catalog/src/bookshop_catalog/__init__.py",
        "services/api/main.py",
        "services/search/main.py",
        "services/admin/main.py",
        "services/worker/main.py",
        "services/report/main.py",
    ] {
        let text = std::fs::read_to_string(project.file(file)).unwrap();
        project.write(file, &format!("{text}\nMARK = \"{mark}\"\n"));
    }
    for service in ALL {
        let long = format!("python: {{ source: ./services/{service}, install: {{ env: {{ MARK: {mark} }} }} }}\n");
        project.replace("slipway.yaml", &format!("python: ./services/{service}\n"), &long);
    }
    project
}

/// The names of steps that were executed, without the creation of empty folders, which concurrent builds may each do,
/// and the assembly of layers, which copies nothing and may be reported again when all layers are cached.
fn worked(outcome: &Outcome) -> Vec<&str> {
    let is_empty = |name: &str| name.ends_with("] WORKDIR /app") || name.ends_with("] MKDIR /home/nonroot");
    let is_nothing = |name: &str| is_empty(name) || name.ends_with("] assemble");
    outcome.executed().into_iter().filter(|name| !is_nothing(name)).collect()
}

/// The names of steps that ran a program, without copies.
fn ran(outcome: &Outcome) -> BTreeSet<&str> {
    let copies = [" sources] ", "] COPY ", "] WORKDIR ", "] MKDIR "];
    let is_copy = |name: &str| copies.into_iter().any(|copy| name.contains(copy));
    let is_part = |name: &str| name.contains("] assemble") || name.contains("dependencies] pyproject.toml");
    outcome.executed().into_iter().filter(|name| !is_copy(name) && !is_part(name)).collect()
}

fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    names.into_iter().collect()
}

const TELEMETRY: &str = "[python package] bookshop-telemetry from libs/telemetry";
const CATALOG: &str = "[python package] bookshop-catalog from libs/catalog";

/// A package was copied into exactly these images. A step that several images share has the name of one of them.
fn assert_users(outcome: &Outcome, package: &str, users: &[&str]) {
    let executed = outcome.executed().into_iter();
    let copied = executed.filter(|name| name.ends_with(&format!("] COPY {package} /app/.venv")));
    let images: Vec<_> = copied.filter_map(|name| name.strip_prefix('[')?.split(']').next()).collect();
    assert!(!images.is_empty(), "no image contains {package}");
    assert!(images.iter().all(|image| users.contains(image)), "{package} went to {images:?}");
}

#[test]
fn an_image_runs_with_its_dependencies() {
    let project = workspace();
    let image = Loaded::new("python");
    let _ = Build::of(&project).target("api").args(image.arguments()).succeed();
    assert_eq!(image.inspect()["Config"]["User"], "65532:65532");
    let container = Container::run(&image.tag, 8000, &["--read-only"]);
    let (status, body) = container.get("/books/2");
    assert_eq!(status, 200);
    assert!(body.contains("Invisible Cities"), "{body}");
    assert_eq!(container.stop(), 0);

    let python = |code: &str| run(["--entrypoint", "python3", &image.tag, "-c", code]);
    let said = python(
        "import importlib.metadata as m, json, os, sys; print(json.dumps([sorted(d.name.lower().replace('_', '-') for d in m.distributions(path=[p for p in sys.path if '.venv' in p])), os.getuid(), sys.prefix, sys.base_prefix, m.version('bookshop-catalog')]))",
    );
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    let names: Vec<&str> = said[0].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    for name in ["fastapi", "uvicorn", "pydantic-core", "bookshop-catalog", "bookshop-telemetry"] {
        assert!(names.contains(&name), "{names:?}");
    }
    for name in ["pip", "setuptools", "wheel", "uv", "hatchling", "pytest", "ruff", "flask", "psycopg", "httpx"] {
        assert!(!names.contains(&name), "{names:?}");
    }
    assert_eq!(said[1], 65532);
    assert_eq!((&said[2], &said[3]), (&"/app/.venv".into(), &"/usr/local".into()));
    assert_eq!(said[4], "1.0.0");
    let said =
        python("import main, fastapi, bookshop_catalog as c; print(main.__cached__, fastapi.__cached__, c.__cached__)");
    for file in said.split_whitespace() {
        let python = format!("import os; print(os.path.exists('{file}'))");
        assert_eq!(run(["--entrypoint", "python3", &image.tag, "-c", &python]).trim(), "True", "{file}");
    }
}

/// What the image has was not installed again for a check.
fn assert_only_more_is_installed(checked: &Outcome) {
    let is_install = |name: &str| ["dependencies] uv ", "dependencies] Poetry "].iter().any(|part| name.contains(part));
    let steps = checked.vertices.iter().filter(|step| is_install(&step.name));
    let (more, of_image): (Vec<_>, Vec<_>) = steps.partition(|step| step.name.contains("with those of developers"));
    assert_eq!((more.len(), of_image.len()), (1, 1), "{:?}", checked.vertices);
    assert!(of_image[0].cached, "{:?}", checked.vertices);
}

#[test]
fn a_distroless_image_has_the_same_environment() {
    let project = workspace();
    project.replace("slipway.yaml", "  report:\n", "  report:\n    runtime: distroless\n");
    let image = Loaded::new("python-distroless");
    let _ = Build::of(&project).target("report").args(image.arguments()).succeed();
    // Psycopg's own libpq is a library of a wheel.
    let said = run(["--read-only", &image.tag]);
    assert!(said.contains("Welcome to the bookshop: 0 orders"), "{said}");
    let said = run([
        "--entrypoint",
        "/app/.venv/bin/python3",
        &image.tag,
        "-c",
        "import sys; print(sys.prefix, sys.base_prefix)",
    ]);
    assert_eq!(said.trim(), "/app/.venv /usr");
}

#[test]
fn the_same_files_give_the_same_layers() {
    let project = workspace();
    let archive = temporary_file();
    // The exporter sets one timestamp for folders that copies create; the contents of files depend on the steps.
    let output = format!("type=oci,rewrite-timestamp=true,compression=uncompressed,dest={}", archive.path().display());
    let build = || {
        let epoch = ["--build-arg", "SOURCE_DATE_EPOCH=1700000000"];
        let _ = Build::of(&project).target("api").args(["--no-cache", "--output", &output]).args(epoch).succeed();
        OciArchive::read(archive.path()).images().remove(0).config["rootfs"]["diff_ids"].clone()
    };
    let (first, second) = (build(), build());
    assert!(first.as_array().unwrap().len() >= 5, "{first}");
    assert_eq!(first, second);
}

#[test]
fn another_platform_is_built_without_emulation() {
    let project = workspace();
    let archive = temporary_file();
    let outcome = Build::of(&project)
        .target("api")
        .args(["--platform", "linux/amd64,linux/arm64"])
        .args(OciArchive::at(archive.path()))
        .succeed();
    assert!(!outcome.warnings.iter().any(|text| text.contains("emulator")), "{:?}", outcome.warnings);
    assert_eq!(outcome.steps("[python package] bookshop-catalog").len(), 1, "packages in Python are for all platforms");
    assert_eq!(outcome.steps("build] bytecode").len(), 1, "bytecode is platform-independent");
    let images = OciArchive::read(archive.path()).images();
    // The processor in the header of an ELF file; see elf(5).
    for (platform, machine) in [("linux/amd64", 62), ("linux/arm64", 183)] {
        let image = images.iter().find(|image| image.platform == platform).unwrap();
        let mut files = image.layers.iter().flatten();
        let library = files.find(|file| file.path.contains("pydantic_core/_pydantic_core.cpython")).unwrap();
        assert_eq!(library.contents.get(..4), Some(&b"\x7fELF"[..]));
        assert_eq!(library.contents[18], machine, "{platform}");
    }
}

/// A package of the repository that prints its name, and requires one from the index.
fn shared(project: Project) -> Project {
    let name = unique("shared");
    project
        // The package's settings do not name its data; if it is linked, it finds the data anyway.
        .with("libs/shared/src/shared/data/word.txt", "data")
        .with("libs/shared/src/shared/__init__.py", &format!("import importlib.resources as r\n\nimport tenacity\n\ndef hello():\n    print('{name}', tenacity.__name__, (r.files('shared') / 'data' / 'word.txt').read_text())\n"))
        .with("libs/shared/README.md", "# Shared\n")
        .with(
            "libs/shared/pyproject.toml",
            "[project]\nname = 'shared'\nversion = '1.2.3'\nreadme = 'README.md'\nrequires-python = '>=3.11'\ndependencies = ['tenacity>=9']\n\n[project.scripts]\nhello = 'shared:hello'\n\n[build-system]\nrequires = ['setuptools>=69']\nbuild-backend = 'setuptools.build_meta'\n",
        )
}

#[test]
fn pip_installs_for_another_platform_here() {
    let project = Project::spec("images: { app: { python: ., runtime: slim, entrypoint: [python3, app.py] } }\n")
        .with(".python-version", "3.11\n")
        .with("requirements.txt", "markupsafe==3.0.3\nclick==8.1.8\n")
        .with("app.py", &format!("# {}\n", unique("app")));
    let archive = temporary_file();
    let build = |platform: &str| {
        Build::of(&project).target("app").args(["--platform", platform]).args(OciArchive::at(archive.path()))
    };
    let outcome = build("linux/arm64").succeed();
    assert!(!outcome.warnings.iter().any(|text| text.contains("emulator")), "{:?}", outcome.warnings);
    let image = OciArchive::read(archive.path()).images().remove(0);
    let library =
        image.layers.iter().flatten().find(|file| file.path.contains("markupsafe/_speedups.cpython")).unwrap();
    assert_eq!(library.contents[18], 183, "the processor of an ELF file");

    // This package has no wheels and must be compiled, which is reported before emulation is needed.
    project.write("requirements.txt", "markupsafe==0.23\n");
    let failed = build("linux/arm64").run();
    assert!(!failed.success);
    assert!(failed.logs.contains("install.options"), "{}", failed.logs);
}

const POETRY: &str = "\
images:
  app:
    python: { source: ./svc, checks: { dev: { run: \"python3 -c 'import iniconfig,markupsafe,shared'\" } } }
    runtime: slim
    entrypoint: [serve]
";

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    /// With bytecode, too.
    #[test]
    fn a_check_has_what_developers_need_on_top_of_what_the_image_has() {
        let _alone = alone();
        let project = workspace();
        let _ = Build::of(&project).target("api").succeed();
        let code = "import bookshop_catalog,fastapi,os,pytest; \
                    assert all(os.path.exists(m.__cached__) for m in [fastapi,pytest])";
        let check = format!("source: ./services/api, checks: {{ dev: {{ run: \"python3 -c '{code}'\" }} }},");
        project.replace("slipway.yaml", "source: ./services/api,", &check);
        assert_only_more_is_installed(&Build::of(&project).target("check:dev").succeed());
    }

    #[test]
    fn a_change_runs_only_affected_steps() {
        let _alone = alone();
        let project = workspace();
        let bake = || Bake::of(&project, &ALL).succeed();
        let first = bake();
        let expected = ALL.map(|name| format!("[{name} build] bytecode"));
        let expected: BTreeSet<&str> = expected.iter().map(String::as_str).chain([TELEMETRY, CATALOG]).collect();
        assert!(ran(&first).is_superset(&expected), "{:#?}", ran(&first));
        for package in [TELEMETRY, CATALOG] {
            assert_eq!(
                first.vertices.iter().filter(|vertex| vertex.name == package).count(),
                1,
                "once for all programs"
            );
        }

        let again = bake();
        assert_eq!(worked(&again), [] as [&str; 0], "a second bake runs no step");

        project.replace("services/api/main.py", "The books, as JSON.", "All books, as JSON.");
        assert_eq!(ran(&bake()), set(["[api build] bytecode"]), "only the program itself");

        project.replace("libs/catalog/src/bookshop_catalog/__init__.py", "Umberto Eco", "U. Eco");
        let shared = bake();
        assert_eq!(ran(&shared), set([CATALOG]), "a package is built once");
        assert_users(&shared, "bookshop-catalog", &["api", "search"]);

        project.replace("libs/telemetry/src/bookshop_telemetry/__init__.py", "Welcome to", "Welcome in");
        let shared = bake();
        assert_eq!(ran(&shared), set([TELEMETRY]));
        assert_users(&shared, "bookshop-telemetry", &ALL);

        project.write("README.md", "# Changed\n");
        project.write("libs/catalog/README.md", "# New\n");
        project.write("services/worker/README.md", "# New\n");
        assert_eq!(worked(&bake()), [] as [&str; 0], "no program reads a README");

        // `idna` is a dependency of fastapi, starlette and httpx: the other two services need other packages.
        let facts: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(project.file("bench.json")).unwrap()).unwrap();
        for edit in facts["lockfile"].as_array().unwrap() {
            let text = |key: &str| edit[key].as_str().unwrap();
            project.replace(text("file"), text("find"), edit["replace"][0].as_str().unwrap());
        }
        let locked = bake();
        let theirs = ["api", "search", "worker"];
        let installed = theirs.map(|name| format!("[{name} dependencies] uv 0.13.9"));
        // Their own bytecode may be compiled again with the installed packages.
        let compiled = theirs.map(|name| format!("[{name} build] bytecode"));
        let ran: Vec<_> = ran(&locked).into_iter().filter(|name| !compiled.iter().any(|known| known == name)).collect();
        assert_eq!(ran, installed, "the program's part of the lockfile");
    }

    #[test]
    fn pip_installs_folders_of_the_repository() {
        let _alone = alone();
        let project = shared(Project::spec(
            "images: { app: { python: { source: ./svc, python: '3.11' }, runtime: slim, entrypoint: [hello] } }\n",
        ))
        .with("svc/requirements.txt", "-r ../requirements/base.txt\n-e ./../libs/shared\n")
        .with("requirements/base.txt", "idna==3.11\n")
        .with(
            "svc/pyproject.toml",
            "[project]\nname = 'svc'\nversion = '1.0-rc1'\n[project.entry-points.greetings]\nhi = 'app'\n",
        )
        .with("svc/app.py", "");
        let image = Loaded::new("python-pip");
        let first = Build::of(&project).target("app").args(image.arguments()).succeed();
        assert_eq!(first.steps("[python package] shared from libs/shared").len(), 1);
        assert!(run([&image.tag]).contains(" tenacity data"));
        let own = "import importlib.metadata as m; [hi] = m.entry_points(group='greetings'); print(m.version('svc'), hi.load())";
        let said = run(["--entrypoint", "python3", &image.tag, "-c", own]);
        assert!(said.starts_with("1.0rc1 <module 'app' from '/app/app.py'"), "the project itself: {said}");
        let dependencies = |outcome: &Outcome| outcome.is_cached("dependencies] pip");
        project.write("libs/shared/README.md", "# Named by the manifest\n");
        let readme = Build::of(&project).target("app").succeed();
        assert!(
            dependencies(&readme) && !readme.is_cached("[python package] shared"),
            "a README in the manifest is an input"
        );
        project.write("libs/other/unrelated.txt", "");
        project.write("svc/app.py", &format!("# {}\n", unique("changed")));
        let edited = Build::of(&project).target("app").succeed();
        assert!(dependencies(&edited) && !edited.is_cached("build] bytecode"));
    }

    #[test]
    fn poetry_installs_folders_of_the_repository() {
        let _alone = alone();
        let project = shared(Project::spec(POETRY))
            .with("svc/pyproject.toml", include_str!("python_workspace/poetry.toml"))
            .with("svc/poetry.lock", include_str!("python_workspace/poetry.lock"))
            .with("svc/app.py", "import markupsafe._speedups, shared\n\ndef main():\n    shared.hello()\n");
        let image = Loaded::new("python-poetry");
        let _ = Build::of(&project).target("app").args(image.arguments()).succeed();
        // A program of the project, which is not installed.
        assert!(run([&image.tag]).contains(" tenacity data"));
        let names = run(["--entrypoint", "ls", &image.tag, "/app/.venv/lib/python3.11/site-packages"]);
        assert!(names.contains("markupsafe") && !names.contains("iniconfig") && !names.contains("poetry"), "{names}");

        // The check has it, on top of what the image has.
        assert_only_more_is_installed(&Build::of(&project).target("check:dev").succeed());

        project.replace("libs/shared/src/shared/__init__.py", "print(", "print('edited', ");
        let edited = Build::of(&project).target("app").succeed();
        assert!(edited.is_cached("dependencies] Poetry") && edited.is_cached("build] bytecode"));
        assert!(!edited.is_cached("[python package] shared"));
    }
}
