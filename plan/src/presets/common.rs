//! The common parts of presets that install dependencies: their toolchain, their environment, and the spec's options
//! for the dependency step.

use slipway_spec::{Diagnostic, Spanned, join_path};

use super::toolchain_image::ToolchainImage;
use super::{Context, base_env, in_folder, private, set, shown};

use crate::contents::{Base, Manager};
use crate::mounts::{Secrets, secrets};
use crate::packages::Packages;
use crate::shell::Text;
use crate::step::Container;
use crate::{BaseImage, CopyItem, PlanError, Platform, StepId, StepKind, packages};

/// The image of steps, with the packages in the spec.
#[derive(Clone)]
pub(super) struct Toolchain {
    pub(super) root: StepId,
    /// The package manager of the image.
    pub(super) manager: Manager,
    /// Its image, without packages.
    pub(super) base: StepId,
    pub(super) env: Vec<(String, String)>,
    pub(super) platform: Platform,
}

impl Toolchain {
    /// A container with the toolchain, whose environment starts with that of its image.
    pub(super) fn container(&self, env: Vec<(String, String)>) -> Container {
        Container::new(self.root, &self.platform, env)
    }
}

/// The image of a toolchain, and why it was chosen.
#[derive(Clone)]
pub(super) struct Wanted {
    pub(super) image: ToolchainImage,
    /// Its contents, in words: `Python 3.13`.
    pub(super) what: String,
    /// Packages that belong to the toolchain.
    pub(super) packages: Packages,
}

/// Looks up the toolchain's image for a platform.
pub(super) async fn find_toolchain(
    cx: &Context<'_, '_>,
    wanted: &Wanted,
    platform: &Platform,
) -> Result<BaseImage, PlanError> {
    let Wanted { image: ToolchainImage { name, span, .. }, what, .. } = wanted;
    let found = |error| {
        let message = format!("cannot get the image `{name}` for {what}: {error}");
        Diagnostic::error(*span, message).with_help(other_image(name))
    };
    Ok(cx.project().image(name, platform).await.map_err(|error| error.at(*span, found))?)
}

/// What to do about an image that cannot be found.
pub(super) fn other_image(name: &str) -> String {
    format!(
        "check the version, or name another image: `image: …` in the build, or `--build-context {name}=docker-image://…`"
    )
}

/// The steps that provide a toolchain with its packages, in the image that was found.
pub(super) fn add_toolchain(
    cx: &mut Context<'_, '_>,
    wanted: &Wanted,
    found: BaseImage,
    platform: &Platform,
) -> Toolchain {
    let env = base_env(&found);
    let manager = Base::of(&found).manager();
    let base = cx.add(
        format!("[internal] toolchain {}", wanted.image.name),
        cx.span(),
        StepKind::Base { image: found, platform: platform.clone() },
    );
    let title = format!("[{}{} packages]", cx.draft.prefix(platform), cx.name);
    let (owner, span) = (cx.name, cx.span());
    let into = packages::InstallInto { owner, title: &title, root: base, manager, env: &env, platform, span };
    let root = packages::install(cx.draft, &into, &wanted.packages);
    Toolchain { root, base, manager, env, platform: platform.clone() }
}

/// The same image with git, which slim images lack, for dependencies from git repositories.
pub(super) fn with_git(cx: &mut Context<'_, '_>, toolchain: &Toolchain) -> Toolchain {
    let Toolchain { root, manager, env, platform, .. } = toolchain;
    let title = format!("[{}{} packages]", cx.draft.prefix(platform), cx.name);
    let (owner, span, manager) = (cx.name, cx.span(), *manager);
    let into = packages::InstallInto { owner, title: &title, root: *root, manager, env, platform, span };
    let there = "if command -v git >/dev/null; then exit 0; fi\n";
    let root = packages::install_unless(cx.draft, &into, &manager.own(&["git", "openssh-client"]).into(), there.into());
    cx.note("dependencies come from git repositories, so the step that downloads them has git");
    Toolchain { root, ..toolchain.clone() }
}

/// The build's own environment, without variables that the preset sets itself.
pub(super) fn own_env(cx: &mut Context<'_, '_>, owned: &[(&str, &str)]) -> Result<Vec<(String, String)>, Diagnostic> {
    let mut env = Vec::new();
    for (name, value) in cx.build.keys.env.iter() {
        if let Some((_, why)) = owned.iter().find(|(owned, _)| *owned == name.value) {
            let preset = cx.build.preset.value.name();
            return Err(Diagnostic::error(name.span, format!("`{}` is set by the {preset} preset: {why}", name.value))
                .with_help("delete it"));
        }
        env.push((name.value.clone(), cx.eval(value)?));
    }
    Ok(env)
}

/// The spec's options for the dependency step.
pub(super) struct Installing {
    pub(super) options: Vec<String>,
    pub(super) env: Vec<(String, String)>,
    pub(super) secrets: Secrets,
}

/// The options in `install`, and the logins to the build's private hosts: secret mounts and lines before the script
/// include both.
pub(super) fn installing(cx: &mut Context<'_, '_>, tool: private::Tool) -> Result<Installing, Diagnostic> {
    let login = private::login(cx, tool)?;
    let mut said = said_of_installing(cx)?;
    said.secrets.mounts.extend(login.mounts);
    said.secrets.revisions += login.prelude;
    Ok(said)
}

/// The options in `install`.
fn said_of_installing(cx: &mut Context<'_, '_>) -> Result<Installing, Diagnostic> {
    let Some(install) = &cx.build.keys.install else {
        let secrets = Secrets { mounts: Vec::new(), env: Vec::new(), revisions: Text::default() };
        return Ok(Installing { options: Vec::new(), env: Vec::new(), secrets });
    };
    let mut env = Vec::new();
    for (name, value) in install.env.iter() {
        set(&mut env, name, &cx.eval(value)?);
    }
    Ok(Installing { options: cx.eval_all(&install.options)?, env, secrets: secrets(cx.draft, &install.secrets)? })
}

/// The paths that `output` names, relative to the source folder.
///
/// # Errors
/// One is not a path in it.
pub(super) fn named_output(cx: &mut Context<'_, '_>) -> Result<Vec<Spanned<String>>, Diagnostic> {
    let mut named = Vec::new();
    for template in &cx.build.keys.output {
        let written = cx.eval(template)?;
        if written.contains(['*', '?', '[', '\n']) {
            let message = format!("`{written}` is a pattern, but `output` requires paths");
            return Err(Diagnostic::error(template.span, message).with_help("name the folder"));
        }
        let path = join_path("", &written).ok_or_else(|| {
            Diagnostic::error(template.span, format!("`{written}` is not a path in the source folder"))
                .with_help("name it relative to the source folder, as in `dist`")
        })?;
        named.push(Spanned::new(path, template.span));
    }
    Ok(named)
}

/// The step that addresses of a compiled build refer to: the program, and the files in `folder` that `output` names.
pub(super) fn with_named_output(
    cx: &mut Context<'_, '_>,
    program: StepId,
    folder: &str,
    sources: impl FnOnce(&mut Context<'_, '_>) -> Result<StepId, Diagnostic>,
) -> Result<StepId, Diagnostic> {
    let named = named_output(cx)?;
    if named.is_empty() {
        return Ok(program);
    }
    let sources = sources(cx)?;
    let copy = |path: &Spanned<String>| {
        let place = in_folder(folder, path);
        CopyItem::new(sources, format!("/{}", place.trim_end_matches('/')), format!("/{}", path.value))
    };
    let items: Vec<_> = named.iter().map(copy).chain([CopyItem::all(program)]).collect();
    let names: Vec<_> = named.iter().map(|path| shown(path)).collect();
    Ok(cx.add(cx.shared_step_name("output", &format!("COPY {}", names.join(" "))), cx.span(), items))
}

/// Rejects options of the installer for a language whose command has none that a build needs. `variables` are an
/// example of its settings.
///
/// # Errors
/// `install` has options.
pub(super) fn refuse_install_options(cx: &Context<'_, '_>, command: &str, variables: &str) -> Result<(), Diagnostic> {
    let Some(option) = cx.build.keys.install.as_ref().and_then(|install| install.options.first()) else {
        return Ok(());
    };
    let preset = cx.build.preset.value.name();
    let message = format!("the {preset} preset has no `install.options`: settings of `{command}` are variables");
    Err(Diagnostic::error(option.span, message).with_help(format!("write `install: {{ env: {{ {variables} }} }}`")))
}
