//! Reads a Java project: first which tool builds it, then that tool's files.

use slipway_diagnostic::Diagnostic;

use super::files::{SCRIPTS, SETTINGS, Texts, VERSION_FILES, wrapper};
use super::place::place_of;
use super::project::Project;
use super::query::Query;
use super::tool::Tool;
use super::{gradle, maven};
use crate::paths::{in_folder, self_and_above};
use crate::{Error, Repository};

/// Reads the manifests of a project.
pub(super) async fn read(repository: &Repository<'_>, query: &Query) -> Result<Project, Error> {
    let folder = query.source.as_str();
    // The root of the project may be above the requested folder.
    let mut paths: Vec<String> = Vec::new();
    let mut ask = |folder: &str, names: &[&str]| paths.extend(names.iter().map(|name| in_folder(folder, name)));
    let scripts: Vec<&str> = ["pom.xml"].into_iter().chain(SCRIPTS).collect();
    let roots: Vec<&str> = ["pom.xml"].into_iter().chain(SETTINGS).collect();
    ask(folder, &scripts);
    ask(in_folder(folder, query.module()).trim_end_matches('/'), &scripts);
    ask(folder, &VERSION_FILES);
    for above in self_and_above(folder) {
        ask(above, &roots);
    }
    paths.sort();
    paths.dedup();
    let found = repository.manifests(&paths).await?;
    let mut files = Texts::of(paths, found);
    let (tool, tool_by) = tool(query, &files)?;
    let mut project = match tool {
        Tool::Maven => maven::read(repository, query, &mut files).await?,
        Tool::Gradle => gradle::read(repository, query, &mut files).await?,
    };
    project.tool_by = tool_by;
    let missing = wrapper(tool).into_iter().find(|name| files.get(&project.folder, name).is_none());
    project.wrapper = query.wrapper.unwrap_or(missing.is_none());
    if let Some(missing) = missing.filter(|_| project.wrapper) {
        let path = in_folder(&project.folder, missing);
        return Err(Diagnostic::error(
            query.span,
            format!("there is no `{path}` in the context, so there is no wrapper to use"),
        )
        .with_help("commit the wrapper, or delete `wrapper`")
        .into());
    }
    let [_, properties] = wrapper(tool);
    project.tool_release = files.get(&project.folder, properties).filter(|_| project.wrapper).and_then(distribution);
    Ok(project)
}

/// The tool that builds the project of a folder, and what selected it.
fn tool(query: &Query, files: &Texts) -> Result<(Tool, String), Diagnostic> {
    let (folder, span) = (query.source.as_str(), query.span);
    let pom = files.get(folder, "pom.xml").is_some();
    let gradle = files.any(folder, SCRIPTS).or(files.any(folder, SETTINGS)).is_some();
    let missing = |name: &str| {
        Diagnostic::error(span, format!("there is no `{}` in the context", in_folder(folder, name)))
            .with_help("set `source:` to the folder that contains it; also check the ignore file")
    };
    let place = place_of(folder);
    match (query.tool, pom, gradle) {
        (Some(Tool::Maven), true, _) => Ok((Tool::Maven, "according to `tool`".to_owned())),
        (Some(Tool::Gradle), _, true) => Ok((Tool::Gradle, "according to `tool`".to_owned())),
        (Some(Tool::Maven), false, _) => Err(missing("pom.xml")),
        (Some(Tool::Gradle), _, false) => Err(missing("build.gradle")),
        (None, true, false) => Ok((Tool::Maven, "detected from `pom.xml`".to_owned())),
        (None, false, true) => {
            let names = SCRIPTS.into_iter().chain(SETTINGS).find(|name| files.get(folder, name).is_some());
            Ok((Tool::Gradle, format!("detected from `{}`", names.unwrap_or_default())))
        }
        (None, true, true) => {
            let names = SCRIPTS.into_iter().chain(SETTINGS).find(|name| files.get(folder, name).is_some());
            let name = names.unwrap_or_default();
            Err(Diagnostic::error(span, format!("there is both a `pom.xml` and a `{name}` in {place}"))
                .with_help("write `tool: maven` or `tool: gradle`"))
        }
        (None, false, false) => Err(Diagnostic::error(
            span,
            format!("there is no `pom.xml`, `build.gradle` or `build.gradle.kts` in {place}"),
        )
        .with_help("set `source:` to the project's folder; also check the ignore file")),
    }
}

/// The release in the properties of a wrapper: `…/apache-maven-3.9.9-bin.zip`, `…/gradle-8.10.2-bin.zip`.
fn distribution(properties: &str) -> Option<String> {
    let url = properties.lines().find_map(|line| line.trim().strip_prefix("distributionUrl"))?;
    let name = url.rsplit('/').next()?;
    let start = name.find(|c: char| c.is_ascii_digit())?;
    let version: String = name.get(start..)?.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    Some(version.trim_end_matches('.').to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // Everything here is test code.
mod tests {
    use std::collections::BTreeMap;

    use futures_util::FutureExt as _;
    use slipway_diagnostic::{Span, Spanned};

    use super::*;
    use crate::ReadCache;

    #[test]
    fn all_modules_share_the_same_facts() {
        let pom = |rest: &str| format!("<project><groupId>g</groupId>{rest}</project>");
        let files: BTreeMap<String, Vec<u8>> = [
            ("m/pom.xml", pom("<artifactId>m</artifactId><modules><module>a</module><module>b</module></modules>")),
            ("m/a/pom.xml", pom("<artifactId>a</artifactId>")),
            ("m/b/pom.xml", pom("<artifactId>b</artifactId>")),
            ("g/settings.gradle", "include 'a', 'b'".to_owned()),
            ("g/a/build.gradle", "dependencies { implementation project(':b') }".to_owned()),
            ("g/b/build.gradle", String::new()),
        ]
        .map(|(path, text)| (path.to_owned(), text.into_bytes()))
        .into();
        let cache = ReadCache::default();
        let mut siblings = Vec::new();
        for (source, module) in [("m", "a"), ("m/b", ""), ("g", "a"), ("g/b", "")] {
            let repository = Repository::new(&files, Some(&cache));
            let module = (!module.is_empty()).then(|| Spanned::new(module.to_owned(), Span::START));
            let query = Query { source: source.to_owned(), module, tool: None, wrapper: None, span: Span::START };
            let project = crate::java::project(&repository, &query).now_or_never().unwrap().unwrap();
            siblings.push(format!("{} {:?}", project.module, project.siblings));
        }
        assert_eq!(siblings, ["a []", "b []", "a [\"b\"]", "b []"]);
        let facts = format!("{cache:?}");
        assert_eq!((facts.matches("Maven modules").count(), facts.matches("Gradle build").count()), (1, 1), "{facts}");
    }

    #[test]
    fn a_wrapper_names_its_release() {
        let of = |text| distribution(text);
        assert_eq!(
            of("distributionUrl=https\\://services.gradle.org/distributions/gradle-8.10.2-bin.zip"),
            Some("8.10.2".into())
        );
        assert_eq!(of("a=b\ndistributionUrl = https://x/apache-maven-3.9.9-bin.zip"), Some("3.9.9".into()));
        assert_eq!(of("a=b"), None);
    }
}
