//! Packages of a workspace that a package requires, built before it with their own scripts: each in a step with only
//! its own inputs.
//!
//! So a package that several require is built once for all of them, and changes of these do not rebuild it.

use std::collections::BTreeSet;

use slipway_project::node::Member;
use slipway_spec::Diagnostic;

use super::kit::NodeSteps;
use super::sources::{Built, Scope};
use super::{OUTPUT, caches, manager};
use crate::presets::Context;
use crate::shell::Text;
use crate::{StepId, shell};

/// Builds the required packages; `generated` is laid over the sources of each.
pub(super) fn build<'a>(
    cx: &mut Context<'_, '_>,
    kit: &mut NodeSteps<'a>,
    generated: Option<StepId>,
) -> Result<Built, Diagnostic> {
    let mut built = Built::default();
    let scope = kit.own_scope();
    if kit.project.folder == kit.project.root || kit.scripts.is_empty() {
        return Ok(built);
    }
    // In a dependency cycle, the first package visited is last.
    let mut seen = BTreeSet::from([kit.project.folder.as_str()]);
    let mut open: Vec<Todo<'_>> = scope.needed.into_iter().rev().map(Todo::Begin).collect();
    while let Some(todo) = open.pop() {
        match todo {
            Todo::Begin(member) => {
                if seen.insert(&member.folder) {
                    open.push(Todo::Build(member));
                    open.extend(kit.project.workspace.direct(&member.folder).into_iter().rev().map(Todo::Begin));
                }
            }
            Todo::Build(member) => build_one(cx, kit, generated, member, &mut built)?,
        }
    }
    let names: Vec<_> = built.folders().map(|folder| format!("`{folder}`")).collect();
    if !names.is_empty() {
        let scripts: Vec<_> = kit.scripts.iter().map(|script| script.value.as_str()).collect();
        cx.note(format!("`{}` also runs for the packages that it needs: {}", scripts.join("`, `"), names.join(", ")));
    }
    Ok(built)
}

/// The steps for a package.
enum Todo<'a> {
    /// Its dependencies come first.
    Begin(&'a Member),
    Build(&'a Member),
}

fn build_one<'a>(
    cx: &mut Context<'_, '_>,
    kit: &mut NodeSteps<'a>,
    generated: Option<StepId>,
    member: &'a Member,
    built: &mut Built,
) -> Result<(), Diagnostic> {
    let is_own = |script: &&str| {
        let text = member.package.scripts.get(*script);
        text.is_some_and(|text| member.folder != kit.project.root || !runs_the_workspace(text))
    };
    let scripts: Vec<&str> = kit.scripts.iter().map(|script| script.value.as_str()).filter(is_own).collect();
    if !scripts.is_empty() {
        let scope = kit.member_scope(member);
        let step = step(cx, kit, &scope, &scripts, generated, built)?;
        built.insert(&member.folder, step);
    }
    Ok(())
}

/// Whether a script of the root package runs scripts of others, for which a package that only requires the root does
/// not wait.
fn runs_the_workspace(script: &str) -> bool {
    let words = ["turbo", "nx", "lerna", "wireit", "-r", "--recursive", "-w", "-ws", "workspaces", "workspace"];
    let options = ["--workspace", "--filter", "-F"];
    script
        .split(|c: char| c.is_whitespace() || "&;|()".contains(c))
        .any(|word| words.contains(&word) || options.iter().any(|option| word.starts_with(option)))
}

fn step(
    cx: &mut Context<'_, '_>,
    kit: &mut NodeSteps<'_>,
    scope: &Scope<'_>,
    scripts: &[&str],
    generated: Option<StepId>,
    built: &Built,
) -> Result<StepId, Diagnostic> {
    let commands: Vec<Text> = scripts.iter().map(|script| manager::run(kit.project.manager, script)).collect();
    // Dependencies are mounted, so staying on one file system excludes them.
    let text = commands.iter().cloned().map(Text::line).collect::<Text>();
    let text = text + "mkdir -p " + OUTPUT + "\ncp -a -x . " + OUTPUT + "/\nrm -rf " + OUTPUT + "/node_modules\n";
    let sources = kit.sources(cx, scope, built, false)?;
    let mut mounts = kit.source_mounts(cx, scope, sources, built)?;
    mounts.extend(caches::mounts(cx, kit, scope));
    let shown: Vec<_> = commands.iter().map(Text::as_str).collect();
    let container = kit.container(scope.folder, mounts, generated);
    let run = container.run(shell::compile("node-build", kit.laying(generated, text))).output(OUTPUT);
    Ok(cx.add(format!("[{} build] {}", scope.label, shown.join(" && ")), cx.span(), run))
}
