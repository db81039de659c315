//! What there is to say about a spec that can be built all the same: lint rules, what its plans warn of, and arguments that nothing asks for.
//!
//! A build and a check say the same: both ask here. A build leaves out what is about other images than its own.

use slipway_lint::Lint;
use slipway_lint::directive::Directives;
use slipway_plan::{Args, Plan, Request, Target};
use slipway_spec::{Diagnostic, Sources, Span, Spec};

use buildkit_proto::keys::build_args;

/// Every finding that the file and the command line do not ask to leave out, in the order of the files. With `error=true` they are errors. What is wrong with the
/// command line is shown at a place of the caller's choice.
pub(crate) fn warnings(
    sources: &Sources,
    (spec, place): (&Spec, Span),
    plans: &[Plan],
    ignore: Option<(&str, &str)>,
    request: &Request,
) -> Vec<Diagnostic> {
    let options = request.build_args.get(build_args::DOCKERFILE_CHECK).map(String::as_str);
    let mut found: Vec<_> = plans.iter().flat_map(|plan| plan.warnings.iter().cloned()).collect();
    found.extend(unused_args(spec, request, place));
    in_order(&mut found);
    let mut found = Directives::read(sources, options).0.apply(found);
    let build_platform = Some(&request.build_platform);
    found.extend(slipway_lint::check(&Lint { sources, spec, plans, build_platform, ignore, options }));
    in_order(&mut found);
    found
}

/// Sorts findings by place and leaves one of equal ones, which several plans have.
pub(crate) fn in_order(found: &mut Vec<Diagnostic>) {
    found.sort_by(|a, b| (a.primary.span, &a.message).cmp(&(b.primary.span, &b.message)));
    found.dedup();
}

/// Leaves out what stands in the definition of another image than the one that is built: whoever builds that one is told.
pub(crate) fn about_target(found: &mut Vec<Diagnostic>, spec: &Spec, target: Target<'_>) {
    let own = match target {
        Target::Image { name, .. } => Some(name.span),
        Target::Build { .. } | Target::Stage { .. } => None,
    };
    let names = spec.args.iter().map(|(name, _)| name.span);
    let names = names.chain(spec.contexts.iter().map(|(name, _)| name.span));
    let names = names.chain(spec.secrets.iter().map(|(name, _)| name.span));
    let names = names.chain(spec.builds.iter().map(|(name, _)| name.span));
    let names = names.chain(spec.stages.iter().map(|(name, _)| name.span));
    let names = names.chain(spec.checks.iter().map(|(name, _)| name.span));
    let mut definitions: Vec<(Span, bool)> = names.map(|name| (name, true)).collect();
    definitions.extend(spec.images.iter().map(|(name, _)| (name.span, Some(name.span) == own)));
    definitions.sort_unstable();
    // A definition reaches to the next one.
    found.retain(|found| {
        let at = found.primary.span;
        let behind = definitions.partition_point(|(name, _)| (name.file, name.start) <= (at.file, at.start));
        let definition = behind.checked_sub(1).and_then(|last| definitions.get(last));
        definition.is_none_or(|(name, is_told)| *is_told || name.file != at.file)
    });
}

/// Build arguments that nothing in the file asks for are most often misspelt.
fn unused_args(spec: &Spec, request: &Request, span: Span) -> Vec<Diagnostic> {
    let unused = Args::unused(spec, request).into_iter().map(|name| {
        let help = Diagnostic::suggestion(name, spec.args.names(), "the arguments are")
            .unwrap_or_else(|| format!("declare it: `args: {{ {name}: \"\" }}`"));
        Diagnostic::warning(span, format!("`--build-arg {name}` is not an argument of this file")).with_help(help)
    });
    unused.collect()
}

#[cfg(test)]
mod tests {
    use slipway_plan::find_target;

    use super::*;

    /// The lines of the findings that a build of a target tells, when every line has one.
    fn told(text: &str, target: &str) -> Vec<u32> {
        let spec = slipway_spec::parse("slipway.yaml", text.as_bytes().to_vec()).spec.unwrap();
        let mut found: Vec<_> = (1..=u32::try_from(text.lines().count()).unwrap())
            .map(|line| {
                let place = slipway_spec::Position { line, column: 5 };
                Diagnostic::warning(Span { start: place, end: place, ..Span::START }, "wrong")
            })
            .collect();
        about_target(&mut found, &spec, find_target(&spec, Some(target)).unwrap());
        found.iter().map(|found| found.primary.span.start.line).collect()
    }

    #[test]
    fn a_build_is_not_told_of_other_images() {
        let text = "\
version: 1
images:
  api:
    go: ./api
    variants: { dev: { user: '0' } }
  web:
    go: ./web
args:
  VERSION: x
";
        assert_eq!(told(text, "api"), [1, 2, 3, 4, 5, 9]);
        assert_eq!(told(text, "api/dev"), [1, 2, 3, 4, 5, 9]);
        assert_eq!(told(text, "web"), [1, 2, 6, 7, 8, 9]);
    }
}
