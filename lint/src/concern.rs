//! The part of a spec that concerns one target: the image with the requested variant, and everything it takes files
//! from. Rules see nothing else then: findings about other images are for those who build them.

use std::collections::HashSet;

use slipway_plan::{CheckOf, Overview, Target, check_uses};
use slipway_spec::model::{BaseRef, Build, BuildUse, Image, Origin, Stage, StageStepKind};
use slipway_spec::{Map, Name, Spanned, Spec};

/// The part of a spec that a target is built from, with its plan.
pub(crate) fn concerning(spec: &Spec, target: Target<'_>, planned: Option<&Overview>) -> Spec {
    let mut reach = Reach { spec, seen: HashSet::new(), next: Vec::new() };
    let mut images = Map::default();
    match target {
        Target::Image { name, variant, image } => {
            let (defined, plain) = spec.images.get_entry(name).unwrap_or((name, image));
            let variants = plain.variants.iter().filter(|(other, _)| Some(*other) == variant);
            let variants: Map<Image> = variants.map(|(name, image)| (name.clone(), image.clone())).collect();
            reach.image(plain);
            variants.iter().for_each(|(_, image)| reach.image(image));
            images = std::iter::once((defined.clone(), Image { variants, ..plain.clone() })).collect();
        }
        Target::Build { name, .. } => reach.name(Name::Build, &name.value),
        Target::Stage { name, .. } => reach.name(Name::Stage, &name.value),
        Target::Scan { image, .. } | Target::Tests { image, .. } => reach.image(image),
        Target::Check(check) => {
            let path = check.path();
            reach.uses(|of| of == path);
        }
        Target::Checks { .. } => {
            spec.builds.iter().for_each(|(name, _)| reach.name(Name::Build, &name.value));
            reach.uses(|_| true);
        }
    }
    let seen = reach.all();
    let args: HashSet<&str> = planned.iter().flat_map(|planned| &planned.args).map(String::as_str).collect();
    Spec {
        args: only(&spec.args, |name| args.contains(name)),
        contexts: only(&spec.contexts, |name| seen.contains(&(Name::Context, name))),
        // Steps list the secrets that they see; the others are irrelevant.
        secrets: Map::default(),
        builds: only(&spec.builds, |name| seen.contains(&(Name::Build, name))),
        stages: only(&spec.stages, |name| seen.contains(&(Name::Stage, name))),
        checks: match target {
            Target::Image { .. } | Target::Checks { .. } => spec.checks.clone(),
            Target::Check(check) => {
                let is_it = |name: &str| matches!(check.of, CheckOf::Repository(_)) && name == check.name.value;
                only(&spec.checks, is_it)
            }
            Target::Build { .. } | Target::Stage { .. } | Target::Scan { .. } | Target::Tests { .. } => Map::default(),
        },
        images,
        images_span: spec.images_span,
        default: spec.default.clone(),
        distro: spec.distro.clone(),
        policy: spec.policy.clone(),
    }
}

fn only<T: Clone>(map: &Map<T>, wanted: impl Fn(&str) -> bool) -> Map<T> {
    let entries = map.iter().filter(|(name, _)| wanted(name));
    entries.map(|(name, value): (&Spanned<String>, &T)| (name.clone(), value.clone())).collect()
}

/// Names that files are taken from, directly or indirectly.
struct Reach<'a> {
    spec: &'a Spec,
    seen: HashSet<(Name, &'a str)>,
    next: Vec<(Name, &'a str)>,
}

impl<'a> Reach<'a> {
    fn name(&mut self, kind: Name, name: &str) {
        let defined = match kind {
            Name::Build => self.spec.builds.get_entry(name).map(|(name, _)| name),
            Name::Stage => self.spec.stages.get_entry(name).map(|(name, _)| name),
            Name::Image => self.spec.images.get_entry(name).map(|(name, _)| name),
            Name::Context => self.spec.contexts.get_entry(name).map(|(name, _)| name),
            Name::Secret => None,
        };
        if let Some(name) = defined
            && self.seen.insert((kind, &name.value))
        {
            self.next.push((kind, &name.value));
        }
    }

    fn origin(&mut self, origin: &Origin) {
        if let Origin::Named(kind, name) = origin {
            self.name(*kind, &name.value);
        }
    }

    fn build(&mut self, build: &Build) {
        build.addresses().for_each(|address| self.origin(&address.origin));
    }

    fn base(&mut self, base: &BaseRef) {
        if let Some((kind, name)) = base.part() {
            self.name(kind, &name.value);
        }
    }

    fn image(&mut self, image: &Image) {
        image.keys.runtime.iter().for_each(|runtime| self.base(runtime));
        image.origins().for_each(|origin| self.origin(origin));
        image.build.iter().for_each(|used| self.used(used));
    }

    /// What checks run with.
    fn uses(&mut self, is_wanted: impl Fn(&str) -> bool) {
        for (path, used) in check_uses(self.spec) {
            match used.image.and_then(|of| of.image.build.as_ref()) {
                _ if !is_wanted(&path) => {}
                Some(used) => self.used(used),
                None => self.name(Name::Build, path.split('/').next().unwrap_or_default()),
            }
        }
    }

    fn used(&mut self, used: &BuildUse) {
        self.build(&used.build);
        // A build with overrides differs from the named build.
        if let Some(name) = used.name.as_ref().filter(|name| self.spec.builds.get(name) == Some(&used.build)) {
            self.name(Name::Build, &name.value);
        }
    }

    fn stage(&mut self, stage: &Stage) {
        let stage = match stage {
            Stage::Steps(stage) => stage,
            Stage::Dockerfile(stage) => {
                return stage.context.iter().for_each(|context| self.origin(&context.origin));
            }
        };
        self.base(&stage.from);
        for step in &stage.steps {
            if let StageStepKind::Copy(copy) = &step.kind {
                self.origin(&copy.from.origin);
            }
        }
    }

    fn all(mut self) -> HashSet<(Name, &'a str)> {
        while let Some((kind, name)) = self.next.pop() {
            let spec = self.spec;
            match kind {
                Name::Build => spec.builds.get(name).into_iter().for_each(|build| self.build(build)),
                Name::Stage => spec.stages.get(name).into_iter().for_each(|stage| self.stage(stage)),
                Name::Image => spec.images.get(name).into_iter().for_each(|image| self.image(image)),
                Name::Context | Name::Secret => {}
            }
        }
        self.seen
    }
}
