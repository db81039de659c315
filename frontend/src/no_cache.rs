//! What `--no-cache` and `--no-cache-filter` name: the steps that run again.

use slipway_plan::{Target, check_targets, find_target};
use slipway_spec::{Diagnostic, Span, Spec};

/// What to build without the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoCache {
    /// Nothing: everything may be cached.
    Nothing,
    /// Everything.
    Everything,
    /// Some parts of the file.
    Parts(Vec<Part>),
}

/// A part of the file that is built without the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// As written, before the file is read.
    Given(String),
    /// All steps of a build, a stage or an image.
    Owner(String),
    /// Steps that a part of the spec defines, such as a check.
    Steps(Vec<Span>),
    /// Nothing has this name, and why.
    Unknown(String, Diagnostic),
}

impl NoCache {
    /// Looks the names up in a file. They are those of `--target`; a build, a stage or an image also has its plain name.
    pub(crate) fn find_in(&mut self, spec: &Spec) {
        let Self::Parts(parts) = self else { return };
        for part in parts {
            if let Part::Given(name) = part {
                *part = find(spec, name).unwrap_or_else(|error| Part::Unknown(name.clone(), error));
            }
        }
    }

    /// Warnings about names that nothing has.
    pub(crate) fn warnings(&self, span: Span) -> Vec<Diagnostic> {
        let Self::Parts(parts) = self else { return Vec::new() };
        let unknown = parts.iter().filter_map(|part| match part {
            Part::Unknown(name, why) => Some((name, why)),
            _ => None,
        });
        let warning = |(name, why): (&String, &Diagnostic)| {
            let found = Diagnostic::warning(span, format!("`--no-cache-filter {name}` has no effect: {}", why.message));
            found.with_help_if(why.help.clone())
        };
        unknown.map(warning).collect()
    }

    /// Whether all steps of a build, a stage or an image must run again.
    pub(crate) fn covers(&self, owner: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Parts(parts) => parts
                .iter()
                .any(|part| matches!(part, Part::Given(name) | Part::Owner(name) if name.eq_ignore_ascii_case(owner))),
        }
    }

    /// Whether a step must run again.
    pub(crate) fn covers_step(&self, owner: &str, span: Span) -> bool {
        let names = |part: &Part| matches!(part, Part::Steps(spans) if spans.contains(&span));
        self.covers(owner) || matches!(self, Self::Parts(parts) if parts.iter().any(names))
    }
}

fn find(spec: &Spec, name: &str) -> Result<Part, Diagnostic> {
    if spec.part_names().any(|part| part.eq_ignore_ascii_case(name)) {
        return Ok(Part::Owner(name.to_owned()));
    }
    let target = find_target(spec, Some(name))?;
    Ok(match target {
        Target::Image { .. } => Part::Owner(target.label()),
        Target::Build { name, .. } | Target::Stage { name, .. } => Part::Owner(name.value.clone()),
        Target::Scan { scan, .. } => Part::Steps(vec![scan.span]),
        Target::Tests { image, .. } => Part::Steps(image.keys.tests.iter().map(|(test, _)| test.span).collect()),
        Target::Check(check) => Part::Steps(vec![check.name.span]),
        Target::Checks { .. } => Part::Steps(check_targets(spec).iter().map(|check| check.name.span).collect()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str = "\
stages: { gen: { from: a:1, steps: [{ run: make }] } }
builds:
  ui: { preset: go, checks: { vet: { run: go vet ./... }, test: { run: go test ./... } } }
checks: { lint: { from: a:1, run: lint } }
images:
  api:
    build: ui
    scan: { severity: high }
    tests: { starts: { run: [/api] } }
    variants: { dev: {} }
";

    fn of(names: &[&str]) -> (NoCache, Spec) {
        let spec = slipway_spec::parse("slipway.yaml", SPEC.into()).spec.unwrap();
        let mut found = NoCache::Parts(names.iter().map(|name| Part::Given((*name).to_owned())).collect());
        found.find_in(&spec);
        (found, spec)
    }

    #[test]
    fn names_are_those_of_targets_and_plain_ones() {
        for (name, covered) in [
            ("gen", "gen"),
            ("GEN", "gen"),
            ("stage:gen", "gen"),
            ("build:Ui", "ui"),
            ("ui", "ui"),
            ("api", "api"),
            ("api/dev", "api/dev"),
        ] {
            let (found, _) = of(&[name]);
            assert!(found.covers(covered) && !found.covers("other"), "{name}: {found:?}");
            assert!(found.covers_step(covered, Span::START) && found.warnings(Span::START).is_empty(), "{name}");
        }
        assert!(!of(&["api/dev"]).0.covers("api"));
    }

    #[test]
    fn a_check_or_a_test_runs_again_alone() {
        let (_, spec) = of(&[]);
        let checks: Vec<_> = check_targets(&spec).iter().map(|check| (check.path(), check.name.span)).collect();
        let covered = |name: &str| {
            let (found, _) = of(&[name]);
            assert!(!found.covers("ui") && !found.covers("api"), "{name}: {found:?}");
            let covered = checks.iter().filter(|(_, span)| found.covers_step("ui", *span));
            covered.map(|(path, _)| path.as_str()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(covered("check:ui/vet"), "ui/vet");
        assert_eq!(covered("check:test"), "ui/test");
        assert_eq!(covered("check:lint"), "lint");
        assert_eq!(covered("check:all").split(' ').count(), 3);
        assert_eq!(covered("api/test"), "");
        for name in ["api/test", "api/scan"] {
            assert!(
                matches!(&of(&[name]).0, NoCache::Parts(parts) if matches!(&parts[..], [Part::Steps(_)])),
                "{name}"
            );
        }
    }

    #[test]
    fn a_name_of_nothing_is_a_warning() {
        let (found, _) = of(&["gne", "check:vte"]);
        let warnings = found.warnings(Span::START);
        assert!(warnings[0].message.starts_with("`--no-cache-filter gne` has no effect: there is no target `gne`"));
        assert_eq!(warnings[0].help.as_deref(), Some("did you mean `stage:gen`?"));
        assert!(warnings[1].message.contains("there is no check `vte`"), "{warnings:?}");
        assert!(!found.covers("gne"));
    }
}
