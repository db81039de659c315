//! Every YAML block of the documentation is a valid spec: all its images can be planned, for two platforms.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use futures_util::FutureExt;
use serde_json::json;
use slipway_plan::{Args, BaseImage, Entry, ImageOrigin, Platform, Project, ProjectError, Request, find_target, plan};
use slipway_spec::parse;

/// Modules that examples name; a parent must list them.
const MODULES: [&str; 7] = [
    "api",
    "worker",
    "services/catalog",
    "services/orders",
    "services/payments",
    "services/shipping",
    "services/notifications",
];

/// A project with everything that an example may name.
struct Anything;

impl Project for Anything {
    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        if path == "pom.xml" {
            let modules = MODULES.map(|module| format!("<module>{module}</module>")).concat();
            return Ok(Some(format!("<project><modules>{modules}</modules></project>").into_bytes()));
        }
        let text = match path.rsplit('/').next().unwrap_or_default() {
            "go.mod" | "go.sum" if path.starts_with("cmd/") => return Ok(None),
            "go.mod" | "go.sum" => "module example.com/any\n\ngo 1.24\n\nrequire a.com/b v1.0.0\n",
            "package.json" => {
                r#"{"scripts":{"build":"","lint":"","test":"","upload":""},"dependencies":{"prisma":"6","vite":"7"}}"#
            }
            "package-lock.json" => r#"{"lockfileVersion":3,"packages":{}}"#,
            "Cargo.toml" => "[package]\nname = \"edge\"\nrust-version = \"1.90\"\n",
            "Cargo.lock" | "main.rs" => "",
            "main.go" => "package main\n",
            "pom.xml" => "<project/>",
            ".python-version" => "3.13\n",
            name if name.ends_with(".sh") => "#!/bin/sh\n",
            name if name.ends_with(".txt") => "uvicorn==0.34.0\n",
            _ => return Ok(None),
        };
        Ok(Some(text.as_bytes().to_vec()))
    }

    async fn exists(&self, _: &str) -> Result<bool, ProjectError> {
        Ok(true)
    }

    async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
        if folder.ends_with(".sh") {
            return Ok(None);
        }
        let name = if folder.ends_with("src") { "main.rs" } else { "main.go" };
        let file = |name: &str| Entry { name: name.to_owned(), is_folder: false };
        Ok(Some(if folder.ends_with("bin") { Vec::new() } else { vec![file(name)] }))
    }

    async fn image(&self, reference: &str, _: &Platform) -> Result<BaseImage, ProjectError> {
        let origin = ImageOrigin::Registry { reference: reference.to_owned() };
        Ok(BaseImage { name: reference.to_owned(), origin, config: json!({}) })
    }
}

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = vec![root.join("README.md")];
    let mut folders = vec![root.join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The YAML blocks of a document, each after as many empty lines as there are lines before it, so that locations in
/// findings are those of the document.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for (number, line) in text.lines().enumerate() {
        match &mut open {
            None if line.trim() == "```yaml" => open = Some("\n".repeat(number + 1)),
            Some(_) if line.trim() == "```" => blocks.extend(open.take()),
            Some(block) => {
                block.push_str(line);
                block.push('\n');
            }
            None => {}
        }
    }
    blocks
}

fn check(name: &str, text: &str) {
    let parsed = parse(name, text.as_bytes().to_vec());
    let said = |found: Vec<slipway_spec::Diagnostic>| -> ! {
        panic!("{}", found.iter().map(|finding| finding.render(&parsed.sources)).collect::<Vec<_>>().join("\n"))
    };
    let spec = parsed.spec.clone().unwrap_or_else(|found| said(found));
    let required = spec.args.iter().filter(|(_, arg)| arg.required);
    let request = Request {
        build_args: required.map(|(name, _)| (name.value.clone(), "given".to_owned())).collect(),
        labels: BTreeMap::new(),
        contexts: BTreeMap::new(),
        spec_name: "slipway.yaml".to_owned(),
        build_platform: Platform::LINUX_AMD64,
        multi_platform: true,
    };
    let args = Args::declared(&spec, &request).unwrap_or_else(|found| said(found));
    assert!(!spec.images.is_empty(), "{name}: a block without images");
    for image in spec.images.names() {
        let target = find_target(&spec, Some(image)).unwrap();
        for platform in [Platform::LINUX_AMD64, Platform::LINUX_ARM64] {
            let planned = plan(&Anything, &spec, target, &platform, &args, &request).now_or_never().unwrap();
            planned.unwrap_or_else(|error| panic!("{name}, image {image}: {error:?}"));
        }
    }
}

#[test]
fn every_block_can_be_planned() {
    let mut count = 0;
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        for block in blocks(&text) {
            check(&path.file_name().unwrap().to_string_lossy(), &block);
            count += 1;
        }
    }
    assert!(count >= 6, "only {count} blocks were found");
}

#[test]
fn every_example_can_be_planned() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut count = 0;
    for entry in fs::read_dir(examples).unwrap() {
        let spec = entry.unwrap().path().join("slipway.yaml");
        // Some folders have only files for other tools, such as CI.
        if let Ok(text) = fs::read_to_string(&spec) {
            check(&spec.to_string_lossy(), &text);
            count += 1;
        }
    }
    assert!(count > 10, "only {count} examples were found");
}
