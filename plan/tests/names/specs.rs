//! A spec for every key with text: `@` stands for the quoted text, `@@` for the text inside quotes.

use std::collections::BTreeMap;

use crate::Files;

/// Keys that contain shell text.
pub(crate) fn is_shell(place: &str) -> bool {
    place.starts_with("shell: ")
}

/// A project with files of every language.
pub(crate) fn project() -> Files {
    let files = [
        ("go.mod", "module example.com/app\n\ngo 1.25\n"),
        ("main.go", "package main\n\nfunc main() {}\n"),
        (
            "node/package.json",
            r#"{ "name": "web", "version": "1.0.0", "scripts": { "build": "true", "start": "node index.js" } }"#,
        ),
        (
            "node/package-lock.json",
            r#"{ "name": "web", "version": "1.0.0", "lockfileVersion": 3, "packages": { "": { "name": "web", "version": "1.0.0" } } }"#,
        ),
        ("node/index.js", ""),
        ("python/requirements.txt", ""),
        ("python/app.py", ""),
        ("python/.python-version", "3.13\n"),
        ("uv/pyproject.toml", "[project]\nname = \"app\"\nversion = \"1\"\nrequires-python = \">=3.13\"\n"),
        (
            "uv/uv.lock",
            "version = 1\nrequires-python = \">=3.13\"\n\n[[package]]\nname = \"app\"\nversion = \"1\"\nsource = { virtual = \".\" }\n",
        ),
        ("rust/Cargo.toml", "[package]\nname = \"app\"\nversion = \"1.0.0\"\nedition = \"2024\"\n"),
        ("rust/Cargo.lock", "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"1.0.0\"\n"),
        ("rust/src/main.rs", "fn main() {}\n"),
        (
            "java/pom.xml",
            "<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId><artifactId>a</artifactId><version>1</version><properties><maven.compiler.release>21</maven.compiler.release></properties></project>",
        ),
        ("java/src/main/java/App.java", "class App { public static void main(String[] a) {} }\n"),
        ("gradle/settings.gradle", "rootProject.name = 'app'\n"),
        (
            "gradle/build.gradle",
            "plugins { id 'application' }\njava { toolchain { languageVersion = JavaLanguageVersion.of(21) } }\napplication { mainClass = 'App' }\n",
        ),
        ("gradle/src/main/java/App.java", "class App { public static void main(String[] a) {} }\n"),
        ("Dockerfile", "FROM scratch\n"),
        ("deploy/x", ""),
    ];
    Files(files.map(|(path, text)| (path.to_owned(), text.to_owned())).into_iter().collect::<BTreeMap<_, _>>())
}

/// Keys and specs.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, String)> {
    let image = IMAGE.iter().map(|(place, keys)| (*place, format!("images: {{ app: {{ go: ., {keys} }} }}\n")));
    let builds = BUILD.iter().flat_map(|(place, keys)| {
        PRESETS.iter().map(move |preset| {
            (*place, format!("builds: {{ b: {{ {preset}, {keys} }} }}\nimages: {{ app: {{ build: b, cmd: [x] }} }}\n"))
        })
    });
    let stages = STAGE.iter().map(|(place, keys)| {
        (*place, format!("secrets: {{ token: {{}} }}\nstages: {{ s: {{ {keys} }} }}\nimages: {{ app: {{ go: ., files: {{ /x: 's:/x' }} }} }}\n"))
    });
    image.chain(builds).chain(stages).chain(WHOLE.iter().map(|(place, spec)| (*place, (*spec).to_owned())))
}

const IMAGE: &[(&str, &str)] = &[
    ("env name", "env: { @: x }"),
    ("env value", "env: { A: @ }"),
    ("label name", "labels: { @: x }"),
    ("label value", "labels: { a: @ }"),
    ("user", "user: @"),
    ("workdir", "workdir: '/@@'"),
    ("workdir", "workdir: \"/w/@@\""),
    ("volumes", "volumes: [\"/v/@@\"]"),
    ("entrypoint", "entrypoint: [/app, @]"),
    ("cmd", "cmd: [@]"),
    ("stop_signal", "stop_signal: SIGTERM, env: { X: @ }"),
    ("files key", "files: { \"/f/@@\": ./deploy/x }"),
    ("files address", "files: { /f: \"./deploy/@@\" }"),
    ("files owner", "runtime: slim, files: { /f: { from: ./deploy/x, owner: @ } }"),
    ("packages", "runtime: slim, packages: [@]"),
    ("runtime", "runtime: \"r@@\""),
    ("health check", "healthcheck: { run: [/app, @] }"),
    ("metadata", "metadata: { title: @, version: @, source: @ }"),
    ("name of a test", "tests: { t@@: { file: /f } }"),
    ("name of a variant", "variants: { \"v@@\": {} }"),
];

/// The presets, each with a folder of the project.
const PRESETS: &[&str] = &[
    "preset: go",
    "preset: node, source: ./node",
    "preset: python, source: ./python",
    "preset: python, source: ./uv",
    "preset: rust, source: ./rust",
    "preset: java, source: ./java",
    "preset: java, source: ./gradle",
];

const BUILD: &[(&str, &str)] = &[
    ("build env name", "env: { @: x }"),
    ("build env value", "env: { A: @ }"),
    ("install option", "install: { options: [@] }"),
    ("install env", "install: { env: { A: @ } }"),
    ("private host", "private: [@]"),
    ("build packages", "packages: [@]"),
    ("input key", "inputs: { \"./i/@@\": ./deploy/x }"),
    ("input address", "inputs: { ./i/x: \"./deploy/@@\" }"),
    ("name of a check", "checks: { \"c@@\": { run: 'true', gate: true } }"),
    ("check env", "checks: { c: { run: 'true', gate: true, env: { A: @ } } }"),
    ("shell: check", "checks: { c: { run: @, gate: true } }"),
];

const STAGE: &[(&str, &str)] = &[
    ("stage env", "from: 'a:1', env: { A: @ }, steps: [{ run: x, env: { B: @ } }]"),
    ("name of a step's variable", "from: 'a:1', steps: [{ run: x, env: { @: x } }]"),
    ("stage workdir", "from: 'a:1', workdir: \"/w/@@\", steps: [{ run: x, workdir: \"x/@@\" }]"),
    ("shell: run", "from: 'a:1', steps: [{ run: @ }]"),
    ("copy", "from: 'a:1', steps: [{ copy: { from: \"./deploy/@@\", to: \"/t/@@\" } }]"),
    ("copy patterns", "from: 'a:1', steps: [{ copy: { from: ./deploy, to: /t, include: [@], exclude: [@] } }]"),
    ("copy owner", "from: 'a:1', steps: [{ copy: { from: ./deploy, to: /t, owner: @ } }]"),
    ("file", "from: 'a:1', steps: [{ file: { path: \"/f/@@\", content: @ } }]"),
    ("cache", "from: 'a:1', cache: [\"/c/@@\"], steps: [{ run: x }]"),
    ("cache id", "from: 'a:1', cache: [{ target: /c, id: @ }], steps: [{ run: x }]"),
    ("ssh", "from: 'a:1', steps: [{ run: x, ssh: [@] }]"),
    ("stage output", "from: 'a:1', output: \"/o/@@\""),
    ("stage from", "from: \"a@@\""),
    ("Dockerfile", "dockerfile: Dockerfile, args: { X: @ }"),
    ("Dockerfile's path", "dockerfile: \"./Dockerfile@@\""),
];

const WHOLE: &[(&str, &str)] = &[
    ("name of an image", "images: { \"i@@\": { go: . } }"),
    ("name of a build", "builds: { \"b@@\": { preset: go } }"),
    ("name of a stage", "stages: { \"s@@\": { from: 'a:1' } }"),
    ("name of a secret", "secrets: { \"s@@\": {} }\nimages: { app: { go: . } }"),
    ("name of an argument", "args: { \"A@@\": x }\nimages: { app: { go: . } }"),
    (
        "value of an argument",
        "args: { A: @ }\nimages: { app: { go: ., env: { A: \"${A}\" }, labels: { a: \"${A}\" } } }",
    ),
    (
        "name of a check of the repository",
        "checks: { \"c@@\": { from: 'a:1', run: x, gate: true } }\nimages: { app: { go: . } }",
    ),
    (
        "secret's target",
        "secrets: { s: { target: \"/t/@@\" } }\nstages: { s: { from: 'a:1', steps: [{ run: x, secrets: [s] }] } }",
    ),
    (
        "secret's revision",
        "secrets: { s: { revision: @ } }\nstages: { s: { from: 'a:1', steps: [{ run: x, secrets: [s] }] } }",
    ),
    (
        "git context",
        "contexts: { c: { git: \"https://example.com/@@\", ref: @ } }\nstages: { s: { from: 'a:1', steps: [{ copy: { from: 'c:/', to: / } }] } }",
    ),
    (
        "git context's folder",
        "contexts: { c: { git: 'https://example.com/x', subdir: @ } }\nstages: { s: { from: 'a:1', steps: [{ copy: { from: 'c:/', to: / } }] } }",
    ),
    (
        "http context",
        "contexts: { c: { http: \"https://example.com/@@\" } }\nstages: { s: { from: 'a:1', steps: [{ copy: { from: 'c:/', to: / } }] } }",
    ),
    (
        "image context",
        "contexts: { c: { image: \"a@@\" } }\nstages: { s: { from: 'a:1', steps: [{ copy: { from: 'c:/', to: / } }] } }",
    ),
    (
        "path context",
        "contexts: { c: { path: \"./deploy/@@\" } }\nstages: { s: { from: 'a:1', steps: [{ copy: { from: 'c:/', to: / } }] } }",
    ),
    ("static", "images: { app: { static: \"./deploy@@\" } }"),
    ("static's destination", "images: { app: { static: { source: ./deploy, destination: \"/d/@@\" } } }"),
    ("source patterns", "images: { app: { go: { source: { path: ., include: [@], exclude: [@] } } } }"),
    ("go main", "images: { app: { go: \"./@@\" }, fine: { go: . } }"),
    ("go version", "images: { app: { go: { main: ., go: \"1.25@@\" } }, fine: { go: . } }"),
    ("go tags", "images: { app: { go: { main: ., tags: [@] } }, fine: { go: . } }"),
    ("go ldflags", "images: { app: { go: { main: ., ldflags: @ } } }"),
    ("node version", "images: { app: { node: { source: ./node, node: \"22@@\" } }, fine: { go: . } }"),
    ("node scripts", "images: { app: { node: { source: ./node, scripts: [@], output: [dist] } }, fine: { go: . } }"),
    (
        "node output",
        "images: { app: { node: { source: ./node, scripts: [build], output: [\"o@@\"] } }, fine: { go: . } }",
    ),
    ("node folder", "images: { app: { node: \"./node@@\" }, fine: { go: . } }"),
    (
        "python version",
        "images: { app: { python: { source: ./python, python: \"3.13@@\" }, cmd: [x] }, fine: { go: . } }",
    ),
    (
        "python requirements",
        "images: { app: { python: { source: ./python, requirements: \"r@@\" }, cmd: [x] }, fine: { go: . } }",
    ),
    ("python extras", "images: { app: { python: { source: ./uv, extras: [@] }, cmd: [x] }, fine: { go: . } }"),
    ("python groups", "images: { app: { python: { source: ./uv, groups: [@] }, cmd: [x] }, fine: { go: . } }"),
    ("rust bin", "images: { app: { rust: { source: ./rust, bin: @ } }, fine: { go: . } }"),
    ("rust package", "images: { app: { rust: { source: ./rust, package: @ } }, fine: { go: . } }"),
    ("rust features", "images: { app: { rust: { source: ./rust, features: [@] } }, fine: { go: . } }"),
    ("rust profile", "images: { app: { rust: { source: ./rust, profile: @ } }, fine: { go: . } }"),
    ("rust version", "images: { app: { rust: { source: ./rust, rust: \"1.90@@\" } }, fine: { go: . } }"),
    ("java version", "images: { app: { java: { source: ./java, java: \"21@@\" } }, fine: { go: . } }"),
    ("java module", "images: { app: { java: { source: ./java, module: @ } }, fine: { go: . } }"),
    ("java main", "images: { app: { java: { source: ./java, main: @ } }, fine: { go: . } }"),
    ("java main of Gradle", "images: { app: { java: { source: ./gradle, main: @ } }, fine: { go: . } }"),
    ("platforms", "images: { app: { go: ., platforms: [@] }, fine: { go: . } }"),
    ("default", "default: @\nimages: { fine: { go: . } }"),
    ("include", "include: [\"./@@\"]\nimages: { fine: { go: . } }"),
    ("unknown key", "\"k@@\": 1\nimages: { fine: { go: . } }"),
    ("unknown key of an image", "images: { fine: { go: ., \"k@@\": 1 } }"),
];
