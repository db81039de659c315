//! Which program of the repository a Dockerfile builds.

use slipway_project::paths::{in_folder, is_within};

use crate::program::{Language, Program};
use crate::recipe::Recipe;
use crate::survey::name;
use crate::told::{Told, Words};

/// The number of the program.
pub(crate) fn program(
    programs: &[Program],
    told: &Told,
    recipe: &Recipe,
    context: &str,
    service: &str,
) -> Option<usize> {
    let language = told.language?;
    let is_near = |program: &Program| is_within(context, &program.folder) || is_within(&program.folder, context);
    let near: Vec<(usize, &Program)> =
        programs.iter().enumerate().filter(|(_, program)| program.language == language && is_near(program)).collect();
    let find = |test: &dyn Fn(&Program) -> bool| {
        // Of several, the one that ships.
        let found = || near.iter().filter(|(_, program)| test(program));
        found().find(|(_, program)| program.ships).or_else(|| found().next()).map(|(number, _)| *number)
    };
    let words: Vec<&str> = build_words(told, language);
    let is_built = |program: &Program| words.iter().any(|word| names(word, program, context));
    let started = started(told);
    let is_first = |program: &Program| first_word(told).is_some_and(|word| name(&word) == program.name);
    let workdir = recipe.stages.iter().flat_map(|stage| &stage.body).rfind(|one| one.name == "WORKDIR");
    let workdir = workdir.map_or("", |one| one.rest.as_str());
    let in_workdir =
        |program: &Program| !program.folder.is_empty() && workdir.ends_with(&format!("/{}", program.folder));
    let is_only = |only: &dyn Fn(&Program) -> bool| {
        let mut some = near.iter().filter(|(_, program)| only(program));
        some.next().filter(|_| some.next().is_none()).map(|(number, _)| *number)
    };
    let is_started = |program: &Program| started.iter().any(|word| name(word) == program.name);
    find(&|program| is_built(program) && is_first(program))
        .or_else(|| find(&|program| is_built(program) && is_started(program)))
        .or_else(|| find(&is_built))
        .or_else(|| find(&is_first))
        .or_else(|| find(&is_started))
        .or_else(|| find(&in_workdir))
        .or_else(|| find(&|program| program.name == service && !program.folder.is_empty()))
        .or_else(|| find(&|program| program.folder == context))
        .or_else(|| is_only(&|program| program.ships))
        .or_else(|| is_only(&|_| true))
}

/// Other programs of the same module that are copied into the image.
pub(crate) fn others<'p>(programs: &'p [Program], told: &Told, first: &Program) -> Vec<&'p Program> {
    if told.made.len() < 2 {
        return Vec::new();
    }
    let is_copied = |program: &&Program| told.made.iter().any(|(path, _)| name(path) == program.name);
    let is_compiled = matches!(first.language, Language::Go | Language::Rust);
    let is_same = |program: &&Program| program.language == first.language && program.root == first.root;
    let same = programs.iter().filter(is_same).filter(|_| is_compiled);
    same.filter(|program| *program != first).filter(is_copied).collect()
}

/// The package whose files for browsers a stage makes.
pub(crate) fn assets(programs: &[Program], recipe: &Recipe, stage: usize, context: &str) -> Option<usize> {
    let copies = recipe.stages.get(stage).map(|stage| &stage.body).into_iter().flatten();
    let sources: Vec<&str> = copies
        .filter(|one| one.name == "COPY" && one.flag("from").is_none())
        .flat_map(|one| one.rest.split_whitespace())
        .collect();
    let is_near = |program: &Program| program.language == Language::Node && is_within(context, &program.folder);
    let near: Vec<(usize, &Program)> = programs.iter().enumerate().filter(|(_, program)| is_near(program)).collect();
    let is_copied = |program: &Program| {
        let inside = program.folder.strip_prefix(context).unwrap_or(&program.folder).trim_matches('/');
        !inside.is_empty()
            && sources.iter().any(|word| is_within(inside, word.trim_start_matches("./").trim_matches('/')))
    };
    let found = near
        .iter()
        .find(|(_, program)| is_copied(program))
        .or_else(|| near.iter().find(|(_, program)| program.folder == context));
    found.or(near.first().filter(|_| near.len() == 1)).map(|(number, _)| *number)
}

/// The words of build commands that may name a program.
fn build_words(told: &Told, language: Language) -> Vec<&str> {
    let mut found = Vec::new();
    for (of, words) in &told.commands {
        let builds =
            words.iter().any(|word| matches!(word.as_str(), "build" | "install" | "run" | "package" | "deploy"));
        if *of != Some(language) || !builds {
            continue;
        }
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            if matches!(word.as_str(), "-o" | "-ldflags" | "-tags" | "--target" | "--profile" | "--prefix" | "-C") {
                rest.next();
            } else if let Some((_, value)) = word.split_once('=').filter(|(flag, _)| flag.starts_with('-')) {
                if !word.starts_with("-ldflags") && !word.starts_with("-o") && !word.starts_with("-tags") {
                    found.push(value);
                }
            } else if !word.starts_with('-') {
                found.push(word.as_str());
            }
        }
    }
    found
}

fn names(word: &str, program: &Program, context: &str) -> bool {
    if program.language == Language::Go {
        let path =
            word.trim_start_matches("./").trim_end_matches("main.go").trim_end_matches("...").trim_end_matches('/');
        let is_path = word.contains('/') || word == ".";
        let inside = if path == "." { "" } else { path };
        let is_whole = in_folder(context, inside).trim_end_matches('/') == program.folder;
        let is_end = !program.folder.is_empty()
            && (path.ends_with(&format!("/{}", program.folder))
                || program.folder.ends_with(&format!("/{path}")) && path.contains('/'));
        return is_path && (is_whole || is_end);
    }
    let word = word.trim_end_matches("...").trim_start_matches("./").trim_start_matches(':').trim_end_matches('/');
    let is_own = !program.folder.is_empty() && (word == program.folder || name(&program.folder) == word);
    let last = word.split(':').next_back().unwrap_or(word);
    program.bin.as_deref() == Some(word) || is_own || !program.folder.is_empty() && name(last) == program.name
}

/// The word that starts the program.
fn first_word(told: &Told) -> Option<String> {
    [&told.entrypoint, &told.cmd].into_iter().flatten().find_map(|words| match words {
        Words::List(words) => words.first().cloned(),
        Words::Shell(text) => text.split_whitespace().next().map(str::to_owned),
    })
}

/// The words that may start the program.
fn started(told: &Told) -> Vec<String> {
    let words: Vec<_> = first_word(told).into_iter().collect();
    if words.is_empty() || told.language != Some(Language::Go) {
        words.into_iter().chain(told.made.iter().map(|(path, _)| path.clone())).collect()
    } else {
        words
    }
}
