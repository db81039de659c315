//! Reads a Java project: which tool builds it, and then what that tool's own files tell.

use slipway_spec::Diagnostic;
use slipway_spec::model::{JavaOptions, JavaTool};

use super::manifests::{SCRIPTS, SETTINGS};
use super::project::{Files, JavaProject, Tool, ancestors, wrapper};
use super::release::VERSION_FILES;
use super::{of_gradle, of_maven};
use crate::PlanError;
use crate::presets::{Context, context_path, in_folder};

/// Reads the manifests of the build's folder.
pub(super) async fn read(cx: &Context<'_>, options: &JavaOptions, folder: String) -> Result<JavaProject, PlanError> {
    let module = match &options.module {
        Some(template) => context_path(&cx.eval(template)?, template.span)?,
        None => String::new(),
    };
    // The root of the project may stand above the folder that the spec names.
    let mut paths: Vec<String> = Vec::new();
    let mut ask = |folder: &str, names: &[&str]| paths.extend(names.iter().map(|name| in_folder(folder, name)));
    let scripts: Vec<&str> = ["pom.xml"].into_iter().chain(SCRIPTS).collect();
    let roots: Vec<&str> = ["pom.xml"].into_iter().chain(SETTINGS).collect();
    ask(&folder, &scripts);
    ask(in_folder(&folder, &module).trim_end_matches('/'), &scripts);
    ask(&folder, &VERSION_FILES);
    for above in ancestors(&folder) {
        ask(&above, &roots);
    }
    paths.sort();
    paths.dedup();
    let found = cx.project().manifests(&paths).await?;
    let mut files = Files::of(paths, found);
    let (tool, why) = tool(cx, options, &files, &folder)?;
    let mut project = match tool {
        Tool::Maven => of_maven::read(cx, options, &mut files, folder, module).await?,
        Tool::Gradle => of_gradle::read(cx, options, &mut files, folder, module).await?,
    };
    let has_wrapper = wrapper(tool).iter().all(|name| files.get(&project.folder, name).is_some());
    project.wrapper = options.wrapper.unwrap_or(has_wrapper);
    if project.wrapper && !has_wrapper {
        let missing = wrapper(tool).into_iter().find(|name| files.get(&project.folder, name).is_none());
        let path = in_folder(&project.folder, missing.unwrap_or_default());
        return Err(Diagnostic::error(
            cx.span(),
            format!("there is no `{path}` in the context, so there is no wrapper to use"),
        )
        .with_help("commit the wrapper, or delete `wrapper`")
        .into());
    }
    let by = if project.wrapper {
        let [_, properties] = wrapper(tool);
        let release = files.get(&project.folder, properties).and_then(distribution);
        let release = release.map(|release| format!(" {release}")).unwrap_or_default();
        format!("{}{release}, by the project's wrapper", tool.name())
    } else {
        format!("{} of the image", tool.name())
    };
    cx.note(format!("built by {by}, {why}"));
    Ok(project)
}

/// Which tool builds the project of a folder, and what told it.
fn tool(cx: &Context<'_>, options: &JavaOptions, files: &Files, folder: &str) -> Result<(Tool, String), Diagnostic> {
    let span = cx.span();
    let pom = files.get(folder, "pom.xml").is_some();
    let gradle = files.any(folder, SCRIPTS).or(files.any(folder, SETTINGS)).is_some();
    let missing = |name: &str| {
        Diagnostic::error(span, format!("there is no `{}` in the context", in_folder(folder, name)))
            .with_help("name the folder that has it with `source:`; an ignore file may also keep it out")
    };
    let place = if folder.is_empty() { "the context".to_owned() } else { format!("`{folder}`") };
    match (options.tool, pom, gradle) {
        (Some(JavaTool::Maven), true, _) => Ok((Tool::Maven, "as `tool` says".to_owned())),
        (Some(JavaTool::Gradle), _, true) => Ok((Tool::Gradle, "as `tool` says".to_owned())),
        (Some(JavaTool::Maven), false, _) => Err(missing("pom.xml")),
        (Some(JavaTool::Gradle), _, false) => Err(missing("build.gradle")),
        (None, true, false) => Ok((Tool::Maven, "told from `pom.xml`".to_owned())),
        (None, false, true) => {
            let names = SCRIPTS.into_iter().chain(SETTINGS).find(|name| files.get(folder, name).is_some());
            Ok((Tool::Gradle, format!("told from `{}`", names.unwrap_or_default())))
        }
        (None, true, true) => {
            let names = SCRIPTS.into_iter().chain(SETTINGS).find(|name| files.get(folder, name).is_some());
            let name = names.unwrap_or_default();
            Err(Diagnostic::error(span, format!("there are both a `pom.xml` and a `{name}` in {place}"))
                .with_help("write `tool: maven` or `tool: gradle`"))
        }
        (None, false, false) => Err(Diagnostic::error(
            span,
            format!("there is no `pom.xml`, `build.gradle` or `build.gradle.kts` in {place}"),
        )
        .with_help("name the project's folder with `source:`; an ignore file may also keep it out")),
    }
}

/// The release that the properties of a wrapper name: `…/apache-maven-3.9.9-bin.zip`, `…/gradle-8.10.2-bin.zip`.
fn distribution(properties: &str) -> Option<String> {
    let url = properties.lines().find_map(|line| line.trim().strip_prefix("distributionUrl"))?;
    let name = url.rsplit('/').next()?;
    let start = name.find(|c: char| c.is_ascii_digit())?;
    let version: String = name.get(start..)?.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    Some(version.trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapper_says_which_release_it_brings() {
        let of = |text| distribution(text);
        assert_eq!(
            of("distributionUrl=https\\://services.gradle.org/distributions/gradle-8.10.2-bin.zip"),
            Some("8.10.2".into())
        );
        assert_eq!(of("a=b\ndistributionUrl = https://x/apache-maven-3.9.9-bin.zip"), Some("3.9.9".into()));
        assert_eq!(of("a=b"), None);
    }
}
