//! What the poms of a Maven project say about one of its modules.

mod closure;
mod elements;
mod pom;
mod reactor;

use slipway_diagnostic::Diagnostic;

use self::closure::Closure;
use self::reactor::{Reactor, parse};
use super::files::Texts;
use super::place::inside;
use super::project::{Project, no_module, no_program};
use super::query::Query;
use super::release;
use super::required::{Named, Required};
use super::tool::Tool;
use crate::paths::{in_folder, self_and_above};
use crate::{Error, Repository};

/// Reads the poms.
pub(super) async fn read(repository: &Repository<'_>, query: &Query, files: &mut Texts) -> Result<Project, Error> {
    let span = query.span;
    let (folder, module) = (query.source.as_str(), query.module());
    let own = in_folder(folder, module).trim_end_matches('/').to_owned();
    if files.get(&own, "pom.xml").is_none() {
        return Err(no_module(query, "pom.xml").into());
    }
    let mut found = None;
    let folders: Vec<_> = self_and_above(folder).collect();
    // The root of the repository comes first.
    for above in folders.into_iter().rev() {
        let Some(text) = files.get(above, "pom.xml") else { continue };
        let root = parse(text, &in_folder(above, "pom.xml"), span);
        // A pom above the folder that lists no modules, or is not XML, is not part of this project.
        let root = if above == folder {
            root?
        } else {
            match root {
                Ok(root) if !root.modules.is_empty() => root,
                _ => continue,
            }
        };
        let key = format!("Maven modules {above:?}");
        let reactor =
            repository.once(&key, async |repository| Reactor::read(repository, above, root, span).await).await;
        let reactor = match reactor {
            // Neither is one whose modules do not all exist.
            Err(Error::Invalid(_)) if above != folder => continue,
            reactor => reactor?,
        };
        if above == folder || reactor.has(folder) {
            found = Some(reactor);
            break;
        }
    }
    let Some(reactor) = found else { return Err(no_module(query, "pom.xml").into()) };
    let root = reactor.folder.clone();
    files.read_root(repository, &root, Tool::Maven).await?;
    if !reactor.has(&own) {
        let path = in_folder(&root, "pom.xml");
        let what = format!("`{module}` is not a module of `{path}`");
        return Err(Diagnostic::error(query.module_span(), what)
            .with_help("list it there, or set `source:` to its folder")
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
            format!("`{path}` builds a `{archive}`, but images of this preset run a jar"),
        )
        .with_help(
            "set `<packaging>` to `jar`; or build it in a stage, and copy it with `files` into the image of its server",
        )
        .into());
    }
    let closure = Closure::of(&reactor, &own);
    // The module's own release counts, otherwise its parents'; but no module built with it may require a newer one.
    let mut required: Option<Named> = None;
    for (path, pom) in line.iter().copied().chain(closure.releases()) {
        if let Some((value, key)) = pom.java.first() {
            let by = format!("`{key}` of `{path}`");
            let release = Named { number: release::number(value, &by, span)?, by };
            if required
                .as_ref()
                .is_none_or(|known| known.number < release.number && line.iter().all(|(own, _)| *own != path))
            {
                required = Some(release);
            }
        }
    }
    // A parent's class applies to all its modules, so it counts if the module has none.
    let mains = line.iter().map(|(_, pom)| &pom.mains).find(|mains| !mains.is_empty());
    let main = mains.filter(|mains| mains.len() == 1).and_then(|mains| mains.first().cloned());
    let final_name = line.iter().find_map(|(_, pom)| pom.final_name.as_deref());
    let jar_name = final_name.zip(line.first()).and_then(|(name, (_, pom))| pom.jar_name(name));
    let siblings: Vec<String> = closure.siblings(&own).into_iter().map(str::to_owned).collect();
    let inputs = closure.inputs();
    let name = reactor.lineage(&root).first().map(|(_, pom)| match pom.group() {
        Some(group) if !pom.artifact.is_empty() => format!("{group}.{}", pom.artifact),
        _ => pom.artifact.clone(),
    });
    let tool_options = repository.read(&in_folder(&root, ".mvn/maven.config")).await?.unwrap_or_default();
    let tool_options = String::from_utf8_lossy(&tool_options).split_whitespace().map(str::to_owned).collect();
    Ok(Project {
        tool: Tool::Maven,
        tool_by: String::new(),
        wrapper: false,
        tool_release: None,
        version_files: files.versions(&root),
        required: Required { least: required, exactly: false },
        module: inside(&root, &own).unwrap_or_default().to_owned(),
        gradle_path: String::new(),
        siblings,
        main,
        jar_name,
        inputs,
        whole: None,
        name: name.unwrap_or_default(),
        tool_options,
        folder: root,
    })
}
