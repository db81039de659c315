//! Examples of rules, and a project that has whatever they name.

#![allow(dead_code)] // Not every test uses all of it.

use std::collections::BTreeMap;

use futures_util::FutureExt;
use serde_json::json;
use slipway_lint::{Lint, check};
use slipway_plan::{
    Args, BaseImage, Entry, ImageOrigin, Plan, Platform, Project, ProjectError, Request, plan, targets,
};
use slipway_spec::{Diagnostic, Spec, parse};

/// An example of a rule: a spec.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    pub(crate) spec: String,
}

/// The examples of a section: its blocks of YAML. Blocks of `yaml` are planned by a test of the documentation, too; those of `yml` name what this release
/// cannot plan.
pub(crate) fn examples(section: &str) -> Vec<Example> {
    let mut found = Vec::new();
    let mut open: Option<String> = None;
    for line in section.lines() {
        match &mut open {
            None if matches!(line, "```yaml" | "```yml") => open = Some(String::new()),
            Some(_) if line == "```" => found.extend(open.take().map(|spec| Example { spec })),
            Some(block) => {
                block.push_str(line);
                block.push('\n');
            }
            None => {}
        }
    }
    found
}

/// A project that has whatever an example may name.
struct Anything;

impl Project for Anything {
    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        Ok((path.ends_with("go.mod") || path.ends_with("go.sum"))
            .then(|| b"module example.com/any\n\ngo 1.24\n\nrequire a.com/b v1.0.0\n".to_vec()))
    }

    async fn exists(&self, _: &str) -> Result<bool, ProjectError> {
        Ok(true)
    }

    async fn list(&self, _: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
        Ok(Some(Vec::new()))
    }

    async fn image(&self, reference: &str, _: &Platform) -> Result<BaseImage, ProjectError> {
        let origin = ImageOrigin::Registry { reference: reference.to_owned() };
        Ok(BaseImage { name: reference.to_owned(), origin, config: json!({}) })
    }
}

/// Plans every target of a spec for two platforms; what cannot be planned is left out.
pub(crate) fn plans(spec: &Spec) -> Vec<Plan> {
    let request = Request {
        build_args: BTreeMap::new(),
        labels: BTreeMap::new(),
        spec_name: "slipway.yaml".to_owned(),
        build_platform: Platform::LINUX_AMD64,
        multi_platform: true,
    };
    let Ok(args) = Args::declared(spec, &request) else { return Vec::new() };
    let mut planned = Vec::new();
    for target in targets(spec) {
        for platform in [Platform::LINUX_AMD64, Platform::LINUX_ARM64] {
            let answer = plan(&Anything, spec, target, &platform, &args, &request).now_or_never().unwrap();
            planned.extend(answer.ok());
        }
    }
    planned
}

/// What rules find in an example.
pub(crate) fn find(example: &Example) -> Vec<Diagnostic> {
    let parsed = parse("slipway.yaml", example.spec.clone().into_bytes());
    let spec = parsed.spec.unwrap_or_else(|found| panic!("{}\n{found:#?}", example.spec));
    let plans = plans(&spec);
    check(&Lint { plans: &plans, ..Lint::new(&parsed.sources, &spec) })
}
