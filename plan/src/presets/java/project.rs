//! A Java project as its own files tell of it: what builds it, and which Java.

use slipway_spec::model::{JavaOptions, JavaTool};
use slipway_spec::{Diagnostic, Span};

use crate::presets::{Context, context_path, in_folder};
use crate::{PlanError, Project};

/// A Java project.
pub(super) struct JavaProject {
    /// Its folder in the context.
    pub(super) folder: String,
    pub(super) tool: Tool,
    /// The release of Java, a whole number.
    pub(super) java: u32,
    /// The part of the spec that told the release.
    pub(super) java_span: Span,
    /// The folder of the module with the program, relative to the project's; empty for the project itself.
    pub(super) module: String,
}

/// What builds the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    Maven,
    /// Gradle; with the project's own wrapper, or without.
    Gradle {
        wrapper: bool,
    },
}

/// The release of Java where nothing names one.
const DEFAULT: u32 = 21;

/// Reads the manifests of the build's folder.
pub(super) async fn read<P: Project>(
    cx: &Context<'_, P>,
    options: &JavaOptions,
    folder: String,
) -> Result<JavaProject, PlanError> {
    const NAMES: [&str; 6] = [
        "pom.xml",
        "build.gradle",
        "build.gradle.kts",
        ".java-version",
        "gradlew",
        "gradle/wrapper/gradle-wrapper.properties",
    ];
    let span = cx.span();
    let module = match &options.module {
        Some(template) => context_path(&cx.eval(template)?, template.span)?,
        None => String::new(),
    };
    let in_module = |name: &str| in_folder(&folder, &in_folder(&module, name));
    let mut paths = NAMES.map(|name| in_folder(&folder, name)).to_vec();
    // The release of Java is often said by the module alone.
    paths.extend(["pom.xml", "build.gradle", "build.gradle.kts"].map(in_module));
    let mut files = cx.project().manifests(&paths).await?.into_iter();
    let mut next = || files.next().flatten().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let (pom, gradle, kotlin, version, gradlew, wrapper) = (next(), next(), next(), next(), next(), next());
    let gradle = gradle.or(kotlin);
    let (module_pom, module_gradle) = (next(), next().or_else(&mut next));
    if !module.is_empty() && module_pom.is_none() && module_gradle.is_none() {
        let span = options.module.as_ref().map_or(span, |template| template.span);
        let what =
            format!("there is no module `{module}`: neither its `pom.xml` nor its `build.gradle` is in the context");
        return Err(Diagnostic::error(span, what).with_help("name the module's folder, relative to `source`").into());
    }
    let place = if folder.is_empty() { "the context".to_owned() } else { format!("`{folder}`") };
    let missing = |name: &str| {
        Diagnostic::error(span, format!("there is no `{}` in the context", in_folder(&folder, name)))
            .with_help("name the folder that has it with `source:`; an ignore file may also keep it out")
    };
    let (tool, why) = match (options.tool, pom.is_some(), gradle.is_some()) {
        (Some(JavaTool::Maven), true, _) => (JavaTool::Maven, "as `tool` says"),
        (Some(JavaTool::Gradle), _, true) => (JavaTool::Gradle, "as `tool` says"),
        (Some(JavaTool::Maven), false, _) => return Err(missing("pom.xml").into()),
        (Some(JavaTool::Gradle), _, false) => return Err(missing("build.gradle").into()),
        (None, true, false) => (JavaTool::Maven, "told from `pom.xml`"),
        (None, false, true) => (JavaTool::Gradle, "told from `build.gradle`"),
        (None, true, true) => {
            return Err(Diagnostic::error(span, format!("there are both a `pom.xml` and a `build.gradle` in {place}"))
                .with_help("write `tool: maven` or `tool: gradle`")
                .into());
        }
        (None, false, false) => {
            return Err(Diagnostic::error(
                span,
                format!("there is no `pom.xml`, `build.gradle` or `build.gradle.kts` in {place}"),
            )
            .with_help("name the project's folder with `source:`; an ignore file may also keep it out")
            .into());
        }
    };
    let (tool, told) = match tool {
        JavaTool::Maven => {
            let poms = [("pom.xml".to_owned(), pom), (in_module("pom.xml"), module_pom)];
            let mut told = None;
            for (path, text) in poms.iter().rev().filter_map(|(path, text)| Some((path, text.as_ref()?))) {
                told = told.or(of_pom(text, path, span)?);
            }
            (Tool::Maven, told)
        }
        JavaTool::Gradle => {
            let wrapper = gradlew.is_some() && wrapper.is_some();
            let told = [module_gradle, gradle].iter().flatten().find_map(|text| of_gradle(text));
            (Tool::Gradle { wrapper }, told)
        }
    };
    let (java, java_span, place) = if let Some(template) = &options.java {
        (cx.eval(template)?, template.span, "`java`".to_owned())
    } else if let Some(line) = version.as_deref().and_then(|text| text.lines().next()) {
        (line.trim().to_owned(), span, format!("`{}`", in_folder(&folder, ".java-version")))
    } else if let Some((java, key)) = told {
        (java, span, format!("`{key}`"))
    } else {
        (DEFAULT.to_string(), span, "nothing in the project: the default".to_owned())
    };
    let number = release(&java).ok_or_else(|| {
        Diagnostic::error(java_span, format!("{place} names `{java}`, which is not a release of Java"))
            .with_help("write it as in `java: \"21\"`, to the build")
    })?;
    cx.note(format!("Java {number}, from {place}"));
    cx.note(format!("built by {}, {why}", tool.describe()));
    Ok(JavaProject { folder, tool, java: number, java_span, module })
}

impl Tool {
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Maven => "Maven",
            Self::Gradle { wrapper: true } => "Gradle, by the project's wrapper",
            Self::Gradle { wrapper: false } => "Gradle",
        }
    }
}

/// The number of a release: `21`, `21.0.2`, `1.8`, `temurin-21`.
fn release(text: &str) -> Option<u32> {
    let text = text.rsplit_once('-').map_or(text, |(_, version)| version);
    let text = text.strip_prefix("1.").unwrap_or(text);
    let number: u32 = text.split('.').next()?.parse().ok()?;
    (8..100).contains(&number).then_some(number)
}

/// The release that a `pom.xml` compiles for, and the property that says so.
fn of_pom(text: &str, path: &str, span: Span) -> Result<Option<(String, String)>, Diagnostic> {
    let document = roxmltree::Document::parse(text.trim_start_matches('\u{feff}')).map_err(|error| {
        Diagnostic::error(span, format!("`{path}` is not XML: {error}")).with_help("correct it there")
    })?;
    let properties = document.root_element().children().find(|node| node.tag_name().name() == "properties");
    let keys = ["maven.compiler.release", "java.version", "maven.compiler.target", "maven.compiler.source"];
    Ok(keys.into_iter().find_map(|key| {
        let property = properties?.children().find(|node| node.tag_name().name() == key)?;
        let value = property.text()?.trim();
        // A property may refer to another one.
        (!value.contains('$')).then(|| (value.to_owned(), key.to_owned()))
    }))
}

/// The release that a build script of Gradle asks for, and how it says so.
fn of_gradle(text: &str) -> Option<(String, String)> {
    let after = |word: &str| {
        let (_, rest) = text.split_once(word)?;
        let rest = rest.trim_start_matches([' ', '=', '(', '"', '\'']);
        let value: String = rest.chars().take_while(|c| c.is_ascii_digit() || ['.', '_'].contains(c)).collect();
        (!value.is_empty()).then(|| (value.replace('_', "."), word.trim_end_matches(['(', '.']).to_owned()))
    };
    ["JavaLanguageVersion.of(", "jvmToolchain(", "JavaVersion.VERSION_", "sourceCompatibility"]
        .into_iter()
        .find_map(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_written_in_many_ways() {
        for (text, expected) in [
            ("21", Some(21)),
            ("21.0.2", Some(21)),
            ("1.8", Some(8)),
            ("temurin-17.0.9", Some(17)),
            ("x", None),
            ("3", None),
        ] {
            assert_eq!(release(text), expected, "{text}");
        }
    }

    #[test]
    fn scripts_of_gradle_say_the_release() {
        let of = |text| of_gradle(text).map(|(version, _)| version);
        assert_eq!(of("java { toolchain { languageVersion = JavaLanguageVersion.of(21) } }"), Some("21".into()));
        assert_eq!(of("kotlin { jvmToolchain(17) }"), Some("17".into()));
        assert_eq!(of("sourceCompatibility = JavaVersion.VERSION_1_8"), Some("1.8".into()));
        assert_eq!(of("sourceCompatibility = '11'"), Some("11".into()));
        assert_eq!(of("plugins { id 'java' }"), None);
    }
}
