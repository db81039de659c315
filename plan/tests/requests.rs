//! The number of requests for files in a build: one for each file, independent of the numbers of platforms and targets.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use futures_util::future::try_join_all;
use slipway_plan::{
    Args, BaseImage, Entry, ImageOrigin, Platform, Project, ProjectError, ReadCache, Request, Target, plan, targets,
};

/// A folder of the examples whose requests take a while.
struct Folder {
    root: PathBuf,
    cache: ReadCache,
    /// The requested paths, with the number of requests.
    asked: RefCell<BTreeMap<String, usize>>,
}

impl Folder {
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name);
        Self { root, cache: ReadCache::default(), asked: RefCell::default() }
    }

    async fn ask(&self, what: &str, path: &str) -> PathBuf {
        *self.asked.borrow_mut().entry(format!("{what} {path}")).or_default() += 1;
        // Lets other requests run.
        let mut is_first = true;
        std::future::poll_fn(|cx| {
            if std::mem::take(&mut is_first) {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
        self.root.join(path)
    }
}

impl Project for Folder {
    fn cache(&self) -> Option<&ReadCache> {
        Some(&self.cache)
    }

    async fn manifests(&self, paths: &[String]) -> Result<Vec<Option<Vec<u8>>>, ProjectError> {
        let root = self.ask("manifests", &paths.join(" ")).await.ancestors().last().map(|_| self.root.clone()).unwrap();
        Ok(paths.iter().map(|path| std::fs::read(root.join(path)).ok()).collect())
    }

    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        Ok(std::fs::read(self.ask("read", path).await).ok())
    }

    async fn exists(&self, path: &str) -> Result<bool, ProjectError> {
        Ok(self.ask("exists", path).await.exists())
    }

    async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
        let Ok(found) = std::fs::read_dir(self.ask("list", folder).await) else { return Ok(None) };
        let entry = |entry: std::fs::DirEntry| Entry {
            name: entry.file_name().into_string().unwrap(),
            is_folder: entry.file_type().unwrap().is_dir(),
        };
        let mut entries: Vec<_> = found.map(|found| entry(found.unwrap())).collect();
        entries.sort();
        Ok(Some(entries))
    }

    async fn image(&self, reference: &str, _: &Platform) -> Result<BaseImage, ProjectError> {
        let origin = ImageOrigin::Registry { reference: reference.to_owned() };
        Ok(BaseImage { name: reference.to_owned(), origin, config: serde_json::json!({}) })
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
    }
}

/// The requests in a build of all targets, with their numbers.
fn asked(example: &str, platforms: &[&str]) -> BTreeMap<String, usize> {
    let folder = Folder::new(example);
    let text = std::fs::read(folder.root.join("slipway.yaml")).unwrap();
    let spec = slipway_spec::parse("slipway.yaml", text).spec.unwrap();
    let request = Request {
        build_args: BTreeMap::new(),
        labels: BTreeMap::new(),
        contexts: BTreeMap::new(),
        spec_name: "slipway.yaml".to_owned(),
        build_platform: Platform::LINUX_AMD64,
        multi_platform: platforms.len() > 1,
    };
    let args = Args::declared(&spec, &request).unwrap();
    let platforms: Vec<Platform> = platforms.iter().map(|platform| platform.parse().unwrap()).collect();
    let all: Vec<_> = targets(&spec).collect();
    let plans = all.iter().flat_map(|target| platforms.iter().map(|platform| (*target, platform)));
    // Images for development are for the build platform.
    let is_dev = |target| matches!(target, Target::Image { variant: Some(variant), .. } if variant.value == "dev");
    let plans = plans.filter(|(target, platform)| **platform == Platform::LINUX_AMD64 || !is_dev(*target));
    let plans = plans.map(|(target, platform)| plan(&folder, &spec, target, platform, &args, &request));
    run(try_join_all(plans)).unwrap();
    folder.asked.into_inner()
}

#[test]
fn two_platforms_request_the_same_files_as_one() {
    let examples = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")).unwrap();
    let mut counts = Vec::new();
    for example in examples {
        let example = example.unwrap();
        if !example.path().join("slipway.yaml").exists() {
            continue;
        }
        let example = example.file_name().into_string().unwrap();
        let (one, two) = (asked(&example, &["linux/amd64"]), asked(&example, &["linux/amd64", "linux/arm64"]));
        assert_eq!(one, two, "{example}");
        let again: Vec<_> = two.iter().filter(|(_, count)| **count > 1).collect();
        assert!(again.is_empty(), "{example}: {again:?}");
        counts.push((example, one.len()));
    }
    assert!(counts.len() > 5 && counts.iter().any(|(_, count)| *count > 20), "{counts:?}");
}
