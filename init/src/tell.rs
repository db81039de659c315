//! Reads what a Dockerfile says, instruction by instruction.

use crate::dockerfile::Instruction;
use crate::program::Language;
use crate::recipe::{Recipe, args, pairs};
use crate::runs::commands;
use crate::shell::{of_environment, short};
use crate::survey::{Survey, name};
use crate::told::{Told, Words};
use crate::vars::Value;

/// Images that contain nothing but a system, or not even that.
const SYSTEMS: &[&str] = &[
    "scratch",
    "alpine",
    "debian",
    "ubuntu",
    "busybox",
    "wolfi-base",
    "static",
    "static-debian12",
    "static-debian11",
    "base",
    "base-debian12",
    "base-debian11",
    "base-nossl-debian12",
    "cc-debian12",
    "cc-debian11",
    "cc",
    "static-debian13",
    "base-debian13",
    "cc-debian13",
    "ubi-minimal",
    "ubi8-minimal",
    "ubi9-minimal",
    "ubi-micro",
    "fedora",
    "amazonlinux",
    "minideb",
    "glibc-dynamic",
    "rockylinux",
    "centos",
    "oraclelinux",
    "archlinux",
    "almalinux",
    "leap",
];

impl Told {
    /// Reads the stage that makes the image.
    pub(crate) fn of(survey: &Survey, recipe: &Recipe, target: Option<&str>, context: &str) -> Self {
        let chain = recipe.chain(target);
        let base = recipe.image(&chain).to_owned();
        let mut told = Self { workdir: "/".to_owned(), language: Language::of_image(&base), base, ..Self::default() };
        let body = || chain.iter().filter_map(|stage| recipe.stages.get(*stage)).flat_map(|stage| &stage.body);
        let is_system = SYSTEMS.contains(&name(&told.base).split([':', '@']).next().unwrap_or_default());
        told.is_system = is_system;
        if told.language.is_none() && is_system {
            // A program of another stage.
            let froms = body().filter_map(|copy| copy.flag("from").filter(|_| copy.name == "COPY"));
            let mut languages: Vec<_> = froms.filter_map(|from| recipe.language(recipe.stage(from)?)).collect();
            // Files for browsers are not the program.
            languages.sort_by_key(|language| *language == Language::Node);
            told.language = languages.first().copied();
        }
        for (number, stage) in recipe.stages.iter().enumerate() {
            let language = recipe.language(number);
            for one in stage.body.iter().filter(|one| one.name == "ARG") {
                if told.build_vars.0.is_empty() {
                    told.build_vars.0.clone_from(&recipe.globals.0);
                }
                args(&one.rest, &mut told.build_vars);
            }
            for run in stage.body.iter().filter(|instruction| instruction.name == "RUN") {
                // What installs more than the lockfile names.
                let is_below = told.language == Some(Language::Python) && !chain.contains(&number);
                for words in commands(run).iter().filter(|_| is_below && language == told.language) {
                    let program = words.first().and_then(|word| of_environment(word)).unwrap_or("pip");
                    if !program.starts_with("pip") && !program.starts_with("python") {
                        told.lost.push(format!("`{}` ({}:{})", short(&words.join(" ")), recipe.path, run.line));
                    }
                }
                told.commands.extend(commands(run).into_iter().map(|words| (language, words)));
            }
        }
        told.vars.0.clone_from(&recipe.globals.0);
        for instruction in body() {
            told.add(survey, recipe, context, instruction);
        }
        told
    }

    fn add(&mut self, survey: &Survey, recipe: &Recipe, context: &str, instruction: &Instruction) {
        let rest = instruction.rest.as_str();
        let words = || {
            let words = instruction.json().unwrap_or_else(|| rest.split_whitespace().map(str::to_owned).collect());
            words.iter().filter_map(|word| self.vars.value(word.trim_matches('"'))).collect::<Vec<_>>()
        };
        let start = || Some(instruction.json().map_or_else(|| Words::Shell(rest.to_owned()), Words::List));
        match instruction.name.as_str() {
            "ARG" => args(rest, &mut self.vars),
            "ENV" => {
                for (name, text) in pairs(rest) {
                    match self.vars.template(&text) {
                        Some(value) => self.env.push((name.clone(), value)),
                        None if name == "PATH" => {}
                        None => self.lost.push(format!("`ENV {name}`, whose value is only known in the build")),
                    }
                    self.vars.set(&name, Value::Env(self.vars.value(&text).unwrap_or(text)));
                }
            }
            "LABEL" => {
                let pairs = pairs(rest).into_iter();
                let known = pairs.filter_map(|(name, text)| Some((name, self.vars.template(&text)?)));
                let known: Vec<_> = known.collect();
                self.labels.extend(known);
            }
            "EXPOSE" => {
                let ports = words();
                self.expose.extend(ports);
            }
            "VOLUME" => {
                let paths = words();
                self.volumes.extend(paths);
            }
            "USER" => self.user = self.vars.value(rest.trim_matches('"')),
            "WORKDIR" => self.workdir = self.path(rest.trim_matches('"')),
            "ENTRYPOINT" => {
                self.entrypoint = start();
                // As in Docker, arguments belong to the entrypoint that follows them or precedes them in one stage.
            }
            "CMD" => self.cmd = start(),
            "STOPSIGNAL" => self.stop_signal = self.vars.value(rest),
            "HEALTHCHECK" => self.health = Some(instruction.clone()),
            "RUN" => {
                for words in commands(instruction) {
                    self.run(survey, context, &words, || format!("{}:{}", recipe.path, instruction.line));
                }
            }
            "COPY" | "ADD" => {
                self.copies = true;
                self.copy(survey, recipe, context, instruction);
            }
            "SHELL" | "ONBUILD" => self.lost.push(self.shown(recipe, instruction)),
            _ => {}
        }
    }
}
