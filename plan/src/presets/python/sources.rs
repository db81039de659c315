//! The program's own files: which of them it gets, and their bytecode.

use slipway_spec::Diagnostic;

use super::entry_points::console_scripts;
use super::mentions;
use super::needs::Needs;
use super::project::{PythonProject, Tool};
use super::scripts::FINISH;
use super::{APP, SOURCES};
use crate::presets::common::Toolchain;
use crate::presets::{Context, excluded_files, in_folder};
use crate::shell::Text;
use crate::{CopyItem, Mount, MountKind, Network, PlanError, Run, RunOutput, StepId, StepKind, shell};

/// Folders of packages that are parts of the project's folder and not of the program: they are installed, or another
/// program's.
pub(super) fn members(project: &PythonProject, needs: &Needs) -> Vec<String> {
    let mut folders: Vec<_> = needs.locals.iter().map(|local| local.folder.clone()).collect();
    if let Tool::Uv { root, lock: Some(lock), .. } = &project.tool {
        folders.extend(lock.folders().map(|folder| in_folder(root, folder)));
    }
    let above = if project.folder.is_empty() { String::new() } else { format!("{}/", project.folder) };
    folders.retain(|folder| *folder != project.folder && folder.starts_with(&above));
    folders.sort();
    folders.dedup();
    folders
}

/// The step that holds the program's files, without those of other packages; for checks all of them, whatever the
/// images get.
pub(super) fn select(
    cx: &Context<'_>,
    project: &PythonProject,
    members: Option<&[String]>,
    kept: &[String],
) -> Result<StepId, Diagnostic> {
    let (source, folder) = (&cx.build.source, &project.folder);
    let program = members.filter(|_| source.include.is_empty());
    let include = if members.is_some() && !source.include.is_empty() {
        cx.patterns(folder, &source.include)?
    } else if folder.is_empty() {
        Vec::new()
    } else {
        vec![folder.clone()]
    };
    let mut exclude = if members.is_some() { cx.patterns(folder, &source.exclude)? } else { Vec::new() };
    if let Some(members) = program {
        exclude.extend(excluded_files::patterns(folder));
        exclude.extend(members.iter().cloned());
    }
    // What a developer's machine has made of the project, and the spec itself, say nothing to the program.
    exclude.extend([in_folder(folder, ".venv"), "**/__pycache__".to_owned(), ".git".to_owned()]);
    exclude.push(cx.request().spec_name.clone());
    let what = if folder.is_empty() { "." } else { folder };
    let what = format!("COPY {what}{}", if members.is_none() { " for checks" } else { "" });
    let context = |include, exclude| CopyItem {
        from: cx.context(),
        source: "/".to_owned(),
        target: "/".to_owned(),
        include,
        exclude,
    };
    let mut items = vec![context(include, exclude)];
    if !kept.is_empty() {
        items.push(context(kept.to_vec(), Vec::new()));
    }
    Ok(cx.select_items(cx.shared_step_name("sources", &what), items))
}

/// The program's files with their bytecode.
pub(super) async fn compile(
    cx: &Context<'_>,
    project: &PythonProject,
    toolchain: &Toolchain,
    members: &[String],
) -> Result<StepId, PlanError> {
    let kept = if cx.build.source.include.is_empty() {
        mentions::kept(cx, &project.folder, members).await?
    } else {
        Vec::new()
    };
    let scripts = scripts(&project.pyproject);
    let mut text = Text::from("cp -a . /app/\n");
    if !scripts.is_empty() {
        text += SCRIPTS;
    }
    let script = shell::compile("bytecode", text + FINISH + "finish /app\n");
    let mut mounts = vec![
        Mount::read_only(SOURCES, select(cx, project, Some(members), &kept)?),
        Mount { target: "/tmp".to_owned(), kind: MountKind::Tmpfs },
    ];
    mounts.extend(script.mounts);
    let kind = StepKind::Run(Run {
        root: toolchain.root,
        platform: toolchain.platform.clone(),
        args: script.args.into_iter().chain(scripts).collect(),
        env: toolchain.env.clone(),
        workdir: in_folder(SOURCES, &project.folder).trim_end_matches('/').to_owned(),
        network: Network::None,
        mounts,
        secret_env: Vec::new(),
        output: RunOutput::Folder(APP.to_owned()),
    });
    Ok(cx.add(cx.shared_step_name("build", "bytecode"), cx.span(), kind))
}

/// The programs that a manifest defines, as `name=module:object`.
fn scripts(pyproject: &toml::Table) -> Vec<String> {
    console_scripts(pyproject).into_iter().map(|(name, object)| format!("{name}={object}")).collect()
}

const SCRIPTS: &str = shell::script(include_str!("scripts/entry-points.sh"));

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::super::VENV;
    use super::*;

    #[test]
    fn programs_stand_where_the_environment_has_them() {
        assert!(SCRIPTS.contains(&format!("{VENV}/bin")));
        let file = "[project.scripts]\nserve = 'app.main:run'\nbad = 'x; rm'\n[tool.poetry.scripts]\nwork = 'app.work:main.run [extra]'";
        assert_eq!(scripts(&file.parse().unwrap()), ["serve=app.main:run", "work=app.work:main.run"]);
    }
}
