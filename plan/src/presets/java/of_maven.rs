//! What the poms of a project tell of one of its modules.

use slipway_spec::Diagnostic;
use slipway_spec::model::JavaOptions;

use super::maven::{Reactor, inside, parse as parse_pom};
use super::project::{
    Files, JavaProject, Tool, ancestors, no_module, no_program, note_siblings, place_of, read_root, version_files,
};
use super::release::{self, Release, Required};
use crate::PlanError;
use crate::presets::{Context, in_folder};

/// Reads them.
pub(super) async fn read(
    cx: &Context<'_>,
    options: &JavaOptions,
    files: &mut Files,
    folder: String,
    module: String,
) -> Result<JavaProject, PlanError> {
    let span = cx.span();
    let parse = |folder: &str| {
        let text = files.get(folder, "pom.xml").unwrap_or_default();
        parse_pom(text, &in_folder(folder, "pom.xml"), span)
    };
    let own = in_folder(&folder, &module).trim_end_matches('/').to_owned();
    if files.get(&own, "pom.xml").is_none() {
        return Err(no_module(options, span, &module, "pom.xml").into());
    }
    let mut found = None;
    for above in ancestors(&folder) {
        // One that lists no modules, or that is no XML, is none of this project's.
        let root = if above == folder {
            Some(parse(&above)?)
        } else {
            parse(&above).ok().filter(|pom| !pom.modules.is_empty())
        };
        if let Some(root) = root.filter(|_| files.get(&above, "pom.xml").is_some()) {
            let reactor = match Reactor::read(cx, &above, root).await {
                // Nor is one whose modules are not all there.
                Err(PlanError::Invalid(_)) if above != folder => continue,
                reactor => reactor?,
            };
            if above == folder || reactor.has(&folder) {
                found = Some(reactor);
                break;
            }
        }
    }
    let Some(reactor) = found else { return Err(no_module(options, span, &module, "pom.xml").into()) };
    let root = reactor.folder.clone();
    read_root(cx, files, &root, Tool::Maven).await?;
    if root != folder {
        cx.note(format!("a module of the Maven project in {}", place_of(&root)));
    }
    if !reactor.has(&own) {
        let path = in_folder(&root, "pom.xml");
        let span = options.module.as_ref().map_or(span, |template| template.span);
        return Err(Diagnostic::error(span, format!("`{module}` is not among the modules of `{path}`"))
            .with_help("list it there, or name its folder with `source`")
            .into());
    }
    let line = reactor.lineage(&own);
    if let Some((path, _)) = line.first().filter(|(_, pom)| pom.is_parent) {
        return Err(no_program(span, path, &reactor.programs()).into());
    }
    if let Some((path, pom)) = line.first()
        && let Some(archive) = &pom.archive
    {
        return Err(Diagnostic::error(
            span,
            format!("`{path}` makes a `{archive}`, and images of this preset run a jar"),
        )
        .with_help(
            "set `<packaging>` to `jar`; or build it in a stage, and bring it by `files` into the image of its server",
        )
        .into());
    }
    let closure = reactor.closure(&own);
    // The module's own word counts, else its parents'; but nothing that is built with it may be for a newer release.
    let mut required: Option<Release> = None;
    for (path, pom) in line.iter().copied().chain(closure.releases()) {
        if let Some((value, key)) = pom.java.first() {
            let place = format!("`{key}` of `{path}`");
            let release = Release { number: release::number(value, &place, span)?, place };
            if required
                .as_ref()
                .is_none_or(|known| known.number < release.number && line.iter().all(|(own, _)| *own != path))
            {
                required = Some(release);
            }
        }
    }
    let classes_for = required.as_ref().map(|release| release.number);
    let (java, java_span) =
        release::choose(cx, options, &version_files(files, &root), &Required { least: required, exactly: false })?;
    // A parent's word is for all of its modules, so it counts where the module says nothing.
    let mains = line.iter().map(|(_, pom)| &pom.mains).find(|mains| !mains.is_empty());
    let main = mains.filter(|mains| mains.len() == 1).and_then(|mains| mains.first().cloned());
    let final_name = line.iter().find_map(|(_, pom)| pom.final_name.as_deref());
    let jar_name = final_name.zip(line.first()).and_then(|(name, (_, pom))| pom.jar_name(name));
    let siblings: Vec<String> = closure.siblings(&own).into_iter().map(str::to_owned).collect();
    let inputs = closure.inputs();
    if inputs.tests {
        cx.note("tests are compiled, too: a module is used by what its tests are made of");
    }
    let name = reactor.lineage(&root).first().map(|(_, pom)| match pom.group() {
        Some(group) if !pom.artifact.is_empty() => format!("{group}.{}", pom.artifact),
        _ => pom.artifact.clone(),
    });
    let tool_options = cx.project().read(&in_folder(&root, ".mvn/maven.config")).await?.unwrap_or_default();
    let tool_options = String::from_utf8_lossy(&tool_options).split_whitespace().map(str::to_owned).collect();
    let project = JavaProject {
        tool: Tool::Maven,
        wrapper: false,
        java,
        java_span,
        classes_for: classes_for.unwrap_or(java),
        module: inside(&root, &own).unwrap_or_default().to_owned(),
        gradle_path: String::new(),
        siblings,
        main,
        jar_name,
        inputs,
        name: name.unwrap_or_default(),
        tool_options,
        folder: root,
    };
    note_siblings(cx, &project.siblings);
    Ok(project)
}
