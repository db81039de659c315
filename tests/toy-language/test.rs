//! The toy language plans a build, and says what is wrong with a project.

#![allow(clippy::unwrap_used, reason = "these are tests")]

use futures_util::FutureExt;
use slipway_plan::{
    Args, BaseImage, Entry, ImageOrigin, Plan, PlanError, Platform, Project, ProjectError, Request, find_target, plan,
    presets,
};

/// A project with a file that names a release, or without.
struct Folder(Option<&'static str>);

impl Project for Folder {
    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        Ok(self.0.filter(|_| path == "toy.version").map(|text| text.as_bytes().to_vec()))
    }

    async fn exists(&self, _: &str) -> Result<bool, ProjectError> {
        Ok(true)
    }

    async fn list(&self, _: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
        Ok(None)
    }

    async fn image(&self, reference: &str, _: &Platform) -> Result<BaseImage, ProjectError> {
        let origin = ImageOrigin::Registry { reference: reference.to_owned() };
        Ok(BaseImage { name: reference.to_owned(), origin, config: serde_json::json!({}) })
    }
}

fn planned(folder: &Folder) -> Result<Plan, PlanError> {
    let spec = slipway_spec::parse("slipway.yaml", b"images: { app: { toy: . } }".to_vec()).spec.unwrap();
    let request = Request {
        build_args: Default::default(),
        labels: Default::default(),
        contexts: Default::default(),
        spec_name: "slipway.yaml".to_owned(),
        build_platform: Platform::LINUX_AMD64,
        multi_platform: false,
    };
    let args = Args::declared(&spec, &request).unwrap();
    let target = find_target(&spec, None).unwrap();
    let build = &target.image().unwrap().build.as_ref().unwrap().build;
    assert_eq!(presets::manifests(build), ["toy.version"]);
    plan(folder, &spec, target, &Platform::LINUX_AMD64, &args, &request).now_or_never().unwrap()
}

#[test]
fn a_toy_is_planned() {
    let plan = planned(&Folder(Some("1.2\n"))).unwrap();
    let names: Vec<_> = plan.steps.iter().map(|(_, step)| step.name.as_str()).collect();
    assert!(names.contains(&"[internal] toolchain toy:1.2"), "{names:?}");
    assert!(names.contains(&"[app build] toy main.toy"), "{names:?}");
    assert_eq!(plan.config["config"]["Entrypoint"], serde_json::json!(["/app"]));
}

#[test]
fn what_is_missing_is_named() {
    let Err(PlanError::Invalid(found)) = planned(&Folder(None)) else { unreachable!("there is no release") };
    assert_eq!(found[0].message, "there is no `toy.version` in the context");
}
