//! Checks as targets.

use slipway_spec::{Diagnostic, Name, Span};

use super::Planner;
use super::builds::{Distros, distro_of};
use crate::final_image::Ends;
use crate::{CheckOf, CheckTarget, CopyItem, PlanError, StepId, check_targets, repository_checks};

impl<'a> Planner<'a> {
    /// The names that a check needs.
    pub(super) fn before_check(&mut self, check: &CheckTarget<'_>) -> Vec<(Name, &'a str)> {
        match check.of {
            CheckOf::Repository(_) => Vec::new(),
            CheckOf::Build { image: Some(image), .. } => self.order.before_image(image, &mut self.prepared),
            CheckOf::Build { owner, .. } => self.order.before(Name::Build, owner, &mut self.prepared),
        }
    }

    /// The step of a check, whose result is its reports.
    pub(super) async fn check(&mut self, target: &CheckTarget<'_>) -> Result<StepId, PlanError> {
        let Self { draft, builds, .. } = self;
        let CheckTarget { name, of } = target;
        let (check_owner, build, image) = match of {
            CheckOf::Repository(check) => return repository_checks::step(draft, name, check).await,
            CheckOf::Build { owner, variant: None, build, image, .. } => ((*owner).to_owned(), build, image),
            CheckOf::Build { owner, variant: Some(variant), build, image, .. } => {
                (format!("{owner}/{variant}"), build, image)
            }
        };
        let named = image.and_then(|image| image.build.as_ref()).and_then(|used| used.name.as_ref());
        let owner = named.map_or(check_owner.as_str(), |name| name.value.as_str());
        let distro = match image {
            Some(image) => Distros::of(draft.spec, image).toolchain,
            None => distro_of(draft.spec, build),
        };
        let made = builds.checked(draft, owner, build, distro).await?;
        let step = made.checked.iter().find(|(planned, _)| *planned == name.value).map(|(_, step)| *step);
        step.ok_or_else(|| {
            let preset = build.preset.value.name();
            let found = Diagnostic::error(name.span, format!("a {preset} build has no checks"));
            found.with_help("move it to `checks` of the file, with the image that it runs in").into()
        })
    }

    /// Every check, with its reports in a folder of its name.
    pub(super) async fn all_checks(&mut self, span: Span) -> Result<Ends, PlanError> {
        let (mut reports, mut last) = (Vec::new(), self.draft.context);
        for check in check_targets(self.draft.spec) {
            last = self.check(&check).await?;
            if check.has_output() {
                reports.push(CopyItem::new(last, "/", format!("/{}", check.path())));
            } else {
                self.draft.gate(check.path(), last, check.name.span);
            }
        }
        // A check without reports has an empty result.
        let result = match reports.is_empty() {
            true => last,
            false => self.draft.add("check", "[check] reports", span, reports),
        };
        Ok(Ends::files(self.draft.platform, result))
    }
}
