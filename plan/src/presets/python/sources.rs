//! The program's own files, and their bytecode.

use slipway_project::python::{Documents, PythonProject, console_scripts};
use slipway_spec::{Diagnostic, Spanned};

use super::places::Places;
use super::scripts::FINISH;
use crate::paths::place_in;
use crate::presets::common::Toolchain;
use crate::presets::{Context, excluded_files, in_folder};
use crate::shell::{Text, word, words};
use crate::{Mount, StepId, shell};

/// The step with the program's files without those of other packages. Checks get all files, whatever images get.
pub(super) fn select(
    cx: &mut Context<'_, '_>,
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
    // The program requires neither files that tools created on a developer's machine nor the spec.
    exclude.extend([in_folder(folder, ".venv"), "**/__pycache__".to_owned(), ".git".to_owned()]);
    exclude.push(cx.request().spec_name.clone());
    let what = if folder.is_empty() { "." } else { folder };
    let what = format!("COPY {what}{}", if members.is_none() { " for checks" } else { "" });
    let mut items = vec![cx.sources(include, exclude)];
    if !kept.is_empty() {
        items.push(cx.files(kept.to_vec(), Vec::new()));
    }
    Ok(cx.select_items(cx.shared_step_name("sources", &what), items))
}

/// The program's files with their bytecode.
pub(super) fn compile(
    cx: &mut Context<'_, '_>,
    (project, places): (&PythonProject, &Places),
    toolchain: &Toolchain,
    members: &[String],
    documents: &Documents,
    output: &[Spanned<String>],
) -> Result<StepId, Diagnostic> {
    if !documents.paths.is_empty() && !documents.are_all {
        let list: Vec<_> = documents.paths.iter().map(|path| format!("`{path}`")).collect();
        cx.note(format!("with {}, which the code names", list.join(", ")));
    }
    let scripts = scripts(&project.pyproject);
    let copied = match output {
        [] => Text::from("cp -a ."),
        paths => Text::from("cp -a --parents -- ") + words(paths.iter().map(|path| as_argument(path))),
    };
    let mut text = places.prelude() + copied + " \"$SLIPWAY_APP/\"\n";
    if !scripts.is_empty() {
        text += SCRIPTS;
    }
    let script = shell::compile("bytecode", text + FINISH + "finish " + word(places.app()) + "\n");
    let sources = select(cx, project, Some(members), &documents.paths)?;
    let container = toolchain
        .container(toolchain.env.clone())
        .cwd(place_in(places.sources, &project.folder))
        .mount(Mount::read_only(places.sources, sources))
        .mount(Mount::tmpfs("/tmp"));
    let run = container.run(script).args(scripts).output(places.app());
    Ok(cx.add(cx.shared_step_name("build", "bytecode"), cx.span(), run))
}

/// The step with only the programs of the manifest, for an image whose other files are the sources.
pub(super) fn programs(
    cx: &mut Context<'_, '_>,
    (project, places): (&PythonProject, &Places),
    toolchain: &Toolchain,
) -> Option<StepId> {
    let scripts = scripts(&project.pyproject);
    if scripts.is_empty() {
        return None;
    }
    let script = shell::offline("entry-points", places.prelude() + SCRIPTS);
    let container = toolchain.container(toolchain.env.clone()).mount(Mount::tmpfs("/tmp"));
    let run = container.run(script).args(scripts).output(places.app());
    Some(cx.add(cx.shared_step_name("programs", "pyproject.toml"), cx.span(), run))
}

/// A path relative to a folder; the folder itself has an empty one.
fn as_argument(path: &str) -> &str {
    if path.is_empty() { "." } else { path }
}

/// The programs in a manifest, as `name=module:object`.
fn scripts(pyproject: &toml::Table) -> Vec<String> {
    console_scripts(pyproject).into_iter().map(|(name, object)| format!("{name}={object}")).collect()
}

const SCRIPTS: &str = shell::script(include_str!("scripts/entry-points.sh"));

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::*;

    #[test]
    fn programs_stand_where_the_environment_has_them() {
        assert!(SCRIPTS.contains("\"$SLIPWAY_APP/.venv/bin/"));
        let file = "[project.scripts]\nserve = 'app.main:run'\nbad = 'x; rm'\n[tool.poetry.scripts]\nwork = 'app.work:main.run [extra]'";
        assert_eq!(scripts(&file.parse().unwrap()), ["serve=app.main:run", "work=app.work:main.run"]);
    }
}
