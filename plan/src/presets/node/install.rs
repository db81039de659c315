//! The installation steps: the package manager, all dependencies, production dependencies.

use std::collections::BTreeSet;

use slipway_project::node::{Absent, INSTALL_SCRIPTS, MANIFEST, Manager, NodeProject, Part};
use slipway_spec::Diagnostic;
use slipway_spec::model::Generator;

use super::find::{Installation, some_of};
use super::kit::{Modules, NodeSteps, Place, in_step};
use super::manager::{NPM_CACHE, Wanted, npm_cache};
use super::platform::engine;
use super::{APP, MANAGER, again, manager as managers, patches};
use crate::mounts::{Secrets, secrets};
use crate::presets::common::{self, Toolchain};
use crate::presets::{Context, in_folder, private, set};
use crate::shell::{Text, word};
use crate::{BaseImage, Mount, StepId, emulation, shell};

/// Manifests in a step, before they are copied to the installation folder.
const MANIFESTS: &str = "/run/manifests";

/// The step that installs a package manager that Node.js does not include.
pub(super) fn manager(
    cx: &mut Context<'_, '_>,
    project: &NodeProject,
    place: &Place,
    env: &[(String, String)],
) -> Option<StepId> {
    let package = project.manager.package(project.manager_version.as_deref())?;
    let mut env = env.to_vec();
    set(&mut env, "npm_config_cache", NPM_CACHE);
    // Bun's program is installed by a script, which newer npm versions run only if allowed; without it, `bun` silently
    // does nothing.
    let (allowed, check) = match project.manager {
        Manager::Bun => (" --allow-scripts=bun ", Text::from(MANAGER) + "/bin/bun --version | grep -q '^[0-9]'\n"),
        _ => (" ", Text::default()),
    };
    let text = Text::from("npm install --global --prefix ") + MANAGER + " --no-audit --no-fund" + allowed;
    let script = shell::networked("install-manager", text + word(&package) + "\n" + check);
    let container = place.container(env).cwd("/tmp").mount(npm_cache()).mount(Mount::tmpfs("/tmp"));
    let run = container.run(script).output(MANAGER);
    Some(cx.add(place.name(cx, cx.shared_step_name("manager", &package), "manager", &package), cx.span(), run))
}

/// Where the dependencies of the image are installed.
pub(super) fn production_place(
    cx: &mut Context<'_, '_>,
    kit: &NodeSteps<'_>,
    toolchain: &common::Wanted,
    how: Installation<BaseImage>,
) -> Place {
    let (build, target) = (&cx.request().build_platform, cx.target());
    let place = Place { step: kit.here.step, system: kit.here.system, platform: build.clone(), cpu: None };
    match how {
        Installation::Here => place,
        Installation::ForProcessor(cpu, names) => {
            cx.note(format!(
                "installed for {target} on {build}, because no package has an install script: {}",
                some_of(&names)
            ));
            Place { cpu: Some(cpu), ..place }
        }
        Installation::OnTarget(image, why) => {
            emulation::report(cx.draft, target, cx.span(), "installing dependencies", &why);
            let Toolchain { root, manager: system, platform, .. } = common::add_toolchain(cx, toolchain, image, target);
            Place { step: root, system, platform, cpu: None }
        }
    }
}

/// Whether installing the whole workspace has the same result as installing a part: other packages may require
/// compilers that this one's steps lack, or cannot be installed for another processor.
fn is_shared(kit: &NodeSteps<'_>, part: &Part, place: &Place) -> bool {
    let others = &part.others;
    place.step == kit.here.step && !others.compiles && (place.cpu.is_none() || others.scripted.is_empty())
}

/// The program of `without`.
const WITHOUT: &str = include_str!("programs/without.js");

/// The folder and the name of a package, as package managers expect them.
fn member(kit: &NodeSteps<'_>, folder: &str, name: Option<&String>) -> (String, String) {
    (kit.project.inside(folder).to_owned(), name.cloned().unwrap_or_default())
}

/// All dependencies, on the build platform: those of the whole workspace, so that all its packages share them.
pub(super) fn all(cx: &mut Context<'_, '_>, kit: &NodeSteps<'_>) -> Result<StepId, Diagnostic> {
    let project = kit.project;
    let mut wanted = Wanted::default();
    if project.part(true).is_some_and(|part| !is_shared(kit, &part, &kit.here)) {
        let needed = project.workspace.needed(&project.folder, true);
        let needed = needed.iter().filter(|needed| needed.folder != project.root);
        let needed = needed.map(|needed| member(kit, &needed.folder, needed.package.name.as_ref()));
        let own = member(kit, &project.folder, project.package.name.as_ref());
        wanted.members = [own].into_iter().chain(needed).collect();
    }
    dependencies(cx, kit, &wanted, &kit.here)
}

/// The program's dependencies at run time.
pub(super) fn production(cx: &mut Context<'_, '_>, kit: &NodeSteps<'_>, place: &Place) -> Result<Modules, Diagnostic> {
    let project = kit.project;
    let mut extra = project.only_optional_peers();
    let without = project.only_optional_peers_of_pnpm();
    let packages = extra.iter().filter_map(|place| package_name(place)).map(str::to_owned);
    let packages: Vec<String> = packages.chain(without.iter().cloned()).collect();
    if !packages.is_empty() {
        let names = some_of(&packages);
        cx.note(format!("not in images, because only optional peer dependencies of other packages name them: {names}"));
    }
    if !extra.is_empty() {
        // npm's list of what is installed would still name them.
        extra.insert("node_modules/.package-lock.json".to_owned());
    }
    if let Some(part) = project.part(false).filter(|part| is_shared(kit, part, place)) {
        let step = dependencies(cx, kit, &Wanted { production: true, ..Wanted::default() }, place)?;
        let names = project.outermost(&part);
        // Neither may be empty, because empty patterns mean everything.
        let names = if names.is_empty() { vec![".none".to_owned()] } else { names };
        return Ok(Modules { step, names, extra });
    }
    let own = (project.folder != project.root).then(|| member(kit, &project.folder, project.package.name.as_ref()));
    let wanted = Wanted { production: true, members: own.into_iter().collect(), without };
    let step = dependencies(cx, kit, &wanted, place)?;
    Ok(Modules { step, names: Vec::new(), extra })
}

/// The name of an installed package; `None` for a link to a program.
fn package_name(place: &str) -> Option<&str> {
    let (_, name) = place.rsplit_once("node_modules/")?;
    Some(name).filter(|name| !name.starts_with(".bin/"))
}

/// The step with the inputs of the installation.
fn manifests(cx: &mut Context<'_, '_>, kit: &NodeSteps<'_>) -> Result<StepId, Diagnostic> {
    let project = kit.project;
    let mut include = project.workspace.manifests.clone();
    let lockfile = project.lockfile.as_deref();
    include.extend(lockfile.map(|lockfile| in_folder(&project.root, lockfile.name)));
    include.extend(project.settings.iter().cloned());
    include.extend(project.patches.as_ref().and_then(|patches| patches.folder(&project.root)));
    include.extend(lockfile.into_iter().flat_map(|lockfile| &lockfile.archives).cloned());
    include.extend(cx.installed_with()?);
    let what = lockfile.map_or("package.json", |lockfile| lockfile.name);
    let mut items = vec![cx.files(include, Vec::new())];
    // Copied packages must be complete. Each has a separate copy, because its exclusions may be files of another.
    for folder in lockfile.into_iter().flat_map(|lockfile| &lockfile.copied) {
        let keep = BTreeSet::new();
        let mut exclude = project.workspace.foreign_to(folder, &keep);
        exclude.extend(["**/node_modules".to_owned(), in_folder(folder, ".git"), cx.request().spec_name.clone()]);
        let include = Some(folder.clone()).filter(|folder| !folder.is_empty());
        items.push(cx.sources(include.into_iter().collect(), exclude));
    }
    Ok(cx.add(kit.workspace_step_name("manifests", what), cx.span(), items))
}

/// Removes install scripts of the project itself: its sources are not there yet.
fn without_own_scripts(copied: &[String]) -> Text {
    let scripts = INSTALL_SCRIPTS.iter().map(|script| format!("\"{script}\"")).collect::<Vec<_>>().join(",");
    let program = format!(
        "const fs = require(\"fs\");\nfor (const line of fs.readFileSync(0, \"utf8\").split(\"\\n\")) {{\n  \
         if (!line) continue;\n  const file = \"{APP}/\" + line;\n  \
         const manifest = JSON.parse(fs.readFileSync(file, \"utf8\").replace(/^\\uFEFF/, \"\"));\n  \
         for (const script of [{scripts}]) delete (manifest.scripts || {{}})[script];\n  \
         fs.writeFileSync(file, JSON.stringify(manifest, null, 2) + \"\\n\");\n}}"
    );
    // Copied packages are complete, and some managers compare them with the lockfile.
    let mut text = Text::from("cd ") + MANIFESTS + "\nfind . -name package.json";
    for folder in copied {
        text = text + " ! -path " + word(&in_folder(".", &in_folder(folder, "*")));
    }
    text + " >/tmp/packages\nnode -e " + word(&program) + " </tmp/packages\n"
}

/// Removes optional peers from pnpm's lockfile. pnpm compares only manifests with it, and finds packages by keys that
/// do not change.
fn without(names: &BTreeSet<String>) -> Text {
    if names.is_empty() {
        return Text::default();
    }
    Text::from("node - ") + shell::words(names) + " <<'JS'\n" + WITHOUT + "JS\n"
}

/// The lines that write manifests from the lockfile before the installation.
fn manifest_of(absent: &Absent) -> Text {
    let folder = in_folder(APP, &absent.folder);
    let file = in_folder(&folder, MANIFEST);
    Text::from("mkdir -p ") + word(&folder) + "\nprintf '%s\\n' " + word(&absent.manifest) + " >" + word(&file) + "\n"
}

/// The step that writes dependencies to a layer: `node_modules` in the folders of packages.
pub(super) fn dependencies(
    cx: &mut Context<'_, '_>,
    kit: &NodeSteps<'_>,
    wanted: &Wanted,
    place: &Place,
) -> Result<StepId, Diagnostic> {
    let project = kit.project;
    let install = cx.build.keys.install.as_ref();
    let mut words = managers::install(project.manager, wanted);
    if let Some(cpu) = place.cpu {
        words.extend([format!("--cpu={cpu}"), "--os=linux".to_owned()]);
        // Bun installs packages for both C libraries.
        words.extend((project.manager != Manager::Bun).then(|| "--libc=glibc".to_owned()));
    }
    let command = words.first().cloned().unwrap_or_default();
    let shown = words.iter().take(3).cloned().collect::<Vec<_>>().join(" ");
    words.extend(cx.eval_all(install.iter().flat_map(|install| &install.options))?);
    let command_line = shell::words(&words);

    let mut env = kit.env.clone();
    set(&mut env, "npm_config_cache", NPM_CACHE);
    set(&mut env, "npm_config_update_notifier", "false");
    for name in ["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
        set(&mut env, name, "/tmp");
    }
    let manager = if place.step == kit.here.step { kit.manager } else { manager(cx, project, place, &kit.env) };
    if manager.is_some() {
        let path = env.iter().find(|(name, _)| name == "PATH").map(|(_, path)| format!(":{path}")).unwrap_or_default();
        set(&mut env, "PATH", &format!("{MANAGER}/bin{path}"));
        // Otherwise, pnpm asks before it removes anything.
        set(&mut env, "CI", "true");
    }
    for (name, value) in install.iter().flat_map(|install| install.env.iter()) {
        set(&mut env, name, &cx.eval(value)?);
    }
    if cx.build.generators().iter().any(|generator| generator.value == Generator::Prisma) {
        // The engine for Debian 12, the base of images; it is set explicitly, because the image of the steps has no
        // OpenSSL to detect it from.
        set(&mut env, "PRISMA_CLI_BINARY_TARGETS", engine(&place.platform));
    }
    let no_secrets = Vec::new();
    let Secrets { mounts: secret_mounts, env: secret_env, revisions } =
        secrets(cx.draft, install.map_or(&no_secrets, |install| &install.secrets))?;

    let mut text = revisions;
    if place.cpu.is_some() && project.manager == Manager::Npm {
        // An npm without this option would silently install for its own processor.
        text += "npm install --help | grep -q -e --cpu || { echo \"npm $(npm --version) cannot install for another processor; take a newer release of Node.js\" >&2; exit 1; }\n";
    }
    text = text + "cp -R " + MANIFESTS + "/. " + APP + "/\n";
    text += without_own_scripts(project.lockfile.as_ref().map_or(&[], |lockfile| &lockfile.copied));
    for absent in project.lockfile.iter().flat_map(|lockfile| &lockfile.absent) {
        text += manifest_of(absent);
    }
    let login = private::login(cx, managers::login(project.manager))?;
    text = text
        + "cd "
        + word(&in_step(&project.root))
        + "\n"
        + without(&wanted.without)
        + login.prelude
        + again::prelude(project.manager, place.cpu)
        + "again "
        + command_line
        + "\n";
    if let Some(patches) = &project.patches {
        text += patches::script(patches, wanted.production, &project.root, cx.span())?;
    }
    // Packages without separate dependencies have no such folder, but a mount requires one.
    text = text + "cd " + MANIFESTS + "\nfind . -name package.json | sed 's/package.json$/node_modules/' | (cd " + APP;
    text += " && tr '\\n' '\\0' | xargs -0 mkdir -p)\n";

    if project.manager == Manager::Pnpm {
        // Metadata with the current time.
        text = text + "cd " + word(&in_step(&project.root)) + "\n";
        text += "rm -f node_modules/.modules.yaml node_modules/.pnpm-workspace-state*.json\n";
    }
    let (env_of_kit, platform) = (kit.env.clone(), place.platform.clone());
    let mut bench = Toolchain { root: place.step, base: place.step, manager: place.system, env: env_of_kit, platform };
    if project.lockfile.as_ref().is_some_and(|lockfile| lockfile.names_git) {
        bench = common::with_git(cx, &bench);
    }
    let script = shell::networked(&format!("{command}-install"), text);
    let manifests = manifests(cx, kit)?;
    let container = bench
        .container(env)
        .cwd(APP)
        .mount(Mount::read_only(MANIFESTS, manifests))
        .mount(managers::cache(project.manager))
        .mounts(again::mount(project.manager))
        .mount(Mount::tmpfs("/tmp"))
        .mounts(manager.map(|manager| Mount::read_only(MANAGER, manager)))
        .mounts(secret_mounts)
        .mounts(login.mounts);
    let run = container.run(script).secret_env(secret_env).output(APP);
    let phase = if wanted.production { "production dependencies" } else { "dependencies" };
    let what = match place.cpu {
        Some(cpu) => format!("{shown} for {cpu}"),
        None => shown,
    };
    let shared = if wanted.members.is_empty() {
        kit.workspace_step_name(phase, &what)
    } else {
        cx.shared_step_name(phase, &what)
    };
    let name = place.name(cx, shared, phase, &what);
    Ok(cx.add(name, cx.span(), run))
}

impl NodeSteps<'_> {
    /// All dependencies on the build platform.
    pub(super) fn modules(&mut self, cx: &mut Context<'_, '_>) -> Result<StepId, Diagnostic> {
        if let Some(step) = self.all {
            return Ok(step);
        }
        let step = all(cx, self)?;
        Ok(*self.all.insert(step))
    }
}
