//! The modules of a Maven project, which of them one module needs, and the files of these.

use std::collections::{BTreeMap, BTreeSet};

use slipway_spec::{Diagnostic, Span};

use super::inputs::{Inputs, Noise};
use super::pom::{Coordinates, Pom};
use super::project::ancestors;
use crate::PlanError;
use crate::presets::{Context, in_folder, join_path};

/// More modules than this are a mistake, or an attempt to keep the frontend busy.
const MOST: usize = 10_000;

/// The modules of a project, and parents that stand beside them, by the paths of their `pom.xml`.
pub(super) struct Reactor {
    /// The folder of the root.
    pub(super) folder: String,
    members: BTreeMap<String, Member>,
    /// Modules by name.
    names: BTreeMap<String, Vec<String>>,
}

struct Member {
    folder: String,
    pom: Pom,
    /// The `pom.xml` that lists it as a module.
    listed_by: Option<String>,
    /// The parent's `pom.xml`, where it stands in the context.
    parent: Option<String>,
}

impl Reactor {
    /// Reads all that a root leads to.
    pub(super) async fn read(cx: &Context<'_>, folder: &str, root: Pom) -> Result<Self, PlanError> {
        let mut reactor = Self { folder: folder.to_owned(), members: BTreeMap::new(), names: BTreeMap::new() };
        let path = in_folder(folder, "pom.xml");
        let mut tried = BTreeSet::from([path.clone()]);
        let mut next = reactor.add(cx, path, None, root)?;
        while !next.is_empty() {
            next.retain(|asked| tried.insert(asked.path.clone()));
            if tried.len() > MOST {
                return Err(Diagnostic::error(
                    cx.span(),
                    format!("`{}` leads to more than {MOST} modules", reactor.root()),
                )
                .with_help("name the folder of a smaller project with `source`")
                .into());
            }
            let paths: Vec<_> = next.iter().map(|asked| asked.path.clone()).collect();
            let files = cx.project().read_all(&paths).await?;
            let mut found = Vec::new();
            for (asked, file) in next.into_iter().zip(files) {
                let Some(bytes) = file else {
                    if asked.is_needed {
                        let by = asked.listed_by.unwrap_or_default();
                        let what = format!("`{by}` lists a module whose `{}` is not in the context", asked.path);
                        return Err(Diagnostic::error(cx.span(), what)
                            .with_help("add it, take it out of the ignore file, or take the module out of the list")
                            .into());
                    }
                    continue;
                };
                let pom = parse(&String::from_utf8_lossy(&bytes), &asked.path, cx.span())?;
                if asked.parent_of.is_some_and(|parent| !pom.is(&parent)) {
                    continue;
                }
                found.extend(reactor.add(cx, asked.path, asked.listed_by, pom)?);
            }
            next = found;
        }
        for (path, member) in &reactor.members {
            reactor.names.entry(member.pom.artifact.clone()).or_default().push(path.clone());
        }
        let parents: Vec<_> =
            reactor.members.iter().map(|(path, member)| (path.clone(), reactor.parent_of(member))).collect();
        for (path, parent) in parents {
            if let Some(member) = reactor.members.get_mut(&path) {
                member.parent = parent.filter(|parent| *parent != path);
            }
        }
        Ok(reactor)
    }

    fn root(&self) -> String {
        in_folder(&self.folder, "pom.xml")
    }

    /// Adds a member; returns what it leads to.
    fn add(
        &mut self,
        cx: &Context<'_>,
        path: String,
        listed_by: Option<String>,
        pom: Pom,
    ) -> Result<Vec<Asked>, Diagnostic> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let mut next = Vec::new();
        for (module, only_in_profile) in &pom.modules {
            let Some(place) = join_path(&folder, module) else {
                let what = format!("`{path}` lists the module `{module}`, which is outside of the context");
                return Err(Diagnostic::error(cx.span(), what)
                    .with_help("build from a folder that holds both, and name the project's folder with `source`"));
            };
            next.push(Asked {
                path: pom_of(&place),
                listed_by: Some(path.clone()),
                parent_of: None,
                is_needed: !only_in_profile && !module.contains('$'),
            });
        }
        // An empty place says that the parent is somewhere else.
        let parent = pom.parent.as_ref().filter(|(_, place)| !place.is_empty());
        if let Some((parent, place)) = parent.and_then(|(parent, place)| Some((parent, join_path(&folder, place)?))) {
            let parent_of = Some(parent.clone());
            next.push(Asked { path: pom_of(&place), listed_by: None, parent_of, is_needed: false });
        }
        // A module that another one names as its parent was found as that first.
        let listed_by = listed_by.filter(|by| *by != path);
        self.members.entry(path).or_insert(Member { folder, pom, listed_by, parent: None });
        Ok(next)
    }

    /// Where a member's parent stands.
    fn parent_of(&self, member: &Member) -> Option<String> {
        let (parent, place) = member.pom.parent.as_ref()?;
        let beside = join_path(&member.folder, place).map(|place| pom_of(&place));
        let beside = beside.filter(|path| self.members.get(path).is_some_and(|found| found.pom.is(parent)));
        beside.or_else(|| self.named(parent).next().cloned())
    }

    /// Members that coordinates may mean.
    fn named<'a>(&'a self, coordinates: &'a Coordinates) -> impl Iterator<Item = &'a String> {
        let paths = self.names.get(&coordinates.artifact).into_iter().flatten();
        paths.filter(move |path| self.members.get(*path).is_some_and(|found| found.pom.is(coordinates)))
    }

    /// Whether a folder is one of the modules.
    pub(super) fn has(&self, folder: &str) -> bool {
        self.members.contains_key(&in_folder(folder, "pom.xml"))
    }

    /// Folders of the modules that make something, relative to the root.
    pub(super) fn programs(&self) -> Vec<&str> {
        let made = self.members.values().filter(|member| !member.pom.is_parent);
        made.filter_map(|member| inside(&self.folder, &member.folder)).filter(|folder| !folder.is_empty()).collect()
    }

    /// The `pom.xml` of a folder, and its parents', nearest first.
    pub(super) fn lineage<'a>(&'a self, folder: &str) -> Vec<(&'a str, &'a Pom)> {
        let mut line: Vec<(&str, &Pom)> = Vec::new();
        let mut next = self.members.get_key_value(&in_folder(folder, "pom.xml"));
        while let Some((path, member)) = next.filter(|(path, _)| line.iter().all(|(known, _)| known != path)) {
            line.push((path, &member.pom));
            next = member.parent.as_ref().and_then(|parent| self.members.get_key_value(parent));
        }
        line
    }

    /// What a module needs of its own repository: itself, its parents, and modules that any of these name.
    pub(super) fn closure(&self, folder: &str) -> Closure<'_> {
        let (mut built, mut has_all) = (BTreeSet::new(), false);
        let mut next: Vec<&String> =
            self.members.get_key_value(&in_folder(folder, "pom.xml")).map(|(path, _)| path).into_iter().collect();
        while let Some(path) = next.pop() {
            let Some(member) = self.members.get(path).filter(|_| built.insert(path)) else { continue };
            next.extend(self.needs_to_be_read(member));
            for used in &member.pom.uses {
                if used.artifact.contains('$') && !std::mem::replace(&mut has_all, true) {
                    // A name that only Maven can tell may be any module's.
                    next.extend(self.members.keys());
                }
                next.extend(self.named(used));
            }
        }
        // Modules between the root and these, which lead Maven there, are read and not built.
        let mut read = BTreeSet::new();
        let root = self.root();
        let mut next: Vec<&String> =
            built.iter().copied().chain(self.members.get_key_value(&root).map(|(path, _)| path)).collect();
        while let Some(path) = next.pop() {
            let Some(member) = self.members.get(path).filter(|_| read.insert(path)) else { continue };
            next.extend(self.needs_to_be_read(member));
            next.extend(member.listed_by.iter());
        }
        Closure { reactor: self, built, read }
    }

    /// What Maven reads to understand a module: its parent, and what it imports.
    fn needs_to_be_read<'a>(&'a self, member: &'a Member) -> impl Iterator<Item = &'a String> {
        let imports = member.pom.imports.iter().flat_map(|import| self.named(import));
        member.parent.iter().chain(imports)
    }
}

/// Another `pom.xml` that is to be read.
struct Asked {
    path: String,
    listed_by: Option<String>,
    /// It counts only if it is this one.
    parent_of: Option<Coordinates>,
    /// Whether Maven fails without it.
    is_needed: bool,
}

/// What a module needs of its own repository.
pub(super) struct Closure<'a> {
    reactor: &'a Reactor,
    /// What Maven builds.
    built: BTreeSet<&'a String>,
    /// What Maven reads.
    read: BTreeSet<&'a String>,
}

impl Closure<'_> {
    fn built(&self) -> impl Iterator<Item = &Member> {
        self.built.iter().filter_map(|path| self.reactor.members.get(*path))
    }

    /// Folders of the modules beside the first that are built, relative to the root.
    pub(super) fn siblings(&self, folder: &str) -> Vec<&str> {
        let built = self.built().filter(|member| !member.pom.is_parent && member.folder != folder);
        built.filter_map(|member| inside(&self.reactor.folder, &member.folder)).collect()
    }

    /// The `pom.xml` of each module that is built, with the releases of Java that it names.
    pub(super) fn releases(&self) -> impl Iterator<Item = (&str, &Pom)> {
        self.built.iter().filter_map(|path| Some((path.as_str(), &self.reactor.members.get(*path)?.pom)))
    }

    /// The files.
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
        // What stands inside of a module, and is none of these, is somebody else's.
        let others = reactor.members.values().map(|member| member.folder.as_str());
        for other in others.filter(|other| !modules.contains_key(other)) {
            let is_inside = ancestors(other).iter().any(|above| modules.contains_key(above.as_str()));
            let below = format!("{other}/");
            let holds_any = modules.range(below.as_str()..).next().is_some_and(|(next, _)| next.starts_with(&below));
            if is_inside && !holds_any {
                // Its `pom.xml` may still have to be read.
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

    /// Files and folders outside of a module that its `pom.xml`, or a parent's, seems to name.
    fn named_for(&self, member: &Member) -> Vec<String> {
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        let mut next = Some(member);
        while let Some(known) = next.filter(|next| seen.insert(std::ptr::from_ref(*next))) {
            found.extend(known.pom.paths.iter().filter_map(|path| self.file_named(path, &member.folder)));
            next = known.parent.as_ref().and_then(|parent| self.reactor.members.get(parent));
        }
        found
    }

    /// A file or folder outside of a module that a `pom.xml` seems to name. One that is not there does no harm.
    fn file_named(&self, text: &str, folder: &str) -> Option<String> {
        let place = self.place_of(text, folder)?;
        let is_own = inside(folder, &place).is_some();
        // Not whole modules: these are dependencies or nothing.
        let below = format!("{place}/");
        let next = self.reactor.members.range(below.clone()..).next();
        let covers = place.is_empty() || next.is_some_and(|(path, _)| path.starts_with(&below));
        (!is_own && !covers && !place.ends_with("pom.xml")).then_some(place)
    }

    /// What a text of a `pom.xml` means in the context, if it is a path.
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

/// Reads a `pom.xml`.
pub(super) fn parse(text: &str, path: &str, span: Span) -> Result<Pom, Diagnostic> {
    Pom::parse(text)
        .map_err(|error| Diagnostic::error(span, format!("`{path}` is not XML: {error}")).with_help("correct it there"))
}

/// The `pom.xml` that a folder, or a file, stands for.
fn pom_of(place: &str) -> String {
    if place.ends_with(".xml") { place.to_owned() } else { in_folder(place, "pom.xml") }
}

/// A path relative to a folder that it is in.
pub(super) fn inside<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    if folder.is_empty() || folder == path {
        return Some(if folder == path { "" } else { path });
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}
