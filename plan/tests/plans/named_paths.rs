//! Paths in the spec that do not exist: reported before anything runs, with a suggestion.

use crate::support::{Memory, make, refusal, request};

fn project() -> Memory {
    let files = [
        "README.md",
        "assets/logo.svg",
        "conf/api.toml",
        "db/migrations/1.sql",
        "app/[slug]/page.tsx",
        "site/index.html",
        "legacy/Dockerfile",
        "go.mod",
        "go.sum",
        "cmd/api/main.go",
    ];
    let text = |file: &str| match file {
        "go.mod" => "module example.com/shop\n\ngo 1.24\n",
        "cmd/api/main.go" => "package main\n",
        _ => "",
    };
    Memory { files: files.into_iter().map(|file| (file, text(file))).collect(), ..Memory::default() }
}

/// The findings in an image of these files.
fn said(files: &str) -> String {
    let spec = format!("images: {{ a: {{ files: {{ {files} }} }} }}\n{MADE}");
    match make(&project(), &spec, Some("a"), "linux/amd64", &request()) {
        Ok(_) => "fine".to_owned(),
        Err(found) => found.replace("slipway.yaml:1:", ""),
    }
}

const MADE: &str = "\
builds:
  site: { preset: static, source: ./site }
  api: { preset: go, main: ./cmd/api }
contexts:
  conf: { path: ./conf }
stages:
  gen:
    from: busybox
    steps: [{ run: make }]
    output: /out
  copied:
    from: scratch
    steps:
      - copy: { from: ./conf, to: /etc/conf/ }
      - file: { path: /etc/name, content: x }
  old: { dockerfile: ./legacy/Dockerfile }
";

#[test]
fn existing_paths_are_accepted() {
    for files in [
        "/x: ./conf/api.toml",
        "/x: ./conf",
        "/x: ./conf/",
        "/x: .",
        "/x: './app/[slug]'",
        "/x: './app/[slug]/page.tsx'",
        "/x: 'site:/'",
        "/x: 'site:/index.html'",
        "/x: 'conf:/api.toml'",
        "/x: 'api:/api'",
        "/x: 'gen:/whatever/it/makes'",
        "/x: 'old:/etc'",
        "/x: 'copied:/etc/conf/api.toml'",
        "/x: 'copied:/etc/name'",
        "/x: 'copied:/etc'",
        "/x: { from: ./db/migrations, include: ['*.sql'] }",
    ] {
        assert_eq!(said(files), "fine", "{files}");
    }
}

#[test]
fn missing_paths_are_reported_with_similar_ones() {
    let all = [
        "/x: ./conf/app.toml",
        "/x: ./config/api.toml",
        "/x: ./readme.md",
        "/x: ./go.mod/x",
        "/x: ./nothing/like/it",
        "/x: 'site:/indexx.html'",
        "/x: 'conf:/api.tml'",
        "/x: 'copied:/etc/conf/x.toml'",
        "/x: './db/migrations/*.sql'",
        "/x: './conf/{api,web}.toml'",
        "/x: './app/[id]/page.tsx'",
        "/x: 'gen:/js/*.js'",
    ];
    let lines: String = all.iter().map(|files| format!("{files}\n  {}\n", said(files))).collect();
    insta::assert_snapshot!(lines, @r#"
    /x: ./conf/app.toml
      29: there is no `conf/app.toml` in the context; did you mean `./conf/api.toml`?
    /x: ./config/api.toml
      29: there is no `config/api.toml` in the context; did you mean `./conf/api.toml`?
    /x: ./readme.md
      29: there is no `readme.md` in the context; did you mean `./README.md`?
    /x: ./go.mod/x
      29: there is no `go.mod/x` in the context; `./go.mod` is a file, not a folder
    /x: ./nothing/like/it
      29: there is no `nothing/like/it` in the context; write its path relative to the folder that is built
    /x: 'site:/indexx.html'
      29: there is no `indexx.html` in `site`; did you mean `site:/index.html`?
    /x: 'conf:/api.tml'
      29: there is no `api.tml` in `conf`; did you mean `conf:/api.toml`?
    /x: 'copied:/etc/conf/x.toml'
      29: there is no `etc/conf/x.toml` in `copied`
    /x: './db/migrations/*.sql'
      29: `./db/migrations/*.sql` is a pattern, but this must be the path of one file or folder; write `{ from: ./db/migrations, include: ["*.sql"] }`
    /x: './conf/{api,web}.toml'
      29: `./conf/{api,web}.toml` is a pattern, but this must be the path of one file or folder; write `{ from: ./conf, include: ["api.toml", "web.toml"] }`
    /x: './app/[id]/page.tsx'
      29: `./app/[id]/page.tsx` is a pattern, but this must be the path of one file or folder; write `{ from: ./app, include: ["[id]/page.tsx"] }`
    /x: 'gen:/js/*.js'
      29: `gen:/js/*.js` is a pattern, but this must be the path of one file or folder; write `{ from: "gen:/js", include: ["*.js"] }`
    "#);
}

#[test]
fn every_key_with_a_path_is_checked() {
    let spec = "\
contexts: { assets: { path: ./asets } }
builds:
  site: { preset: static, source: ./sit }
  api: { preset: go, source: ./cmdx }
  put: { preset: go, main: ./cmd/api, inputs: { ./gen: ./proto } }
stages:
  old: { dockerfile: ./legacy/dockerfile }
  gen: { from: busybox, steps: [{ copy: { from: './db/*.sql', to: /x } }] }
images:
  site: { build: site }
  api: { build: api }
  put: { build: put }
  files: { files: { /a: 'assets:/logo.svg', /b: 'old:/', /c: 'gen:/' } }
";
    let targets = ["site", "api", "put", "files"];
    let lines: String = targets.iter().map(|target| format!("{target}\n  {}\n", refusal_of(spec, target))).collect();
    insta::assert_snapshot!(lines, @r#"
    site
      slipway.yaml:3:35: there is no folder `sit` in the context; did you mean `./site`?
    api
      slipway.yaml:4:30: there is no folder `cmdx` in the context; did you mean `./cmd`?
    put
      slipway.yaml:5:56: there is no `proto` in the context; write its path relative to the folder that is built
    files
      slipway.yaml:1:29: there is no `asets` in the context; did you mean `./assets`?
      slipway.yaml:7:22: there is no file `legacy/dockerfile` in the context; did you mean `./legacy/Dockerfile`?
      slipway.yaml:8:49: `./db/*.sql` is a pattern, but this must be the path of one file or folder; write `copy: { from: ./db, include: ["*.sql"], to: … }`
    "#);
}

fn refusal_of(spec: &str, target: &str) -> String {
    make(&project(), spec, Some(target), "linux/amd64", &request()).unwrap_err().replace('\n', "\n  ")
}

/// A target is not affected by errors in another.
#[test]
fn only_paths_of_the_target_are_checked() {
    let spec = "images: { a: { files: { /x: ./conf } }, b: { files: { /x: ./nope } } }";
    assert!(make(&project(), spec, Some("a"), "linux/amd64", &request()).is_ok());
    assert!(refusal(&project(), spec).contains("several images"));
}
