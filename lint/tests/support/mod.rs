//! Examples of rules, and a project that contains everything they name.

#![allow(dead_code)] // Not every test uses all of it.

use std::collections::BTreeMap;

use futures_util::FutureExt;
use serde_json::json;
use slipway_lint::{Lint, check};
use slipway_plan::{
    Args, BaseImage, Entry, ImageOrigin, Overview, Plan, Platform, Project, ProjectError, Request, plan, targets,
};
use slipway_spec::{Diagnostic, Spec, parse};

/// An example of a rule: a spec, and the ignore file next to it.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    pub(crate) spec: String,
    pub(crate) ignore: Option<String>,
}

/// The examples in a section: its blocks of YAML. A test of the documentation also plans blocks of `yaml`; blocks of
/// `yml` name something that this release cannot plan.
pub(crate) fn examples(section: &str) -> Vec<Example> {
    let mut found = Vec::new();
    let mut ignore = None;
    let mut open: Option<(bool, String)> = None;
    for line in section.lines() {
        match &mut open {
            None if matches!(line, "```yaml" | "```yml") => open = Some((true, String::new())),
            None if line == "```dockerignore" => open = Some((false, String::new())),
            Some(_) if line == "```" => match open.take() {
                Some((true, spec)) => found.push(Example { spec, ignore: ignore.take() }),
                other => ignore = other.map(|(_, text)| text),
            },
            Some((_, block)) => {
                block.push_str(line);
                block.push('\n');
            }
            None => {}
        }
    }
    found
}

/// A project with everything that an example may name.
pub(crate) struct Anything;

impl Project for Anything {
    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        if path.starts_with("bin/amd64/") || path.starts_with("bin/arm64/") {
            let machine = if path.contains("amd64") { 62 } else { 183 };
            let mut program = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0".to_vec();
            program.extend([machine, 0]);
            program.resize(64, 0);
            return Ok(Some(program));
        }
        if path.ends_with(".go") {
            return Ok(Some(b"package main\n".to_vec()));
        }
        Ok(((path.ends_with("go.mod") || path.ends_with("go.sum")) && !path.starts_with("cmd/"))
            .then(|| b"module example.com/any\n\ngo 1.24\n\nrequire a.com/b v1.0.0\n".to_vec()))
    }

    async fn exists(&self, _: &str) -> Result<bool, ProjectError> {
        Ok(true)
    }

    async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
        if folder.starts_with("bin/") {
            return Ok(None);
        }
        // A main package of Go in any folder.
        Ok(Some(vec![Entry { name: "main.go".to_owned(), is_folder: false }]))
    }

    async fn image(&self, reference: &str, _: &Platform) -> Result<BaseImage, ProjectError> {
        let origin = ImageOrigin::Registry { reference: reference.to_owned() };
        Ok(BaseImage { name: reference.to_owned(), origin, config: json!({}) })
    }
}

/// The engine's platform in these tests.
pub(crate) const ENGINE: Platform = Platform::LINUX_AMD64;

/// The requests of a build for the engine's own platform.
pub(crate) fn request() -> Request {
    Request {
        build_args: BTreeMap::new(),
        labels: BTreeMap::new(),
        contexts: BTreeMap::new(),
        spec_name: "slipway.yaml".to_owned(),
        build_platform: ENGINE,
        multi_platform: true,
    }
}

/// Plans every target of a spec for some platforms; targets that cannot be planned are omitted.
pub(crate) fn plans(spec: &Spec, platforms: &[Platform]) -> Vec<Plan> {
    let request = request();
    let Ok(args) = Args::declared(spec, &request) else { return Vec::new() };
    let mut planned = Vec::new();
    for target in targets(spec) {
        for platform in platforms {
            let answer = plan(&Anything, spec, target, platform, &args, &request).now_or_never().unwrap();
            planned.extend(answer.ok());
        }
    }
    planned
}

/// The findings of rules in an example that is built for these platforms, with their locations.
pub(crate) fn find(name: &str, example: &Example, platforms: &[Platform]) -> Vec<(Diagnostic, String)> {
    let parsed = parse(name, example.spec.clone().into_bytes());
    let spec = parsed.spec.unwrap_or_else(|found| panic!("{}\n{found:#?}", example.spec));
    let plans = plans(&spec, platforms);
    let ignore = example.ignore.as_deref().map(|text| (".dockerignore", text));
    let planned = Overview::of(&plans, &ENGINE);
    // The examples of other rules are parts of files.
    let needs_syntax_line = example.spec.contains("syntax=");
    let (planned, build_platform) = (Some(&planned), Some(&ENGINE));
    let lint = Lint { planned, build_platform, ignore, needs_syntax_line, ..Lint::new(&parsed.sources, &spec) };
    let line = |found: &Diagnostic| format!("{} [{}]\n", found.render(&parsed.sources), found.rule.unwrap_or_default());
    check(&lint).into_iter().map(|found| (found.clone(), line(&found))).collect()
}
