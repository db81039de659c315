//! `run` steps of builds: what they write is in the image, and they run again only if their inputs change.

use slipway_tests::{Build, Container, Folder, Loaded, Project, alone, run, serve, temporary_file, unique};

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn collectstatic_of_django_is_in_the_image() {
        let _alone = alone();
        let quote = unique("quote");
        let url = serve(&quote);
        let mark = unique("build");
        let project = Project::spec(
        &r#"args: { LABEL: "1" }
secrets: { key: { env: SECRET_KEY } }
builds:
  shop:
    preset: python
    python: "3.11"
    env: { MARK: "%MARK%" }
    run:
      - run: python -c "import urllib.request as r; open('quote.txt', 'wb').write(r.urlopen('%URL%').read())"
        network: default
      - run: |
          test -s quote.txt && test -n "$SECRET_KEY"
          python manage.py collectstatic --noinput
        output: [static-root]
        secrets: [key]
    checks:
      static: { run: test -f static-root/admin/css/base.css, gate: true }
images:
  shop:
    build: shop
    cmd: [python, manage.py, runserver, --noreload, --skip-checks, "0.0.0.0:8080"]
    labels: { of: "${LABEL}" }
    healthcheck: none
"#
        .replace("%URL%", &url)
        .replace("%MARK%", &mark),
    )
    .with("requirements.txt", "Django==5.2.8\nasgiref==3.10.0\nsqlparse==0.5.3\n")
    .with("README.md", "A shop.\n")
    .with(
        "manage.py",
        "import os, sys\nos.environ['DJANGO_SETTINGS_MODULE'] = 'settings'\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n",
    )
    .with(
        "settings.py",
        "import os\nfrom pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent\nSECRET_KEY = os.environ.get('SECRET_KEY', 'x')\nALLOWED_HOSTS = ['*']\nROOT_URLCONF = 'urls'\nINSTALLED_APPS = ['django.contrib.admin', 'django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.messages', 'django.contrib.sessions', 'django.contrib.staticfiles']\nSTATIC_URL = 'static/'\nSTATIC_ROOT = BASE_DIR / 'static-root'\nSTATICFILES_DIRS = [BASE_DIR / 'assets']\n",
    )
    .with(
        "urls.py",
        "import settings\nfrom django.http import FileResponse\nfrom django.urls import path\ndef there(request, name):\n    return FileResponse(open(settings.BASE_DIR / name, 'rb'))\nurlpatterns = [path('<path:name>', there)]\n",
    )
    .with("assets/shop.css", "a {}\n");
        let secret = unique("secret");
        // Beside the project: its own files are in the image.
        let file = temporary_file();
        std::fs::write(file.path(), &secret).unwrap();
        let image = Loaded::new("shop");
        let given = format!("id=key,src={}", file.path().display());
        let build = || {
            let build = Build::of(&project).args(["--network", "host", "--allow", "network.host", "--secret", &given]);
            build.args(image.arguments())
        };
        let first = build().succeed();
        assert_eq!(first.steps("[shop run]").len(), 2);
        let container = Container::run(&image.tag, 8080, &["--read-only"]);
        assert_eq!(container.get("/static-root/shop.css"), (200, "a {}\n".to_owned()));
        assert_eq!(container.get("/static-root/admin/css/base.css").0, 200);
        assert_eq!(container.get("/quote.txt"), (200, quote));
        drop(container);
        let files = run([
            "--entrypoint",
            "find",
            &image.tag,
            "/app",
            "-not",
            "-path",
            "*/.venv/*",
            "-name",
            "*.css",
            "-user",
            "65532",
        ]);
        assert_eq!(files, "", "the files belong to root");
        let look = format!("grep -rls {secret} /app /etc /run /tmp || true");
        let found = run(["--entrypoint", "sh", &image.tag, "-c", &look]);
        assert_eq!(found, "", "no secret is in the image");

        project.write("README.md", "Another shop.\n");
        let again = build().args(["--build-arg", "LABEL=2"]).succeed();
        assert!(again.is_cached("[shop run]"), "neither a document nor an argument of a label is an input");
        assert!(again.is_cached("[shop build]"));
        project.write("assets/shop.css", "b {}\n");
        let edited = build().succeed();
        assert!(edited.is_cached("[shop dependencies] pip"));
        assert!(!edited.is_cached("[shop run] test -s quote.txt"));
    }

    #[test]
    fn what_a_generator_writes_is_compiled_and_addressed() {
        let _alone = alone();
        let project = Project::go(&format!(
        r#"args: {{ GREETING: hello }}
builds:
  tool:
    preset: go
    env: {{ MARK: "{}" }}
    run:
      - {{ run: "go run ./gen ${{GREETING}}", output: [words/words.go, api.json] }}
    output: [api.json]
images:
  tool:
    build: tool
    files: {{ /api.json: "tool:/api.json" }}
"#,
        unique("build")
    ))
    .with(
        "main.go",
        "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\n\t\"example.com/app/words\"\n)\n\nfunc main() {\n\tapi, _ := os.ReadFile(\"/api.json\")\n\tfmt.Println(words.Greeting, string(api))\n}\n",
    )
    .with(
        "gen/main.go",
        "package main\n\nimport \"os\"\n\nfunc main() {\n\tos.Mkdir(\"words\", 0o755)\n\tos.WriteFile(\"words/words.go\", []byte(\"package words\\n\\nconst Greeting = \\\"\"+os.Args[1]+\"\\\"\\n\"), 0o644)\n\tos.WriteFile(\"api.json\", []byte(\"{}\"), 0o644)\n}\n",
    );
        let image = Loaded::new("tool");
        let _ = Build::of(&project).args(image.arguments()).succeed();
        assert_eq!(run([&image.tag]), "hello {}\n");
        let (folder, outcome) = Folder::of(Build::of(&project).target("build:tool"));
        assert_eq!(folder.files(), ["api.json", "app"]);
        assert_eq!(outcome.executed(), [] as [&str; 0]);
        let other = Build::of(&project).args(["--build-arg", "GREETING=welcome"]).args(image.arguments()).succeed();
        assert!(!other.is_cached("[tool run] go run ./gen welcome"));
        assert_eq!(run([&image.tag]), "welcome {}\n");

        project.replace("slipway.yaml", "output: [words/words.go", "output: [word/words.go");
        let outcome = Build::of(&project).fail();
        assert!(
            outcome.logs.contains("The step left no word/words.go. It wrote: ./api.json ./words/words.go."),
            "{}",
            outcome.logs
        );
        assert!(outcome.message.contains("   8 | >>>       - { run: \"go run ./gen"), "{}", outcome.message);
        assert!(outcome.message.contains("go run ./gen hello"), "{}", outcome.message);
    }
}
