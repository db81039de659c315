//! The build's query about its project.

use slipway_project::python::{Query, ToolName};
use slipway_spec::model::{PythonOptions, PythonTool};
use slipway_spec::{Diagnostic, Spanned};

use super::places::Places;
use crate::presets::toolchain_image::version;
use crate::presets::{Context, context_path};

/// The build's query about its project.
pub(super) fn query(cx: &mut Context<'_, '_>, options: &PythonOptions, places: &Places) -> Result<Query, Diagnostic> {
    let requirements = cx.eval_option(options.requirements.as_ref())?;
    let requirements = requirements.map(|path| Ok(Spanned::new(context_path(&path.value, path.span)?, path.span)));
    let install = cx.build.keys.install.as_ref();
    Ok(Query {
        folder: cx.source_folder()?,
        tool: options.tool.map(|tool| match tool {
            PythonTool::Pip => ToolName::Pip,
            PythonTool::Uv => ToolName::Uv,
            PythonTool::Poetry => ToolName::Poetry,
        }),
        requirements: requirements.transpose()?,
        python: version(cx, options.python.as_ref())?,
        extras: cx.eval_words(&options.extras)?,
        groups: cx.eval_words(&options.groups)?,
        env: env(cx)?,
        options: cx.eval_all(install.into_iter().flat_map(|install| &install.options))?,
        own_file: cx.request().spec_name.clone(),
        checkout: places.sources.to_owned(),
        span: cx.span(),
    })
}

/// The spec's variables for the dependency step.
fn env(cx: &mut Context<'_, '_>) -> Result<Vec<(String, String)>, Diagnostic> {
    let keys = &cx.build.keys;
    let vars = keys.env.iter().chain(keys.install.iter().flat_map(|install| install.env.iter()));
    vars.map(|(name, value)| Ok((name.value.clone(), cx.eval(value)?))).collect()
}
