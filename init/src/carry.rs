//! From a Dockerfile and a program to the keys of an image that a preset builds.

use slipway_spec::yaml::quoted;

use crate::config::config;
use crate::image::{Image, ROOT, key, list, runs_as_root};
use crate::options::{go, java_tool, node, python, rust};
use crate::packages::packages;
use crate::program::{Language, Program};
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
        Language::Go => go(told, &mut options),
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
    image.keys.insert(0, key(language.preset(), program.value(&options)));
    config(&mut image, told, Some(language));
    if init {
        image.set("init", "true");
    }
    image
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
        let mut main = vec![program.path()];
        main.extend(others.iter().map(|other| other.path()));
        options.insert(0, ("main".to_owned(), list(&main)));
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
    if runs_as_root(told) {
        image.set_with("user", "root # check=skip=RootUser", ROOT);
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
