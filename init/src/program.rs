//! Programs of a repository in languages with a preset, as far as file names and manifests show them.

use slipway_project::paths::{in_folder, self_and_above};
use slipway_project::toml_file;
use slipway_spec::Span;
use slipway_spec::yaml::quoted;

use crate::survey::{Survey, name};

/// A language with a preset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Language {
    Go,
    Java,
    Node,
    Python,
    Rust,
}

impl Language {
    /// The preset.
    pub(crate) fn preset(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::Java => "java",
            Self::Node => "node",
            Self::Python => "python",
            Self::Rust => "rust",
        }
    }

    /// The language of an image by the last part of its repository.
    pub(crate) fn of_image(image: &str) -> Option<Self> {
        let repository = name(image.split('@').next()?).split(':').next()?;
        Some(match repository {
            "golang" | "go-toolset" => Self::Go,
            "node" | "bun" => Self::Node,
            "python" | "uv" => Self::Python,
            "rust" | "cargo-chef" => Self::Rust,
            "maven" | "gradle" | "eclipse-temurin" | "openjdk" | "amazoncorretto" | "ibm-semeru-runtimes" => Self::Java,
            _ if repository.starts_with("nodejs") => Self::Node,
            _ if repository.starts_with("python3") => Self::Python,
            _ if repository.starts_with("java") => Self::Java,
            _ => return None,
        })
    }
}

/// A program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) language: Language,
    pub(crate) name: String,
    /// Its folder.
    pub(crate) folder: String,
    /// The folder of its module, package or workspace member.
    pub(crate) root: String,
    /// The one of several programs of a package.
    pub(crate) bin: Option<String>,
    /// Whether it looks like a service or a tool that people run, and not like one for development.
    pub(crate) ships: bool,
}

/// Parts of paths of programs for development.
const FOR_DEVELOPMENT: &[&str] = &[
    "scripts",
    "script",
    "tools",
    "tool",
    "internal",
    "examples",
    "example",
    "gen",
    "generate",
    "xtask",
    "dev",
    "magefiles",
    "fuzz",
    "benches",
    "codegen",
    "demo",
    "demos",
    "mock",
    "testing",
    "broken",
    "codelab",
    "hack",
    "playground",
    "sandbox",
];

/// Their ends.
const ENDS: &[&str] = &["-examples", "-example", "-test", "-tests", "-e2e"];

/// Whether a path looks like one of a program that people run.
pub(crate) fn ships(path: &str) -> bool {
    !path.split('/').any(|part| {
        FOR_DEVELOPMENT.contains(&part) || part.starts_with('_') || ENDS.iter().any(|end| part.ends_with(end))
    })
}

/// The last part of a folder; of the root, what its manifest says.
pub(crate) fn called(folder: &str, otherwise: Option<&str>) -> String {
    let own = if folder.is_empty() { otherwise.unwrap_or("app") } else { folder };
    name(own.trim_end_matches('/')).to_owned()
}

/// The nearest folder at or above one that has a file.
pub(crate) fn nearest<'f>(survey: &Survey, folder: &'f str, file: &str) -> Option<&'f str> {
    self_and_above(folder).find(|above| survey.has(&in_folder(above, file)))
}

/// The name of the project in a folder, by its manifest.
pub(crate) fn project(survey: &Survey, folder: &str) -> String {
    let text = |name: &str| survey.text(&in_folder(folder, name));
    let toml = |name: &str| toml_file::parse(text(name).as_bytes(), "", Span::START).unwrap_or_default();
    let (python, cargo, package) = (toml("pyproject.toml"), toml("Cargo.toml"), package(survey, folder));
    let of = |table: &toml::Table, path: &[&str]| toml_file::at(table, path)?.as_str().map(str::to_owned);
    let module =
        text("go.mod").lines().find_map(|line| line.strip_prefix("module ")).map(|path| path.trim().to_owned());
    let artifact = artifact(text("pom.xml"));
    let own = module.as_deref().map(without_version).map(str::to_owned);
    let own = own.or_else(|| Some(package.get("name")?.as_str()?.to_owned()));
    let own = own.or_else(|| of(&python, &["project", "name"])).or_else(|| of(&python, &["tool", "poetry", "name"]));
    let own = own.or_else(|| of(&cargo, &["package", "name"])).or_else(|| artifact.map(str::to_owned));
    let own =
        own.or_else(|| gradle(text("settings.gradle")).or(gradle(text("settings.gradle.kts"))).map(str::to_owned));
    called(folder, own.as_deref())
}

/// The name of a project in `settings.gradle`.
fn gradle(text: &str) -> Option<&str> {
    let (_, value) = text.split_once("rootProject.name")?;
    value.trim_start().strip_prefix('=')?.trim_start().split(['"', '\'']).nth(1)
}

/// The last part of a module path may be its version.
pub(crate) fn without_version(module: &str) -> &str {
    match module.rsplit_once('/') {
        Some((rest, last)) if last.strip_prefix('v').is_some_and(|rest| rest.parse::<u8>().is_ok()) => rest,
        _ => module,
    }
}

/// A `package.json`.
pub(crate) fn package(survey: &Survey, folder: &str) -> serde_json::Value {
    serde_json::from_str(survey.text(&in_folder(folder, "package.json"))).unwrap_or_default()
}

/// A script of a `package.json`.
pub(crate) fn script<'p>(package: &'p serde_json::Value, name: &str) -> Option<&'p str> {
    package.get("scripts")?.get(name)?.as_str()
}

impl Program {
    /// Its folder, as the spec names it.
    pub(crate) fn path(&self) -> String {
        if self.folder.is_empty() { ".".to_owned() } else { format!("./{}", self.folder) }
    }

    /// The value of its preset's key, with more options.
    pub(crate) fn value(&self, options: &[(String, String)]) -> String {
        let path = self.path();
        let is_named = options.iter().any(|(key, _)| key == "main");
        let has_bins = options.iter().any(|(key, _)| key == "bin");
        let first = if self.language == Language::Go { "main" } else { "source" };
        let mut pairs = Vec::new();
        if path != "." && !is_named {
            pairs.push(format!("{first}: {}", quoted(&path)));
        }
        pairs.extend(self.bin.iter().filter(|_| !has_bins).map(|bin| format!("bin: {}", quoted(bin))));
        let is_short = pairs.len() < 2 && self.bin.is_none() && options.is_empty();
        if is_short {
            return quoted(&path);
        }
        pairs.extend(options.iter().map(|(key, value)| format!("{key}: {value}")));
        format!("{{ {} }}", pairs.join(", "))
    }
}

/// The name in a `pom.xml`, which is not that of its parent.
pub(crate) fn artifact(text: &str) -> Option<&str> {
    let (before, rest) = text.split_once("<parent>").unwrap_or((text, ""));
    let after = rest.split_once("</parent>").map_or("", |(_, after)| after);
    let of = |part: &'static str, text: &str| text.split_once(part).map(|(before, _)| before.len());
    let own = |text| {
        let end = of("<dependencies>", text).or(of("<build>", text)).unwrap_or(text.len());
        text.get(..end)?.split_once("<artifactId>")?.1.split('<').next()
    };
    own(before).or_else(|| own(after))
}
