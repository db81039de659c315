//! The inputs of scripts: files of a package, of packages of its workspace that it requires, and of settings.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use slipway_project::node::{MANIFEST, Member, Package, is_in_any};
use slipway_spec::Diagnostic;

use super::kit::{NodeSteps, in_step};
use crate::presets::{Context, excluded_files, in_folder, join_path};
use crate::{CopyItem, Mount, MountKind, StepId};

/// Packages of a workspace that were built in separate steps.
#[derive(Default)]
pub(super) struct Built {
    /// Folder → the step with that folder as its root.
    steps: BTreeMap<String, StepId>,
}

impl Built {
    pub(super) fn insert(&mut self, folder: &str, step: StepId) {
        self.steps.insert(folder.to_owned(), step);
    }

    pub(super) fn get(&self, folder: &str) -> Option<StepId> {
        self.steps.get(folder).copied()
    }

    pub(super) fn folders(&self) -> impl ExactSizeIterator<Item = &String> {
        self.steps.keys()
    }

    /// The packages among some; those with the fewest dependencies first, so that a package's list starts like that of
    /// its dependents. The order is the same for all images; otherwise, each would build them again.
    fn among<'m>(&self, members: &[&'m Member]) -> Vec<(&'m Member, StepId)> {
        let mut found: Vec<_> =
            members.iter().filter_map(|member| Some((*member, self.get(&member.folder)?))).collect();
        found.sort_by_key(|(member, _)| member.height);
        found
    }
}

/// Above this number of built packages, they are combined: engines can mount a hundred folders for a step, but not
/// thousands.
const TOGETHER: usize = 128;

/// A package for which steps run: the built one, or one of its workspace that it requires.
pub(super) struct Scope<'a> {
    pub(super) folder: &'a str,
    pub(super) package: &'a Package,
    /// Its name in the progress display.
    pub(super) label: String,
    /// The packages of the workspace that it requires, including for development.
    pub(super) needed: Vec<&'a Member>,
}

impl<'a> NodeSteps<'a> {
    /// The built package.
    pub(super) fn own_scope(&self) -> Scope<'a> {
        let project = self.project;
        let needed = project.needed_to_build();
        Scope { folder: &project.folder, package: &project.package, label: self.name.to_owned(), needed }
    }

    /// A package that it requires.
    pub(super) fn member_scope(&self, member: &'a Member) -> Scope<'a> {
        Scope {
            folder: &member.folder,
            package: &member.package,
            label: member.package.name.clone().unwrap_or_else(|| member.folder.clone()),
            needed: self.project.workspace.needed(&member.folder, true),
        }
    }

    /// Whether documents in the folder of a package may be used at run time, because the folder is copied unchanged, or
    /// `output` names them.
    fn ships_papers(&self, folder: &str, built: &Built) -> bool {
        if folder != self.project.folder {
            return built.get(folder).is_none() && !self.builds(folder);
        }
        self.scripts.is_empty() || self.kept.iter().any(String::is_empty)
    }

    /// Whether a package of the workspace runs its own scripts before this one.
    fn builds(&self, folder: &str) -> bool {
        let member = Some(folder).filter(|_| !self.scripts.is_empty());
        member
            .and_then(|folder| self.project.workspace.member(folder))
            .is_some_and(|member| self.scripts.iter().any(|script| member.package.scripts.contains_key(&script.value)))
    }

    /// Patterns of exclusions from a package that is used as a whole.
    fn left_out(&self, folder: &str, built: &Built, for_checks: bool) -> Vec<String> {
        let mut patterns: Vec<String> = if for_checks {
            excluded_files::patterns_of_checks(folder).collect()
        } else if self.ships_papers(folder, built) {
            excluded_files::tools(folder).collect()
        } else {
            excluded_files::patterns(folder).collect()
        };
        if folder == self.project.folder {
            let is_kept = |pattern: &String| {
                self.kept.iter().any(|kept| excluded_files::matches(pattern, &in_folder(folder, kept)))
            };
            patterns.retain(|pattern| !is_kept(pattern));
        }
        patterns
    }

    /// The step with the files of a package.
    pub(super) fn sources(
        &self,
        cx: &mut Context<'_, '_>,
        scope: &Scope<'_>,
        built: &Built,
        for_checks: bool,
    ) -> Result<StepId, Diagnostic> {
        let project = self.project;
        let is_own = scope.folder == project.folder;
        let unbuilt = scope.needed.iter().filter(|member| built.get(&member.folder).is_none());
        let folders: Vec<&str> = unbuilt.map(|member| member.folder.as_str()).chain([scope.folder]).collect();
        let folder_set: BTreeSet<&str> = folders.iter().copied().collect();
        let mut include = Vec::new();
        let mut exclude = vec!["**/node_modules".to_owned(), ".git".to_owned(), cx.request().spec_name.clone()];
        if scope.folder != project.root {
            // Files next to the lockfile are often settings of compilers.
            let beside = &project.beside;
            let for_checks = beside.for_checks.iter().filter(|_| for_checks);
            let mut files: Vec<String> = beside.for_builds.iter().chain(for_checks).cloned().collect();
            files.retain(|path| *path != cx.request().spec_name);
            files.sort();
            include.extend(files);
        }
        let wanted = if is_own { cx.build.source.include.as_slice() } else { &[] };
        let wanted = wanted
            .iter()
            .map(|pattern| Ok((cx.eval(pattern)?, pattern.span)))
            .collect::<Result<Vec<_>, Diagnostic>>()?;
        // Patterns of paths outside the package add files; others select among its files.
        let (outer, inner): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|(pattern, _)| pattern.starts_with("../"));
        for (pattern, span) in &outer {
            let path = join_path(scope.folder, pattern).ok_or_else(|| {
                Diagnostic::error(*span, format!("`{pattern}` is outside the context"))
                    .with_help("build from a folder that contains both, and set `source:` to this project's folder")
            })?;
            // The nearest manifest says which kind of modules code consists of. The others do no harm.
            let folders = path.match_indices('/').map(|(end, _)| path.split_at(end).0);
            let folders = folders.take_while(|folder| !folder.contains(['*', '?', '[', '{']));
            include.extend(std::iter::once("").chain(folders).map(|folder| in_folder(folder, MANIFEST)));
            include.push(path);
        }
        for folder in folders.iter().filter(|folder| **folder != scope.folder) {
            include.push((*folder).to_owned());
            exclude.extend(self.left_out(folder, built, for_checks));
        }
        if is_own {
            // A script adds to what is there.
            include.extend(self.beside.iter().cloned());
        }
        if inner.is_empty() {
            include.push(scope.folder.to_owned());
            exclude.extend(self.left_out(scope.folder, built, for_checks));
        } else {
            include.extend(inner.iter().map(|(pattern, _)| in_folder(scope.folder, pattern.trim_start_matches("./"))));
            include.push(in_folder(scope.folder, MANIFEST));
            if scope.folder == project.root {
                include.extend(project.settings.iter().cloned());
            }
        }
        let built_folders: BTreeSet<&str> = built.folders().map(String::as_str).collect();
        let outside = self.settings.outside(&folder_set);
        include.extend(outside.into_iter().filter(|path| {
            // The root package's folder contains the others.
            !is_in_any(path, &built_folders) || built_folders.contains(project.root.as_str())
        }));
        if folder_set.contains(project.root.as_str()) && scope.folder != project.root {
            // A package inside the root package requires it, but not the other packages in it.
            let keep: BTreeSet<&str> =
                include.iter().map(String::as_str).filter(|path| *path != project.root).collect();
            exclude.extend(project.workspace.foreign_to(&project.root, &keep));
        }
        if include.iter().any(String::is_empty) {
            // The whole context.
            include.clear();
        }
        let mut seen = HashSet::new();
        let is_first: Vec<bool> = include.iter().map(|pattern| seen.insert(pattern.as_str())).collect();
        let mut is_first = is_first.into_iter();
        include.retain(|_| is_first.next() == Some(true));
        if is_own && !for_checks {
            exclude.extend(cx.patterns(scope.folder, &cx.build.source.exclude)?);
        }
        let what = if scope.folder.is_empty() { "." } else { scope.folder };
        // Exclusions of a build are usually tests, which checks require.
        let narrowed = is_own && for_checks && !cx.build.source.exclude.is_empty();
        let title = format!("[{} sources] COPY {what}{}", scope.label, if narrowed { " with all files" } else { "" });
        let mut items = vec![cx.sources(include, exclude)];
        items.extend(self.laid_over(cx, scope, built));
        if is_own {
            return Ok(cx.select_items(title, items));
        }
        items.extend(cx.laid_over().filter_map(|item| match item.target.trim_start_matches('/') {
            "" => Some(item.clone().including(folders.iter().map(|&folder| folder.to_owned()).collect())),
            target => is_in_any(target, &folder_set).then(|| item.clone()),
        }));
        Ok(cx.add(title, cx.span(), items))
    }

    /// Built packages without a separate mount: the root package, which contains all others, and packages above the
    /// limit of mounts.
    fn laid_over(&self, cx: &mut Context<'_, '_>, scope: &Scope<'_>, built: &Built) -> Vec<CopyItem> {
        let root = self.project.root.as_str();
        let done = built.among(&scope.needed);
        let all = |(member, step): &(&Member, StepId)| CopyItem::new(*step, "/", format!("/{}", member.folder));
        let of_root = done.iter().filter(|(member, _)| member.folder == root);
        let mut items: Vec<CopyItem> =
            of_root.map(|done| all(done).excluding(self.project.foreign_to_root())).collect();
        // The combinations are the same for all packages, so each is created once.
        items.extend(done.chunks_exact(TOGETHER).map(|done| {
            let items: Vec<_> = done.iter().filter(|(member, _)| member.folder != root).map(all).collect();
            let name = self.workspace_step_name("packages", "COPY");
            CopyItem::all(cx.add(name, cx.span(), items))
        }));
        items
    }

    /// Sources in a step: files, built packages, and dependencies. What a step writes there is discarded.
    pub(super) fn source_mounts(
        &mut self,
        cx: &mut Context<'_, '_>,
        scope: &Scope<'_>,
        sources: StepId,
        built: &Built,
    ) -> Result<Vec<Mount>, Diagnostic> {
        let mut mounts = vec![Mount::discarded(super::APP, sources)];
        let root = self.project.root.as_str();
        let done = built.among(&scope.needed);
        let alone = done.chunks_exact(TOGETHER).remainder().iter().filter(|(member, _)| member.folder != root);
        mounts.extend(alone.map(|(member, step)| Mount::discarded(in_step(&member.folder), *step)));
        if self.project.lockfile.is_some() {
            let from = self.modules(cx)?;
            let mut folders = vec![root];
            folders.extend((scope.folder != root).then_some(scope.folder));
            let needed = scope.needed.iter().map(|member| member.folder.as_str()).filter(|folder| *folder != root);
            folders.extend(needed.filter(|folder| self.project.has_modules(folder)));
            mounts.extend(folders.into_iter().map(|folder| in_folder(folder, "node_modules")).map(|place| Mount {
                target: in_step(&place),
                kind: MountKind::Discarded { from, path: format!("/{place}") },
            }));
        }
        Ok(mounts)
    }
}
