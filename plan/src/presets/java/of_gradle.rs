//! What the scripts of a Gradle build tell of one of its projects.

use slipway_spec::Diagnostic;
use slipway_spec::model::JavaOptions;

use super::gradle::GradleBuild;
use super::groovy::{Token, tokens};
use super::manifests::{SCRIPTS, SETTINGS};
use super::maven::inside;
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
    let own = in_folder(&folder, &module).trim_end_matches('/').to_owned();
    if !module.is_empty() && files.any(&own, SCRIPTS).is_none() {
        return Err(no_module(options, span, &module, "build.gradle").into());
    }
    // The nearest settings count, as they do for Gradle.
    let root = ancestors(&folder).into_iter().rev().find(|above| files.any(above, SETTINGS).is_some());
    let root = root.unwrap_or_else(|| folder.clone());
    let mut build = GradleBuild::read(cx, &root, files.any(&root, SETTINGS)).await?;
    let mut start = build.project_in(&own).map(str::to_owned);
    if start.is_none() && root != folder && module.is_empty() {
        // A build of its own inside of another one's folder.
        build = GradleBuild::read(cx, &folder, None).await?;
        start = Some(String::new());
    }
    let Some(start) = start.or_else(|| {
        let path = inside(&root, &own).filter(|_| build.is_opaque())?;
        Some(format!(":{}", path.replace('/', ":")))
    }) else {
        let span = options.module.as_ref().map_or(span, |template| template.span);
        let what =
            format!("`{module}` is not among the projects of {}", place_of(&in_folder(&root, "settings.gradle")));
        return Err(Diagnostic::error(span, what)
            .with_help("include it there, or name its folder with `source`")
            .into());
    };
    let root = build.folder.clone();
    read_root(cx, files, &root, Tool::Gradle).await?;
    if root != folder {
        cx.note(format!("a project of the Gradle build in {}", place_of(&root)));
    }
    if start.is_empty() && !build.programs().is_empty() && !cx.project().exists(&in_folder(&root, "src")).await? {
        let path = if files.get(&root, "build.gradle.kts").is_some() { "build.gradle.kts" } else { "build.gradle" };
        return Err(no_program(span, &in_folder(&root, path), &build.programs()).into());
    }
    let texts = [files.any(&own, SCRIPTS), files.any(&root, SCRIPTS)];
    let mut required = None;
    let mut exactly = false;
    if let Some((value, key)) = texts.iter().flatten().find_map(|text| of_gradle(&normal(text))) {
        let place = format!("`{key}`");
        exactly = key.contains("Language") || key.contains("Toolchain");
        required = Some(Release { number: release::number(&value, &place, span)?, place });
    }
    let classes_for = required.as_ref().map(|release| release.number);
    let (java, java_span) =
        release::choose(cx, options, &version_files(files, &root), &Required { least: required, exactly })?;
    let (inputs, opaque) = build.inputs(&start);
    if let Some(why) = opaque {
        cx.note(format!("every project's files are inputs, since {why}"));
    }
    let siblings = build.siblings(&start);
    note_siblings(cx, &siblings);
    let module = inside(&root, &own).unwrap_or_default().to_owned();
    Ok(JavaProject {
        tool: Tool::Gradle,
        wrapper: false,
        java,
        java_span,
        classes_for: classes_for.unwrap_or(java),
        module,
        gradle_path: start,
        siblings,
        main: None,
        jar_name: None,
        inputs,
        name: root.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("root").to_owned(),
        folder: root,
        tool_options: Vec::new(),
    })
}

/// A script without comments, and without blanks but between words.
fn normal(script: &str) -> String {
    let mut text = String::new();
    let mut after_word = false;
    for token in tokens(script) {
        match token {
            Token::Word(word) => {
                text.push_str(if after_word { " " } else { "" });
                text.push_str(&word);
                after_word = true;
                continue;
            }
            Token::Text(quoted) => text.push_str(&format!("\"{quoted}\"")),
            Token::Mark(mark) => text.push(mark),
        }
        after_word = false;
    }
    text
}

/// What asks for one release and takes no other.
const EXACT: &[&str] = &["JavaLanguageVersion.of(", "jvmToolchain("];
/// What asks for a release, or a newer one.
const LEAST: &[&str] = &[
    "options.release",
    "JavaVersion.VERSION_",
    "sourceCompatibility",
    "targetCompatibility",
    "JvmTarget.JVM_",
    "JvmTarget.fromTarget(",
    "jvmTarget",
];

/// The release that a build script of Gradle asks for, and how it says so: a toolchain's, else the newest of those that
/// compilers are told.
fn of_gradle(text: &str) -> Option<(String, String)> {
    let all = |words: &[&str]| -> Vec<(String, String)> {
        let places = words.iter().flat_map(|word| text.match_indices(word).map(|(at, word)| (at + word.len(), word)));
        let values = places.filter_map(|(at, word)| {
            let rest = text.get(at..)?;
            let rest = rest.strip_prefix(".set").or_else(|| rest.strip_prefix(".convention")).unwrap_or(rest);
            let rest = rest.trim_start_matches([' ', '=', '(', '"', '\'']);
            let value: String = rest.chars().take_while(|c| c.is_ascii_digit() || ['.', '_'].contains(c)).collect();
            let value = value.replace('_', ".").trim_end_matches('.').to_owned();
            let key = word.trim_end_matches("VERSION_").trim_end_matches("JVM_").trim_end_matches(['(', '.']);
            (!value.is_empty()).then(|| (value, key.to_owned()))
        });
        values.collect()
    };
    if let Some(exact) = all(EXACT).into_iter().next() {
        return Some(exact);
    }
    let mut least: Option<(u32, (String, String))> = None;
    for found in all(LEAST) {
        let number = release::parse(&found.0).unwrap_or_default();
        if least.as_ref().is_none_or(|(known, _)| *known < number) {
            least = Some((number, found));
        }
    }
    least.map(|(_, found)| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_of_gradle_say_the_release() {
        let of = |text| of_gradle(&normal(text)).map(|(version, _)| version);
        assert_eq!(of("java { toolchain { languageVersion = JavaLanguageVersion.of(21) } }"), Some("21".into()));
        assert_eq!(of("kotlin { jvmToolchain(17) }"), Some("17".into()));
        assert_eq!(of("sourceCompatibility = JavaVersion.VERSION_1_8"), Some("1.8".into()));
        assert_eq!(of("sourceCompatibility = '11'"), Some("11".into()));
        assert_eq!(of("kotlin { compilerOptions { jvmTarget.set(JvmTarget.JVM_17) } }"), Some("17".into()));
        assert_eq!(of("kotlin { compilerOptions { jvmTarget = JvmTarget.JVM_1_8 } }"), Some("1.8".into()));
        assert_eq!(of("compilerOptions.jvmTarget.set(JvmTarget.fromTarget(\"17\"))"), Some("17".into()));
        assert_eq!(of("kotlinOptions { jvmTarget = '17' }"), Some("17".into()));
        assert_eq!(of("tasks.withType<JavaCompile> { options.release.set(17) }"), Some("17".into()));
        assert_eq!(of("sourceCompatibility = '11'\nkotlinOptions { jvmTarget = '17' }"), Some("17".into()));
        assert_eq!(of("// jvmToolchain(8)\nkotlin { jvmToolchain( 21 ) }"), Some("21".into()));
        assert_eq!(of("kotlin { jvmToolchain(libs.versions.jdk.get().toInt()) }"), None);
        assert_eq!(of("plugins { id 'java' }"), None);
    }
}
