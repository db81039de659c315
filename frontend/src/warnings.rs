//! Warnings about a spec that can be built: lint rules, warnings of its plans, and unknown arguments.
//!
//! A build and `--check` give the same warnings, because both use this module. If a target is named, which is always so
//! in a build, warnings about other images are omitted.

use std::collections::{BTreeSet, HashSet};

use slipway_lint::Lint;
use slipway_lint::directive::Directives;
use slipway_plan::{Args, Overview, Request, find_target};
use slipway_spec::{Diagnostic, Sources, Span, Spec};

use buildkit_proto::keys::build_args;

use crate::image_ref::familiar;
use crate::scanned;

/// Every finding that is not skipped by the file or the command line, in the order of the files. With `error=true`,
/// findings are errors. Problems with the command line are shown at the caller's location. Before a build, the caller
/// sets that the file still has to name its frontend.
pub(crate) fn warnings(
    sources: &Sources,
    (spec, place): (&Spec, Span),
    target: Option<&str>,
    planned: &Overview,
    ignore: Option<(&str, &str)>,
    request: &Request,
    is_ahead: bool,
) -> Vec<Diagnostic> {
    // For an unknown target, only this is reported.
    let target = match target.map(|name| find_target(spec, Some(name))) {
        Some(Err(_)) => return Vec::new(),
        Some(Ok(target)) => Some(target),
        None => None,
    };
    let options = request.build_args.get(build_args::DOCKERFILE_CHECK).map(String::as_str);
    let mut found = planned.warnings.clone();
    found.extend(unused_args(spec, request, place));
    found.extend(unused_contexts(spec, request, place));
    found.extend(unscanned(spec, request, place));
    in_order(&mut found);
    let mut found = Directives::read(sources, options, &spec.policy).0.apply(found);
    let (planned, build_platform) = (Some(planned), Some(&request.build_platform));
    let needs_syntax_line = is_ahead && !request.build_args.contains_key(build_args::SYNTAX);
    let lint = Lint { sources, spec, target, planned, build_platform, ignore, options, needs_syntax_line };
    found.extend(slipway_lint::check(&lint));
    in_order(&mut found);
    found
}

/// Sorts findings by location and removes duplicates, which several plans can have.
pub(crate) fn in_order(found: &mut Vec<Diagnostic>) {
    found.sort_by(|a, b| (a.primary.span, &a.message).cmp(&(b.primary.span, &b.message)));
    found.dedup();
}

/// Removes warnings about ignored files where an error reports the same.
pub(crate) fn without_told(mut found: Vec<Diagnostic>, errors: &[Diagnostic]) -> Vec<Diagnostic> {
    let told: HashSet<Span> = errors.iter().map(|error| error.primary.span).collect();
    found.retain(|found| found.rule != Some("IgnoredInput") || !told.contains(&found.primary.span));
    found
}

/// Named contexts that replace nothing are usually misspelled. A name with a tag or a registry may be the image of a
/// toolchain, and Dockerfiles and arguments have names that are not known here.
fn unused_contexts(spec: &Spec, request: &Request, span: Span) -> Vec<Diagnostic> {
    let images = spec.image_references().into_iter().map(|image| image.as_literal().map(familiar));
    let Some(images) = images.collect::<Option<Vec<_>>>().filter(|_| !spec.adopts_dockerfile()) else {
        return Vec::new();
    };
    let parts: BTreeSet<_> = spec.part_names().collect();
    let known = |name: &str| {
        parts.iter().any(|part| part.eq_ignore_ascii_case(name)) || images.iter().any(|image| image == name)
    };
    let names = request.context_names().filter(|name| !name.contains([':', '/', '@', '.']) && !known(name));
    let unused = names.map(|name| {
        let found = Diagnostic::warning(span, format!("`--build-context {name}=…` replaces nothing in this file"));
        found.with_help_if(Diagnostic::suggestion(name, parts.iter().copied(), "its parts are"))
    });
    unused.collect()
}

/// What an SBOM cannot have scanned. Stages in adopted Dockerfiles are not known here.
fn unscanned(spec: &Spec, request: &Request, span: Span) -> Vec<Diagnostic> {
    let text = request.build_args.get(build_args::SBOM_SCAN_STAGE).map(String::as_str).unwrap_or_default();
    let parts: BTreeSet<_> = spec.part_names().collect();
    let known = |name: &String| spec.adopts_dockerfile() || parts.iter().any(|part| part.eq_ignore_ascii_case(name));
    let unknown = scanned::named(text).into_iter().filter(|name| !known(name)).map(|name| {
        let message = format!("`BUILDKIT_SBOM_SCAN_STAGE` names `{name}`, which is no part of this file");
        let help = Diagnostic::suggestion(&name, parts.iter().copied(), "its parts are");
        Diagnostic::warning(span, message).with_help_if(help)
    });
    unknown.collect()
}

/// Unknown build arguments are usually misspelled.
fn unused_args(spec: &Spec, request: &Request, span: Span) -> Vec<Diagnostic> {
    let unused = Args::unused(spec, request).into_iter().map(|name| {
        let help = Diagnostic::suggestion(name, spec.args.names(), "the arguments are")
            .unwrap_or_else(|| format!("declare it: `args: {{ {name}: \"\" }}`"));
        Diagnostic::warning(span, format!("`--build-arg {name}` is not an argument of this file")).with_help(help)
    });
    unused.collect()
}
