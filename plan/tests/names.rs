//! Hostile names: in every key of the language with text, and every field of a manifest that is read.
//!
//! Whatever names a project's files and a spec contain, nothing panics, they occur in scripts only as quoted words, and
//! their display is visible and short.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Everything here is test code.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use futures_util::FutureExt as _;
use serde_json::json;
use slipway_plan::{
    Args, BaseImage, Entry, ImageOrigin, MountKind, Plan, Platform, Project, ProjectError, Request, StepKind, plans,
    targets,
};
use slipway_spec::visible::visible;
use slipway_spec::{Diagnostic, parse};

mod names {
    pub(crate) mod manifests;
    pub(crate) mod shell;
    pub(crate) mod specs;
}

/// Names that an attacker may choose.
const HOSTILE: &[&str] = &[
    "$(touch marker)",
    "`touch marker`",
    "a b",
    "a'b",
    "a\"b",
    "a;touch marker;",
    "a\ntouch marker\n",
    "a\\",
    "a\\'b",
    "*",
    "a#b",
    " # b",
    "a|b&c>d<e",
    "${PATH}",
    "$HOME",
    "~root",
    "!x",
    "../../x",
    "-rf",
    "{a,b}",
    "\u{202e}txt.exe",
    "\x1b[2Jx\x07",
    "\u{9b}2J",
    "😀",
    "a\0b",
    "a\tb",
    "",
];

/// Places in which all such text is an error.
const REFUSED: &[&str] = &[
    "user",
    "platforms",
    "requirements",
    "Python's version",
    "Rust's toolchain",
    "default",
    "include",
    "unknown key",
    "unknown key of an image",
];

/// A folder of files.
pub(crate) struct Files(pub(crate) BTreeMap<String, String>);

impl Project for Files {
    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        Ok(self.0.get(path).map(|text| text.clone().into_bytes()))
    }

    async fn exists(&self, path: &str) -> Result<bool, ProjectError> {
        Ok(path.is_empty() || self.0.contains_key(path) || self.list(path).await?.is_some())
    }

    async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let below = self.0.range(prefix.clone()..).map_while(|(path, _)| path.strip_prefix(&prefix));
        let mut entries: Vec<Entry> = below
            .map(|rest| match rest.split_once('/') {
                Some((name, _)) => Entry { name: name.to_owned(), is_folder: true },
                None => Entry { name: rest.to_owned(), is_folder: false },
            })
            .collect();
        entries.dedup();
        Ok((!entries.is_empty()).then_some(entries))
    }

    async fn image(&self, reference: &str, _: &Platform) -> Result<BaseImage, ProjectError> {
        let origin = ImageOrigin::Registry { reference: reference.to_owned() };
        Ok(BaseImage { name: reference.to_owned(), origin, config: json!({}) })
    }
}

/// All results for a spec and its project.
fn plan_all(project: &Files, spec: &str) -> (Vec<Plan>, Vec<Diagnostic>) {
    let spec = match parse("slipway.yaml", spec.as_bytes().to_vec()).spec {
        Ok(spec) => spec,
        Err(found) => return (Vec::new(), found),
    };
    let request = Request {
        build_args: BTreeMap::new(),
        labels: BTreeMap::new(),
        contexts: BTreeMap::new(),
        spec_name: "slipway.yaml".to_owned(),
        build_platform: Platform::LINUX_AMD64,
        multi_platform: false,
    };
    let args = match Args::declared(&spec, &request) {
        Ok(args) => args,
        Err(found) => return (Vec::new(), found),
    };
    let wanted: Vec<_> = targets(&spec).map(|target| (target, vec!["linux/arm64".parse().unwrap()])).collect();
    let (mut made, mut wrong) = (Vec::new(), Vec::new());
    for plan in plans(project, &spec, &wanted, &args, &request).now_or_never().unwrap().unwrap() {
        match plan {
            Ok(plan) => made.push(plan),
            Err(found) => wrong.extend(found),
        }
    }
    (made, wrong)
}

/// The problems with the results for a project.
fn faults(plans: &[Plan], found: &[Diagnostic], hostile: Option<&str>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut shown = |what: &str, text: &str, most: usize| {
        if visible(text) != text {
            faults.push(format!("{what} cannot be seen: {text:?}"));
        }
        if text.chars().count() > most {
            faults.push(format!("{what} is too long: {text:.300?}"));
        }
    };
    for found in found.iter().chain(plans.iter().flat_map(|plan| &plan.warnings)) {
        shown("a message", &found.message, 2_100);
        shown("a hint", found.help.as_deref().unwrap_or_default(), 2_100);
        found.secondary.iter().for_each(|label| shown("a label", &label.text, 2_100));
    }
    for plan in plans {
        plan.notes.iter().for_each(|note| shown("a note", &note.text, 2_100));
        for (_, step) in plan.steps.iter() {
            shown("a step's name", &step.name, 500);
            if let StepKind::Assemble { layers, .. } = &step.kind {
                layers.iter().for_each(|layer| shown("a layer's name", &layer.name, 500));
            }
        }
        for line in plan.config.pointer("/history").and_then(|list| list.as_array()).into_iter().flatten() {
            shown("a line of the history", line["created_by"].as_str().unwrap_or_default(), 500);
        }
    }
    for run in plans.iter().flat_map(|plan| plan.steps.iter()).filter_map(|(_, step)| match &step.kind {
        StepKind::Run(run) => Some(run),
        _ => None,
    }) {
        let scripts = run.mounts.iter().filter_map(|mount| match &mount.kind {
            MountKind::Script { text } if run.args.contains(&mount.target) => Some((mount, text)),
            _ => None,
        });
        for (mount, text) in scripts {
            let file = mount.target.rsplit('/').next().unwrap_or_default();
            if mount.target != format!("/run/slipway/{file}") || file.len() > 255 || file.contains("..") {
                faults.push(format!("a script is the file {:?}", mount.target));
            }
            if let Some(why) = hostile.and_then(|hostile| names::shell::unquoted(text, hostile)) {
                faults.push(format!("{why} in the script {}:\n{text}", mount.target));
            }
        }
        if run.env.iter().any(|(name, _)| name.is_empty() || name.contains(['=', '\0', '\n'])) {
            faults.push(format!("a variable is called {:?}", run.env));
        }
    }
    faults
}

/// Tries every name in one place, and returns the problems.
fn attempt(
    place: &'static str,
    is_shell: bool,
    make: impl Fn(&str) -> (Files, String),
    planned: &mut BTreeMap<&str, usize>,
    into: &mut String,
) {
    let long = "n".repeat(300);
    for name in HOSTILE.iter().copied().chain([long.as_str()]) {
        // Between two markers, so that it can be found in the results.
        let marked = format!("{}{name}{}", names::shell::BEFORE, names::shell::BEHIND);
        for (text, hostile) in [(name, None), (marked.as_str(), (!is_shell).then_some(name))] {
            let (project, spec) = make(text);
            let (plans, found) = plan_all(&project, &spec);
            *planned.entry(place).or_default() += plans.len();
            for fault in faults(&plans, &found, hostile) {
                let _ = writeln!(into, "{place}, {text:?}: {fault}");
            }
        }
    }
}

#[test]
fn keys_of_the_language_accept_any_text() {
    let (mut wrong, mut planned) = (String::new(), BTreeMap::new());
    for (place, spec) in names::specs::all() {
        let is_shell = names::specs::is_shell(place);
        attempt(
            place,
            is_shell,
            |text| {
                let quoted = json!(text).to_string();
                let inside = quoted.get(1..quoted.len() - 1).unwrap_or_default();
                (names::specs::project(), spec.replace("@@", inside).replace('@', &quoted))
            },
            &mut planned,
            &mut wrong,
        );
    }
    planned.retain(|place, planned| *planned == 0 && !REFUSED.contains(place));
    assert!(planned.is_empty(), "nothing was planned of {planned:?}");
    assert!(wrong.is_empty(), "{} bytes: {wrong:.20000}", wrong.len());
}

#[test]
fn fields_of_manifests_accept_any_text() {
    let (mut wrong, mut planned) = (String::new(), BTreeMap::new());
    for (place, make) in names::manifests::all() {
        attempt(place, false, make, &mut planned, &mut wrong);
    }
    planned.retain(|place, planned| *planned == 0 && !REFUSED.contains(place));
    assert!(planned.is_empty(), "nothing was planned of {planned:?}");
    assert!(wrong.is_empty(), "{} bytes: {wrong:.20000}", wrong.len());
}
