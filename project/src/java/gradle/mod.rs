//! What the scripts of a Gradle build say about one of its projects.

mod build;
mod closure;
mod inputs;
mod release;
mod script;
mod words;

use std::sync::Arc;

use slipway_diagnostic::Diagnostic;

use self::build::GradleBuild;
use self::release::{normal, of_script};
use super::files::{SCRIPTS, SETTINGS, Texts};
use super::place::{inside, place_of};
use super::project::{Project, no_module, no_program};
use super::query::Query;
use super::release::number;
use super::required::{Named, Required};
use super::tool::Tool;
use crate::paths::{in_folder, self_and_above};
use crate::{Error, Repository};

/// Reads the scripts.
pub(super) async fn read(repository: &Repository<'_>, query: &Query, files: &mut Texts) -> Result<Project, Error> {
    let (folder, module) = (query.source.as_str(), query.module());
    let span = query.span;
    let own = in_folder(folder, module).trim_end_matches('/').to_owned();
    if !module.is_empty() && files.any(&own, SCRIPTS).is_none() {
        return Err(no_module(query, "build.gradle").into());
    }
    // The nearest settings file counts, as in Gradle.
    let root = self_and_above(folder).find(|above| files.any(above, SETTINGS).is_some()).unwrap_or(folder);
    let mut build = build_in(repository, query, root, files.any(root, SETTINGS)).await?;
    let mut start = build.project_in(&own).map(str::to_owned);
    if start.is_none() && root != folder && module.is_empty() {
        // A separate build in the folder of another one.
        build = build_in(repository, query, folder, None).await?;
        start = Some(String::new());
    }
    let Some(start) = start.or_else(|| {
        let path = inside(root, &own).filter(|_| build.is_opaque())?;
        Some(format!(":{}", path.replace('/', ":")))
    }) else {
        let what = format!("`{module}` is not a project of {}", place_of(&in_folder(root, "settings.gradle")));
        return Err(Diagnostic::error(query.module_span(), what)
            .with_help("include it there, or set `source:` to its folder")
            .into());
    };
    let root = build.folder.clone();
    files.read_root(repository, &root, Tool::Gradle).await?;
    if start.is_empty() && !build.programs().is_empty() && !repository.exists(&in_folder(&root, "src")).await? {
        let path = if files.get(&root, "build.gradle.kts").is_some() { "build.gradle.kts" } else { "build.gradle" };
        return Err(no_program(span, &in_folder(&root, path), &build.programs()).into());
    }
    let texts = [files.any(&own, SCRIPTS), files.any(&root, SCRIPTS)];
    let mut required = None;
    let mut exactly = false;
    if let Some((value, key)) = texts.iter().flatten().find_map(|text| of_script(&normal(text))) {
        let by = format!("`{key}`");
        exactly = key.contains("Language") || key.contains("Toolchain");
        required = Some(Named { number: number(&value, &by, span)?, by });
    }
    let (inputs, whole) = build.inputs(&start);
    Ok(Project {
        tool: Tool::Gradle,
        tool_by: String::new(),
        wrapper: false,
        tool_release: None,
        version_files: files.versions(&root),
        required: Required { least: required, exactly },
        module: inside(&root, &own).unwrap_or_default().to_owned(),
        siblings: build.siblings(&start),
        gradle_path: start,
        main: None,
        jar_name: None,
        inputs,
        whole,
        name: root.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("root").to_owned(),
        folder: root,
        tool_options: Vec::new(),
    })
}

/// The build with its root in a folder; all its projects share it.
async fn build_in(
    repository: &Repository<'_>,
    query: &Query,
    root: &str,
    settings: Option<&str>,
) -> Result<Arc<GradleBuild>, Error> {
    let key = format!("Gradle build {root:?} {}", settings.is_some());
    repository.once(&key, async |repository| GradleBuild::read(repository, root, settings, query.span).await).await
}
