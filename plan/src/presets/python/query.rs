//! What a build asks about its project.

use slipway_project::python::{Query, ToolName};
use slipway_spec::model::{PythonOptions, PythonTool};
use slipway_spec::{Diagnostic, Spanned, Template};

use super::SOURCES;
use crate::presets::{Context, context_path};

/// What a build asks about its project.
pub(super) fn query(cx: &Context<'_>, options: &PythonOptions) -> Result<Query, Diagnostic> {
    let text = |template: &Template| Ok(Spanned::new(cx.eval(template)?, template.span));
    let path = |template: &Template| Ok(Spanned::new(context_path(&cx.eval(template)?, template.span)?, template.span));
    let install = cx.build.keys.install.as_ref();
    Ok(Query {
        folder: cx.source_folder()?,
        tool: options.tool.map(|tool| match tool {
            PythonTool::Pip => ToolName::Pip,
            PythonTool::Uv => ToolName::Uv,
            PythonTool::Poetry => ToolName::Poetry,
        }),
        requirements: options.requirements.as_ref().map(path).transpose()?,
        python: options.python.as_ref().map(text).transpose()?,
        extras: cx.eval_words(&options.extras)?,
        groups: cx.eval_words(&options.groups)?,
        env: env(cx)?,
        options: cx.eval_all(install.into_iter().flat_map(|install| &install.options))?,
        own_file: cx.request().spec_name.clone(),
        checkout: SOURCES.to_owned(),
        span: cx.span(),
    })
}

/// The variables that the spec gives to the dependency step.
fn env(cx: &Context<'_>) -> Result<Vec<(String, String)>, Diagnostic> {
    let keys = &cx.build.keys;
    let vars = keys.env.iter().chain(keys.install.iter().flat_map(|install| install.env.iter()));
    vars.map(|(name, value)| Ok((name.value.clone(), cx.eval(value)?))).collect()
}
