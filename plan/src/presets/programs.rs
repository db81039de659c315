//! Programs of compiled languages in images: their paths, and a layer for each of them.

use slipway_spec::{Diagnostic, Span, Spanned, Template};

use super::Context;
use crate::contents::{check_program, program_place};
use crate::output::{BuildOutput, OutputLayer};
use crate::paths::absolute;
use crate::runtime::Runtimes;
use crate::{LayerCopy, LayerItem, StepId};

/// A program that a step writes to `/NAME`.
pub(super) struct Compiled {
    /// Its own name.
    pub(super) name: String,
    /// How it was compiled, for the history.
    pub(super) how: String,
    /// The part of the spec that requires it.
    pub(super) span: Span,
}

/// Rejects programs that would overwrite each other, before they are compiled.
///
/// # Errors
/// Two of them have the same name, or `destination` is the path of one program.
pub(super) fn check(
    cx: &mut Context<'_, '_>,
    destination: Option<&Template>,
    programs: &[Compiled],
) -> Result<(), Diagnostic> {
    for (index, program) in programs.iter().enumerate() {
        if let Some(first) = programs.iter().take(index).find(|first| first.name == program.name) {
            return Err(Diagnostic::error(program.span, format!("two programs have the name `{}`", program.name))
                .with_label(first.span, "the first one")
                .with_help("delete one of the two, or write another build for it"));
        }
    }
    paths(cx, destination, programs).map(drop)
}

/// The output of a build whose programs a step has compiled.
///
/// # Errors
/// `destination` is not a valid path for them.
pub(super) fn install(
    cx: &mut Context<'_, '_>,
    destination: Option<&Template>,
    programs: &[Compiled],
    step: StepId,
    runtimes: Runtimes,
) -> Result<BuildOutput, Diagnostic> {
    let (paths, destination) = paths(cx, destination, programs)?;
    let layer = |(program, path): (&Compiled, &String)| {
        let copy = LayerCopy::whole(step, format!("/{}", program.name), path.clone()).mode(0o755);
        OutputLayer {
            what: format!("COPY {path}"),
            how: program.how.clone(),
            span: program.span,
            items: vec![LayerItem::Copy(copy)],
        }
    };
    let layers = programs.iter().zip(&paths).map(layer).collect();
    if let (Some(first), true) = (paths.first(), paths.len() > 1) {
        cx.note(format!(
            "images contain {} programs, and run the first one, `{first}`, unless they set an `entrypoint`",
            paths.len()
        ));
    }
    let entrypoint = paths.first().cloned().into_iter().collect();
    Ok(BuildOutput { entrypoint, programs: paths, destination, ..BuildOutput::new(step, layers, runtimes) })
}

/// The name of each program, and that of its file in images that ship.
///
/// # Errors
/// `destination` is not a valid path for them.
pub(super) fn names(
    cx: &mut Context<'_, '_>,
    destination: Option<&Template>,
    programs: &[Compiled],
) -> Result<Vec<[String; 2]>, Diagnostic> {
    let (paths, _) = paths(cx, destination, programs)?;
    let file = |path: &String| path.rsplit('/').next().unwrap_or(path).to_owned();
    Ok(programs.iter().zip(&paths).map(|(program, path)| [program.name.clone(), file(path)]).collect())
}

/// The path of each program, and the one in the spec.
fn paths(
    cx: &mut Context<'_, '_>,
    destination: Option<&Template>,
    programs: &[Compiled],
) -> Result<(Vec<String>, Option<Spanned<String>>), Diagnostic> {
    let Some(template) = destination else {
        return Ok((programs.iter().map(|program| program_place(&program.name)).collect(), None));
    };
    let written = cx.eval(template)?;
    let path = absolute(&written, template)?;
    let span = template.span;
    let is_folder = written.ends_with('/');
    if !is_folder && programs.len() > 1 {
        let message = format!("`{written}` is one path, but the build has {} programs", programs.len());
        return Err(Diagnostic::error(span, message)
            .with_help(format!("end it with `/` to install all of them in that folder: `{path}/`")));
    }
    let folder = path.trim_end_matches('/');
    let path_of = |program: &Compiled| {
        let path = if is_folder { format!("{folder}/{}", program.name) } else { path.clone() };
        check_program(&path, &program.name, span).map(|()| path)
    };
    let paths = programs.iter().map(path_of).collect::<Result<_, _>>()?;
    Ok((paths, Some(Spanned::new(path, span))))
}
