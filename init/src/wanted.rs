//! Which images a repository ships: services of the Compose file, and other Dockerfiles.

use slipway_project::paths::{in_folder, is_within};
use slipway_spec::join_path;

use crate::compose::Service;
use crate::draft::Draft;
use crate::program::Language;
use crate::recipe::{Recipe, args};
use crate::survey::{Survey, folder, is_passed_over, name};
use crate::targets::{OF_CONTAINERS, OF_HOW, instead_of_development, is_for_development, leaves};

/// One image to make.
pub(crate) struct Wanted {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) context: String,
    pub(crate) target: Option<String>,
    pub(crate) args: Vec<(String, String)>,
    /// Services with these files, the one that others extend first.
    pub(crate) services: Vec<Service>,
    /// Whether nothing names the Dockerfile.
    pub(crate) is_guess: bool,
    /// The stage for development that the Compose file names instead.
    pub(crate) developed: Option<String>,
}

/// The images to make: those of the Compose file, then those of other Dockerfiles.
pub(crate) fn wanted(survey: &Survey, recipes: &[Recipe], services: Vec<Service>, draft: &mut Draft) -> Vec<Wanted> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for mut service in services {
        let recipe = recipes.iter().find(|recipe| recipe.path == service.dockerfile);
        let ships =
            recipe.zip(service.target.as_deref()).and_then(|(recipe, name)| instead_of_development(recipe, name));
        let developed = ships.and_then(|ships| std::mem::replace(&mut service.target, ships));
        if developed.is_some() {
            (service.entrypoint, service.command) = (None, None);
        }
        let same = |known: &&mut Wanted| {
            known.path == service.dockerfile
                && known.context == service.context
                && known.target == service.target
                && known.args == service.args
        };
        if let Some(known) = wanted.iter_mut().find(same) {
            known.services.push(service);
            // The service with ports and without a command is the one that others extend.
            known.services.sort_by_key(|service| {
                (service.command.is_some() || service.entrypoint.is_some(), service.ports.is_empty())
            });
            if let Some(first) = known.services.first() {
                known.name.clone_from(&first.name);
            }
            continue;
        }
        wanted.push(Wanted {
            name: service.name.clone(),
            path: service.dockerfile.clone(),
            context: service.context.clone(),
            target: service.target.clone(),
            args: service.args.clone(),
            services: vec![service],
            is_guess: false,
            developed,
        });
    }
    let named = wanted.len();
    // Of several for one program, the plain one, whose image contains no toolchain.
    let mut sorted: Vec<&Recipe> = recipes.iter().collect();
    sorted.sort_by_key(|recipe| {
        let tools = Language::of_image(recipe.image(&recipe.chain(None)))
            .is_some_and(|language| matches!(language, Language::Go | Language::Rust));
        (tools, recipe.path.matches('/').count(), recipe.path.len())
    });
    for recipe in sorted {
        if wanted.iter().take(named).any(|known| known.path == recipe.path) {
            continue;
        }
        let own = name(&recipe.path);
        let lower = own.to_ascii_lowercase();
        let suffix = lower
            .strip_suffix(".dockerfile")
            .or_else(|| lower.strip_prefix("dockerfile"))
            .or_else(|| lower.strip_prefix("containerfile"));
        let suffix = suffix.map(|suffix| suffix.trim_matches(['.', '-', '_'])).filter(|suffix| !suffix.is_empty());
        if suffix.is_some_and(is_for_development) || is_for_development(folder(&recipe.path)) {
            draft.leave("for development or another system", &recipe.path);
            continue;
        }
        let context = context(survey, recipe);
        let leaves = leaves(recipe);
        let says_something = |name: &&str| !name.is_empty() && !OF_HOW.contains(name);
        let called = suffix.filter(says_something).map(str::to_owned);
        let called = called.or_else(|| {
            let mut parts = folder(&recipe.path).rsplit('/');
            parts.find(|part| says_something(part) && !OF_CONTAINERS.contains(part)).map(str::to_owned)
        });
        for target in leaves {
            let own = target.as_deref().filter(says_something).map(str::to_owned);
            let name = own.or_else(|| called.clone()).unwrap_or_default();
            wanted.push(Wanted {
                name,
                path: recipe.path.clone(),
                context: context.clone(),
                target,
                args: Vec::new(),
                services: Vec::new(),
                is_guess: true,
                developed: None,
            });
        }
    }
    wanted
}

/// A file that a Dockerfile copies and that is not in the repository: something else makes it before.
pub(crate) fn absent(survey: &Survey, recipe: &Recipe, context: &str) -> Option<String> {
    let copies = recipe.stages.iter().flat_map(|stage| &stage.body).filter(|one| {
        matches!(one.name.as_str(), "COPY" | "ADD") && one.flag("from").is_none() && one.heredoc.is_empty()
    });
    let paths = copies.flat_map(|copy| {
        let mut paths = copy.json().or_else(|| shlex::split(&copy.rest)).unwrap_or_default();
        paths.pop();
        paths
    });
    // Arguments have defaults.
    let mut vars = recipe.globals.clone();
    for one in recipe.stages.iter().flat_map(|stage| &stage.body).filter(|one| one.name == "ARG") {
        args(&one.rest, &mut vars);
    }
    let is_absent = |written: &String| {
        let value = vars.value(written);
        let written = value.as_ref().unwrap_or(written);
        let start = written.split(['*', '?', '[', '$']).next().unwrap_or_default().trim_start_matches('/');
        // Of a name that an argument completes, the folder is known.
        let start = if written.contains('$') && !written.ends_with(".jar") { folder(start) } else { start };
        let is_path = !written.contains("://") && (!start.is_empty() || written.ends_with(".jar"));
        let Some(path) = join_path(context, start).filter(|_| is_path) else { return false };
        let is_there = if start.len() < written.trim_start_matches('/').len() {
            survey.files.range(path.clone()..).next().is_some_and(|next| next.starts_with(&path))
                && !written.ends_with(".jar")
        } else {
            survey.exists(&path)
        };
        !is_there && !is_passed_over(&path) && !path.split('/').any(|part| part.starts_with('.'))
    };
    paths.into_iter().find(is_absent)
}

/// Files that a whole workspace has once.
const LOCKFILES: &[&str] = &[
    "package-lock.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "bun.lock",
    "bun.lockb",
    "go.sum",
    "Cargo.lock",
    "uv.lock",
    "poetry.lock",
];

/// The folder of the build context: where the files are that the Dockerfile copies.
fn context(survey: &Survey, recipe: &Recipe) -> String {
    let own = folder(&recipe.path);
    let copies = recipe
        .stages
        .iter()
        .flat_map(|stage| &stage.body)
        .filter(|one| matches!(one.name.as_str(), "COPY" | "ADD") && one.flag("from").is_none());
    let mut scores = (0, 0);
    for copy in copies {
        let paths = copy.json().or_else(|| shlex::split(&copy.rest)).unwrap_or_default();
        for source in paths.iter().take(paths.len().saturating_sub(1)) {
            let source = source.trim_matches('/').split('*').next().unwrap_or_default();
            let is_there = |base: &str| {
                join_path(base, source).is_some_and(|path| {
                    path != base
                        && survey.files.range(path.clone()..).next().is_some_and(|next| next.starts_with(&path))
                })
            };
            scores.0 += usize::from(is_there(own));
            scores.1 += usize::from(is_there(""));
        }
    }
    let manifests = [
        "go.mod",
        "package.json",
        "pyproject.toml",
        "requirements.txt",
        "Cargo.toml",
        "pom.xml",
        "build.gradle",
        "composer.json",
        "Gemfile",
    ];
    let has_project = manifests.iter().any(|name| survey.has(&in_folder(own, name)));
    // A member of a workspace is built with the lockfile of the workspace.
    let is_locked = |folder: &str| LOCKFILES.iter().any(|name| survey.has(&in_folder(folder, name)));
    let is_member = is_locked("") && !is_locked(own);
    let is_own = scores.0 > scores.1 || scores.0 == scores.1 && has_project && !is_member;
    if is_own && is_within("", own) { own.to_owned() } else { String::new() }
}
