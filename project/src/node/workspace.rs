//! A workspace: its packages, local packages outside it, and which of them a package requires.
//!
//! It is read once for all images, and so are the requirements of each package.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use slipway_diagnostic::{Diagnostic, Span, join_path};

use super::files::{FileTexts, MANIFEST, parse};
use super::package::{Package, is_archive, local_place};
use super::patterns::{Exclusions, Named, folders};
use super::pnpm;
use crate::paths::in_folder;
use crate::{Error, Repository};

/// A package of a workspace, or a local package outside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its folder in the context.
    pub folder: String,
    /// Its manifest.
    pub package: Arc<Package>,
    /// The length of the longest chain of packages that it requires.
    pub height: usize,
}

/// The other packages that a package requires, by number.
#[derive(Debug, Clone, Default)]
struct Needs {
    /// At run time.
    run: Vec<usize>,
    /// Additionally for development.
    develop: Vec<usize>,
}

/// The numbers of all packages that a package requires, directly or indirectly, computed on first use.
#[derive(Debug, Clone, Default)]
struct Closures {
    /// At run time.
    run: OnceLock<Vec<usize>>,
    /// For development.
    develop: OnceLock<Vec<usize>>,
}

/// The packages of a lockfile's workspace.
#[derive(Debug)]
pub struct Workspace {
    /// The folder with the lockfile.
    pub root: String,
    /// The innermost folder that contains all packages, which is `/app` in images.
    pub top: String,
    /// All packages sorted by folder, including the root package.
    pub members: Vec<Member>,
    /// Patterns of their manifests.
    pub manifests: Vec<String>,
    by_folder: HashMap<String, usize>,
    by_name: BTreeMap<String, Vec<usize>>,
    needs: Vec<Needs>,
    closures: Vec<Closures>,
}

impl Workspace {
    /// Reads the packages of a lockfile's workspace.
    pub(crate) async fn read(
        repository: &Repository<'_>,
        root: &str,
        root_package: &Arc<Package>,
        files: &FileTexts,
        span: Span,
    ) -> Result<Self, Error> {
        let mut named = folders(repository, root, &root_package.workspaces, Exclusions::InOrder).await?;
        if let Some(settings) = files.get(&in_folder(root, pnpm::WORKSPACE)) {
            let more = folders(repository, root, &pnpm::packages(settings), Exclusions::Last).await?;
            named.folders.extend(more.folders);
            named.globs.extend(more.globs);
        }
        let mut open: Vec<String> = named.folders.iter().cloned().collect();
        let by_settings = files.get(&in_folder(root, pnpm::WORKSPACE)).map(|bytes| pnpm::overrides(bytes));
        let overrides = root_package.overrides.iter().chain(by_settings.iter().flatten()).map(String::as_str);
        let overridden = local_folders(root, overrides, span)?;
        open.extend(overridden.iter().cloned());
        open.extend(local_folders(root, root_package.local_places(), span)?);
        let mut found: BTreeMap<String, Option<Arc<Package>>> = BTreeMap::new();
        let has_manifest = files.contains_key(&in_folder(root, MANIFEST));
        found.insert(root.to_owned(), has_manifest.then(|| Arc::clone(root_package)));
        while !open.is_empty() {
            open.retain(|folder| !found.contains_key(folder));
            open.sort();
            open.dedup();
            let paths: Vec<String> = open.iter().map(|folder| in_folder(folder, MANIFEST)).collect();
            let contents = repository.manifests(&paths).await?;
            let mut next = Vec::new();
            for ((folder, path), bytes) in open.into_iter().zip(paths).zip(contents) {
                // A folder that matches a pattern is a package only if it has a manifest.
                let package = bytes.map(|bytes| parse(&path, &bytes, span)).transpose()?;
                if let Some(package) = &package {
                    next.extend(local_folders(&folder, package.local_places(), span)?);
                }
                found.insert(folder, package.map(Arc::new));
            }
            open = next;
        }
        let members: Vec<Member> = found
            .into_iter()
            .filter_map(|(folder, package)| Some(Member { folder, package: package?, height: 0 }))
            .collect();
        let mut workspace = Self {
            root: root.to_owned(),
            top: members.iter().fold(root.to_owned(), |top, member| common(&top, &member.folder)),
            manifests: manifests(root, &members, &named),
            by_folder: members.iter().enumerate().map(|(number, member)| (member.folder.clone(), number)).collect(),
            by_name: BTreeMap::new(),
            closures: vec![Closures::default(); members.len()],
            members,
            needs: Vec::new(),
        };
        for (number, member) in workspace.members.iter().enumerate() {
            if let Some(name) = &member.package.name {
                workspace.by_name.entry(name.clone()).or_default().push(number);
            }
        }
        workspace.needs = workspace.all_needs(&overridden);
        for (member, height) in workspace.members.iter_mut().zip(heights(&workspace.needs)) {
            member.height = height;
        }
        Ok(workspace)
    }

    /// The package in a folder.
    pub fn member(&self, folder: &str) -> Option<&Member> {
        self.members.get(*self.by_folder.get(folder)?)
    }

    /// The folder of the package with a name.
    pub(crate) fn named(&self, name: &str) -> Option<&str> {
        Some(self.members.get(*self.by_name.get(name)?.first()?)?.folder.as_str())
    }

    /// The packages that one requires, directly or indirectly, without itself; sorted by folder.
    pub fn needed(&self, folder: &str, with_dev: bool) -> Vec<&Member> {
        let Some(number) = self.by_folder.get(folder) else { return Vec::new() };
        let Some(known) = self.closures.get(*number) else { return Vec::new() };
        let known = if with_dev { &known.develop } else { &known.run };
        let numbers = known.get_or_init(|| self.closure(*number, with_dev));
        numbers.iter().filter_map(|number| self.members.get(*number)).collect()
    }

    /// The packages that one requires directly, including for development; sorted by folder.
    pub fn direct(&self, folder: &str) -> Vec<&Member> {
        let needs = self.by_folder.get(folder).and_then(|number| self.needs.get(*number));
        let numbers: BTreeSet<usize> =
            needs.into_iter().flat_map(|needs| needs.run.iter().chain(&needs.develop)).copied().collect();
        numbers.into_iter().filter_map(|number| self.members.get(number)).collect()
    }

    fn closure(&self, of: usize, with_dev: bool) -> Vec<usize> {
        let mut seen = vec![false; self.members.len()];
        let mut open = vec![of];
        while let Some(needs) = open.pop().map(|number| self.needs.get(number)) {
            let needs =
                needs.into_iter().flat_map(|needs| needs.run.iter().chain(needs.develop.iter().filter(|_| with_dev)));
            for number in needs {
                if let Some(seen) = seen.get_mut(*number).filter(|seen| !**seen) {
                    *seen = true;
                    open.push(*number);
                }
            }
        }
        seen.iter().enumerate().filter(|(number, seen)| **seen && *number != of).map(|(number, _)| number).collect()
    }

    /// The other packages that each package requires. A replacement for all dependencies with a name is required by
    /// every package, because any indirect dependency may have that name.
    fn all_needs(&self, overridden: &[String]) -> Vec<Needs> {
        let overridden: Vec<usize> =
            overridden.iter().filter_map(|folder| self.by_folder.get(folder).copied()).collect();
        let of = |member: &Member, dependencies: &BTreeMap<String, String>| -> Vec<usize> {
            let mut numbers = Vec::new();
            for (name, place) in dependencies {
                if let Some(local) = local_place(place) {
                    let folder = join_path(&member.folder, local);
                    numbers.extend(folder.and_then(|folder| self.by_folder.get(&folder)));
                } else if !["npm:", "http:", "https:", "git", "github:"].iter().any(|from| place.starts_with(from)) {
                    // The root package is a member of its workspace only if requested.
                    let is_meant = |number: &&usize| {
                        place.starts_with("workspace:")
                            || self.members.get(**number).is_some_and(|member| member.folder != self.root)
                    };
                    numbers.extend(self.by_name.get(name).into_iter().flatten().filter(is_meant));
                }
            }
            numbers
        };
        let needs = self.members.iter().map(|member| {
            let mut run = of(member, &member.package.dependencies);
            run.extend(&overridden);
            Needs { run, develop: of(member, &member.package.dev_dependencies) }
        });
        needs.collect()
    }

    /// The folders of packages inside a folder that are not part of the package there, except those that contain one of
    /// some others.
    pub fn foreign_to(&self, folder: &str, keep: &BTreeSet<&str>) -> Vec<String> {
        let inside = self.members.iter().map(|member| member.folder.as_str()).filter(|inner| is_below(inner, folder));
        let is_kept = |inner: &str| keep.contains(inner) || keep.iter().any(|kept| is_below(kept, inner));
        inside.filter(|inner| !is_kept(inner)).map(str::to_owned).collect()
    }
}

/// The length of the longest chain of packages that each package requires. In a dependency cycle, the first package
/// visited ends the chain.
fn heights(needs: &[Needs]) -> Vec<usize> {
    let all = |number: usize| needs.get(number).into_iter().flat_map(|needs| needs.run.iter().chain(&needs.develop));
    let mut heights: Vec<Option<usize>> = vec![None; needs.len()];
    let mut seen = vec![false; needs.len()];
    for first in 0..needs.len() {
        let mut open = vec![(first, false)];
        while let Some((number, done)) = open.pop() {
            if done {
                let below = all(number).filter_map(|needed| heights.get(*needed).copied().flatten()).max();
                if let Some(height) = heights.get_mut(number) {
                    *height = Some(below.map_or(0, |below| below + 1));
                }
            } else if let Some(seen) = seen.get_mut(number).filter(|seen| !**seen) {
                *seen = true;
                open.push((number, true));
                open.extend(all(number).map(|needed| (*needed, false)));
            }
        }
    }
    heights.into_iter().map(Option::unwrap_or_default).collect()
}

/// Whether a path is below a folder, and not the folder itself.
pub(crate) fn is_below(path: &str, folder: &str) -> bool {
    if folder.is_empty() {
        return !path.is_empty();
    }
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a path equals a folder of a set, or is inside one.
pub fn is_in_any(path: &str, folders: &BTreeSet<&str>) -> bool {
    folders.contains("")
        || std::iter::successors(Some(path), |path| Some(path.rsplit_once('/')?.0)).any(|path| folders.contains(path))
}

/// Folders of local packages.
fn local_folders<'p>(
    folder: &str,
    places: impl Iterator<Item = &'p str>,
    span: Span,
) -> Result<Vec<String>, Diagnostic> {
    let places = places.filter(|place| !is_archive(place));
    places
        .map(|place| {
            join_path(folder, place).ok_or_else(|| {
                Diagnostic::error(
                    span,
                    format!("`{}` depends on `{place}`, which is outside the context", in_folder(folder, MANIFEST)),
                )
                .with_help("build from a folder that contains both, and set `source:` to this project's folder")
            })
        })
        .collect()
}

/// Patterns of the manifests of all packages: those of the workspace itself if they have the same matches, because
/// engines are slow with thousands of patterns.
fn manifests(root: &str, members: &[Member], named: &Named) -> Vec<String> {
    let folders: BTreeSet<&str> = members.iter().map(|member| member.folder.as_str()).collect();
    let mut covered = BTreeSet::new();
    let mut patterns = vec![in_folder(root, MANIFEST)];
    for (glob, of_glob) in &named.globs {
        // Folders without a manifest have no effect; packages that another pattern excludes would.
        if of_glob.iter().all(|folder| named.folders.contains(folder)) {
            covered.extend(of_glob.iter().map(String::as_str));
            patterns.push(in_folder(glob, MANIFEST));
        }
    }
    let others = folders.into_iter().filter(|folder| *folder != root && !covered.contains(folder));
    patterns.extend(others.map(|folder| in_folder(folder, MANIFEST)));
    patterns.dedup();
    patterns
}

/// The innermost folder that contains two others.
fn common(one: &str, other: &str) -> String {
    let both = one.split('/').zip(other.split('/')).take_while(|(one, other)| one == other);
    both.map(|(part, _)| part).collect::<Vec<_>>().join("/")
}
