//! Images for development: sources and modules in the image of the toolchain, which compiles and runs the program
//! whenever its container starts.

use slipway_project::go::Module;
use slipway_spec::Diagnostic;
use slipway_spec::model::GoOptions;

use super::environment::{PROXY, set_workspace, without_proxy};
use super::modules::Modules;
use super::sources::{self, Use};
use super::toolchain::Toolchain;
use super::{ARCHIVES, SOURCES, workdir};
use crate::output::{BuildOutput, Develop, Reloading, Runnable, Watched, WatchedFolder};
use crate::presets::programs::{self, Compiled};
use crate::presets::{Context, set};
use crate::runtime::Runtimes;
use crate::shell::{Text, word};
use crate::{BaseImage, LayerCopy, LayerItem};

/// What is compiled.
pub(super) struct Programs<'a> {
    pub(super) module: &'a Module,
    pub(super) packages: &'a [String],
    pub(super) compiled: &'a [Compiled],
    pub(super) tags: &'a [String],
    /// The manifests that exist.
    pub(super) manifests: Vec<String>,
}

/// Plans the output for an image for development.
///
/// # Errors
/// A text of the spec is wrong.
pub(super) fn plan(
    cx: &mut Context<'_, '_>,
    options: &GoOptions,
    programs: Programs<'_>,
    (toolchain, image): (&Toolchain, BaseImage),
    modules: Option<Modules<'_>>,
    mut env: Vec<(String, String)>,
) -> Result<BuildOutput, Diagnostic> {
    let Programs { module, packages, compiled, tags, manifests } = programs;
    let source = cx.source_folder()?;
    let sources = sources::whole(cx, &source, module, Use::Checks)?;
    let layer = |cx: &Context<'_, '_>, step, folder: &str, how| {
        cx.layer(format!("COPY {folder}"), how, vec![LayerItem::Copy(LayerCopy::whole(step, "/", folder))])
    };
    let mut layers = Vec::new();
    if let Some(modules) = modules {
        layers.push(layer(cx, modules.archives(), ARCHIVES, "go mod download"));
        // Go unpacks what is imported into its own folder. Modules that are added later come from elsewhere.
        let own = env.iter().find(|(name, _)| name == "GOPROXY").map(|(_, value)| value.clone());
        let own = own.unwrap_or_else(|| "https://proxy.golang.org,direct".to_owned());
        set(&mut env, "GOPROXY", &format!("{PROXY},{own}"));
        if without_proxy(&env).is_some() {
            set(&mut env, "GONOPROXY", "none");
        }
    }
    layers.push(layer(cx, sources, SOURCES, "sources"));
    let caches = [("GOCACHE", "/tmp/go-build"), ("GOMODCACHE", "/tmp/go-mod")];
    let cgo = ("CGO_ENABLED", if options.cgo { "1" } else { "0" });
    for (name, value) in caches.into_iter().chain([cgo]) {
        set(&mut env, name, value);
    }
    set_workspace(&mut env, module);
    let flags = cx.eval_or(options.ldflags.as_ref(), "")?;
    let flags = if flags.trim().is_empty() { Text::default() } else { Text::from(" -ldflags ") + word(flags.trim()) };
    let folder = workdir(&module.folder);
    let build = |package: &str, name: &str| {
        let file = word(&format!("/tmp/{name}"));
        let build = Text::from("(cd ") + word(&folder) + " && go build -buildvcs=false -tags " + word(&tags.join(","));
        let command = build + flags.clone() + " -o " + file.clone() + " " + word(package) + ") && exec " + file;
        let words = ["/bin/sh", "-c", (command + " \"$@\"").as_str(), name].map(str::to_owned);
        words.to_vec()
    };
    let names = programs::names(cx, options.destination.as_ref(), compiled)?;
    let runnable = |(names, package): ([String; 2], &String)| {
        let entrypoint = build(package, &names[0]);
        Runnable { names, entrypoint }
    };
    let folders = module.locals.iter().map(|local| local.folder.as_str()).chain([source.as_str()]);
    let all: Vec<_> = names.into_iter().zip(packages).map(runnable).collect();
    Ok(BuildOutput {
        entrypoint: all.first().map(|program| program.entrypoint.clone()).unwrap_or_default(),
        env,
        workdir: Some(folder.clone()),
        source: Some(workdir(&source)),
        develop: Some(Develop {
            image,
            root: toolchain.root,
            writable: vec![SOURCES.to_owned()],
            command: Reloading::Compiles(all),
            watched: Watched {
                restarts: true,
                folders: WatchedFolder::outermost(folders, |folder| Some(workdir(folder))),
                manifests,
                ignored: Vec::new(),
            },
        }),
        ..BuildOutput::new(sources, layers, Runtimes::default())
    })
}
