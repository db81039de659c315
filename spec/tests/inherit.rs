//! `defaults` and `extends`: the resulting keys of an image, and the location of each.

#![allow(clippy::unwrap_used)] // Everything here is test code.

use slipway_spec::model::{Healthcheck, Image, PresetOptions};
use slipway_spec::{Spec, parse};

fn spec(text: &str) -> Spec {
    parse("slipway.yaml", text.as_bytes().to_vec()).spec.unwrap()
}

const TEXT: &str = "\
defaults:
  user: '1'
  env: { A: default, B: default }
  expose: [80]
images:
  worker:
    extends: api
    env: { B: worker }
    expose: []
    cmd: [work]
  api:
    go: ./cmd/api
    env: { A: api, C: api }
  other:
    extends: worker
    go: ./cmd/other
    user: '2'
";

#[test]
fn maps_merge_deeply_and_other_values_replace() {
    let spec = spec(TEXT);
    let worker = spec.images.get("worker").unwrap();
    let scope = slipway_spec_scope::Nothing;
    let env: Vec<_> =
        worker.keys.config.env.iter().map(|(name, value)| (name.value.as_str(), value.eval(&scope).unwrap())).collect();
    assert_eq!(env, [("A", "api".to_owned()), ("B", "worker".to_owned()), ("C", "api".to_owned())]);
    assert!(worker.keys.config.expose.is_empty());
    assert_eq!(spec.images.get("api").unwrap().keys.config.expose.len(), 1);
    assert_eq!(worker.keys.config.user.as_ref().unwrap().identity().eval(&scope).unwrap(), "1");
    assert_eq!(spec.images.names().collect::<Vec<_>>(), ["worker", "api", "other"], "the order of the file");
}

#[test]
fn inherited_values_keep_their_locations() {
    let spec = spec(TEXT);
    let worker = spec.images.get("worker").unwrap();
    let lines: Vec<_> = worker.keys.config.env.iter().map(|(_, value)| value.span.start.line).collect();
    assert_eq!(lines, [13, 8, 13]);
    assert_eq!(worker.keys.config.user.as_ref().unwrap().span().start.line, 2);
}

#[test]
fn a_separate_program_replaces_the_inherited_one() {
    let other = spec(TEXT).images.get("other").unwrap().clone();
    assert!(other.build.unwrap().name.is_none());
    assert_eq!(other.keys.config.cmd.unwrap().len(), 1);
    let child = spec("builds: { b: { preset: go } }\nimages: { a: { go: . }, c: { extends: a, build: b } }");
    assert_eq!(child.images.get("c").unwrap().build.as_ref().unwrap().name.as_ref().unwrap().value, "b");
}

#[test]
fn none_takes_back_what_is_inherited() {
    let spec = spec(
        "\
defaults:
  user: '1'
  platforms: [linux/amd64]
  env: { A: default }
  labels: { team: none }
images:
  api:
    go: { main: ./cmd/api, tags: [a] }
    expose: [80]
    env: { LEVEL: none, B: none }
    files: { /a: ./a, /b: ./b }
    healthcheck: { run: [/api] }
    variants: { dev: { cmd: [dev] }, debug: { cmd: [debug], expose: none, user: none } }
  worker:
    extends: api
    user: none
    platforms: none
    env: none
    expose: none
    go: { tags: none }
    files: { /a: none }
    healthcheck: none
    variants: { dev: none, debug: { env: { C: c } } }
  files: { extends: api, build: none, variants: none }
",
    );
    let (api, worker) = (spec.images.get("api").unwrap(), spec.images.get("worker").unwrap());
    let image = |image: &Image| {
        let keys = &image.keys;
        let env: Vec<_> = keys.config.env.names().collect();
        (keys.config.user.is_some(), keys.platforms.len(), env.join(" "), keys.config.expose.len(), keys.files.len())
    };
    assert_eq!(image(api), (true, 1, "A LEVEL B".to_owned(), 1, 2), "`none` is text in `env` and `labels`");
    assert_eq!(image(worker), (false, 0, String::new(), 0, 1));
    assert_eq!(worker.keys.files.names().next(), Some("/b"));
    assert_eq!(worker.keys.healthcheck, Some(Healthcheck::None));
    let tags = |image: &Image| match &image.build.as_ref().unwrap().build.options {
        PresetOptions::Go(go) => go.tags.iter().flatten().count(),
        _ => 0,
    };
    assert_eq!((tags(api), tags(worker)), (1, 0), "the rest of the build is inherited");
    assert_eq!(worker.variants.names().collect::<Vec<_>>(), ["debug"]);
    let debug = worker.variants.get("debug").unwrap();
    assert_eq!(image(debug), (false, 0, "C".to_owned(), 0, 1));
    assert_eq!(image(api.variants.get("debug").unwrap()), (false, 1, "A LEVEL B".to_owned(), 0, 2));
    let files = spec.images.get("files").unwrap();
    assert!(files.build.is_none() && files.variants.is_empty(), "every key that selects a build is one of `build`");
}

mod slipway_spec_scope {
    /// No names at all.
    pub(crate) struct Nothing;

    impl slipway_spec::Scope for Nothing {
        fn value(&self, _: &str) -> Option<&str> {
            None
        }

        fn names(&self) -> Vec<&str> {
            Vec::new()
        }
    }
}
