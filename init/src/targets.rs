//! Which stages of a Dockerfile ship something, and names that say how something is built, and not what it is.

use crate::dockerfile::Instruction;
use crate::recipe::{Base, Recipe, Stage};

/// Names of files and stages for development.
const FOR_DEVELOPMENT: &[&str] = &[
    "dev",
    "development",
    "test",
    "tests",
    "testing",
    "debug",
    "local",
    "ci",
    "e2e",
    "cypress",
    "playwright",
    "storybook",
    "lint",
    "example",
    "tmpl",
    "template",
    "j2",
    "windows",
    "nanoserver",
];

/// Folders of files about containers, which name no service.
pub(crate) const OF_CONTAINERS: &[&str] = &[
    "docker",
    "build",
    "deploy",
    "deployment",
    "container",
    "containers",
    "package",
    "packaging",
    "infra",
    "ops",
    "compose",
];

/// Names of files and stages that say how an image is built, and not what it is.
pub(crate) const OF_HOW: &[&str] = &[
    "prod",
    "production",
    "release",
    "runtime",
    "runner",
    "final",
    "default",
    "latest",
    "alpine",
    "debian",
    "slim",
    "distroless",
    "hardened",
    "rootless",
    "buildx",
    "multi",
    "multistage",
    "main",
    "app",
];

/// Whether a name has a part that is one for development, such as `pr-test2`.
pub(crate) fn is_for_development(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let mut parts = name.split(['.', '-', '_', '/']).map(|part| part.trim_end_matches(|c: char| c.is_ascii_digit()));
    parts.any(|part| FOR_DEVELOPMENT.contains(&part))
}

/// The targets that ship something; `None` is the last stage.
///
/// They are stages that nothing else uses, and that start something. A stage that only changes the config or runs
/// commands on one that starts is a variant of it, as in `FROM release AS rootless`.
pub(crate) fn leaves(recipe: &Recipe) -> Vec<Option<String>> {
    let starts = |number: usize| starts(recipe, number);
    let is_variant = |stage: &Stage| {
        matches!(stage.base, Base::Stage(base) if starts(base)) && !has(stage, &["CMD", "ENTRYPOINT", "COPY", "ADD"])
    };
    let is_used = |number: usize, name: &str| {
        let copies = |one: &Instruction| {
            one.flag("from").is_some_and(|from| from.eq_ignore_ascii_case(name))
                || one.flags.iter().any(|flag| flag.contains(&format!("from={name}")))
        };
        let is_below = |stage: &Stage| matches!(stage.base, Base::Stage(base) if base == number) && !is_variant(stage);
        recipe.stages.iter().any(|stage| is_below(stage) || stage.body.iter().any(copies))
    };
    let mut found = Vec::new();
    for (number, stage) in recipe.stages.iter().enumerate() {
        let Some(name) = &stage.name else { continue };
        if starts(number) && !is_variant(stage) && !is_used(number, name) && !is_for_development(name) {
            found.push(Some(name.clone()));
        }
    }
    let last = recipe.stages.len().saturating_sub(1);
    match found.as_slice() {
        [_, _, ..] => found,
        [Some(only)] if !starts(last) && recipe.stage(only) != Some(last) => found,
        _ => vec![None],
    }
}

/// The target that ships, if a Compose file names a stage for development: such a stage often lacks the sources, because
/// the Compose file mounts them. It is the last other one that starts something; `Some(None)` is the last stage.
pub(crate) fn instead_of_development(recipe: &Recipe, target: &str) -> Option<Option<String>> {
    if !is_for_development(target) {
        return None;
    }
    let last = recipe.stages.len().saturating_sub(1);
    let ships = |(number, stage): &(usize, &Stage)| {
        let is_named = stage.name.as_deref().is_none_or(|name| !is_for_development(name));
        is_named && (*number == last || stage.name.is_some()) && starts(recipe, *number)
    };
    let (number, stage) = recipe.stages.iter().enumerate().rfind(ships)?;
    Some(stage.name.clone().filter(|_| number != last))
}

/// Whether a stage has instructions of these names.
fn has(stage: &Stage, names: &[&str]) -> bool {
    stage.body.iter().any(|one| names.contains(&one.name.as_str()))
}

/// Whether a stage starts something, possibly by one below it.
fn starts(recipe: &Recipe, number: usize) -> bool {
    let chain = recipe.chain(Some(&number.to_string()));
    chain.iter().filter_map(|below| recipe.stages.get(*below)).any(|stage| has(stage, &["CMD", "ENTRYPOINT"]))
}
