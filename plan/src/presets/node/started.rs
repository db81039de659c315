//! Whether what a package starts is in the image, and what is said of it.

use slipway_spec::Diagnostic;
use slipway_spec::model::Dependencies;

use super::files;
use super::kit::NodeSteps;
use super::manager::Manager;
use super::programs::{Found, Installed, Programs};
use super::start::{Question, Runs, Unclear, list};
use crate::PlanError;
use crate::presets::{Idle, Start, in_folder, join_path};

/// The name of the finding about what a script does besides, for `# check=skip=…`.
pub(crate) const START_SCRIPT: &str = "StartScript";

/// What images run when they do not say: the arguments of `node`, and what else there is to it.
pub(super) async fn started(kit: &NodeSteps<'_>, kept: &[String]) -> Result<(Vec<String>, Start), PlanError> {
    let (cx, project) = (kit.cx, kit.project);
    let manifest = in_folder(&project.folder, files::MANIFEST);
    let done: Vec<&str> = kit.scripts.iter().map(|script| script.value.as_str()).collect();
    let programs = Installed { project, with_dev: cx.dependencies == Dependencies::All };
    let question = Question {
        package: &project.package,
        done: &done,
        runs_around: project.manager != Manager::Berry,
        programs: &programs,
    };
    let mut idle = None;
    for candidate in question.candidates() {
        match candidate {
            Ok(runs) => {
                match missing(kit, &programs, &runs, kept).await? {
                    None => return Ok(running(kit, &manifest, runs)),
                    Some(file) => {
                        idle.get_or_insert(Idle {
                        why: if runs.key == "server.js" {
                            format!("`{manifest}` has no script `start`")
                        } else {
                            format!("`{}` of `{manifest}` names `{file}`, which is not in the image", runs.key)
                        },
                        help: match kept {
                            _ if runs.key == "server.js" => {
                                "add one there, or name the file that `node` runs, as in `cmd: [dist/server.js]`".to_owned()
                            }
                            [] => "correct it there, or name the file that `node` runs, as in `cmd: [dist/server.js]`".to_owned(),
                            kept => {
                                let names = kept.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
                                format!("what it gets of the build is {names}: name its folder in `output` of the build too")
                            }
                        },
                    });
                    }
                }
            }
            Err(unclear) => {
                let instead = match unclear.instead.clone() {
                    Some(runs) if missing(kit, &programs, &runs, kept).await?.is_none() => Some(runs),
                    _ => None,
                };
                idle.get_or_insert(Idle { help: help(&unclear, instead.as_ref()), why: unclear.why });
            }
        }
    }
    Ok((Vec::new(), Start { idle, ..Start::default() }))
}

fn running(kit: &NodeSteps<'_>, manifest: &str, runs: Runs) -> (Vec<String>, Start) {
    let cx = kit.cx;
    let Runs { words, env, key, beside, .. } = runs;
    let set: String = env
        .iter()
        .filter(|(name, value)| (name.as_str(), value.as_str()) != ("NODE_ENV", "production"))
        .map(|(name, value)| format!("{name}={value} "))
        .collect();
    cx.note(format!(
        "images run `{set}node {}` unless they name a `cmd`, from `{key}` of `{manifest}`",
        words.join(" ")
    ));
    let findings = beside.map(|script| {
        Diagnostic::warning(
            cx.span(),
            format!("the script `{script}` of `{manifest}` does not run in images: they start the program itself"),
        )
        .with_rule(START_SCRIPT)
        .with_help(format!(
            "add it to `scripts` if it is for the build; if the program does without, write `cmd: {}` to the image",
            list(&words)
        ))
    });
    (words, Start { env, findings: findings.into_iter().collect(), ..Start::default() })
}

/// What to write for a script that needs more than `node`.
fn help(unclear: &Unclear, instead: Option<&Runs>) -> String {
    const BY_SHELL: &str = "or write `runtime: slim` and `entrypoint: [npm, start]`, which runs the script by a shell";
    match (instead, &unclear.help) {
        (Some(runs), _) => {
            let env: Vec<String> =
                runs.env.iter().map(|(name, value)| format!("{name}: {}", serde_json::json!(value))).collect();
            let env = if env.is_empty() { String::new() } else { format!(" and `env: {{ {} }}`", env.join(", ")) };
            format!("write `cmd: {}`{env}, if that is all that has to run there; {BY_SHELL}", list(&runs.words))
        }
        (None, Some(help)) => help.clone(),
        (None, None) => format!("name the file that `node` runs, as in `cmd: [dist/server.js]`; {BY_SHELL}"),
    }
}

/// The first of the files that something needs and that is not in the image.
async fn missing(
    kit: &NodeSteps<'_>,
    programs: &Installed<'_>,
    runs: &Runs,
    kept: &[String],
) -> Result<Option<String>, PlanError> {
    for file in &runs.files {
        if !is_there(kit, programs, file, kept).await? {
            return Ok(Some(file.clone()));
        }
    }
    Ok(None)
}

async fn is_there(
    kit: &NodeSteps<'_>,
    programs: &Installed<'_>,
    file: &str,
    kept: &[String],
) -> Result<bool, PlanError> {
    let (cx, project) = (kit.cx, kit.project);
    // A file of another package stands where that package does.
    let Some(path) = join_path("", file) else { return Ok(true) };
    if let Some(inside) = path.strip_prefix("node_modules/") {
        if let Some(program) = inside.strip_prefix(".bin/") {
            // pnpm has scripts for a shell there.
            return Ok(project.manager != Manager::Pnpm
                && matches!(programs.find(program), Found::File { is_script: true, .. }));
        }
        let package = &project.package;
        let mut names =
            package.dependencies.keys().chain(package.dev_dependencies.keys().filter(|_| programs.with_dev));
        return Ok(names.any(|name| {
            inside.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }));
    }
    let forms = [path.clone(), format!("{path}.js"), format!("{path}.json"), format!("{path}/index.js")];
    let is_kept = |path: &String| {
        kept.iter().any(|kept| {
            let rest = path.strip_prefix(kept.as_str());
            kept.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    if !kept.is_empty() && !forms.iter().any(is_kept) {
        return Ok(false);
    }
    // What is made while the image is built is not there yet.
    if !kit.scripts.is_empty() || !cx.inputs.is_empty() || !cx.build.keys.generate.is_empty() {
        return Ok(true);
    }
    for form in forms {
        if cx.project().exists(&in_folder(&project.folder, &form)).await? {
            return Ok(true);
        }
    }
    Ok(false)
}
