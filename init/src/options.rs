//! Options of presets, from the commands of Dockerfiles.

use slipway_project::paths::in_folder;
use slipway_spec::yaml::quoted;

use crate::image::list;
use crate::program::{Language, Program, package, script};
use crate::recipe::Recipe;
use crate::shell::short;
use crate::survey::{Survey, name};
use crate::told::Told;

pub(crate) fn go(program: &Program, told: &mut Told, options: &mut Vec<(String, String)>) {
    let builds = told.commands.iter().map(|(_, words)| words).filter(|words| {
        words.iter().any(|word| name(word) == "go")
            && words.iter().any(|word| matches!(word.as_str(), "build" | "install"))
    });
    let builds: Vec<_> = builds.cloned().collect();
    // Of several, those that name this program.
    let is_own = |words: &&Vec<String>| {
        let mut paths = words.iter().map(|word| word.trim_end_matches('/'));
        !program.folder.is_empty() && paths.any(|path| path.ends_with(&format!("/{}", program.folder)))
    };
    let names_it = builds.iter().any(|words| is_own(&words));
    let builds = builds.iter().filter(|words| !names_it || is_own(words));
    for words in builds {
        for (flag, option) in [("tags", "tags"), ("ldflags", "ldflags")] {
            let Some(value) = flag_of(words, flag) else { continue };
            if options.iter().any(|(known, _)| known == option) {
                continue;
            }
            if option == "tags" {
                let tags =
                    value.split([',', ' ']).filter(|tag| !matches!(*tag, "" | "netgo" | "osusergo" | "timetzdata"));
                let tags: Vec<_> = tags.map(str::to_owned).collect();
                if !tags.is_empty() {
                    options.push((option.to_owned(), list(&tags)));
                }
                continue;
            }
            let own = ldflags(&value);
            match told.build_vars.template(&own) {
                Some(text) if !text.trim().is_empty() => options.push((option.to_owned(), quoted(text.trim()))),
                Some(_) => {}
                None => {
                    told.lost.push(format!("`-ldflags \"{}\"`, whose values are only known in the build", short(&own)));
                }
            }
        }
        if words.iter().any(|word| word == "CGO_ENABLED=1")
            || told.env.iter().any(|(name, value)| name == "CGO_ENABLED" && value == "1")
        {
            options.push(("cgo".to_owned(), "true".to_owned()));
        }
    }
}

/// Without the flags that the preset sets.
fn ldflags(text: &str) -> String {
    let words = shlex::split(text).unwrap_or_default();
    let own = words
        .iter()
        .filter(|word| !matches!(word.as_str(), "-s" | "-w" | "-extldflags" | "-static" | "-linkmode" | "external"));
    let own = own.filter(|word| !word.starts_with("-extldflags") && !word.starts_with("-buildid"));
    let own: Vec<_> = own.map(|word| if word.contains(' ') { format!("'{word}'") } else { word.clone() }).collect();
    own.join(" ")
}

fn flag_of(words: &[String], flag: &str) -> Option<String> {
    let place = words
        .iter()
        .position(|word| word.trim_start_matches('-').split('=').next() == Some(flag) && word.starts_with('-'))?;
    match words.get(place)?.split_once('=') {
        Some((_, value)) => Some(value.trim_matches(['"', '\'']).to_owned()),
        None => words.get(place + 1).cloned(),
    }
}

pub(crate) fn node(
    survey: &Survey,
    program: &Program,
    recipe: &Recipe,
    told: &Told,
    options: &mut Vec<(String, String)>,
) {
    let package = package(survey, &program.folder);
    let has = |file: &str| survey.has_for(&program.folder, file);
    let root = crate::program::package(survey, "");
    let names_release =
        package.get("engines").or(root.get("engines")).is_some() || has(".nvmrc") || has(".node-version");
    if let Some(version) = recipe.version(Language::Node).filter(|_| !names_release && !told.base.contains("bun")) {
        options.push(("node".to_owned(), format!("\"{version}\"")));
    }
    let of_node = told.commands.iter().filter(|(language, _)| *language == Some(Language::Node));
    let mut scripts: Vec<String> = Vec::new();
    for (_, words) in of_node {
        let manages = words.iter().position(|word| matches!(word.as_str(), "npm" | "yarn" | "pnpm" | "bun"));
        let rest = manages.and_then(|place| words.get(place + 1..)).unwrap_or_default();
        let mut named = rest.iter().filter(|word| !word.starts_with('-')).filter(|word| *word != "run");
        let named = named.find(|word| script(&package, word).is_some());
        scripts.extend(
            named
                .filter(|word| {
                    !matches!(word.as_str(), "start" | "test" | "lint" | "install" | "prepare" | "postinstall")
                })
                .cloned(),
        );
        if words.iter().any(|word| word == "prisma") && words.iter().any(|word| word == "generate") {
            options.push(("generate".to_owned(), "[prisma]".to_owned()));
        }
    }
    scripts.dedup();
    if !scripts.is_empty() {
        options.push(("scripts".to_owned(), list(&scripts)));
    }
}

pub(crate) fn python(
    survey: &Survey,
    program: &Program,
    recipe: &Recipe,
    told: &Told,
    options: &mut Vec<(String, String)>,
) {
    let has = |file: &str| survey.has_for(&program.folder, file);
    let version = recipe.version(Language::Python).filter(|version| version.starts_with("3."));
    // The minor version: patches of it have security fixes.
    let version = version.and_then(|version| version.split('.').nth(1)).map(|minor| format!("3.{minor}"));
    let manifest = survey.text(&in_folder(&program.folder, "pyproject.toml"));
    let is_named = |version: &str| {
        has(".python-version") || manifest.lines().any(|line| line.contains("python") && line.contains(version))
    };
    if let Some(version) = version.filter(|version| !is_named(version)) {
        options.push(("python".to_owned(), format!("\"{version}\"")));
    }
    // The requirements file, wherever the Dockerfile has copied it to.
    let files = told.commands.iter().flat_map(|(_, words)| {
        let places = words.iter().enumerate().filter(|(_, word)| matches!(word.as_str(), "-r" | "--requirement"));
        places.filter_map(|(place, _)| words.get(place + 1))
    });
    let prefix = if program.folder.is_empty() { String::new() } else { format!("{}/", program.folder) };
    for written in files {
        let inside = survey.below(&program.folder).filter_map(|path| path.strip_prefix(&prefix));
        let same = inside.filter(|path| written.ends_with(path) || name(path) == name(written));
        // The file itself precedes one of the same name elsewhere.
        let nearest = same.min_by_key(|path| (!written.ends_with(path), path.matches('/').count()));
        if let Some(file) = nearest.filter(|file| *file != "requirements.txt" && !has("uv.lock") && !has("poetry.lock"))
        {
            options.push(("requirements".to_owned(), quoted(file)));
            break;
        }
    }
    if !told.run.is_empty() {
        options.push(("run".to_owned(), list(&told.run)));
    }
}

pub(crate) fn rust(
    survey: &Survey,
    program: &Program,
    recipe: &Recipe,
    told: &Told,
    options: &mut Vec<(String, String)>,
) {
    let has = |file: &str| survey.has_for(&program.folder, file);
    let names_release = has("rust-toolchain.toml")
        || has("rust-toolchain")
        || survey.text(&in_folder(&program.folder, "Cargo.toml")).contains("rust-version");
    if let Some(version) = recipe.version(Language::Rust).filter(|version| !names_release && version.contains('.')) {
        options.push(("rust".to_owned(), format!("\"{version}\"")));
    }
    let of_cargo = told.commands.iter().filter(|(_, words)| words.iter().any(|word| word == "build"));
    if let Some(features) = of_cargo.filter_map(|(_, words)| flag_of(words, "features")).next() {
        let features: Vec<_> = features.split([',', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        options.push(("features".to_owned(), list(&features)));
    }
}

/// Of two tools, the one of the Dockerfile.
pub(crate) fn java_tool(survey: &Survey, program: &Program, told: &Told, options: &mut Vec<(String, String)>) {
    let has = |file: &str| survey.has(&in_folder(&program.folder, file));
    let runs =
        |tool: &str| told.commands.iter().any(|(_, words)| words.iter().any(|word| name(word).starts_with(tool)));
    if has("pom.xml") && (has("build.gradle") || has("build.gradle.kts")) {
        let tool = if runs("gradle") && !runs("mvn") { "gradle" } else { "maven" };
        options.push(("tool".to_owned(), tool.to_owned()));
    }
}
