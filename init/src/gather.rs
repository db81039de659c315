//! Everything that a repository ships, as a draft.

use crate::compose::Service;
use crate::draft::Draft;
use crate::languages::programs;
use crate::program::ships;
use crate::recipe::Recipe;
use crate::survey::{Survey, folder};
use crate::wanted::wanted;

impl Draft {
    /// Everything that a repository ships.
    pub(crate) fn of(survey: &Survey, compose: Option<&str>, services: Vec<Service>) -> Self {
        let mut draft = Self::default();
        let programs = programs(survey);
        let mut recipes: Vec<Recipe> = Vec::new();
        for path in survey.dockerfiles() {
            if !ships(folder(path)) && !services.iter().any(|service| service.dockerfile == path) {
                continue;
            }
            match Recipe::read(path, survey.text(path)) {
                Ok(recipe) => recipes.push(recipe),
                Err(why) => draft.leave("no Dockerfile", &why),
            }
        }
        let mut used: Vec<usize> = Vec::new();
        for wanted in wanted(survey, &recipes, services, &mut draft) {
            let Some(recipe) = recipes.iter().find(|recipe| recipe.path == wanted.path) else {
                draft.leave("does not exist", &format!("{} of {}", wanted.path, wanted.name));
                continue;
            };
            draft.add(survey, &programs, recipe, &wanted, &mut used);
        }
        let has_images = !draft.images.is_empty();
        // Dockerfiles of a language name all of its programs that ship.
        let rest = programs.iter().enumerate().filter(|(number, program)| program.ships && !used.contains(number));
        let mut others = Vec::new();
        for (_, program) in rest {
            let may_be_built = draft.contexts.contains(&program.root);
            if has_images && (draft.languages.contains(&program.language) || may_be_built) {
                let bin = program.bin.iter().map(|bin| format!(", {bin}")).collect::<String>();
                others.push(format!("{} ({}{bin})", program.path(), program.language.preset()));
            } else {
                draft.program(survey, program);
            }
        }
        if !others.is_empty() {
            others.truncate(10);
            draft.tail.push(format!("Programs that no Dockerfile ships: {}.", others.join(", ")));
        }
        let unused = draft.unused();
        draft.tail.extend(unused);
        let mut from: Vec<&str> = recipes.iter().map(|recipe| recipe.path.as_str()).take(3).collect();
        from.extend(compose);
        let from = if from.is_empty() { "manifests".to_owned() } else { from.join(", ") };
        draft.head.push(format!("Written by `slipway init` from {from}. Comments say what to look at; delete them."));
        draft.head.extend(survey.notes.iter().cloned());
        draft
    }
}
