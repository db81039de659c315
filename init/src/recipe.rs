//! A Dockerfile as stages, and what one of them inherits.

use crate::dockerfile::{self, Instruction};
use crate::program::Language;
use crate::survey::name;
use crate::vars::{Value, Vars};

/// A Dockerfile.
#[derive(Debug, Clone)]
pub(crate) struct Recipe {
    pub(crate) path: String,
    pub(crate) stages: Vec<Stage>,
    /// Arguments before the first stage.
    pub(crate) globals: Vars,
}

/// A stage.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    pub(crate) name: Option<String>,
    /// Its base: an image, or an earlier stage.
    pub(crate) base: Base,
    pub(crate) body: Vec<Instruction>,
}

/// What a stage starts from.
#[derive(Debug, Clone)]
pub(crate) enum Base {
    Image(String),
    Stage(usize),
}

impl Recipe {
    /// Reads a Dockerfile.
    ///
    /// # Errors
    /// Why it is not one, with its line.
    pub(crate) fn read(path: &str, text: &str) -> Result<Self, String> {
        let found = dockerfile::read(text).map_err(|(line, why)| format!("`{path}:{line}`: {why}"))?;
        let mut recipe = Self { path: path.to_owned(), stages: Vec::new(), globals: Vars::default() };
        for instruction in found {
            match (instruction.name.as_str(), recipe.stages.last_mut()) {
                ("FROM", _) => {
                    let words: Vec<&str> = instruction.rest.split_whitespace().collect();
                    let named = words.get(1).is_some_and(|word| word.eq_ignore_ascii_case("as"));
                    let written = words.first().copied().unwrap_or_default();
                    let image = recipe.globals.value(written).unwrap_or_else(|| written.to_owned());
                    let base = recipe.stage(&image).map_or(Base::Image(image), Base::Stage);
                    let name = words.get(2).filter(|_| named).map(|name| (*name).to_owned());
                    recipe.stages.push(Stage { name, base, body: Vec::new() });
                }
                (_, Some(stage)) => stage.body.push(instruction),
                _ => args(&instruction.rest, &mut recipe.globals),
            }
        }
        Ok(recipe)
    }

    /// The number of a stage by its name or its number.
    pub(crate) fn stage(&self, name: &str) -> Option<usize> {
        let is_named = |stage: &Stage| stage.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name));
        let number = || name.parse().ok().filter(|number| *number < self.stages.len());
        self.stages.iter().rposition(is_named).or_else(number)
    }

    /// The numbers of a stage and of those that it starts from, from the ground up.
    pub(crate) fn chain(&self, target: Option<&str>) -> Vec<usize> {
        let last = self.stages.len().saturating_sub(1);
        let mut chain = vec![target.and_then(|target| self.stage(target)).unwrap_or(last)];
        // A stage only starts from earlier ones.
        while let Some(Stage { base: Base::Stage(below), .. }) = chain.last().and_then(|stage| self.stages.get(*stage))
        {
            chain.push(*below);
        }
        chain.reverse();
        chain
    }

    /// The image below a chain.
    pub(crate) fn image(&self, chain: &[usize]) -> &str {
        match chain.first().and_then(|stage| self.stages.get(*stage)).map(|stage| &stage.base) {
            Some(Base::Image(image)) => image,
            _ => "scratch",
        }
    }

    /// The language of the image below a stage.
    pub(crate) fn language(&self, stage: usize) -> Option<Language> {
        let name = stage.to_string();
        Language::of_image(self.image(&self.chain(Some(&name))))
    }

    /// The tag of the image of a language in any stage.
    pub(crate) fn version(&self, language: Language) -> Option<&str> {
        let images = self.stages.iter().filter_map(|stage| match &stage.base {
            Base::Image(image) if Language::of_image(image) == Some(language) => Some(image.as_str()),
            _ => None,
        });
        let tags = images.filter_map(|image| name(image.split('@').next()?).split_once(':'));
        let mut versions = tags.filter_map(|(_, tag)| tag.split('-').next());
        versions.find(|version| version.starts_with(|c: char| c.is_ascii_digit()))
    }
}

/// Adds the arguments of an instruction.
pub(crate) fn args(rest: &str, vars: &mut Vars) {
    for word in shlex::split(rest).unwrap_or_default() {
        let (name, default) = match word.split_once('=') {
            Some((name, default)) => (name, vars.value(default)),
            // An argument of all stages has its default there.
            None => (word.as_str(), vars.default_of(&word).map(str::to_owned)),
        };
        vars.set(name, Value::Arg(default));
    }
}

/// The pairs of `ENV` and `LABEL`.
pub(crate) fn pairs(rest: &str) -> Vec<(String, String)> {
    let first = rest.split_whitespace().next().unwrap_or_default();
    if !first.contains('=') {
        let value = rest.get(first.len()..).unwrap_or_default().trim();
        return vec![(first.to_owned(), value.to_owned())];
    }
    let words = shlex::split(rest).unwrap_or_default();
    let pairs = words.iter().filter_map(|word| word.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
