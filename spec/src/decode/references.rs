//! Names and arguments that a value refers to: whether they exist, and similar names if they do not.

use super::context::Context;
use super::names::Name;
use super::preset_words::PRESETS;
use crate::{Diagnostic, Position, Span, Spanned, Template};
use slipway_diagnostic::closest;

impl Context {
    /// Reports a name that does not exist; returns whether it does.
    pub(crate) fn check_name(&mut self, kind: Name, name: &Spanned<String>) -> bool {
        let found = self.names.has(kind, name);
        if !found && !self.names.is_broken(kind) {
            let noun = kind.noun();
            let message = format!("there is no {noun} `{}`", name.brief());
            if self.is_full() {
                self.report(Diagnostic::error(name.span, message));
                return false;
            }
            let help = Diagnostic::suggestion(name, self.names.of(kind), &format!("the {noun}s are"));
            let is_preset = kind == Name::Build && PRESETS.contains(&name.value.as_str());
            let help = match help {
                Some(help) => help,
                None if is_preset => format!("add it: `builds: {{ {0}: {{ preset: {0} }} }}`", name.value),
                None => format!("add it under `{}`", kind.key()),
            };
            let close = closest(name, self.names.of(kind)).map(str::to_owned);
            let found = Diagnostic::error(name.span, message).with_help(help);
            self.report(found.with_closest(name.span, close.as_deref()));
        }
        found
    }

    /// Decodes text that may contain arguments, and reports unknown ones. `start` is the location of its first
    /// character, if the file contains the text unchanged from there.
    pub(crate) fn template(&mut self, text: &str, span: Span, start: Option<Position>) -> Option<Template> {
        let template = match Template::parse_at(text, span, start) {
            Ok(template) => template,
            Err(found) => {
                self.report(found);
                return None;
            }
        };
        if !self.names.args_are_broken && !self.names.written.is_empty() {
            for (name, span) in template.references() {
                if !self.names.args.contains(name) {
                    let names =
                        if self.is_full() { Vec::new() } else { self.names.args.iter().map(String::as_str).collect() };
                    let close = closest(name, names.iter().copied()).map(str::to_owned);
                    let found = crate::template::undeclared(name, span, names);
                    // After `${`, if that location is known.
                    let column =
                        |more: usize| span.start.column.saturating_add(u32::try_from(more).unwrap_or(u32::MAX));
                    let at = |more: usize| Position { column: column(more), ..span.start };
                    let written = Span { start: at(2), end: at(2 + name.chars().count()), ..span };
                    self.report(match close {
                        Some(close) if start.is_some() => found.with_fix(written, close),
                        _ => found,
                    });
                }
            }
        }
        Some(template)
    }
}
