//! Images for development: sources and all dependencies in the image of the toolchain, and a command that sees changes.

use slipway_project::node::MANIFEST;
use slipway_spec::Diagnostic;

use super::folders::MANAGER;
use super::kit::NodeSteps;
use super::sources::Built;
use crate::output::{BuildOutput, Develop, OutputLayer, Reloading, Watched, WatchedFolder};
use crate::presets::{Context, in_folder};
use crate::runtime::Runtimes;
use crate::{BaseImage, LayerCopy, LayerItem};

/// The script of a package that people run while they work on it.
const DEV: &str = "dev";

/// Plans the output for an image for development; `layers` are the dependencies, and `program` is the default program.
///
/// # Errors
/// A text of the spec is wrong.
pub(super) fn plan(
    cx: &mut Context<'_, '_>,
    kit: &NodeSteps<'_>,
    image: BaseImage,
    mut layers: Vec<OutputLayer>,
    program: Vec<String>,
) -> Result<BuildOutput, Diagnostic> {
    let project = kit.project;
    let sources = kit.sources(cx, &kit.own_scope(), &Built::default(), true)?;
    if let Some(manager) = kit.manager {
        let items = vec![LayerItem::Copy(LayerCopy::whole(manager, "/", MANAGER))];
        layers.push(cx.layer(format!("COPY {MANAGER}"), project.manager.command(), items));
    }
    let home = kit.home.path.clone();
    let copy = LayerCopy::whole(sources, format!("/{}", kit.top), home.clone());
    layers.push(cx.layer(format!("COPY {home}"), "sources", vec![LayerItem::Copy(copy)]));
    let folder = kit.in_image(&project.folder);
    let mut path = vec![in_folder(&folder, "node_modules/.bin")];
    if project.root != project.folder {
        path.push(in_folder(&kit.in_image(&project.root), "node_modules/.bin"));
    }
    path.extend(kit.manager.map(|_| format!("{MANAGER}/bin")));
    path.extend(kit.env.iter().find(|(name, _)| name == "PATH").map(|(_, path)| path.clone()));
    let has_script = project.package.scripts.contains_key(DEV);
    let (cmd, command) = if has_script {
        (vec![project.manager.command().to_owned(), "run".to_owned(), DEV.to_owned()], Reloading::Script)
    } else {
        let built_by = kit.scripts.iter().map(|script| script.value.clone()).collect();
        (program, Reloading::Node { built_by, watches: project.release.major >= 18 })
    };
    let needed = kit.own_scope().needed;
    let folders = needed.iter().map(|member| member.folder.as_str()).filter(|folder| kit.has_in_image(folder));
    let folders =
        WatchedFolder::outermost(folders.chain([project.folder.as_str()]), |folder| Some(kit.in_image(folder)));
    let mut manifests = vec![in_folder(&project.folder, MANIFEST)];
    if project.root != project.folder {
        manifests.push(in_folder(&project.root, MANIFEST));
    }
    manifests.extend(project.lockfile.as_ref().map(|lockfile| in_folder(&project.root, lockfile.name)));
    Ok(BuildOutput {
        destination: kit.home.destination.clone(),
        cmd,
        env: vec![("PATH".to_owned(), path.join(":")), ("NODE_ENV".to_owned(), "development".to_owned())],
        workdir: Some(folder.clone()),
        source: Some(folder),
        develop: Some(Develop {
            image,
            root: kit.here.step,
            writable: vec![home],
            command,
            watched: Watched { restarts: false, folders, manifests, ignored: vec!["**/node_modules/".to_owned()] },
        }),
        ..BuildOutput::new(sources, layers, Runtimes::default())
    })
}
