//! Keys that a policy forbids: wherever a spec uses one, in its own files or in those that it includes.

use slipway_diagnostic::{Diagnostic, closest};

use super::{Forbidden, Policy};
use crate::Spanned;
use crate::decode::{Context, Schemas};
use crate::merge::Shape;
use crate::model::schema::file_keys;
use crate::model::{Build, Image};
use crate::yaml::{Kind, Node};

impl Forbidden {
    /// The forbidden keys of a part of a spec.
    fn of(&self, shape: Shape) -> &[Spanned<String>] {
        match shape {
            Shape::File => &self.file,
            Shape::Image => &self.image,
            Shape::Build => &self.build,
            Shape::Stage => &self.stage,
            Shape::Named(_) | Shape::Context | Shape::Check | Shape::Healthcheck | Shape::Plain => &[],
        }
    }
}

/// Reports names that no part of a spec has: a policy with a typo would forbid nothing.
pub(super) fn check(forbidden: &Forbidden, cx: &mut Context) {
    let schemas = &mut Schemas::default();
    let parts = [
        (&forbidden.file, "a file", file_keys(schemas)),
        (&forbidden.image, "an image", Image::keys().to_vec()),
        (&forbidden.build, "a build", Build::keys()),
        (&forbidden.stage, "a stage", super::stage_keys()),
    ];
    for (names, noun, known) in parts {
        for name in names.iter().filter(|name| !known.contains(&name.value.as_str())) {
            let found = Diagnostic::error(name.span, format!("{noun} has no key `{}`", name.brief()));
            let found = found.with_help_if(Diagnostic::suggestion(name, known.iter().copied(), "its keys are"));
            cx.report(match closest(name, known.iter().copied()) {
                Some(close) => found.with_fix(name.span, close),
                None => found,
            });
        }
    }
}

/// Reports forbidden keys in a whole spec. Those of the file with the policy are allowed.
pub(crate) fn report(root: &Node, policy: &Policy, cx: &mut Context) {
    let Forbidden { file, image, build, stage } = &policy.forbid;
    if [file, image, build, stage].iter().any(|names| !names.is_empty()) {
        walk(root, Shape::File, policy, cx);
    }
}

fn walk(node: &Node, shape: Shape, policy: &Policy, cx: &mut Context) {
    let Kind::Map(entries) = &node.kind else { return };
    for entry in entries.iter() {
        let key = &entry.key;
        let forbidden = policy.forbid.of(shape).iter().find(|name| name.value == key.value);
        if let Some(rule) = forbidden.filter(|_| Some(key.span.file) != policy.file) {
            let message = format!("the policy of this frontend forbids `{}` in {}", key.value, noun(shape));
            cx.report_key(entry, policy.violation(key.span, message, rule.span, "delete it"));
        }
        walk(&entry.value, shape.of_key(&key.value), policy, cx);
    }
}

/// A part of a spec in words.
fn noun(shape: Shape) -> &'static str {
    match shape {
        Shape::File => "a file",
        Shape::Image => "an image",
        Shape::Build => "a build",
        _ => "a stage",
    }
}
