//! A project for every field of a manifest that is read, with the text in the field.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::Files;

/// Creates a project and a spec from a text.
type Make = fn(&str) -> (Files, String);

fn files<'a>(files: impl IntoIterator<Item = (&'a str, String)>) -> Files {
    Files(files.into_iter().map(|(path, text)| (path.to_owned(), text)).collect::<BTreeMap<_, _>>())
}

/// A quoted string of TOML, which is like JSON's except for a few escapes.
fn toml(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

fn xml(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A folder's name from any text: invalid file names are not tried.
fn folder(text: &str) -> String {
    let name: Vec<char> = text.replace(['/', '\0'], "_").chars().collect();
    let name: String = match name.as_slice() {
        [first @ .., _] if name.len() > 200 => first.iter().take(100).chain(name.iter().rev().take(50).rev()).collect(),
        _ => name.iter().collect(),
    };
    if matches!(name.as_str(), "" | "." | "..") { "folder".to_owned() } else { name }
}

/// A workspace of npm: the package with the text, and one that depends on it.
fn npm(root: &Value, member: &str, package: &Value) -> Files {
    let name = package.get("name").and_then(Value::as_str).unwrap_or("b").to_owned();
    let lock = json!({ "name": "root", "lockfileVersion": 3, "requires": true, "packages": {
        "": { "name": "root", "workspaces": ["packages/*"] },
        "packages/a": { "name": "a", "version": "1.0.0", "dependencies": { &name: "*" } },
        format!("packages/{member}"): { "name": &name, "version": "1.0.0" },
        "node_modules/a": { "resolved": "packages/a", "link": true },
        format!("node_modules/{name}"): { "resolved": format!("packages/{member}"), "link": true },
    } });
    let a = json!({ "name": "a", "version": "1.0.0", "scripts": { "build": "true", "start": "node index.js" }, "dependencies": { &name: "*" } });
    files([
        ("package.json", root.to_string()),
        ("package-lock.json", lock.to_string()),
        ("packages/a/package.json", a.to_string()),
        ("packages/a/index.js", String::new()),
        (&format!("packages/{member}/package.json"), package.to_string()),
        (&format!("packages/{member}/index.js"), String::new()),
    ])
}

fn npm_root() -> Value {
    json!({ "name": "root", "private": true, "workspaces": ["packages/*"] })
}

/// One package.
fn package(package: &Value) -> (Files, String) {
    let lock =
        json!({ "name": "web", "lockfileVersion": 3, "packages": { "": { "name": "web", "version": "1.0.0" } } });
    let project = files([
        ("package.json", package.to_string()),
        ("package-lock.json", lock.to_string()),
        ("index.js", String::new()),
        ("go/go.mod", "module example.com/app\n\ngo 1.25\n".to_owned()),
        ("go/main.go", "package main\n\nfunc main() {}\n".to_owned()),
    ]);
    (
        project,
        "images: { app: { node: { source: ., scripts: [build], output: [dist] } }, fine: { go: go } }\n".to_owned(),
    )
}

const NODE: &str = "images: { app: { node: { source: packages/a, scripts: [build], output: [dist] } } }\n";

fn uv(project: &str, more: &str, spec: &str) -> (Files, String) {
    let lock = "version = 1\nrequires-python = \">=3.13\"\n\n[[package]]\nname = \"app\"\nversion = \"1\"\nsource = { virtual = \".\" }\n";
    let project = files([
        ("pyproject.toml", format!("[project]\nversion = \"1\"\nrequires-python = \">=3.13\"\n{project}\n{more}\n")),
        ("uv.lock", lock.to_owned()),
        ("app.py", String::new()),
    ]);
    (project, spec.to_owned())
}

const UV: &str = "images: { app: { python: ., cmd: [app.py] } }\n";

fn cargo(manifest: String, spec: String) -> (Files, String) {
    let project = files([
        ("Cargo.toml", manifest),
        ("Cargo.lock", "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"1.0.0\"\n".to_owned()),
        ("src/main.rs", "fn main() {}\n".to_owned()),
    ]);
    (project, spec)
}

fn maven(inside: &str) -> (Files, String) {
    let pom = format!(
        "<project><modelVersion>4.0.0</modelVersion>{inside}<properties><maven.compiler.release>21</maven.compiler.release></properties></project>"
    );
    let project = files([("pom.xml", pom), ("src/main/java/App.java", "class App {}\n".to_owned())]);
    (project, "images: { app: { java: . } }\n".to_owned())
}

/// Every field, by name.
pub(crate) fn all() -> Vec<(&'static str, Make)> {
    vec![
        ("package.json name", |text| {
            package(
                &json!({ "name": text, "version": "1.0.0", "scripts": { "build": "true", "start": "node index.js" } }),
            )
        }),
        ("package.json start", |text| {
            package(&json!({ "name": "web", "scripts": { "build": "true", "start": format!("node {text}") } }))
        }),
        ("package.json main", |text| package(&json!({ "name": "web", "main": text, "scripts": { "build": "true" } }))),
        ("package.json bin", |text| {
            package(
                &json!({ "name": "web", "bin": { text: "index.js" }, "main": "index.js", "scripts": { "build": "true" } }),
            )
        }),
        ("package.json script", |text| {
            package(&json!({ "name": "web", "main": "index.js", "scripts": { "build": text, text: "x" } }))
        }),
        ("package.json engines", |text| {
            package(
                &json!({ "name": "web", "main": "index.js", "engines": { "node": text }, "scripts": { "build": "true" } }),
            )
        }),
        ("package.json manager", |text| {
            package(
                &json!({ "name": "web", "main": "index.js", "packageManager": format!("npm@{text}"), "scripts": { "build": "true" } }),
            )
        }),
        ("package.json dependency", |text| {
            package(
                &json!({ "name": "web", "main": "index.js", "dependencies": { text: text }, "scripts": { "build": "true" } }),
            )
        }),
        ("package.json file dependency", |text| {
            package(
                &json!({ "name": "web", "main": "index.js", "dependencies": { "x": format!("file:{text}") }, "scripts": { "build": "true" } }),
            )
        }),
        ("npm member's name", |text| {
            (npm(&npm_root(), "b", &json!({ "name": text, "version": "1.0.0" })), NODE.to_owned())
        }),
        ("npm member's folder", |text| {
            (npm(&npm_root(), &folder(text), &json!({ "name": "b", "version": "1.0.0" })), NODE.to_owned())
        }),
        ("npm workspaces", |text| {
            (
                npm(
                    &json!({ "name": "root", "workspaces": ["packages/*", text] }),
                    "b",
                    &json!({ "name": "b", "version": "1.0.0" }),
                ),
                NODE.to_owned(),
            )
        }),
        ("Node's version", |text| {
            let (mut project, spec) =
                package(&json!({ "name": "web", "main": "index.js", "scripts": { "build": "true" } }));
            project.0.insert(".nvmrc".to_owned(), text.to_owned());
            (project, spec)
        }),
        ("Node's source folder", |text| {
            let name = folder(text);
            let project = package(&json!({ "name": "web", "main": "index.js", "scripts": { "build": "true" } })).0;
            let moved = project
                .0
                .into_iter()
                .filter(|(path, _)| !path.starts_with("go/"))
                .map(|(path, text)| (format!("src/{name}/{path}"), text));
            (
                Files(moved.collect()),
                format!(
                    "images: {{ app: {{ node: {{ source: {}, scripts: [build], output: [dist] }} }} }}\n",
                    json!(format!("./src/{name}"))
                ),
            )
        }),
        ("pnpm workspace", |text| {
            let project = files([
                ("package.json", json!({ "name": "root", "packageManager": "pnpm@10.15.0", "main": "index.js", "scripts": { "build": "true" } }).to_string()),
                ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n".to_owned()),
                ("pnpm-workspace.yaml", format!("packages:\n  - {}\npatchedDependencies: {{ x: {} }}\n", json!(text), json!(text))),
                ("index.js", String::new()),
            ]);
            (project, "images: { app: { node: { source: ., scripts: [build], output: [dist] } } }\n".to_owned())
        }),
        ("pyproject name", |text| uv(&format!("name = {}", toml(text)), "", UV)),
        ("pyproject group", |text| {
            let (name, group) = ("name = \"app\"", format!("[dependency-groups]\n{} = []\n", toml(text)));
            uv(
                name,
                &group,
                &format!(
                    "images: {{ app: {{ python: {{ source: ., groups: [{}] }}, cmd: [app.py] }} }}\n",
                    json!(text)
                ),
            )
        }),
        ("pyproject group of developers", |text| {
            let group = format!("[dependency-groups]\n{0} = []\n\n[tool.uv]\ndefault-groups = [{0}]\n", toml(text));
            uv(
                "name = \"app\"",
                &group,
                "builds: { app: { preset: python, source: ., checks: { c: { run: 'true', gate: true } } } }\nimages: { app: { build: app, cmd: [app.py] } }\n",
            )
        }),
        ("pyproject script", |text| {
            uv(
                "name = \"app\"",
                &format!(
                    "[project.scripts]\n{} = \"app:main\"\n[build-system]\nrequires = []\nbuild-backend = {}\n",
                    toml(text),
                    toml(text)
                ),
                UV,
            )
        }),
        ("pyproject texts of a package", |text| {
            let more = format!(
                "[project.entry-points]\n{0} = {{ {0} = {0} }}\n[tool.setuptools.packages.find]\nwhere = [{0}]\n[build-system]\nrequires = []\n",
                toml(text)
            );
            uv(&format!("name = \"app\"\ndescription = {0}\nkeywords = [{0}]", toml(text)), &more, UV)
        }),
        ("pyproject of a project that is built", |text| {
            let (name, own) = ("name = \"app\"", format!("readme = {}\ndynamic = [\"scripts\"]", toml(text)));
            let more = format!(
                "[tool.poetry]\nreadme = [{0}]\n[tool.setuptools.packages.find]\nwhere = [{0}]\n[build-system]\nrequires = [\"setuptools\"]\n",
                toml(text)
            );
            uv(&format!("{name}\n{own}"), &more, UV)
        }),
        ("pyproject version", |text| {
            let (project, spec) = uv("name = \"app\"", "[build-system]\nrequires = []\n", UV);
            let files = project.0.into_iter().map(|(path, old)| match path.as_str() {
                "pyproject.toml" => (path, old.replace("version = \"1\"", &format!("version = {}", toml(text)))),
                _ => (path, old),
            });
            (Files(files.collect()), spec)
        }),
        ("pyproject extra", |text| {
            let extra = format!("[project.optional-dependencies]\n{} = []\n", toml(text));
            uv(
                "name = \"app\"",
                &extra,
                &format!(
                    "images: {{ app: {{ python: {{ source: ., extras: [{}] }}, cmd: [app.py] }} }}\n",
                    json!(text)
                ),
            )
        }),
        ("pyproject source", |text| {
            uv(
                "name = \"app\"\ndependencies = [\"x\"]",
                &format!("[tool.uv.sources]\nx = {{ path = {0} }}\n[tool.uv]\nfind-links = [{0}]\n", toml(text)),
                UV,
            )
        }),
        ("uv's folder", |text| {
            let name = folder(text);
            let project = uv("name = \"app\"", "", UV).0;
            let moved = project
                .0
                .into_iter()
                .filter(|(path, _)| !path.starts_with("go/"))
                .map(|(path, text)| (format!("src/{name}/{path}"), text));
            (
                Files(moved.collect()),
                format!("images: {{ app: {{ python: {}, cmd: [app.py] }} }}\n", json!(format!("./src/{name}"))),
            )
        }),
        ("requirements", |text| {
            let project = files([
                ("requirements.txt", format!("{text}\n-r {text}\n-e ./{text}\n--find-links {text}\n")),
                (".python-version", "3.13\n".to_owned()),
                ("app.py", String::new()),
            ]);
            (project, UV.to_owned())
        }),
        ("Python's version", |text| {
            let project = files([
                ("requirements.txt", String::new()),
                (".python-version", text.to_owned()),
                ("app.py", String::new()),
            ]);
            (project, UV.to_owned())
        }),
        ("Cargo name", |text| {
            cargo(
                format!("[package]\nname = {}\nversion = \"1.0.0\"\nedition = \"2024\"\n", toml(text)),
                "images: { app: { rust: . } }\n".to_owned(),
            )
        }),
        ("Cargo bin", |text| {
            let manifest = format!(
                "[package]\nname = \"app\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n[[bin]]\nname = {}\npath = \"src/main.rs\"\n",
                toml(text)
            );
            cargo(manifest, "images: { app: { rust: . } }\n".to_owned())
        }),
        ("Cargo feature", |text| {
            let manifest = format!(
                "[package]\nname = \"app\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n[features]\n{} = []\n",
                toml(text)
            );
            cargo(manifest, format!("images: {{ app: {{ rust: {{ source: ., features: [{}] }} }} }}\n", json!(text)))
        }),
        ("Cargo member", |text| {
            let name = folder(text);
            let project = files([
                ("Cargo.toml", format!("[workspace]\nmembers = [\"app\", {}]\n", toml(&name))),
                ("Cargo.lock", "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"1.0.0\"\n".to_owned()),
                (
                    "app/Cargo.toml",
                    format!(
                        "[package]\nname = \"app\"\nversion = \"1.0.0\"\n\n[dependencies]\nlib = {{ path = {} }}\n",
                        toml(&format!("../{name}"))
                    ),
                ),
                ("app/src/main.rs", "fn main() {}\n".to_owned()),
                (&format!("{name}/Cargo.toml"), "[package]\nname = \"lib\"\nversion = \"1.0.0\"\n".to_owned()),
                (&format!("{name}/src/lib.rs"), String::new()),
            ]);
            (project, "images: { app: { rust: app } }\n".to_owned())
        }),
        ("Rust's toolchain", |text| {
            let (mut project, spec) = cargo(
                "[package]\nname = \"app\"\nversion = \"1.0.0\"\n".to_owned(),
                "images: { app: { rust: . } }\n".to_owned(),
            );
            project.0.insert("rust-toolchain".to_owned(), text.to_owned());
            (project, spec)
        }),
        ("Go's module", |text| {
            let project = files([
                ("go.mod", format!("module {text}\n\ngo 1.25\n")),
                ("main.go", "package main\n\nfunc main() {}\n".to_owned()),
            ]);
            (project, "images: { app: { go: . } }\n".to_owned())
        }),
        ("Go's quoted module", |text| {
            let project = files([
                (
                    "go.mod",
                    format!(
                        "module {}\n\ngo 1.25\n\nreplace example.com/x => {}\n",
                        json!(text),
                        json!(format!("./{text}"))
                    ),
                ),
                ("main.go", "package main\n\nfunc main() {}\n".to_owned()),
            ]);
            (project, "images: { app: { go: . } }\n".to_owned())
        }),
        ("Go's version", |text| {
            let project = files([
                ("go.mod", format!("module example.com/app\n\ngo {text}\n\ntoolchain go1.25.0\n")),
                ("main.go", "package main\n\nfunc main() {}\n".to_owned()),
            ]);
            (project, "images: { app: { go: . } }\n".to_owned())
        }),
        ("Go's folder", |text| {
            let name = folder(text);
            let project = files([
                ("go.mod", "module example.com/app\n\ngo 1.25\n".to_owned()),
                (
                    &format!("cmd/{name}/main.go"),
                    "package main\n\n//go:embed *\nvar x string\n\nfunc main() {}\n".to_owned(),
                ),
            ]);
            (project, format!("images: {{ app: {{ go: {} }} }}\n", json!(format!("./cmd/{name}"))))
        }),
        ("pom's ids", |text| {
            maven(&format!("<groupId>{0}</groupId><artifactId>{0}</artifactId><version>{0}</version>", xml(text)))
        }),
        ("pom's name", |text| {
            maven(&format!(
                "<groupId>g</groupId><artifactId>a</artifactId><version>1</version><build><finalName>{}</finalName></build>",
                xml(text)
            ))
        }),
        ("pom's module", |text| {
            let name = folder(text);
            let pom = |inside: &str| format!("<project><modelVersion>4.0.0</modelVersion>{inside}</project>");
            let project = files([
                (
                    "pom.xml",
                    pom(&format!(
                        "<groupId>g</groupId><artifactId>root</artifactId><version>1</version><packaging>pom</packaging><properties><maven.compiler.release>21</maven.compiler.release></properties><modules><module>{}</module></modules>",
                        xml(&name)
                    )),
                ),
                (
                    &format!("{name}/pom.xml"),
                    pom(&format!(
                        "<parent><groupId>g</groupId><artifactId>root</artifactId><version>1</version></parent><artifactId>{}</artifactId>",
                        xml(&name)
                    )),
                ),
                (&format!("{name}/src/main/java/App.java"), "class App {}\n".to_owned()),
            ]);
            (project, format!("images: {{ app: {{ java: {{ source: ., module: {} }} }} }}\n", json!(name)))
        }),
        ("Gradle's names", |text| {
            let quoted = text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n");
            let project = files([
                ("settings.gradle", format!("rootProject.name = '{quoted}'\ninclude ':{quoted}'\n")),
                (
                    "build.gradle",
                    format!(
                        "plugins {{ id 'application' }}\njava {{ toolchain {{ languageVersion = JavaLanguageVersion.of(21) }} }}\napplication {{ mainClass = '{quoted}' }}\n"
                    ),
                ),
                ("src/main/java/App.java", "class App {}\n".to_owned()),
            ]);
            (project, "images: { app: { java: . } }\n".to_owned())
        }),
    ]
}
