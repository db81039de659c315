//! Adds images to a draft: of a Dockerfile, of a service with the same files, of a program without either.

use slipway_project::paths::in_folder;
use slipway_spec::yaml::quoted;

use crate::assets::assets;
use crate::carry;
use crate::compose::Service;
use crate::config::used_args;
use crate::dockerfile::Instruction;
use crate::draft::Draft;
use crate::image::{Form, Image, Key, ROOT, key, key_with, list, literal, map, why_root};
use crate::matching;
use crate::program::{Language, Program, nearest, package, project, script};
use crate::recipe::Recipe;
use crate::shell;
use crate::survey::{Survey, name as last_part};
use crate::told::{Told, Words};
use crate::wanted::{Wanted, absent};

impl Draft {
    /// The image of a Dockerfile.
    pub(crate) fn add(
        &mut self,
        survey: &Survey,
        programs: &[Program],
        recipe: &Recipe,
        wanted: &Wanted,
        used: &mut Vec<usize>,
    ) {
        let mut told = Told::of(survey, recipe, wanted.target.as_deref(), &wanted.context);
        let first = wanted.services.first();
        if let Some(service) = first {
            complete(&mut told, service);
        }
        let found = matching::program(programs, &told, recipe, &wanted.context, &wanted.name);
        let program = found.and_then(|number| programs.get(number));
        let absent = absent(survey, recipe, &wanted.context);
        let is_compiled =
            program.is_some_and(|program| matches!(program.language, Language::Go | Language::Rust | Language::Java));
        if let Some(path) = absent.as_ref().filter(|_| !is_compiled) {
            self.without(survey, (recipe, path), (found, program), used);
            return;
        }
        // Images of systems and languages start nothing of this repository by themselves, and others not without files.
        let base_starts = !told.is_system && Language::of_image(&told.base).is_none() && told.copies;
        if wanted.is_guess && !base_starts && told.entrypoint.is_none() && told.cmd.is_none() {
            self.leave("starts nothing of this repository", &recipe.path);
            return;
        }
        let is_known = found.is_some_and(|number| used.contains(&number));
        let repeats = program.is_some_and(|program| {
            is_known && wanted.is_guess && matches!(program.language, Language::Go | Language::Rust | Language::Java)
        });
        if repeats {
            self.leave("another one ships the same program", &recipe.path);
            return;
        }
        let own = own_name(survey, program, &told, &wanted.context);
        let name = self.free(if wanted.name.is_empty() { &own } else { &wanted.name });
        let number = self.images.len();
        let mut builds = Vec::new();
        for (stage, source, to) in std::mem::take(&mut told.assets) {
            let front =
                matching::assets(programs, recipe, stage, &wanted.context).and_then(|number| programs.get(number));
            let made = front.and_then(|front| {
                Some((front, assets(survey, front, recipe, &told, (stage, &source), &wanted.context)?))
            });
            let Some((front, (options, inside))) = made else {
                told.lost.push(format!("`COPY --from={stage} {source}` ({})", recipe.path));
                continue;
            };
            let of = if front.folder.is_empty() { name.clone() } else { last_part(&front.folder).to_ascii_lowercase() };
            let own = format!("{of}-files");
            told.files.push((to, format!("{own}:/{inside}")));
            let keys: Vec<_> = options.into_iter().map(|(name, value)| key(&name, value)).collect();
            let same = self.builds.iter_mut().chain(&mut builds).find(|(_, known, _)| *known == own);
            match same {
                Some((_, _, known)) => {
                    if !merge(known, &keys) {
                        told.lost.push(format!("`COPY --from={stage} {source}` ({})", recipe.path));
                    }
                }
                None => builds.push((number, own, keys)),
            }
        }
        let others = program.map(|program| matching::others(programs, &told, program)).unwrap_or_default();
        used.extend(
            programs.iter().enumerate().filter(|(_, program)| others.contains(program)).map(|(number, _)| number),
        );
        let serves = program.is_none() && told.language.is_none() && !builds.is_empty();
        let mut image = match program {
            Some(program) => carry::image(survey, &name, (program, &others), recipe, &mut told, &wanted.context),
            None if serves => carry::server(&name, &mut told),
            None => Image::new(&name),
        };
        used.extend(found);
        self.languages.extend(program.map(|program| program.language));
        image.why = match (found, told.language, told.lost.as_slice()) {
            (Some(_), _, []) => String::new(),
            (None, _, []) if serves => String::new(),
            (Some(_), _, [one]) => format!("there is no key for {one}"),
            (Some(_), _, [one, rest @ ..]) => format!("there is no key for {one} and {} more", rest.len()),
            (None, Some(language), _) => format!("there is no {} project in ./{}", language.preset(), wanted.context),
            (None, None, _) => format!("{} has no preset", told.base.split('@').next().unwrap_or_default()),
        };
        if let Some(stage) = &wanted.developed {
            let note = format!(
                "The Compose file builds the stage `{stage}`, for development. This is what ships; `variants: {{ dev: {{}} }}` \
                 adds an image for development."
            );
            image.notes.push(note);
        }
        if absent.is_none() {
            self.adopt(&mut image, recipe, wanted, &told);
        } else if let Some(path) = absent.as_ref().filter(|_| !image.why.is_empty()) {
            used.retain(|number| Some(*number) != found || is_known);
            self.without(survey, (recipe, path), (found, program), used);
            return;
        }
        self.builds.extend(builds);
        if image.why.is_empty() {
            image.form = Form::Preset;
            let text: String = image.keys.iter().map(|key| key.value.as_str()).collect();
            self.declare(used_args(&text, &told.build_vars));
        } else {
            image.form = Form::Adopted;
            self.contexts.push(wanted.context.clone());
        }
        self.images.push(image);
        for service in wanted.services.iter().skip(1) {
            self.extend(&name, service, first, &told);
        }
    }

    /// Does without a Dockerfile that copies what is not there. The manifest of its program may say enough.
    fn without(
        &mut self,
        survey: &Survey,
        (recipe, path): (&Recipe, &str),
        (found, program): (Option<usize>, Option<&Program>),
        used: &mut Vec<usize>,
    ) {
        self.leave("copies a file that is not in the repository", &format!("{} ({path})", recipe.path));
        let program = program.filter(|program| program.ships);
        if let (Some(program), Some(number)) = (program, found.filter(|number| !used.contains(number))) {
            self.program(survey, program);
            used.push(number);
        }
    }

    /// The same image from its Dockerfile.
    pub(crate) fn adopt(&mut self, image: &mut Image, recipe: &Recipe, wanted: &Wanted, told: &Told) {
        let mut stage = vec![key("dockerfile", quoted(&format!("./{}", recipe.path)))];
        if !wanted.context.is_empty() {
            stage.push(key("context", quoted(&format!("./{}", wanted.context))));
        }
        if let Some(target) = &wanted.target {
            stage.push(key("target", quoted(target)));
        }
        if !wanted.args.is_empty() {
            let pairs: Vec<_> = wanted.args.iter().map(|(name, value)| (name.clone(), literal(value))).collect();
            stage.push(key("args", map(&pairs)));
        }
        let flags = recipe.stages.iter().flat_map(|stage| &stage.body).flat_map(|one| &one.flags);
        let mounts = flags.filter(|flag| flag.starts_with("--mount=") && flag.contains("type=secret"));
        let ids = mounts.filter_map(|flag| flag.split([',', '=']).skip_while(|part| *part != "id").nth(1));
        let mut ids: Vec<String> = ids.map(str::to_owned).collect();
        ids.sort();
        ids.dedup();
        if !ids.is_empty() {
            stage.push(key("secrets", list(&ids)));
            self.secrets.extend(ids);
        }
        image.stage = stage;
        image.adopted = vec![key("runtime", image.name.clone())];
        if let Some(why) = why_root(told) {
            // Once is enough.
            let adopted = self.images.iter().filter(|other| other.form == Form::Adopted);
            let is_known = adopted.flat_map(|other| &other.adopted).any(|key| key.note == why);
            image.adopted.push(key_with("user", ROOT, if is_known { "" } else { why }));
        }
    }

    /// A service that runs the same files with another command.
    pub(crate) fn extend(&mut self, base: &str, service: &Service, first: Option<&Service>, told: &Told) {
        let command = service.entrypoint.as_ref().or(service.command.as_ref());
        let same =
            first.is_some_and(|first| (&first.entrypoint, &first.command) == (&service.entrypoint, &service.command));
        let Some(command) = command.filter(|_| !same) else { return };
        let mut image = Image::new(&self.free(&service.name));
        image.extends = Some(base.to_owned());
        image.set("extends", base);
        let is_node = told.language == Some(Language::Node) && command.first().is_some_and(|word| word == "node");
        let is_own = matches!(told.language, Some(Language::Go | Language::Rust)) || is_node;
        image.set(
            if service.entrypoint.is_some() && !is_own { "entrypoint" } else { "cmd" },
            list(command.get(usize::from(is_own)..).unwrap_or_default()),
        );
        if service.ports.is_empty() && !told.expose.is_empty() {
            image.set("expose", "none");
            image.set("healthcheck", "none");
        }
        self.images.push(image);
    }

    /// A program that nothing but its manifest describes.
    pub(crate) fn program(&mut self, survey: &Survey, program: &Program) {
        let name = self.free(&specific(survey, program.name.clone()));
        let mut image = Image::new(&name);
        let mut options = Vec::new();
        let is_node = program.language == Language::Node;
        let manifest = survey.text(&in_folder(&program.folder, "pyproject.toml"));
        let has_version = manifest.contains("python =")
            || manifest.contains("requires-python")
            || nearest(survey, &program.folder, ".python-version").is_some();
        if program.language == Language::Python && !has_version {
            options.push(("python".to_owned(), "\"3.13\"".to_owned()));
            image.notes.push("The version of Python is a guess.".to_owned());
        }
        if is_node && script(&package(survey, &program.folder), "build").is_some() {
            options.push(("scripts".to_owned(), "[build]".to_owned()));
        }
        image.set(program.language.preset(), program.value(&options));
        let lines =
            survey.text(&in_folder(&program.folder, "Procfile")).lines().filter_map(|line| line.split_once(':'));
        let commands: Vec<_> =
            lines.map(|(kind, text)| (kind.trim(), text.trim())).filter(|(kind, _)| *kind != "release").collect();
        let words = |text: &str| {
            shell::plain(text).unwrap_or_else(|| ["sh", "-c", &format!("exec {text}")].map(str::to_owned).into())
        };
        let web = commands.iter().find(|(kind, _)| *kind == "web").or(commands.first());
        let takes = program.language == Language::Python;
        if let Some((_, text)) = web.filter(|_| takes) {
            image.set_with("cmd", list(&words(text)), "From Procfile.");
        }
        self.images.push(image);
        for (kind, text) in commands.iter().filter(|command| takes && Some(*command) != web) {
            let mut more = Image::new(&self.free(&format!("{name}-{kind}")));
            more.extends = Some(name.clone());
            more.set("extends", name.clone());
            more.set("cmd", list(&words(text)));
            self.images.push(more);
        }
    }
}

/// Adds the output of a build to another one that is the same otherwise; whether it is.
fn merge(known: &mut [Key], keys: &[Key]) -> bool {
    let Some(((last, rest), (new, others))) = known.split_last_mut().zip(keys.split_last()) else { return false };
    let inside = new.value.trim_matches(['[', ']']);
    if !last.value.trim_matches(['[', ']']).split(", ").any(|path| path == inside) {
        last.value = format!("{}, {inside}]", last.value.trim_end_matches(']'));
    }
    rest == others
}

/// What a Compose file adds to a Dockerfile.
fn complete(told: &mut Told, service: &Service) {
    if told.expose.is_empty() {
        told.expose.clone_from(&service.ports);
    }
    if told.entrypoint.is_none() && told.cmd.is_none() {
        told.entrypoint = service.entrypoint.clone().map(Words::List);
        told.cmd = service.command.clone().map(Words::List);
    }
    for volume in &service.volumes {
        if !told.volumes.contains(volume) && *volume != told.workdir {
            told.volumes.push(volume.clone());
        }
    }
    if service.user.is_some() && told.user.is_none() {
        told.user.clone_from(&service.user);
    }
    if let (None, Some(text)) = (&told.health, &service.health) {
        let mut words = text.as_str();
        let mut check = Instruction::default();
        while let Some((flag, rest)) = words.split_once(' ').filter(|(flag, _)| flag.starts_with("--")) {
            check.flags.push(flag.to_owned());
            words = rest;
        }
        words.clone_into(&mut check.rest);
        told.health = Some(check);
    }
}

/// Names of programs that say nothing.
const GENERIC: &[&str] =
    &["app", "application", "server", "main", "cmd", "api-server", "bin", "program", "src", "binary"];

/// A name, or that of the whole project if it says nothing.
fn specific(survey: &Survey, name: String) -> String {
    let whole = GENERIC.contains(&name.as_str()).then(|| project(survey, ""));
    whole.filter(|whole| !GENERIC.contains(&whole.as_str())).unwrap_or(name)
}

/// The name of an image that nothing else names: that of its program, otherwise that of its project.
fn own_name(survey: &Survey, program: Option<&Program>, told: &Told, context: &str) -> String {
    let made = told.made.first().filter(|_| told.made.len() == 1).map(|(path, _)| last_part(path).to_owned());
    let compiled = program.filter(|program| matches!(program.language, Language::Go | Language::Rust));
    let names = [compiled.and(made), program.map(|program| program.name.clone())];
    let named = names.into_iter().flatten().find(|name| !GENERIC.contains(&name.as_str()));
    named.unwrap_or_else(|| specific(survey, project(survey, program.map_or(context, |program| program.root.as_str()))))
}
