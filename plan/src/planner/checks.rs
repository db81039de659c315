//! Checks as targets. A check of a build runs with each use of it: several images can make different builds of one.

use slipway_spec::{Diagnostic, Name, Span};

use super::Planner;
use super::builds::{Distros, distro_of};
use crate::final_image::Ends;
use crate::{
    CheckOf, CheckTarget, CheckUse, CopyItem, PlanError, StepId, check_targets, check_uses, repository_checks,
};

/// The step of a check, whose result is its reports.
struct Checked {
    /// The name of its use, if there are several.
    of: Option<String>,
    step: StepId,
    /// The step without what only saves time.
    alike: StepId,
    has_output: bool,
}

impl<'a> Planner<'a> {
    /// The uses of the build of a check.
    fn uses_of(&mut self, check: &CheckTarget<'_>) -> Vec<CheckUse<'a>> {
        let uses = self.check_uses.get_or_insert_with(|| check_uses(self.draft.spec));
        let path = check.path();
        uses.iter().filter(|(of, _)| *of == path).map(|(_, used)| *used).collect()
    }

    /// The names that a check needs.
    pub(super) fn before_check(&mut self, check: &CheckTarget<'_>) -> Vec<(Name, &'a str)> {
        let CheckOf::Build { owner, .. } = check.of else { return Vec::new() };
        let uses = self.uses_of(check);
        let Self { order, prepared, .. } = self;
        let before = uses.iter().flat_map(|used| match used.image {
            Some(of) => order.before_image(of.image, prepared),
            None => order.before(Name::Build, owner, prepared),
        });
        before.collect()
    }

    /// The steps of a check, one for each use that makes a difference.
    async fn check(&mut self, target: &CheckTarget<'_>) -> Result<Vec<Checked>, PlanError> {
        let name = target.name;
        let (owner, variant) = match target.of {
            CheckOf::Repository(check) => {
                let step = repository_checks::step(&mut self.draft, name, check).await?;
                return Ok(vec![Checked { of: None, step, alike: step, has_output: !check.output.is_empty() }]);
            }
            CheckOf::Build { owner, variant, .. } => (owner, variant),
        };
        let owner = variant.map_or_else(|| owner.to_owned(), |variant| format!("{owner}/{variant}"));
        let mut all: Vec<Checked> = Vec::new();
        let uses = self.uses_of(target);
        let span = uses.first().map_or(name.span, |first| first.build.preset.span);
        for used in &uses {
            let Self { draft, builds, .. } = self;
            let CheckUse { check, build, image } = used;
            let named = image.and_then(|of| of.image.build.as_ref()?.name.as_ref());
            let owner = named.map_or(owner.as_str(), |name| name.value.as_str());
            let distro = match image {
                Some(of) => Distros::of(draft.spec, of.image).toolchain,
                None => distro_of(draft.spec, build),
            };
            let made = builds.checked(draft, (owner, span), build, distro).await?;
            let planned = made.checked.iter().find(|planned| planned.name == name.value).ok_or_else(|| {
                let preset = build.preset.value.name();
                let found = Diagnostic::error(name.span, format!("a {preset} build has no checks"));
                found.with_help("move it to `checks` of the file, with the image that it runs in")
            })?;
            if all.iter().any(|known| known.alike == planned.alike) {
                draft.not_again();
                continue;
            }
            let (of, has_output) = (Some(used.folder()), !check.output.is_empty());
            all.push(Checked { of, step: planned.step, alike: planned.alike, has_output });
        }
        match all.as_mut_slice() {
            [only] => only.of = None,
            several => {
                for Checked { of, step, .. } in several {
                    let of = of.as_deref().unwrap_or_default();
                    *step = self.draft.renamed(*step, |name| name.replacen(']', &format!(" for {of}]"), 1));
                }
            }
        }
        Ok(all)
    }

    /// A check with its reports; if it has several uses, in a folder for each.
    pub(super) async fn one_check(&mut self, check: &CheckTarget<'_>) -> Result<Ends, PlanError> {
        match self.check(check).await?.as_slice() {
            [only] => Ok(Ends::files(self.draft.platform, only.step)),
            several => Ok(self.reports(check.name.span, several.iter().map(|checked| (check, "", checked)))),
        }
    }

    /// Every check, with its reports in a folder of its name.
    pub(super) async fn all_checks(&mut self, span: Span) -> Result<Ends, PlanError> {
        let mut all = Vec::new();
        for check in check_targets(self.draft.spec) {
            let path = format!("/{}", check.path());
            all.extend(self.check(&check).await?.into_iter().map(|checked| (check, path.clone(), checked)));
        }
        Ok(self.reports(span, all.iter().map(|(check, path, checked)| (check, path.as_str(), checked))))
    }

    /// The reports of checks, each in its folder.
    fn reports<'c>(
        &mut self,
        span: Span,
        all: impl Iterator<Item = (&'c CheckTarget<'c>, &'c str, &'c Checked)>,
    ) -> Ends {
        let (mut reports, mut last) = (Vec::new(), self.draft.context);
        for (check, folder, checked) in all {
            let below = checked.of.as_ref().map(|of| format!("/{of}")).unwrap_or_default();
            last = checked.step;
            if checked.has_output {
                reports.push(CopyItem::new(last, "/", format!("{folder}{below}")));
            } else {
                self.draft.gate(format!("{}{below}", check.path()), last, check.name.span);
            }
        }
        // A check without reports has an empty result.
        let result = match reports.is_empty() {
            true => last,
            false => self.draft.add("check", "[check] reports", span, reports),
        };
        Ends::files(self.draft.platform, result)
    }
}
