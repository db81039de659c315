//! An in-memory project, and plans printed for people.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::json;
use slipway_plan::{
    Args, BaseImage, DockerfileStage, Entry, ImageFile, ImageOrigin, Layer, LayerItem, MountKind, Plan, PlanError,
    Platform, Project, ProjectError, Request, RunOutput, StepKind, find_target, plan,
};
use slipway_spec::parse;

/// Files by path; every image exists for two platforms, except for the named ones.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) files: BTreeMap<&'static str, &'static str>,
    pub(crate) missing_images: BTreeSet<&'static str>,
    /// Files without an execute bit; for others, it is unknown.
    pub(crate) plain: BTreeSet<&'static str>,
    /// Images whose references contain it have another digest.
    pub(crate) updated: Option<&'static str>,
}

impl Project for Memory {
    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        Ok(self.files.get(path).map(|text| text.as_bytes().to_vec()))
    }

    async fn exists(&self, path: &str) -> Result<bool, ProjectError> {
        let folder = format!("{path}/");
        Ok(self.files.keys().any(|file| *file == path || file.starts_with(&folder)))
    }

    async fn is_executable(&self, path: &str) -> Result<Option<bool>, ProjectError> {
        Ok(self.plain.contains(path).then_some(false))
    }

    async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let inside = self.files.keys().filter_map(|path| path.strip_prefix(&prefix));
        let entries: BTreeSet<Entry> = inside
            .map(|rest| match rest.split_once('/') {
                Some((name, _)) => Entry { name: name.to_owned(), is_folder: true },
                None => Entry { name: rest.to_owned(), is_folder: false },
            })
            .collect();
        Ok((!entries.is_empty()).then(|| entries.into_iter().collect()))
    }

    async fn image(&self, reference: &str, platform: &Platform) -> Result<BaseImage, ProjectError> {
        if self.missing_images.contains(reference) || !["amd64", "arm64"].contains(&platform.arch()) {
            return Err(ProjectError::new("not found"));
        }
        let mut config = json!({
            "os": platform.os(),
            "architecture": platform.arch(),
            "created": "2024-01-01T00:00:00Z",
            "author": "base",
            "config": { "Env": ["PATH=/bin", "BASE=1"], "User": "0", "Cmd": ["sh"], "Labels": { "base": "yes" } },
            "rootfs": { "type": "layers", "diff_ids": ["sha256:0"] },
            "history": [{ "created_by": "base" }],
        });
        let of_language = [("nodejs", json!(["/nodejs/bin/node"])), ("python3", json!(["/usr/bin/python3"]))];
        let entrypoint = of_language.into_iter().find(|(name, _)| reference.contains(name));
        if reference.contains("distroless/")
            && let Some(config) = config.get_mut("config").and_then(serde_json::Value::as_object_mut)
        {
            config.remove("Cmd");
            config.extend(entrypoint.map(|(_, words)| ("Entrypoint".to_owned(), words)));
        }
        Ok(BaseImage {
            name: reference.to_owned(),
            origin: ImageOrigin::Registry {
                reference: format!(
                    "{reference}@sha256:{}",
                    u8::from(self.updated.is_some_and(|part| reference.contains(part)))
                ),
            },
            config,
        })
    }
}

/// A project with images whose files can be read: a function of the image and the path.
pub(crate) struct WithImageFiles<F>(pub(crate) Memory, pub(crate) F);

impl<F: Fn(&BaseImage, &str) -> ImageFile> Project for WithImageFiles<F> {
    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        self.0.read(path).await
    }

    async fn exists(&self, path: &str) -> Result<bool, ProjectError> {
        self.0.exists(path).await
    }

    async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
        self.0.list(folder).await
    }

    async fn image(&self, reference: &str, platform: &Platform) -> Result<BaseImage, ProjectError> {
        self.0.image(reference, platform).await
    }

    async fn image_file(&self, image: &BaseImage, _: &Platform, path: &str) -> Result<ImageFile, ProjectError> {
        Ok((self.1)(image, path))
    }
}

/// A file of an image; it does not exist if the text is empty.
pub(crate) fn image_file(text: &str) -> ImageFile {
    if text.is_empty() { ImageFile::Missing } else { ImageFile::Found(text.as_bytes().to_vec()) }
}

pub(crate) fn go_project() -> Memory {
    Memory {
        files: BTreeMap::from([
            ("go.mod", "module example.com/shop\n\ngo 1.24\n\nrequire github.com/google/uuid v1.6.0\n"),
            ("go.sum", ""),
            ("cmd/api/main.go", "package main\n"),
            ("cmd/run/main.go", "package main\n"),
        ]),
        ..Memory::default()
    }
}

/// A project with sources of Go, Python and Rust.
pub(crate) fn several_languages() -> Memory {
    let mut project = go_project();
    project.files.extend([
        ("site/requirements.txt", "uvicorn==0.34.0\n"),
        ("site/.python-version", "3.13\n"),
        ("site/main.py", ""),
        ("edge/Cargo.toml", "[package]\nname = \"edge\"\nrust-version = \"1.90\"\n"),
        ("edge/Cargo.lock", ""),
        ("edge/src/main.rs", ""),
    ]);
    project
}

/// A request without options.
pub(crate) fn request() -> Request {
    Request {
        build_args: BTreeMap::new(),
        labels: BTreeMap::new(),
        contexts: BTreeMap::new(),
        spec_name: "slipway.yaml".to_owned(),
        build_platform: Platform::LINUX_AMD64,
        multi_platform: false,
    }
}

/// Plans a target of a spec; findings are returned as lines.
pub(crate) fn make(
    project: &Memory,
    spec: &str,
    target: Option<&str>,
    platform: &str,
    request: &Request,
) -> Result<Plan, String> {
    make_with(project, spec, target, platform, request)
}

/// The same with a project of another kind.
pub(crate) fn make_with<P: Project>(
    project: &P,
    spec: &str,
    target: Option<&str>,
    platform: &str,
    request: &Request,
) -> Result<Plan, String> {
    let parsed = parse("slipway.yaml", spec.as_bytes().to_vec());
    let said = |found: Vec<slipway_spec::Diagnostic>| {
        found.iter().map(|diagnostic| diagnostic.render(&parsed.sources)).collect::<Vec<_>>().join("\n")
    };
    let spec = parsed.spec.clone().map_err(said)?;
    let target = find_target(&spec, target).map_err(|found| said(vec![found]))?;
    let args = Args::declared(&spec, request).map_err(said)?;
    let platform = platform.parse().unwrap();
    // In memory, nothing waits, so the first poll is the last.
    let future = plan(project, &spec, target, &platform, &args, request);
    match futures_util::FutureExt::now_or_never(future).unwrap() {
        Ok(plan) => {
            assert_patterns(&plan);
            Ok(plan)
        }
        Err(PlanError::Invalid(found)) => Err(said(found)),
        Err(PlanError::Files(error)) => Err(error.to_string()),
    }
}

/// Every pattern of a plan is valid: that of the context itself is `**`, because its folder has an empty name.
fn assert_patterns(plan: &Plan) {
    for (_, step) in plan.steps.iter() {
        let StepKind::Select { items } = &step.kind else { continue };
        for pattern in items.iter().flat_map(|item| item.include.iter().chain(&item.exclude)) {
            assert!(!pattern.is_empty() && !pattern.starts_with('/'), "`{pattern}` of {}", step.name);
        }
    }
}

/// The error, in one line.
pub(crate) fn refusal(project: &Memory, spec: &str) -> String {
    match make(project, spec, None, "linux/amd64", &request()) {
        Ok(plan) => panic!("this was accepted:\n{}", print(&plan)),
        Err(said) => said,
    }
}

fn print_layer(out: &mut String, layer: &Layer) {
    writeln!(out, "  layer {}: {}", layer.name, layer.history).unwrap();
    for item in &layer.items {
        match item {
            LayerItem::Folder { path, mode, owner } => {
                let owner = owner.as_ref().map(|owner| format!(" {owner}")).unwrap_or_default();
                writeln!(out, "    folder {path} {mode:o}{owner}").unwrap();
            }
            LayerItem::Copy(copy) => writeln!(
                out,
                "    copy {}:{} -> {} mode {:?} owner {:?} include {:?} exclude {:?}",
                copy.from.index(),
                copy.source,
                copy.target,
                copy.mode.map(|mode| format!("{mode:o}")),
                copy.owner,
                copy.include,
                copy.exclude
            )
            .unwrap(),
            LayerItem::Link { path, target } => writeln!(out, "    link {path} -> {target}").unwrap(),
            LayerItem::Text { path, content, mode, owner } => {
                writeln!(out, "    text {path} {content:?} {mode:o} {owner:?}").unwrap();
            }
        }
    }
}

/// A plan as text.
pub(crate) fn print(plan: &Plan) -> String {
    let mut out = format!("target {} for {}\n", plan.target, plan.platform);
    for (id, step) in plan.steps.iter() {
        let at = step.span.start;
        writeln!(out, "\n{} {} ({}, line {})", id.index(), step.name, step.owner, at.line).unwrap();
        match &step.kind {
            StepKind::Base { image, platform } => writeln!(out, "  image {} for {platform}", image.name).unwrap(),
            StepKind::Context => {}
            StepKind::Source(source) => writeln!(out, "  {source:?}").unwrap(),
            StepKind::Dockerfile(DockerfileStage { path, context, args, target, secrets, platform }) => {
                let context = context.map(slipway_plan::StepId::index);
                if !(context.is_none() && args.is_empty() && secrets.is_empty()) {
                    writeln!(out, "  context {context:?}, args {args:?}, secrets {secrets:?}").unwrap();
                }
                writeln!(out, "  {path} {target:?} for {platform}").unwrap();
            }
            StepKind::Select { items } => {
                for item in items {
                    writeln!(
                        out,
                        "  from {}: {} -> {} include {:?} exclude {:?}",
                        item.from.index(),
                        item.source,
                        item.target,
                        item.include,
                        item.exclude
                    )
                    .unwrap();
                }
            }
            StepKind::Run(run) => {
                writeln!(
                    out,
                    "  in {} on {}, workdir {}, network {:?}",
                    run.root.index(),
                    run.platform,
                    run.workdir,
                    run.network
                )
                .unwrap();
                for (name, value) in &run.env {
                    writeln!(out, "  env {name}={value}").unwrap();
                }
                for mount in &run.mounts {
                    let what = match &mount.kind {
                        MountKind::ReadOnly { from, path } => format!("read-only {}:{path}", from.index()),
                        MountKind::Discarded { from, path } => format!("discarded {}:{path}", from.index()),
                        MountKind::Dependencies { from, discarded } => {
                            format!("dependencies {}{}", from.index(), if *discarded { ", discarded" } else { "" })
                        }
                        MountKind::Parts { from } => format!("parts of {}", from.index()),
                        MountKind::Cache { id, sharing } => format!("cache {id} {sharing:?}"),
                        MountKind::Secret { id, required } => format!("secret {id} required {required}"),
                        MountKind::Ssh { id, required } => {
                            format!("ssh {id}{}", if *required { "" } else { " optional" })
                        }
                        MountKind::Script { text } => format!("script {text:?}"),
                        MountKind::Tmpfs => "tmpfs".to_owned(),
                    };
                    writeln!(out, "  mount {} = {what}", mount.target).unwrap();
                }
                writeln!(out, "  run {:?}", run.args).unwrap();
                for secret in &run.secret_env {
                    writeln!(out, "  secret env {}={} required {}", secret.name, secret.id, secret.required).unwrap();
                }
                match &run.output {
                    RunOutput::Folder { path, on: None } => writeln!(out, "  output {path}").unwrap(),
                    RunOutput::Folder { path, on: Some(on) } => {
                        writeln!(out, "  output {path} on {}", on.index()).unwrap();
                    }
                    RunOutput::Root => writeln!(out, "  output its root").unwrap(),
                }
            }
            StepKind::Write { root, layer } => {
                writeln!(out, "  in {}", root.index()).unwrap();
                print_layer(&mut out, layer);
            }
            StepKind::Assemble { base, layers } => {
                writeln!(out, "  base {}", base.index()).unwrap();
                layers.iter().for_each(|layer| print_layer(&mut out, layer));
            }
        }
    }
    for gate in &plan.gates {
        writeln!(out, "\ngate {} = {}", gate.name, gate.step.index()).unwrap();
    }
    for note in &plan.notes {
        writeln!(out, "\nnote {}: {}", note.owner, note.text).unwrap();
    }
    let config = serde_json::to_string_pretty(&plan.config).unwrap();
    writeln!(out, "\nconfig {config}").unwrap();
    out
}
