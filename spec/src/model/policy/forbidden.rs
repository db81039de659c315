//! Keys that a policy forbids: wherever a spec uses one, in its own files or in those that it includes.

use slipway_diagnostic::{Diagnostic, closest};

use super::{Forbidden, Policy};
use crate::decode::{Context, Schemas};
use crate::merge::Shape;
use crate::model::schema::file_keys;
use crate::model::{Build, Image, StageKeys};
use crate::yaml::{Kind, Node};
use crate::{Span, Spanned};

impl Forbidden {
    /// The forbidden keys of a part of a spec.
    fn of(&self, shape: Shape) -> &[Spanned<String>] {
        match shape {
            Shape::Whole => &self.file,
            Shape::Image => &self.image,
            Shape::Build => &self.build,
            Shape::Stage => &self.stage,
            Shape::Named(_) | Shape::Context | Shape::Check | Shape::Healthcheck | Shape::Plain | Shape::File => &[],
        }
    }
}

impl Policy {
    /// Reports forbidden keys that no part of a spec has: a policy with a typo would forbid nothing.
    pub(crate) fn check_forbidden(&self, cx: &mut Context) {
        let forbidden = &self.forbid;
        let schemas = &mut Schemas::default();
        let stage = StageKeys::properties(schemas).into_iter().map(|property| property.key).collect();
        let parts = [
            (&forbidden.file, "a file", file_keys(schemas)),
            (&forbidden.image, "an image", Image::keys().to_vec()),
            (&forbidden.build, "a build", Build::keys()),
            (&forbidden.stage, "a stage", stage),
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

    /// The violation of a key `include`, if it is forbidden.
    pub(crate) fn forbids_include(&self, span: Span) -> Option<Diagnostic> {
        let rule = self.forbid.file.iter().find(|name| name.value == "include")?;
        Some(self.forbidden(span, "include", (Shape::Whole, rule)))
    }

    fn forbidden(&self, span: Span, key: &str, (shape, rule): (Shape, &Spanned<String>)) -> Diagnostic {
        let message = format!("the policy of this frontend forbids `{key}` in {}", noun(shape));
        self.violation(span, message, rule.span, "delete it")
    }

    /// Reports forbidden keys in a whole spec. Those of the file with the policy are allowed.
    pub(crate) fn report_forbidden(&self, root: &Node, cx: &mut Context) {
        let Forbidden { file, image, build, stage } = &self.forbid;
        if [file, image, build, stage].iter().any(|names| !names.is_empty()) {
            walk(root, Shape::Whole, self, cx);
        }
    }
}

fn walk(node: &Node, shape: Shape, policy: &Policy, cx: &mut Context) {
    let Kind::Map(entries) = &node.kind else { return };
    for entry in entries.iter() {
        let key = &entry.key;
        let forbidden = policy.forbid.of(shape).iter().find(|name| name.value == key.value);
        if let Some(rule) = forbidden.filter(|_| Some(key.span.file) != policy.file) {
            cx.report_key(entry, policy.forbidden(key.span, &key.value, (shape, rule)));
        }
        walk(&entry.value, shape.of_key(&key.value), policy, cx);
    }
}

/// A part of a spec in words.
fn noun(shape: Shape) -> &'static str {
    match shape {
        Shape::Whole => "a file",
        Shape::Image => "an image",
        Shape::Build => "a build",
        _ => "a stage",
    }
}
