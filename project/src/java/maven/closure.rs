//! Finds which modules of a Maven project one module requires, and their files.

use std::collections::{BTreeMap, BTreeSet};

use slipway_diagnostic::join_path;

use super::pom::Pom;
use super::reactor::{Member, Reactor};
use crate::java::inputs::{Inputs, Noise};
use crate::java::place::inside;
use crate::paths::{in_folder, self_and_above};

/// The modules of the repository that a module requires.
pub(super) struct Closure<'a> {
    reactor: &'a Reactor,
    /// The modules that Maven builds.
    built: BTreeSet<&'a String>,
    /// The modules that Maven reads.
    read: BTreeSet<&'a String>,
}

impl<'a> Closure<'a> {
    /// The modules that a module requires: itself, its parents, and modules that any of these name.
    pub(super) fn of(reactor: &'a Reactor, folder: &str) -> Self {
        let (mut built, mut has_all) = (BTreeSet::new(), false);
        let mut next: Vec<&String> =
            reactor.members.get_key_value(&in_folder(folder, "pom.xml")).map(|(path, _)| path).into_iter().collect();
        while let Some(path) = next.pop() {
            let Some(member) = reactor.members.get(path).filter(|_| built.insert(path)) else { continue };
            next.extend(reactor.needs_to_be_read(member));
            for used in &member.pom.uses {
                if used.artifact.contains('$') && !std::mem::replace(&mut has_all, true) {
                    // A name that only Maven can resolve may refer to any module.
                    next.extend(reactor.members.keys());
                }
                next.extend(reactor.named(used));
            }
        }
        // Modules between the root and these list the path to them, so Maven reads them but does not build them.
        let mut read = BTreeSet::new();
        let root = reactor.root();
        let mut next: Vec<&String> =
            built.iter().copied().chain(reactor.members.get_key_value(&root).map(|(path, _)| path)).collect();
        while let Some(path) = next.pop() {
            let Some(member) = reactor.members.get(path).filter(|_| read.insert(path)) else { continue };
            next.extend(reactor.needs_to_be_read(member));
            next.extend(member.listed_by.iter());
        }
        Closure { reactor, built, read }
    }

    fn built(&self) -> impl Iterator<Item = &'a Member> {
        self.built.iter().filter_map(|path| self.reactor.members.get(*path))
    }

    /// Folders of the other modules that are built, relative to the root.
    pub(super) fn siblings(&self, folder: &str) -> Vec<&str> {
        let built = self.built().filter(|member| !member.pom.is_parent && member.folder != folder);
        built.filter_map(|member| inside(&self.reactor.folder, &member.folder)).collect()
    }

    /// The `pom.xml` of each built module, with the Java releases that it names.
    pub(super) fn releases(&self) -> impl Iterator<Item = (&str, &Pom)> {
        self.built.iter().filter_map(|path| Some((path.as_str(), &self.reactor.members.get(*path)?.pom)))
    }

    /// The input files.
    pub(super) fn inputs(&self) -> Inputs {
        let reactor = self.reactor;
        let root = &reactor.folder;
        let tests = self.built().any(|member| member.pom.wants_tests);
        let documents = self.built().any(|member| member.pom.names_documents);
        let mut inputs = Inputs {
            manifests: reactor.members.keys().cloned().collect(),
            include: self.read.iter().map(|path| (*path).clone()).collect(),
            tests,
            ..Inputs::default()
        };
        for member in reactor.members.values() {
            let places = member.pom.installed.iter().filter_map(|text| self.place_of(text, &member.folder));
            inputs.manifests.extend(places.filter(|place| !place.is_empty()));
        }
        for name in [".mvn", "mvnw"] {
            inputs.manifests.push(in_folder(root, name));
            inputs.include.push(in_folder(root, name));
        }
        inputs.include.push(in_folder(root, "lombok.config"));
        inputs.manifests.sort();
        inputs.manifests.dedup();
        let modules = self.built().filter(|member| !member.pom.is_parent);
        let modules: BTreeMap<&str, &Member> = modules.map(|member| (member.folder.as_str(), member)).collect();
        let noise = Noise { output: "target", tests, documents };
        for (folder, member) in &modules {
            inputs.add_module(folder, &noise);
            inputs.include.extend(self.named_for(member));
        }
        // Other modules inside a module's folder are not part of it.
        let others = reactor.members.values().map(|member| member.folder.as_str());
        for other in others.filter(|other| !modules.contains_key(other)) {
            let is_inside = self_and_above(other).any(|above| modules.contains_key(above));
            let below = format!("{other}/");
            let holds_any = modules.range(below.as_str()..).next().is_some_and(|(next, _)| next.starts_with(&below));
            if is_inside && !holds_any {
                // Their `pom.xml` may still have to be read.
                inputs.exclude.push(in_folder(other, "*/**"));
            }
        }
        inputs.absent = reactor
            .members
            .iter()
            .filter(|(path, member)| {
                !self.read.contains(path) && member.listed_by.as_ref().is_some_and(|by| self.read.contains(by))
            })
            .filter_map(|(path, _)| inside(root, path).map(str::to_owned))
            .collect();
        inputs
    }

    /// Files and folders outside a module that its `pom.xml`, or a parent's, seems to name.
    fn named_for(&self, member: &Member) -> Vec<String> {
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        let mut next = Some(member);
        while let Some(known) = next.filter(|next| seen.insert(std::ptr::from_ref(*next))) {
            found.extend(known.pom.paths.iter().filter_map(|path| self.file_named(path, &member.folder)));
            next = known.parent.as_ref().and_then(|parent| self.reactor.members.get(parent));
        }
        found
    }

    /// A file or folder outside a module that a `pom.xml` seems to name. A path that does not exist has no effect.
    fn file_named(&self, text: &str, folder: &str) -> Option<String> {
        let place = self.place_of(text, folder)?;
        let is_own = inside(folder, &place).is_some();
        // Not whole modules: these are dependencies or not needed.
        let below = format!("{place}/");
        let next = self.reactor.members.range(below.clone()..).next();
        let covers = place.is_empty() || next.is_some_and(|(path, _)| path.starts_with(&below));
        (!is_own && !covers && !place.ends_with("pom.xml")).then_some(place)
    }

    /// The path in the context that a text in a `pom.xml` means, if it is a path.
    fn place_of(&self, text: &str, folder: &str) -> Option<String> {
        const MODULE: &[&str] = &["${project.basedir}/", "${basedir}/", "${pom.basedir}/"];
        const ROOT: &[&str] = &[
            "${maven.multiModuleProjectDirectory}/",
            "${session.executionRootDirectory}/",
            "${session.topDirectory}/",
            "${project.rootDirectory}/",
            "${session.rootDirectory}/",
        ];
        let strip = |words: &[&str]| words.iter().find_map(|word| text.strip_prefix(word));
        let (base, path) = match (strip(MODULE), strip(ROOT)) {
            (Some(path), _) => (folder, path),
            (None, Some(path)) => (self.reactor.folder.as_str(), path),
            (None, None) => (folder, text),
        };
        join_path(base, path).filter(|_| !path.contains('$') && !path.contains(char::is_whitespace))
    }
}
