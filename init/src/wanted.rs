//! Which images a repository ships: services of the Compose file, and other Dockerfiles.

use slipway_project::paths::{in_folder, is_within};
use slipway_spec::{Sources, join_path, yaml};

use crate::compose::{self, Service};
use crate::dockerfile::Instruction;
use crate::draft::Draft;
use crate::program::Language;
use crate::recipe::{Base, Recipe};
use crate::survey::{COMPOSE, Survey, folder, is_passed_over, name};

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
    "lint",
    "example",
    "tmpl",
    "template",
    "j2",
    "windows",
    "nanoserver",
];

/// Folders of files about containers, which name no service.
const OF_CONTAINERS: &[&str] = &[
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

/// The Compose file, and its services.
pub(crate) fn services(survey: &mut Survey) -> (Option<String>, Vec<Service>) {
    let at_root = COMPOSE.iter().find(|name| survey.has(name)).map(|name| (*name).to_owned());
    let is_near = |path: &String| OF_CONTAINERS.contains(&folder(path));
    let found = at_root.or_else(|| survey.named(COMPOSE).map(|(_, path)| path.to_owned()).find(is_near));
    let Some(path) = found else { return (None, Vec::new()) };
    let mut sources = Sources::default();
    let id = sources.add(path.clone(), survey.text(&path).as_bytes().to_vec());
    let tree = match id.map(|id| sources.get(id)) {
        Ok(Some(file)) => yaml::parse(file),
        Ok(None) => return (None, Vec::new()),
        Err(found) => Err(*found),
    };
    match tree {
        Ok(tree) => {
            let services = compose::services(&tree, folder(&path));
            (Some(path), services)
        }
        Err(found) => {
            survey.notes.push(format!("{path} was not used: {}.", found.message));
            (None, Vec::new())
        }
    }
}

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
}

/// The images to make: those of the Compose file, then those of other Dockerfiles.
pub(crate) fn wanted(survey: &Survey, recipes: &[Recipe], services: Vec<Service>, draft: &mut Draft) -> Vec<Wanted> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for service in services {
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
        if suffix.is_some_and(|suffix| {
            suffix.split(['.', '-', '_']).any(|part| FOR_DEVELOPMENT.contains(&part.to_ascii_lowercase().as_str()))
        }) {
            draft.leave("for development or another system", &recipe.path);
            continue;
        }
        let context = context(survey, recipe);
        let leaves = leaves(recipe);
        let generic = [
            "prod",
            "production",
            "release",
            "runtime",
            "latest",
            "alpine",
            "debian",
            "slim",
            "distroless",
            "buildx",
            "multi",
            "multistage",
            "main",
            "app",
        ];
        let called = suffix.filter(|suffix| !generic.contains(suffix)).map(str::to_owned);
        let called = called.or_else(|| {
            folder(&recipe.path)
                .rsplit('/')
                .find(|part| !part.is_empty() && !OF_CONTAINERS.contains(part) && !generic.contains(part))
                .map(str::to_owned)
        });
        let targets: Vec<Option<String>> =
            if leaves.len() > 1 { leaves.into_iter().map(Some).collect() } else { vec![None] };
        for target in targets {
            let name = target.clone().or_else(|| called.clone()).unwrap_or_default();
            wanted.push(Wanted {
                name,
                path: recipe.path.clone(),
                context: context.clone(),
                target,
                args: Vec::new(),
                services: Vec::new(),
                is_guess: true,
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
    let is_absent = |written: &String| {
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

/// The stages that nothing else uses and that start something, if they have names.
fn leaves(recipe: &Recipe) -> Vec<String> {
    let is_used = |number: usize, name: &str| {
        let copies = |one: &Instruction| {
            one.flag("from").is_some_and(|from| from.eq_ignore_ascii_case(name))
                || one.flags.iter().any(|flag| flag.contains(&format!("from={name}")))
        };
        recipe
            .stages
            .iter()
            .any(|stage| matches!(stage.base, Base::Stage(base) if base == number) || stage.body.iter().any(copies))
    };
    let starts = |one: &Instruction| matches!(one.name.as_str(), "CMD" | "ENTRYPOINT");
    let mut found = Vec::new();
    for (number, stage) in recipe.stages.iter().enumerate() {
        let Some(name) = &stage.name else { continue };
        if !is_used(number, name)
            && stage.body.iter().any(starts)
            && !FOR_DEVELOPMENT.contains(&name.to_ascii_lowercase().as_str())
        {
            found.push(name.clone());
        }
    }
    found
}

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
    let is_own = scores.0 > scores.1 || scores.0 == scores.1 && has_project;
    if is_own && is_within("", own) { own.to_owned() } else { String::new() }
}
