//! `COPY` and `ADD`: files of the repository, and what other stages have made.

use slipway_project::paths::{in_folder, is_within};
use slipway_spec::join_path;

use crate::dockerfile::{Instruction, words_of_json};
use crate::program::Language;
use crate::recipe::Recipe;
use crate::survey::{Survey, name};
use crate::told::Told;

/// Files that presets provide.
const PROVIDED: &[&str] = &[
    "/etc/ssl",
    "/etc/passwd",
    "/etc/group",
    "/usr/share/zoneinfo",
    "/usr/local/go/lib/time",
    "/etc/nsswitch.conf",
    "/tmp",
];

impl Told {
    pub(crate) fn copy(&mut self, survey: &Survey, recipe: &Recipe, context: &str, copy: &Instruction) {
        let paths = words_of_json(&copy.rest).or_else(|| shlex::split(&copy.rest)).unwrap_or_default();
        let Some((to, sources)) = paths.split_last() else { return };
        let is_folder = to.ends_with('/') || to == "." || sources.len() > 1;
        let to = self.path(to);
        let compiles = !matches!(self.language, Some(Language::Node | Language::Python));
        // What is copied into an image of the toolchain is compiled there.
        let is_toolchain = compiles && self.language.is_some() && Language::of_image(&self.base) == self.language;
        let from = copy.flag("from").map(|from| self.vars.value(from).unwrap_or_else(|| from.to_owned()));
        if !copy.heredoc.is_empty() || sources.iter().any(|source| source.contains("://")) {
            self.lost.push(self.shown(recipe, copy));
            return;
        }
        for source in sources {
            let named = name(source.trim_end_matches('/'));
            let into = if is_folder { format!("{}/{named}", to.trim_end_matches('/')) } else { to.clone() };
            let Some(from) = &from else {
                // The files of the application itself.
                let inside = join_path(context, source.trim_start_matches('/'));
                if (!compiles || is_toolchain) && (is_within(&self.workdir, &to) || source == "." || source == "./") {
                    if self.workdir == "/" && to != "/" {
                        self.workdir.clone_from(&to);
                    }
                    let file = inside.filter(|path| survey.has(path));
                    self.own_files.extend(file.map(|path| (into, path)));
                    continue;
                }
                match inside.filter(|path| survey.exists(path) && !source.contains(['*', '?', '['])) {
                    Some(path) => {
                        let is_file = survey.has(&path);
                        self.files.push((if is_file { into } else { to.clone() }, path));
                    }
                    None => self.lost.push(self.shown(recipe, copy)),
                }
                continue;
            };
            // The check of `healthcheck: { grpc: … }` needs no program, and neither does the one of Kubernetes.
            if named.replace('_', "-") == "grpc-health-probe" {
                continue;
            }
            let Some(stage) = recipe.stage(from) else {
                // Installers that presets bring.
                if !matches!(named, "uv" | "uvx" | "poetry" | "pnpm" | "node" | "bun") {
                    self.lost.push(self.shown(recipe, copy));
                }
                continue;
            };
            let is_provided = |file: &str| PROVIDED.iter().any(|path| is_within(path, file));
            if is_provided(&format!("/{}", source.trim_matches('/'))) || into.starts_with("/etc/") && is_provided(&into)
            {
                continue;
            }
            match recipe.language(stage) {
                Some(Language::Node) if self.language != Some(Language::Node) => {
                    self.assets.push((stage, source.clone(), to.clone()));
                    continue;
                }
                Some(language) if Some(language) != self.language => {
                    self.lost.push(self.shown(recipe, copy));
                    continue;
                }
                _ => {}
            }
            // A file that another stage only passed on.
            let workdir =
                recipe.stages.get(stage).and_then(|stage| stage.body.iter().rfind(|one| one.name == "WORKDIR"));
            let workdir = workdir.map_or("", |one| one.rest.as_str()).trim_matches('/');
            let absolute = source.trim_matches('/');
            let inside = if source.starts_with('/') {
                absolute.strip_prefix(workdir).map(|rest| rest.trim_matches('/'))
            } else {
                Some(absolute)
            };
            let passed_on = inside.filter(|path| !path.is_empty()).and_then(|path| join_path(context, path));
            match passed_on.filter(|path| compiles && survey.exists(path) && self.language != Some(Language::Java)) {
                Some(path) if !survey.exists(&in_folder(&path, "main.go")) => {
                    self.files.push((if survey.has(&path) { into } else { to.clone() }, path));
                }
                _ if matches!(named, "go.mod" | "go.sum" | "Cargo.lock") => {}
                _ => self.made.push((into, self.shown(recipe, copy))),
            }
        }
    }
}
