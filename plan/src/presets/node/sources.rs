//! The files that scripts run on: those of a package, of packages of its workspace that it needs, and what settings lead to.

use std::collections::BTreeMap;

use slipway_spec::Diagnostic;

use super::manager::SETTINGS;
use super::package::Package;
use super::workspace::{Member, closure};
use super::{Kit, in_step};
use crate::presets::{in_folder, join_path, noise};
use crate::{CopyItem, Mount, MountKind, Project, StepId, StepKind};

/// Packages of a workspace that steps of their own have built: folder → the step whose root is that folder.
pub(super) type Built = BTreeMap<String, StepId>;

/// Files beside the lockfile of a workspace that no build of its packages reads, beside those that say nothing to any.
const OF_THE_WORKSPACE: &[&str] = &["*.md", "LICENSE*", "license*", "Makefile", "justfile", "Justfile", ".prettier*"];

/// A package that steps run for: the one that is built, or one of its workspace that it needs.
pub(super) struct Scope<'a> {
    pub(super) folder: &'a str,
    pub(super) package: &'a Package,
    /// How the progress calls it.
    pub(super) label: String,
    /// The packages of the workspace that it needs, also for development.
    pub(super) needed: Vec<&'a Member>,
}

impl<'a, P: Project> Kit<'a, P> {
    /// The package that is built.
    pub(super) fn own_scope(&self) -> Scope<'a> {
        let project = self.project;
        let mut needed = closure(&project.members, &project.folder, &project.package, true);
        if project.folder == project.root {
            // Scripts of the workspace itself may run those of every package.
            needed = project.members.iter().collect();
        }
        Scope { folder: &project.folder, package: &project.package, label: self.cx.name.to_owned(), needed }
    }

    /// A package that it needs.
    pub(super) fn member_scope(&self, member: &'a Member) -> Scope<'a> {
        Scope {
            folder: &member.folder,
            package: &member.package,
            label: member.package.name.clone().unwrap_or_else(|| member.folder.clone()),
            needed: closure(&self.project.members, &member.folder, &member.package, true),
        }
    }

    /// The step that holds the files of a package.
    pub(super) fn sources(&self, scope: &Scope<'_>, built: &Built, for_checks: bool) -> Result<StepId, Diagnostic> {
        let (cx, project) = (self.cx, self.project);
        let is_own = scope.folder == project.folder;
        let unbuilt = scope.needed.iter().filter(|member| !built.contains_key(&member.folder));
        let folders: Vec<&str> = unbuilt.map(|member| member.folder.as_str()).chain([scope.folder]).collect();
        let mut include = Vec::new();
        let mut exclude = vec!["**/node_modules".to_owned(), ".git".to_owned(), cx.request().spec_name.clone()];
        if scope.folder != project.root {
            // The files beside the lockfile often set up compilers.
            let is_wanted = |path: &&String| {
                **path != cx.request().spec_name && (is_for_builds(path) || for_checks && is_for_checks(path))
            };
            include.extend(project.root_files.iter().filter(is_wanted).cloned());
        }
        let wanted = if is_own { cx.build.source.include.as_slice() } else { &[] };
        let wanted = wanted
            .iter()
            .map(|pattern| Ok((cx.eval(pattern)?, pattern.span)))
            .collect::<Result<Vec<_>, Diagnostic>>()?;
        // Patterns that lead out of the package add to it; others choose among its files.
        let (outer, inner): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|(pattern, _)| pattern.starts_with("../"));
        for (pattern, span) in &outer {
            include.push(join_path(scope.folder, pattern).ok_or_else(|| {
                Diagnostic::error(*span, format!("`{pattern}` leads out of the context"))
                    .with_help("build from a folder further up, and name this build's with `source`")
            })?);
        }
        let add_whole = |folder: &str, include: &mut Vec<String>, exclude: &mut Vec<String>| {
            include.push(folder.to_owned());
            if for_checks {
                exclude.extend(noise::patterns_of_checks(folder));
            } else {
                exclude.extend(noise::patterns(folder));
            }
        };
        for folder in folders.iter().filter(|folder| **folder != scope.folder) {
            add_whole(folder, &mut include, &mut exclude);
        }
        if inner.is_empty() {
            add_whole(scope.folder, &mut include, &mut exclude);
        } else {
            include.extend(inner.iter().map(|(pattern, _)| in_folder(scope.folder, pattern.trim_start_matches("./"))));
            include.push(in_folder(scope.folder, super::project::MANIFEST));
            if scope.folder == project.root {
                include.extend(SETTINGS.iter().map(|name| in_folder(&project.root, name)));
            }
        }
        let outside = self.settings.outside(&folders);
        include.extend(outside.into_iter().filter(|path| !built.keys().any(|folder| is_at_or_below(path, folder))));
        if include.iter().any(String::is_empty) {
            // The whole context.
            include.clear();
        }
        let mut seen = std::collections::BTreeSet::new();
        include.retain(|pattern| seen.insert(pattern.clone()));
        if is_own && !for_checks {
            exclude.extend(cx.patterns(scope.folder, &cx.build.source.exclude)?);
        }
        let what = if scope.folder.is_empty() { "." } else { scope.folder };
        // What a build leaves out is usually its tests, which checks are there for.
        let narrowed = is_own && for_checks && !cx.build.source.exclude.is_empty();
        let title = format!("[{} sources] COPY {what}{}", scope.label, if narrowed { " with all files" } else { "" });
        if is_own {
            return Ok(cx.select(title, include, exclude));
        }
        let mut items = vec![CopyItem { from: cx.context(), source: "/".into(), target: "/".into(), include, exclude }];
        let inputs = cx.inputs.iter().filter(|input| {
            let place = input.target.trim_start_matches('/');
            folders.iter().any(|folder| is_at_or_below(place, folder))
        });
        items.extend(inputs.map(|input| CopyItem {
            from: input.from,
            source: input.source.clone(),
            target: input.target.clone(),
            include: Vec::new(),
            exclude: Vec::new(),
        }));
        Ok(cx.add(title, cx.span(), StepKind::Select { items }))
    }

    /// Sources as a step sees them: files, packages that were built before, and dependencies. What a step writes there is forgotten.
    pub(super) fn source_mounts(
        &self,
        scope: &Scope<'_>,
        sources: StepId,
        built: &Built,
    ) -> Result<Vec<Mount>, Diagnostic> {
        let mut mounts = vec![Mount::discarded(super::APP, sources)];
        for member in &scope.needed {
            if let Some(step) = built.get(&member.folder) {
                mounts.push(Mount::discarded(in_step(&member.folder), *step));
            }
        }
        if self.project.lockfile.is_some() {
            let from = self.modules()?;
            let mut folders = vec![self.project.root.as_str(), scope.folder];
            folders.extend(scope.needed.iter().map(|member| member.folder.as_str()));
            let mut seen = std::collections::BTreeSet::new();
            folders.retain(|folder| seen.insert(*folder));
            mounts.extend(folders.into_iter().map(|folder| in_folder(folder, "node_modules")).map(|place| Mount {
                target: in_step(&place),
                kind: MountKind::Discarded { from, path: format!("/{place}") },
            }));
        }
        Ok(mounts)
    }
}

fn is_at_or_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a build may read a file that stands beside the lockfile of its workspace.
fn is_for_builds(path: &str) -> bool {
    let name = last_part(path);
    !noise::is_foreign_to_javascript(name) && !OF_THE_WORKSPACE.iter().any(|pattern| noise::matches(pattern, name))
}

/// Whether linters and formatters may read it, though no build does.
fn is_for_checks(path: &str) -> bool {
    let name = last_part(path);
    noise::is_read_by_checks(name) || name.starts_with(".prettier")
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
