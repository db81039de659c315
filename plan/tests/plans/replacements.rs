//! What the command line names instead of stages, builds and images of the file.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::json;
use slipway_plan::{
    BaseImage, Entry, ImageOrigin, NamedSource, Plan, Platform, Project, ProjectError, Request, Source,
};

use crate::support::{Memory, make_with, print, request};

const FILE: &str = r#"
stages:
  far: { from: "acme/far:1", steps: [{ run: make, network: none }] }
  mid: { from: far, steps: [{ run: make mid, network: none }], output: /out }
  last: { from: mid, steps: [{ run: make last, network: none }] }
builds:
  site: { preset: static, source: ./site }
images:
  mids: { files: { /mid: "mid:/a" } }
  on: { runtime: mid }
  after: { files: { /last: "last:/x" } }
  sites: { build: site }
  other: { build: { from: site, source: { path: ./site, include: ["*.html"] } } }
  copies: { files: { /s: "site:/index.html" } }
  ground: { runtime: "acme/base:1", files: { /b: ./site } }
  child: { runtime: ground, files: { /c: ./site/index.html } }
"#;

/// A project with named contexts, which records the images that are looked up.
struct Given(Memory, RefCell<Vec<String>>);

impl Project for Given {
    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        self.0.read(path).await
    }

    async fn exists(&self, path: &str) -> Result<bool, ProjectError> {
        self.0.exists(path).await
    }

    async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
        self.0.list(folder).await
    }

    async fn named_context(&self, name: &str, platform: &Platform) -> Result<Option<NamedSource>, ProjectError> {
        let request = request_with(&[name]);
        let given =
            request.context(name, platform).filter(|_| self.1.borrow().first().is_some_and(|given| given == name));
        Ok(given.map(|_| match name {
            "mid" | "site" => NamedSource::Files(Source::Local { name: name.to_owned() }),
            _ => NamedSource::Image(BaseImage {
                name: name.to_owned(),
                origin: ImageOrigin::Registry { reference: "given:1".to_owned() },
                config: json!({ "config": { "Env": ["GIVEN=1"], "User": "1000", "Entrypoint": ["/given"] } }),
            }),
        }))
    }

    async fn image(&self, reference: &str, platform: &Platform) -> Result<BaseImage, ProjectError> {
        self.1.borrow_mut().push(reference.to_owned());
        self.0.image(reference, platform).await
    }
}

fn request_with(names: &[&str]) -> Request {
    let contexts = names.iter().map(|name| ((*name).to_owned(), "local:x".to_owned())).collect();
    Request { contexts, ..request() }
}

/// The plan of a target with a replacement of a name, and the images that were looked up.
fn planned(name: &str, target: &str) -> Result<(Plan, Vec<String>), String> {
    let files = BTreeMap::from([("site/index.html", ""), ("site/b.css", "")]);
    let project = Given(Memory { files, ..Memory::default() }, RefCell::new(vec![name.to_owned()]));
    let plan = make_with(&project, FILE, Some(target), "linux/amd64", &request_with(&[name]))?;
    let images = project.1.into_inner().split_off(1);
    Ok((plan, images))
}

#[test]
fn a_stage_is_replaced_with_everything_that_it_needs() {
    for target in ["mids", "after", "on", "stage:mid"] {
        let (plan, images) = planned("mid", target).unwrap();
        assert_eq!(images, [] as [&str; 0], "{target}");
        insta::assert_snapshot!(format!("stage-{}", target.replace(':', "-")), print(&plan));
    }
    let (plan, images) = planned("far", "mids").unwrap();
    assert_eq!(images, [] as [&str; 0]);
    let run = plan.steps.iter().find(|(_, step)| step.name.contains("make mid")).unwrap().1;
    assert!(format!("{run:?}").contains("GIVEN"), "the environment comes along");
}

#[test]
fn the_output_of_a_build_is_replaced() {
    for target in ["copies", "sites", "build:site"] {
        let (plan, _) = planned("site", target).unwrap();
        insta::assert_snapshot!(format!("build-{}", target.replace(':', "-")), print(&plan));
    }
    let refused = planned("site", "other").unwrap_err();
    assert!(refused.contains("cannot replace the build in the image `other`"), "{refused}");
}

#[test]
fn an_image_is_replaced_for_others_and_as_a_target() {
    for target in ["child", "ground"] {
        let (plan, images) = planned("ground", target).unwrap();
        assert_eq!(images, [] as [&str; 0], "{target}");
        insta::assert_snapshot!(format!("image-{target}"), print(&plan));
        assert_eq!(plan.config["config"]["User"], "1000");
        assert_eq!(plan.config["config"]["Entrypoint"], json!(["/given"]));
    }
}

#[test]
fn names_are_for_a_platform_or_for_all_and_have_no_capitals() {
    let request = request_with(&["mid::linux/arm64", "proto", "x:Tag"]);
    let given = |name: &str, platform: &str| request.context(name, &platform.parse().unwrap()).is_some();
    assert!(given("mid", "linux/arm64") && !given("mid", "linux/amd64"));
    assert!(given("Proto", "linux/amd64") && given("x:Tag", "linux/amd64") && !given("X:tag", "linux/amd64"));
    assert_eq!(request.context_names().collect::<Vec<_>>(), ["mid", "proto", "x:Tag"]);
}
