//! `--call=slipway.init`: a spec for a repository that has none.

use serde_json::json;
use slipway_init::{Error, Judge, Judgment, Written};
use slipway_plan::{Project, ProjectError, files};
use slipway_spec::{Diagnostic, Loader, Severity, Spec};

use super::{Answer, Method, Needs, Question};
use crate::analysis::{Analysis, Scope};
use crate::failure::Failure;
use crate::policy;
use crate::warnings::{warnings, without_told};

pub(super) const METHOD: Method = Method {
    name: "frontend.slipway.init",
    version: "1.0.0",
    description: "Write a Slipway file for a repository",
    takes_target: false,
    names_spec: false,
    needs: Needs::Repository,
    formats: &[],
    answer,
};

/// The name of the file in messages.
const FILE: &str = "slipway.yaml";

fn answer(question: &Question<'_>) -> Result<Answer, Failure> {
    let written = question.written.ok_or_else(|| Failure::Other("there is no repository".to_owned()))?;
    let json = json!({ "file": FILE, "text": written.text, "images": written.summary });
    Ok(Answer { json, text: written.text.clone(), status: None })
}

/// Writes a spec for a repository.
///
/// # Errors
/// It has one, nothing in it can be built, or its files cannot be read.
pub(crate) async fn written<P: Project>(project: &P, scope: &Scope) -> Result<Written, Failure> {
    let refused = |error: ProjectError| Failure::Other(error.message);
    // An empty file is what a shell makes of `> slipway.yaml` before anything runs.
    let old = project.definition(FILE).await.map_err(refused)?.unwrap_or_default();
    if !old.trim_ascii().is_empty() {
        return Err(Failure::Other(format!("there is a `{FILE}` already; delete or rename it to get a new one")));
    }
    let scope = Scope { target: None, ..scope.clone() };
    let planner = Planner { project, scope: &scope };
    let written = slipway_init::init(&files(project), &planner, scope.frontend.as_deref()).await;
    written.map_err(|error| match error {
        Error::Files(error) => refused(error),
        Error::Nothing(why) => Failure::Other(why),
    })
}

/// Plans every image of a draft, and applies the rules, as `check` does.
struct Planner<'a, P> {
    project: &'a P,
    scope: &'a Scope,
}

impl<P: Project> Judge for Planner<'_, P> {
    fn judge<'a>(&'a self, text: &'a str) -> Judgment<'a> {
        Box::pin(async move {
            let parsed = policy::verified(policy::add(Loader::new(FILE, text.as_bytes().to_vec())).finish());
            let spec: &Spec = match &parsed.spec {
                Ok(spec) => spec,
                Err(found) => return Ok(found.clone()),
            };
            let analysis = match Analysis::overview_of(self.project, spec, self.scope).await {
                Ok(analysis) => analysis,
                Err(Failure::Invalid(found)) => return Ok(found),
                Err(Failure::Other(message)) => return Err(ProjectError::new(message)),
                Err(_) => return Err(ProjectError::new("the engine does not answer")),
            };
            let place = (spec, spec.images_span);
            let ignore = analysis.ignore();
            let found = warnings(&parsed.sources, place, None, analysis.overview(), ignore, &self.scope.request, true);
            let mut all: Vec<Diagnostic> = analysis.errors().to_vec();
            all.extend(without_told(found, analysis.errors()));
            all.sort_by_key(|found| found.severity != Severity::Error);
            Ok(all)
        })
    }
}
