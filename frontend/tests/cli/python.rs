//! Suggestions of `slipway check` for Python images without a command: following them works.

use super::Shop;

const SPEC: &str = "# syntax=ghcr.io/acme/slipway:1\nimages:\n  x:\n    python: .\n";

/// Files of a project, and the suggested command.
type Case = (&'static [(&'static str, &'static str)], &'static str);

const CASES: &[Case] = &[
    (
        &[
            ("pyproject.toml", "[project]\nname = \"a\"\nversion = \"1\"\n[project.scripts]\nserve = \"a:main\"\n"),
            ("requirements.txt", ""),
        ],
        "[serve]",
    ),
    (
        &[
            ("requirements.txt", "Django==5.1\ngunicorn==23 # serves\n"),
            ("manage.py", "os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"site1.settings\")\n"),
            ("site1/wsgi.py", ""),
        ],
        "[gunicorn, --bind, \"0.0.0.0:8000\", \"site1.wsgi:application\"]",
    ),
    (&[("requirements.txt", "django\n"), ("manage.py", "")], "[python3, manage.py, runserver, \"0.0.0.0:8000\"]"),
    (
        &[("requirements.txt", "fastapi\nuvicorn[standard]\n"), ("app/main.py", "app = FastAPI(title=1)\n")],
        "[uvicorn, \"app.main:app\", --host, 0.0.0.0]",
    ),
    (
        &[("requirements.txt", "flask\n"), ("app.py", "web: Flask = flask.Flask(__name__)\n")],
        "[flask, --app, \"app:web\", run, --host, 0.0.0.0]",
    ),
    (
        &[("requirements.txt", "celery\n"), ("src/shop/worker.py", "app = Celery(\"shop\")\n")],
        "[celery, -A, shop.worker, worker]",
    ),
    (
        &[("requirements.txt", "streamlit\n"), ("app.py", "import streamlit as st\n")],
        "[streamlit, run, app.py, --server.address, 0.0.0.0]",
    ),
    (&[("requirements.txt", ""), ("src/shop/__main__.py", "")], "[python3, -m, shop]"),
    (&[("requirements.txt", ""), ("main.py", "print(1)\n")], "[python3, main.py]"),
    (&[("requirements.txt", ""), ("bot.py", "if __name__ == \"__main__\":\n    run()\n")], "[python3, bot.py]"),
];

#[test]
fn what_an_image_may_run_is_said_and_right() {
    for (files, expected) in CASES {
        let shop = Shop::new(SPEC);
        shop.write(".python-version", "3.13\n");
        files.iter().for_each(|(file, text)| shop.write(file, text));
        let said = shop.run(&["check"]).stdout;
        let line = format!("entrypoint: {expected}");
        assert!(said.contains(&format!("write `{line}`")), "{files:?}: {said}");
        shop.write("slipway.yaml", format!("{SPEC}    {line}\n"));
        assert_eq!(shop.run(&["check"]).whole(), "exit status 0\n", "{files:?}");
    }
}

#[test]
fn of_several_programs_all_are_named() {
    let shop = Shop::new(SPEC);
    shop.write(".python-version", "3.13\n");
    shop.write("requirements.txt", "");
    shop.write(
        "pyproject.toml",
        "[project]\nname = \"a\"\nversion = \"1\"\n[project.scripts]\na = \"a:a\"\nb = \"a:b\"\n",
    );
    let said = shop.run(&["check"]).stdout;
    assert!(said.contains("write `entrypoint: [a]` or `[b]`, detected from the scripts of `pyproject.toml`"), "{said}");
}
