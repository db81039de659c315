//! From a Dockerfile and a program to the keys of an image that a preset builds.

use slipway_project::paths::{in_folder, is_within};
use slipway_spec::yaml::quoted;

use crate::config::config;
use crate::image::{Image, ROOT, key, list, why_root};
use crate::options::{go, java_tool, node, python, rust};
use crate::packages::packages;
use crate::program::{Language, Program, nearest};
use crate::recipe::Recipe;
use crate::shell;
use crate::start::start;
use crate::survey::{Survey, folder, name};
use crate::told::{Told, Words};

/// The keys of an image with a preset. What has no key is added to what the Dockerfile loses.
pub(crate) fn image(
    survey: &Survey,
    image_name: &str,
    (program, others): (&Program, &[&Program]),
    recipe: &Recipe,
    told: &mut Told,
    context: &str,
) -> Image {
    let mut image = Image::new(image_name);
    let mut options = Vec::new();
    let language = program.language;
    let init = start(survey, &mut image, program, told, context);
    match language {
        Language::Go => go(program, told, &mut options),
        Language::Node => node(survey, program, recipe, told, &mut options),
        Language::Python => python(survey, program, recipe, told, &mut options),
        Language::Rust => rust(survey, program, recipe, told, &mut options),
        Language::Java => java_tool(survey, program, told, &mut options),
    }
    packages(&mut image, language, told, &mut options);
    destination(&image, (program, others), told, &mut options);
    let keeps_folder = matches!(language, Language::Node | Language::Python) && names_workdir(told, &image);
    if keeps_folder {
        options.push(("destination".to_owned(), quoted(&told.workdir)));
    }
    if matches!(language, Language::Node | Language::Python) {
        from_elsewhere(survey, program, told, keeps_folder);
    }
    image.keys.insert(0, key(language.preset(), program.value(&options)));
    config(&mut image, told, Some(language));
    if init {
        image.set("init", "true");
    }
    image
}

/// Files of the application that are not in a project: presets copy those of the program and of its workspace.
fn from_elsewhere(survey: &Survey, program: &Program, told: &mut Told, keeps_folder: bool) {
    let manifest = if program.language == Language::Node { "package.json" } else { "pyproject.toml" };
    let is_elsewhere = |path: &str| {
        let of_project = nearest(survey, folder(path), manifest).is_some_and(|above| !above.is_empty());
        !program.folder.is_empty() && path.contains('/') && !is_within(&program.folder, path) && !of_project
    };
    for (to, path) in std::mem::take(&mut told.own_files) {
        if !is_elsewhere(&path) {
            continue;
        }
        let inside = to.strip_prefix(told.workdir.as_str()).map(|inside| inside.trim_matches('/').to_owned());
        let mut to = match &inside {
            Some(inside) if !keeps_folder => format!("/app/{inside}"),
            _ => to,
        };
        // A file that is copied to a folder of the program is in the folder.
        let same = inside.map(|inside| in_folder(&program.folder, &inside));
        if same.is_some_and(|same| survey.exists(&same) && !survey.has(&same)) {
            to = format!("{}/{}", to.trim_end_matches('/'), name(&path));
        }
        told.files.push((to, path));
    }
}

/// Whether something names the folder of the application by its path.
fn names_workdir(told: &Told, image: &Image) -> bool {
    let inside = format!("{}/", told.workdir.trim_end_matches('/'));
    let keys = image.keys.iter().any(|key| key.value.contains(&inside));
    let named = told.volumes.iter().chain(told.env.iter().map(|(_, value)| value)).any(|text| text.contains(&inside));
    told.workdir != "/app" && told.workdir != "/" && (keys || named)
}

/// Several programs of one build have a folder; a script finds the program where the Dockerfile has it.
fn destination(
    image: &Image,
    (program, others): (&Program, &[&Program]),
    told: &mut Told,
    options: &mut Vec<(String, String)>,
) {
    if !matches!(program.language, Language::Go | Language::Rust) {
        return;
    }
    let is_own = |path: &str| name(path) == program.name || others.iter().any(|other| name(path) == other.name);
    let started = [&told.entrypoint, &told.cmd].into_iter().flatten();
    let started: Vec<String> = started
        .filter_map(|words| match words {
            Words::List(words) => words.first().cloned(),
            Words::Shell(text) => text.split_whitespace().next().map(str::to_owned),
        })
        .collect();
    let is_only = told.made.len() == 1;
    let is_program = |path: &str| is_only || is_own(path) || started.iter().any(|word| name(word) == name(path));
    let lost = told.made.iter().filter(|(path, _)| !is_program(path)).map(|(_, words)| words.clone());
    told.lost.extend(lost);
    let path = told
        .made
        .iter()
        .map(|(path, _)| path.as_str())
        .find(|path| is_program(path) && (is_only || name(path) == program.name));
    if !others.is_empty() {
        let all = std::iter::once(program).chain(others.iter().copied());
        let (key, all): (_, Vec<_>) = match program.language {
            Language::Go => ("main", all.map(Program::path).collect()),
            _ => ("bin", all.map(|program| program.name.clone()).collect()),
        };
        options.insert(0, (key.to_owned(), list(&all)));
        let folder = path.map_or("/usr/local/bin", folder);
        options.push(("destination".to_owned(), quoted(&format!("{folder}/"))));
    } else if let Some(path) = path.filter(|_| image.has("runtime") && image.has("entrypoint")) {
        options.push(("destination".to_owned(), quoted(path)));
    }
}

/// An image of files for browsers that a server of its base answers with.
pub(crate) fn server(image_name: &str, told: &mut Told) -> Image {
    let mut image = Image::new(image_name);
    image.set("runtime", quoted(&told.base));
    if let Some(why) = why_root(told) {
        image.set_with("user", ROOT, why);
    }
    for (key, words) in [("entrypoint", told.entrypoint.clone()), ("cmd", told.cmd.clone())] {
        let words = words.map(|words| match words {
            Words::List(words) => words,
            Words::Shell(text) => {
                shell::plain(&text).unwrap_or_else(|| ["sh", "-c", &format!("exec {text}")].map(str::to_owned).into())
            }
        });
        // What the base runs by itself.
        let words = words.filter(|words| words.first().map(String::as_str) != Some("nginx"));
        words.iter().for_each(|words| image.set(key, list(words)));
    }
    config(&mut image, told, None);
    image
}
