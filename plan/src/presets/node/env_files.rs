//! Files of environment variables that scripts may read, such as `.env.production` for Vite and Next.js. Sources do not
//! contain them unless the spec names them.

use slipway_project::excluded_files::is_env_file;
use slipway_spec::{Diagnostic, Template};

use crate::PlanError;
use crate::presets::{Context, in_folder};

/// The rule name of the finding, for `# check=skip=…`.
pub(crate) const ENV_FILE_LEFT_OUT: &str = "EnvFileLeftOut";

/// Files for a developer's machine, which are usually not in a repository.
const LOCAL: &[&str] = &[".env", ".env.local", ".env.development", ".env.development.local", ".env.dev", ".envrc"];

/// The names of such files in the folder of the package.
///
/// # Errors
/// The context cannot be read.
pub(super) async fn find(cx: &Context<'_, '_>, folder: &str) -> Result<Vec<String>, PlanError> {
    let entries = cx.project().unrecorded().list(folder).await?.unwrap_or_default();
    let names = entries.into_iter().filter(|entry| !entry.is_folder && is_env_file(&entry.name));
    Ok(names.map(|entry| entry.name).collect())
}

/// Reports which of them the scripts of the build do not get.
pub(super) fn report(cx: &mut Context<'_, '_>, folder: &str, names: &[String]) {
    let is_named = |name: &String| {
        let path = format!("/{}", in_folder(folder, name));
        let includes = cx.build.source.include.iter().filter_map(Template::as_literal);
        cx.inputs.iter().any(|input| input.target == path) || includes.rev().any(|pattern| pattern.ends_with(name))
    };
    let names: Vec<String> = names.iter().filter(|name| !is_named(name)).cloned().collect();
    for name in &names {
        let path = in_folder(folder, name);
        if LOCAL.contains(&name.as_str()) || name.ends_with(".local") {
            cx.note(format!("`{path}` is not a part of the sources, because such files usually hold secrets"));
            continue;
        }
        cx.draft.warn(
            Diagnostic::warning(
                cx.span(),
                format!("scripts do not see `{path}`: such files usually hold secrets, so sources do not have them"),
            )
            .with_rule(ENV_FILE_LEFT_OUT)
            .with_help(format!(
                "if it has no secrets and the build needs it, name it: `inputs: {{ ./{path}: ./{path} }}`"
            )),
        );
    }
}
