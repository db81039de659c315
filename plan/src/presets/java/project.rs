//! A Java project as its own files tell of it: what builds it, which Java, which module, and which files.

use std::collections::BTreeMap;

use slipway_spec::model::{JavaOptions, JavaTool};
use slipway_spec::{Diagnostic, Span};

use super::gradle::{SCRIPTS, SETTINGS};
use super::inputs::Inputs;
use super::release::VERSION_FILES;
use super::{of_gradle, of_maven};
use crate::presets::{Context, context_path, in_folder};
use crate::{PlanError, Project};

/// A Java project.
pub(super) struct JavaProject {
    /// Its folder in the context: where the tool runs.
    pub(super) folder: String,
    pub(super) tool: Tool,
    /// Whether the project's own wrapper brings the tool.
    pub(super) wrapper: bool,
    /// The release of Java, a whole number.
    pub(super) java: u32,
    /// The part of the spec that told the release.
    pub(super) java_span: Span,
    /// The release that the classes are for, which may be an older one.
    pub(super) classes_for: u32,
    /// The folder of the module with the program, relative to the project's; empty for the project itself.
    pub(super) module: String,
    /// Gradle's name of that module.
    pub(super) gradle_path: String,
    /// Folders of the other modules that are built with it.
    pub(super) siblings: Vec<String>,
    /// What the project says has `main`, where that is one class.
    pub(super) main: Option<String>,
    /// What the build file calls the program's jar, where it says so.
    pub(super) jar_name: Option<String>,
    pub(super) inputs: Inputs,
    /// What names the project among others on one engine.
    pub(super) name: String,
    /// Options that the project gives to its tool by a file.
    pub(super) tool_options: Vec<String>,
}

/// What builds the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    Maven,
    Gradle,
}

/// The first files that are read, by their paths.
pub(super) struct Files(BTreeMap<String, String>);

impl Files {
    pub(super) fn get(&self, folder: &str, name: &str) -> Option<&str> {
        self.0.get(&in_folder(folder, name)).map(String::as_str)
    }

    /// The first of some names that a folder has.
    pub(super) fn any(&self, folder: &str, names: [&str; 2]) -> Option<&str> {
        names.into_iter().find_map(|name| self.get(folder, name))
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Reads what the root of a project says of its tools.
pub(super) async fn read_root<P: Project>(
    cx: &Context<'_, P>,
    files: &mut Files,
    root: &str,
    tool: Tool,
) -> Result<(), PlanError> {
    let names = VERSION_FILES.into_iter().chain(SCRIPTS).chain(wrapper(tool));
    let paths = names.map(|name| in_folder(root, name)).filter(|path| !files.0.contains_key(path)).collect::<Vec<_>>();
    let found = cx.project().read_all(&paths).await?;
    files.0.extend(paths.into_iter().zip(found).filter_map(|(path, file)| Some((path, text(file?)))));
    Ok(())
}

/// Files by which a wrapper is told: the script, and which release it brings.
pub(super) fn wrapper(tool: Tool) -> [&'static str; 2] {
    match tool {
        Tool::Maven => ["mvnw", ".mvn/wrapper/maven-wrapper.properties"],
        Tool::Gradle => ["gradlew", "gradle/wrapper/gradle-wrapper.properties"],
    }
}

/// Reads the manifests of the build's folder.
pub(super) async fn read<P: Project>(
    cx: &Context<'_, P>,
    options: &JavaOptions,
    folder: String,
) -> Result<JavaProject, PlanError> {
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
    let found = paths.into_iter().zip(found);
    let mut files = Files(found.filter_map(|(path, file)| Some((path, text(file?)))).collect());
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
fn tool<P: Project>(
    cx: &Context<'_, P>,
    options: &JavaOptions,
    files: &Files,
    folder: &str,
) -> Result<(Tool, String), Diagnostic> {
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

/// A folder and those that it is in, the context first.
pub(super) fn ancestors(folder: &str) -> Vec<String> {
    let ends = folder.match_indices('/').map(|(at, _)| at).chain((!folder.is_empty()).then_some(folder.len()));
    std::iter::once(0).chain(ends).filter_map(|end| folder.get(..end)).map(str::to_owned).collect()
}

pub(super) fn place_of(folder: &str) -> String {
    if folder.is_empty() { "the context".to_owned() } else { format!("`{folder}`") }
}

pub(super) fn version_files(files: &Files, folder: &str) -> Vec<(String, Option<String>)> {
    VERSION_FILES.map(|name| (in_folder(folder, name), files.get(folder, name).map(str::to_owned))).to_vec()
}

pub(super) fn note_siblings<P: Project>(cx: &Context<'_, P>, siblings: &[String]) {
    if !siblings.is_empty() {
        cx.note(format!("with {}, which it depends on", siblings.join(", ")));
    }
}

pub(super) fn no_module(options: &JavaOptions, span: Span, module: &str, file: &str) -> Diagnostic {
    let span = options.module.as_ref().map_or(span, |template| template.span);
    Diagnostic::error(span, format!("there is no module `{module}`: its `{file}` is not in the context"))
        .with_help("name the module's folder, relative to `source`")
}

pub(super) fn no_program(span: Span, path: &str, programs: &[&str]) -> Diagnostic {
    let some: Vec<_> = programs.iter().take(10).map(|folder| format!("`module: {folder}`")).collect();
    let error = Diagnostic::error(span, format!("`{path}` makes no program itself: it is there for its modules"));
    if some.is_empty() {
        return error.with_help("name the folder of the module that makes it with `module`");
    }
    error.with_help(format!("name the module that makes it, such as {}", some.join(", ")))
}

/// The release that the properties of a wrapper name: `…/apache-maven-3.9.9-bin.zip`, `…/gradle-8.10.2-bin.zip`.
fn distribution(properties: &str) -> Option<String> {
    let url = properties.lines().find_map(|line| line.trim().strip_prefix("distributionUrl"))?;
    let name = url.rsplit('/').next()?;
    let start = name.find(|c: char| c.is_ascii_digit())?;
    let version: String = name.get(start..)?.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    Some(version.trim_end_matches('.').to_owned())
}

impl Tool {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Maven => "Maven",
            Self::Gradle => "Gradle",
        }
    }
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

    #[test]
    fn folders_above() {
        assert_eq!(ancestors("a/b"), ["", "a", "a/b"]);
        assert_eq!(ancestors(""), [""]);
    }
}
