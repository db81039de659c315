//! Images for development: sources and dependencies in the image of the toolchain, which builds the program whenever its
//! container starts, and puts it where the image that ships has it.

use std::collections::BTreeSet;

use slipway_project::java::Tool;
use slipway_spec::Diagnostic;

use super::folders::{DEPENDENCIES, JAR, SOURCES};
use super::scripts;
use super::steps::JavaSteps;
use crate::output::{BuildOutput, Develop, Reloading, Watched, WatchedFolder};
use crate::paths::place_in;
use crate::presets::application::Home;
use crate::presets::{Context, in_folder};
use crate::runtime::Runtimes;
use crate::shell::{Text, word, words};
use crate::{BaseImage, LayerCopy, LayerItem, StepId};

/// The script that builds and starts the program.
const START: &str = "/.slipway/develop/start.sh";
/// What Gradle runs before the project's own scripts.
const GRADLE_INIT: &str = "/.slipway/develop/init.gradle";
/// Where the program is laid out, before it replaces the last one.
const MADE: &str = "/tmp/slipway-program";

/// Plans the output for an image for development.
///
/// # Errors
/// A text of the spec is wrong.
pub(super) fn plan(
    cx: &mut Context<'_, '_>,
    kit: &JavaSteps<'_>,
    dependencies: StepId,
    image: BaseImage,
    home: &Home,
) -> Result<BuildOutput, Diagnostic> {
    let project = kit.project;
    let sources = kit.sources(cx)?;
    let text = |path: &str, content: &str| LayerItem::Text {
        path: path.to_owned(),
        content: content.to_owned(),
        mode: 0o644,
        owner: None,
    };
    let mut commands = vec![text(START, start(kit, &home.path).as_str())];
    if project.tool == Tool::Gradle {
        commands.push(text(GRADLE_INIT, scripts::GRADLE_INIT));
    }
    commands.push(LayerItem::Folder { path: home.path.clone(), mode: 0o755, owner: None });
    let copy = |step, folder: &str| vec![LayerItem::Copy(LayerCopy::whole(step, "/", folder))];
    let layers = vec![
        cx.layer(format!("COPY {DEPENDENCIES}"), project.tool.name(), copy(dependencies, DEPENDENCIES)),
        cx.layer(format!("COPY {START}"), "the command", commands),
        cx.layer(format!("COPY {SOURCES}"), "sources", copy(sources, SOURCES)),
    ];
    let mut env = kit.own_env.to_vec();
    kit.add_env(&mut env);
    let in_project = |inside: &str| in_folder(&project.folder, inside).trim_end_matches('/').to_owned();
    let module = in_project(&project.module);
    let folders: Vec<_> = match project.whole {
        Some(_) => vec![project.folder.clone()],
        None => project.siblings.iter().map(|folder| in_project(folder)).chain([module.clone()]).collect(),
    };
    let place = |folder: &str| place_in(SOURCES, folder);
    let before = ["/bin/sh", START].map(str::to_owned).to_vec();
    let program = ["java".to_owned(), "-jar".to_owned(), in_folder(&home.path, JAR)];
    Ok(BuildOutput {
        destination: home.destination.clone(),
        entrypoint: before.iter().cloned().chain(program).collect(),
        env,
        workdir: Some(home.path.clone()),
        source: Some(place(&cx.source_folder()?)),
        develop: Some(Develop {
            image,
            root: kit.bench.root,
            // Gradle locks files beside its dependencies.
            writable: vec![SOURCES.to_owned(), DEPENDENCIES.to_owned(), home.path.clone()],
            command: Reloading::Builds(before),
            watched: Watched {
                restarts: true,
                folders: WatchedFolder::outermost(folders.iter().map(String::as_str), |folder| Some(place(folder))),
                manifests: manifests(kit),
                ignored: ignored(kit),
            },
        }),
        ..BuildOutput::new(sources, layers, Runtimes::default())
    })
}

/// Builds the program as the step for images that ship does, but next to the results of the last start, and then runs
/// the arguments.
fn start(kit: &JavaSteps<'_>, home: &str) -> Text {
    let mut env = Vec::new();
    let arguments = kit.building(&mut env);
    let mut text = Text::from("set -eu\n(\nset -- ") + words(arguments) + "\n";
    for (name, value) in &env {
        text += Text::from("export ") + word(&format!("{name}={value}")) + "\n";
    }
    text += Text::from("cd ") + word(&place_in(SOURCES, &kit.project.folder)) + "\n";
    // Plugins that put libraries into the jar trust one that they have made before, even if a library has changed.
    text += match kit.project.tool {
        Tool::Maven => "rm -f \"$MODULE_FOLDER\"/target/*.jar*\n",
        Tool::Gradle => "rm -f \"$MODULE_FOLDER\"/build/libs/*.jar\n",
    };
    text += Text::from("rm -rf ") + word(MADE) + "\n" + kit.build_script(GRADLE_INIT, MADE);
    let made = |folder: &'static str| word(MADE) + folder;
    text + ")\ncp -R " + made("/lib") + " " + made("/app/.") + " " + word(&format!("{home}/")) + "\nexec \"$@\"\n"
}

/// Files that need another image: build files of needed modules, without patterns.
fn manifests(kit: &JavaSteps<'_>) -> Vec<String> {
    let inputs = &kit.project.inputs;
    let absent: Vec<_> = inputs.absent.iter().map(|path| in_folder(&kit.project.folder, path)).collect();
    let is_file = |path: &&String| !path.contains('*') && !absent.contains(path);
    let files: BTreeSet<_> = inputs.manifests.iter().filter(is_file).collect();
    files.into_iter().cloned().collect()
}

/// Files in folders of modules, which may contain each other, that are not inputs of the program.
fn ignored(kit: &JavaSteps<'_>) -> Vec<String> {
    let tests = (!kit.project.inputs.tests).then_some("src/test/");
    let output: &[&str] = match kit.project.tool {
        Tool::Maven => &["target/"],
        Tool::Gradle => &["build/", ".gradle/"],
    };
    let all = output.iter().copied().chain(tests);
    all.flat_map(|folder| ["", "*/", "*/*/"].map(|above| format!("{above}{folder}"))).collect()
}
