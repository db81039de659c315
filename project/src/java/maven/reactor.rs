//! The modules of a Maven project.

use std::collections::{BTreeMap, BTreeSet};

use slipway_diagnostic::{Diagnostic, Span, join_path};

use super::pom::{Coordinates, Pom};
use crate::java::place::inside;
use crate::paths::in_folder;
use crate::{Error, Repository};

/// More modules than this are a mistake, or an attempt to overload the frontend.
const MOST: usize = 10_000;

/// The modules of a project, and their parents, by the paths of their `pom.xml`.
pub(super) struct Reactor {
    /// The folder of the root.
    pub(super) folder: String,
    pub(super) members: BTreeMap<String, Member>,
    /// Modules by artifact name.
    names: BTreeMap<String, Vec<String>>,
}

/// A module, or a parent.
pub(super) struct Member {
    pub(super) folder: String,
    pub(super) pom: Pom,
    /// The `pom.xml` that lists it as a module.
    pub(super) listed_by: Option<String>,
    /// The parent's `pom.xml`, if it is in the context.
    pub(super) parent: Option<String>,
}

impl Reactor {
    /// Reads everything that a root refers to.
    pub(super) async fn read(repository: &Repository<'_>, folder: &str, root: Pom, span: Span) -> Result<Self, Error> {
        let mut reactor = Self { folder: folder.to_owned(), members: BTreeMap::new(), names: BTreeMap::new() };
        let path = in_folder(folder, "pom.xml");
        let mut tried = BTreeSet::from([path.clone()]);
        let mut next = reactor.add(span, path, None, root)?;
        while !next.is_empty() {
            next.retain(|asked| tried.insert(asked.path.clone()));
            if tried.len() > MOST {
                return Err(Diagnostic::error(span, format!("`{}` has more than {MOST} modules", reactor.root()))
                    .with_help("set `source:` to the folder of a smaller project")
                    .into());
            }
            let paths: Vec<_> = next.iter().map(|asked| asked.path.clone()).collect();
            let files = repository.read_all(&paths).await?;
            let mut found = Vec::new();
            for (asked, file) in next.into_iter().zip(files) {
                let Some(bytes) = file else {
                    if asked.is_needed {
                        let by = asked.listed_by.unwrap_or_default();
                        let what = format!("`{by}` lists a module whose `{}` is not in the context", asked.path);
                        return Err(Diagnostic::error(span, what)
                            .with_help("add it, remove it from the ignore file, or remove the module from the list")
                            .into());
                    }
                    continue;
                };
                let pom = parse(&String::from_utf8_lossy(&bytes), &asked.path, span)?;
                if asked.parent_of.is_some_and(|parent| !pom.is(&parent)) {
                    continue;
                }
                found.extend(reactor.add(span, asked.path, asked.listed_by, pom)?);
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

    /// The `pom.xml` of the root.
    pub(super) fn root(&self) -> String {
        in_folder(&self.folder, "pom.xml")
    }

    /// Adds a member; returns the poms that it refers to.
    fn add(&mut self, span: Span, path: String, listed_by: Option<String>, pom: Pom) -> Result<Vec<Asked>, Diagnostic> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let mut next = Vec::new();
        for (module, only_in_profile) in &pom.modules {
            let Some(place) = join_path(&folder, module) else {
                let what = format!("`{path}` lists the module `{module}`, which is outside the context");
                return Err(Diagnostic::error(span, what)
                    .with_help("build from a folder that contains both, and set `source:` to the project's folder"));
            };
            next.push(Asked {
                path: pom_of(&place),
                listed_by: Some(path.clone()),
                parent_of: None,
                is_needed: !only_in_profile && !module.contains('$'),
            });
        }
        // An empty path says that the parent is not in the context.
        let parent = pom.parent.as_ref().filter(|(_, place)| !place.is_empty());
        if let Some((parent, place)) = parent.and_then(|(parent, place)| Some((parent, join_path(&folder, place)?))) {
            let parent_of = Some(parent.clone());
            next.push(Asked { path: pom_of(&place), listed_by: None, parent_of, is_needed: false });
        }
        // A module that another one names as its parent may already be known as a parent.
        let listed_by = listed_by.filter(|by| *by != path);
        self.members.entry(path).or_insert(Member { folder, pom, listed_by, parent: None });
        Ok(next)
    }

    /// The `pom.xml` of a member's parent.
    fn parent_of(&self, member: &Member) -> Option<String> {
        let (parent, place) = member.pom.parent.as_ref()?;
        let beside = join_path(&member.folder, place).map(|place| pom_of(&place));
        let beside = beside.filter(|path| self.members.get(path).is_some_and(|found| found.pom.is(parent)));
        beside.or_else(|| self.named(parent).next().cloned())
    }

    /// Members that coordinates may refer to.
    pub(super) fn named<'a>(&'a self, coordinates: &'a Coordinates) -> impl Iterator<Item = &'a String> {
        let paths = self.names.get(&coordinates.artifact).into_iter().flatten();
        paths.filter(move |path| self.members.get(*path).is_some_and(|found| found.pom.is(coordinates)))
    }

    /// Whether a folder is a module.
    pub(super) fn has(&self, folder: &str) -> bool {
        self.members.contains_key(&in_folder(folder, "pom.xml"))
    }

    /// Folders of the modules that build an artifact, relative to the root.
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

    /// What Maven reads to understand a module: its parent, and its imports.
    pub(super) fn needs_to_be_read<'a>(&'a self, member: &'a Member) -> impl Iterator<Item = &'a String> {
        let imports = member.pom.imports.iter().flat_map(|import| self.named(import));
        member.parent.iter().chain(imports)
    }
}

/// Another `pom.xml` to read.
struct Asked {
    path: String,
    listed_by: Option<String>,
    /// It counts only with these coordinates.
    parent_of: Option<Coordinates>,
    /// Whether Maven fails without it.
    is_needed: bool,
}

/// Reads one `pom.xml`.
pub(super) fn parse(text: &str, path: &str, span: Span) -> Result<Pom, Diagnostic> {
    Pom::parse(text).map_err(|error| {
        Diagnostic::error(span, format!("`{path}` is not valid XML: {error}")).with_help("correct the file")
    })
}

/// The `pom.xml` that a path to a folder or file refers to.
fn pom_of(place: &str) -> String {
    if place.ends_with(".xml") { place.to_owned() } else { in_folder(place, "pom.xml") }
}
