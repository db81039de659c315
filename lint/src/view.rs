//! The view of rules: a spec and its plans, with access to every image, build and text.

use std::collections::{HashMap, HashSet};

use slipway_plan::{Contents, Target, targets};
use slipway_spec::model::{
    Address, AdoptedStage, Arg, Build, CheckCommand, Image, NetworkMode, Origin, PresetOptions, SecretRef, Stage,
    StageStepKind, StepsStage,
};
use slipway_spec::{FileId, Map, Name, Scope, Spanned, Spec, Template};

use crate::Lint;

/// Texts that exceed this length with their arguments are not checked.
const MAX_TEXT: usize = 1 << 20;

/// A spec and its plans, as rules see them.
pub(crate) struct View<'a> {
    lint: Lint<'a>,
    /// The whole spec, if only a part is checked.
    whole: &'a Spec,
    /// The defaults of arguments.
    defaults: HashMap<&'a str, &'a str>,
}

impl<'a> std::ops::Deref for View<'a> {
    type Target = Lint<'a>;

    fn deref(&self) -> &Self::Target {
        &self.lint
    }
}

impl<'a> View<'a> {
    /// Creates the view.
    pub(crate) fn new(lint: Lint<'a>, whole: &'a Spec) -> Self {
        let default = |(name, arg): (&'a Spanned<String>, &'a Arg)| {
            Some((name.value.as_str(), arg.default.as_ref()?.value.as_str()))
        };
        Self { lint, whole, defaults: whole.args.iter().filter_map(default).collect() }
    }

    /// Whether the file has images, including those that are not checked.
    pub(crate) fn has_images(&self) -> bool {
        !self.whole.images.is_empty()
    }

    /// Images without their variants.
    pub(crate) fn images(&self) -> impl Iterator<Item = (&'a Spanned<String>, &'a Image)> + use<'a> {
        self.spec.images.iter()
    }

    /// The image that another one extends, even if it is not checked.
    pub(crate) fn parent(&self, image: &Image) -> Option<&'a Image> {
        self.whole.images.get(&image.keys.extends.as_ref()?.value)
    }

    /// Images and their variants.
    pub(crate) fn images_and_variants(&self) -> impl Iterator<Item = &'a Image> + use<'a> {
        self.lint.spec.images_and_variants()
    }

    /// Images and variants with plans and known contents; one of several platforms represents all.
    pub(crate) fn planned(&self) -> Vec<(Target<'a>, &'a Contents)> {
        let mut known: HashMap<&str, &'a Contents> = HashMap::new();
        self.labeled().for_each(|(label, contents)| {
            known.entry(label).or_insert(contents);
        });
        let images = targets(self.lint.spec).filter(|target| target.image().is_some());
        images.filter_map(|target| Some((target, *known.get(target.label().as_str())?))).collect()
    }

    /// The known contents of every image and variant with a plan.
    pub(crate) fn contents(&self) -> impl Iterator<Item = &'a Contents> + use<'a> {
        self.labeled().map(|(_, contents)| contents)
    }

    fn labeled(&self) -> impl Iterator<Item = (&'a str, &'a Contents)> + use<'a> {
        let planned = self.lint.planned.into_iter().flat_map(|planned| &planned.contents);
        planned.map(|(label, contents)| (label.as_str(), contents))
    }

    /// Every build: named builds, and builds of images; a build that several images share appears once.
    pub(crate) fn builds(&self) -> Vec<&'a Build> {
        self.lint.spec.all_builds()
    }

    /// Stages with steps in the spec.
    pub(crate) fn stages(&self) -> impl Iterator<Item = (&'a Spanned<String>, &'a StepsStage)> + use<'a> {
        self.spec.stages.iter().filter_map(|(name, stage)| match stage {
            Stage::Steps(steps) => Some((name, steps)),
            Stage::Dockerfile { .. } => None,
        })
    }

    /// Every command that a shell runs, in stages, builds and checks.
    pub(crate) fn commands(&self) -> Vec<Command<'a>> {
        let mut commands = Vec::new();
        for (_, stage) in self.stages() {
            for step in &stage.steps {
                let StageStepKind::Run(run) = &step.kind else { continue };
                let networked = run.network.unwrap_or(stage.network) != NetworkMode::None;
                let (text, env, secrets) = (&run.run, &run.env, run.secrets.as_slice());
                commands.push(Command { of: Owner::Stage, text, env, secrets, networked });
            }
        }
        for build in self.builds() {
            for run in build.keys.run.iter() {
                let networked = run.network != NetworkMode::None;
                let (text, env, secrets) = (&run.run, &run.env, run.secrets.as_slice());
                commands.push(Command { of: Owner::Build, text, env, secrets, networked });
            }
            for (_, check) in build.keys.checks.iter() {
                let CheckCommand::Run(text) = &check.command else { continue };
                commands.push(Command { of: Owner::Check, text, env: &check.env, secrets: &[], networked: false });
            }
        }
        for (_, check) in self.spec.checks.iter() {
            let networked = check.network != Some(NetworkMode::None);
            let (text, env) = (&check.run, &check.env);
            commands.push(Command { of: Owner::Check, text, env, secrets: &[], networked });
        }
        commands
    }

    /// Environment of steps: of builds, stages and checks.
    pub(crate) fn step_envs(&self) -> Vec<&'a Map<Template>> {
        let mut envs = Vec::new();
        for build in self.builds() {
            envs.push(&build.keys.env);
            envs.extend(build.keys.install.iter().map(|install| &install.env));
            if let PresetOptions::Node(options) = &build.options {
                envs.extend(options.scripts.iter().map(|script| &script.env));
            }
            let scripts =
                build.keys.checks.iter().filter(|(_, check)| matches!(check.command, CheckCommand::Script(_)));
            envs.extend(scripts.map(|(_, check)| &check.env));
        }
        envs.extend(self.stages().map(|(_, stage)| &stage.env));
        envs.extend(self.commands().into_iter().map(|command| command.env));
        envs
    }

    /// Every address of the file.
    pub(crate) fn addresses(&self) -> Vec<&'a Address> {
        self.lint.spec.addresses().collect()
    }

    /// Names of this kind that addresses of the whole file refer to; those of `source` are written as text.
    pub(crate) fn origins(&self, wanted: Name) -> HashSet<String> {
        let named = self.whole.addresses().filter_map(|address| match &address.origin {
            Origin::Named(kind, name) if *kind == wanted => Some(name.value.clone()),
            Origin::Named(..) | Origin::Context => None,
        });
        let sources = self.whole.all_builds().into_iter().filter_map(|build| {
            let text = self.text(build.source.path.as_ref()?)?;
            text.split_once(":/").map(|(name, _)| name.to_owned())
        });
        named.chain(sources).collect()
    }

    /// Names of this kind that addresses or bases refer to.
    pub(crate) fn used(&self, wanted: Name) -> HashSet<String> {
        let mut used = self.origins(wanted);
        let bases = self.whole.named_bases().filter(|(kind, _)| *kind == wanted);
        used.extend(bases.map(|(_, name)| name.value.clone()));
        used
    }

    /// Whether something unused is intended: an included file may define it for other files, and the default target
    /// needs no other use.
    pub(crate) fn is_wanted(&self, kind: &str, name: &Spanned<String>) -> bool {
        let is_default = |default: &Spanned<String>| default.split_once(':') == Some((kind, &name.value));
        name.span.file != FileId::ROOT || self.spec.default.as_ref().is_some_and(is_default)
    }

    /// Stages from Dockerfiles.
    pub(crate) fn adopted(&self) -> impl Iterator<Item = &'a AdoptedStage> + use<'a> {
        self.spec.stages.iter().filter_map(|(_, stage)| match stage {
            Stage::Dockerfile(stage) => Some(stage),
            Stage::Steps(_) => None,
        })
    }

    /// A text with the defaults of its arguments; `None` if one has no default or depends on the platform.
    pub(crate) fn text(&self, template: &Template) -> Option<String> {
        if let Some(text) = template.as_literal() {
            return Some(text.to_owned());
        }
        let mut length = 0usize;
        for name in template.names() {
            length = length.saturating_add(self.defaults.get(name)?.len());
        }
        (length <= MAX_TEXT).then(|| template.eval(&Defaults(&self.defaults)).ok()).flatten()
    }
}

/// A command that a shell runs.
pub(crate) struct Command<'a> {
    /// What it is a part of.
    pub(crate) of: Owner,
    /// Its text.
    pub(crate) text: &'a Template,
    /// Its own environment.
    pub(crate) env: &'a Map<Template>,
    /// The secrets that it sees.
    pub(crate) secrets: &'a [SecretRef],
    /// Whether it has network access.
    pub(crate) networked: bool,
}

/// What a command is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The steps of a stage.
    Stage,
    /// `run` of a build.
    Build,
    /// A check of a build or of the repository.
    Check,
}

/// The defaults of arguments, as variables of texts.
struct Defaults<'a>(&'a HashMap<&'a str, &'a str>);

impl Scope for Defaults<'_> {
    fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).copied()
    }

    fn names(&self) -> Vec<&str> {
        Vec::new()
    }
}
