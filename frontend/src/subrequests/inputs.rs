//! `--call=slipway.inputs`: which files of the context each target depends on, for the path filters of CI.
//!
//! In doubt, a file is an input: a filter that is too wide costs a build, one that is too narrow ships an outdated
//! image.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use slipway_plan::{CopyItem, Layer, LayerItem, MountKind, Plan, StepId, StepKind};

use super::{Answer, Method, Needs, Question, yaml};
use crate::failure::Failure;

pub(super) const METHOD: Method = Method {
    name: "frontend.slipway.inputs",
    version: "1.0.0",
    description: "List the files each target depends on, as path filters for CI",
    takes_target: true,
    names_spec: false,
    needs: Needs::Plans,
    formats: &[],
    answer,
};

/// Files of the context: those below a path that match the patterns.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rule {
    include: BTreeSet<String>,
    exclude: BTreeSet<String>,
}

fn answer(question: &Question<'_>) -> Result<Answer, Failure> {
    let analysis = question.analysis()?;
    let mut targets: BTreeMap<&str, BTreeSet<Rule>> = BTreeMap::new();
    for plan in analysis.plans()? {
        let rules = targets.entry(&plan.target).or_default();
        // Files that determine the plan: the spec, the ignore file, and the project files that were read.
        let mut decisive: BTreeSet<String> = plan.read.iter().map(escape).collect();
        let policy = question.spec.as_ref().ok().and_then(|spec| spec.policy.file);
        let includes = question.sources.iter().skip(1).filter(|file| Some(file.id()) != policy);
        let includes = includes.map(slipway_spec::SourceFile::name);
        decisive.extend(includes.filter(|name| is_local(name)).map(escape));
        decisive.insert(match escape(&question.scope.request.spec_name) {
            name if analysis.has_spec() => name,
            // The client sends the name of the file, but not its folder.
            name => format!("**/{name}"),
        });
        decisive.extend(analysis.ignore().map(|(name, _)| escape(name)));
        rules.insert(Rule { include: decisive, exclude: BTreeSet::new() });
        rules.extend(rules_of(plan));
    }
    let json = targets.iter().map(|(target, rules)| {
        let rules = rules.iter().map(|rule| json!({ "include": rule.include, "exclude": rule.exclude }));
        ((*target).to_owned(), rules.collect::<Value>())
    });
    let text = targets.iter().map(|(target, rules)| {
        let globs: BTreeSet<_> = rules.iter().flat_map(|rule| &rule.include).collect();
        // A rule that matches everything makes the others redundant.
        let globs = if globs.contains(&"**".to_owned()) { json!(["**"]) } else { json!(globs) };
        ((*target).to_owned(), globs)
    });
    let text = yaml::document(&Value::Object(text.collect()));
    Ok(Answer { json: Value::Object(json.collect()), text, status: None })
}

/// A file of the context, not one from a repository.
fn is_local(name: &str) -> bool {
    !(name.contains('#') && name.contains(':'))
}

/// The files of the context that the steps of a plan use.
fn rules_of(plan: &Plan) -> Vec<Rule> {
    let mut contexts = BTreeSet::new();
    let mut rules = Vec::new();
    for (id, step) in plan.steps.iter() {
        let is_context = |step: &StepId| contexts.contains(step);
        let mut layers = |base: &StepId, layers: &[Layer]| {
            let copies = layers.iter().flat_map(|layer| &layer.items).filter_map(|item| match item {
                LayerItem::Copy(copy) if is_context(&copy.from) => {
                    Some(rule(&copy.source, &copy.include, &copy.exclude))
                }
                _ => None,
            });
            rules.extend(copies);
            if is_context(base) {
                rules.push(rule("/", &[], &[]));
            }
        };
        match &step.kind {
            StepKind::Context => {
                contexts.insert(id);
            }
            StepKind::Base { .. } | StepKind::Source(_) => {}
            // The Dockerfile frontend sees the whole context.
            StepKind::Dockerfile(stage) if stage.context.is_none() => rules.push(rule("/", &[], &[])),
            StepKind::Dockerfile(_) => {}
            StepKind::Select { items } => rules.extend(
                items
                    .iter()
                    .filter(|item| is_context(&item.from))
                    .map(|CopyItem { source, include, exclude, .. }| rule(source, include, exclude)),
            ),
            StepKind::Run(run) => {
                rules.extend(run.mounts.iter().filter_map(|mount| match &mount.kind {
                    MountKind::ReadOnly { from, path } | MountKind::Discarded { from, path } if is_context(from) => {
                        Some(rule(path, &[], &[]))
                    }
                    _ => None,
                }));
                if is_context(&run.root) {
                    rules.push(rule("/", &[], &[]));
                }
            }
            StepKind::Write { root, layer } => layers(root, std::slice::from_ref(layer)),
            StepKind::Assemble { base, layers: all } => layers(base, all),
        }
    }
    rules
}

/// The files that a copy takes, as globs relative to the root of the context.
fn rule(source: &str, include: &[String], exclude: &[String]) -> Rule {
    let folder = escape(source.trim_matches('/'));
    let below = |patterns: &[String]| -> BTreeSet<String> {
        patterns.iter().flat_map(|pattern| globs(&join(&folder, pattern.trim_matches('/')))).collect()
    };
    // A pattern that is only the folder itself matches all of it.
    let include = if include.iter().any(|pattern| pattern.trim_matches('/').is_empty()) { &[] } else { include };
    let include = match include {
        // An empty path is the whole context.
        include if folder.is_empty() && include.iter().all(String::is_empty) => BTreeSet::from(["**".to_owned()]),
        [] => globs(&folder).collect(),
        include => below(include),
    };
    Rule { include, exclude: below(exclude) }
}

fn join(folder: &str, pattern: &str) -> String {
    if folder.is_empty() { pattern.to_owned() } else { format!("{folder}/{pattern}") }
}

/// A pattern that may name a file, or a folder with everything in it.
fn globs(pattern: &str) -> impl Iterator<Item = String> + use<> {
    let last = pattern.rsplit('/').next().unwrap_or_default();
    // `**` already matches whole folders, and a star with an extension matches files.
    let is_file = last == "**" || last.strip_prefix('*').is_some_and(|rest| rest.contains('.'));
    std::iter::once(pattern.to_owned()).chain((!is_file).then(|| format!("{pattern}/**")))
}

/// A path as a glob that matches only this path.
fn escape(path: &str) -> String {
    let mut glob = String::new();
    for c in path.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '(' | ')' | '!' | '\\') {
            glob.push('\\');
        }
        glob.push(c);
    }
    glob
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_of_a_folder_is_one_pattern() {
        let taken = |source: &str, include: &[&str]| {
            let include: Vec<String> = include.iter().map(ToString::to_string).collect();
            rule(source, &include, &[]).include.into_iter().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(taken("/", &["", "go.mod"]), "**");
        assert_eq!(taken("/web", &["/"]), "web web/**");
        assert_eq!(taken("/web", &["src"]), "web/src web/src/**");
    }
}
