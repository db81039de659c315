//! Validation of text values. Text with arguments is checked as far as it is known before they are set.

mod probe;

use std::collections::HashMap;

use crate::decode::Context;
use crate::yaml::quoted;
use crate::{Diagnostic, Map, Span, Spanned, Template};
use slipway_diagnostic::{brief, closest};

pub use probe::{check_address, check_header, check_path, check_port, check_service, check_status};
pub(crate) use probe::{grpc_service, headers, http_address, http_status, port_address, port_number, url_path};

/// The form of names; [`super::check_names`] enforces it.
pub(super) const NAME: &str = "^[A-Za-z0-9][A-Za-z0-9._-]*$";

/// The form of the names of arguments.
pub(super) const VARIABLE: &str = "^[A-Za-z_][A-Za-z0-9_]*$";

/// Values that consist of text.
pub(crate) trait Texts {
    /// The text values.
    fn texts(&self) -> impl Iterator<Item = &Template>;
}

impl Texts for Template {
    fn texts(&self) -> impl Iterator<Item = &Template> {
        std::iter::once(self)
    }
}

impl<T: Texts> Texts for Option<T> {
    fn texts(&self) -> impl Iterator<Item = &Template> {
        self.iter().flat_map(Texts::texts)
    }
}

impl<T: Texts> Texts for [T] {
    fn texts(&self) -> impl Iterator<Item = &Template> {
        self.iter().flat_map(Texts::texts)
    }
}

impl<T: Texts> Texts for Vec<T> {
    fn texts(&self) -> impl Iterator<Item = &Template> {
        self.iter().flat_map(Texts::texts)
    }
}

fn report(cx: &mut Context, span: Span, message: String, help: impl Into<String>) {
    cx.report(Diagnostic::error(span, message).with_help(help));
}

/// Paths in an image or a stage, which start at its root.
pub(crate) fn absolute(value: &impl Texts, cx: &mut Context) {
    for template in value.texts() {
        can_be_path(template.literal_start(), template.span, cx);
        let start = template.literal_start();
        let is_empty = template.as_literal() == Some("");
        if is_empty || !start.is_empty() && !start.starts_with('/') {
            is_not_absolute(start, template.span, template.as_literal().is_some(), cx);
        }
    }
}

/// Tags of images. With the name of a variant, they may be longer.
pub(crate) fn tags(tags: &impl Texts, cx: &mut Context) {
    for template in tags.texts() {
        let Some(tag) = template.as_literal() else { continue };
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        if tag.is_empty() || tag.len() > 128 || tag.starts_with(['.', '-']) || !tag.chars().all(is_plain) {
            let message = format!("`{}` is not a tag", brief(tag));
            report(cx, template.span, message, "write letters, digits, `_`, `.` and `-`, without a name, as in `v1.2`");
        }
    }
}

/// Reports text that is not a valid path in any file system.
fn can_be_path(path: &str, span: Span, cx: &mut Context) {
    if let Some(found) = slipway_diagnostic::strange_path(path, span) {
        cx.report(found);
    }
}

/// Paths of any kind.
pub(crate) fn path(value: &impl Texts, cx: &mut Context) {
    value.texts().for_each(|template| can_be_path(template.literal_start(), template.span, cx));
}

/// Paths in the repository, relative to a folder of it that is not known here.
pub(crate) fn in_repository(value: &impl Texts, cx: &mut Context) {
    for template in value.texts() {
        let start = template.literal_start();
        can_be_path(start, template.span, cx);
        if template.as_literal() == Some("") {
            let found = Diagnostic::error(template.span, "the path is empty");
            cx.report(found.with_help("write `.` for the source folder itself").with_fix(template.span, "."));
        } else if let Some(rest) = start.strip_prefix('/') {
            let found = Diagnostic::error(template.span, format!("`{}` is not a path of the repository", brief(start)));
            cx.report(if template.as_literal().is_some() && !rest.is_empty() {
                let relative = quoted(rest);
                found.with_fix(template.span, relative.clone()).with_help(format!(
                    "write `{relative}` for a path in the source folder; to produce files elsewhere, add a stage"
                ))
            } else {
                found.with_help("write a path relative to the source folder, such as `gen` or `../shared/gen`")
            });
        }
    }
}

/// Keys that are paths of an image.
pub(crate) fn absolute_keys<T>(map: &Map<T>, cx: &mut Context) {
    map.iter().for_each(|(path, _)| can_be_path(path, path.span, cx));
    for (path, _) in map.iter().filter(|(path, _)| !path.starts_with(['/', '$'])) {
        is_not_absolute(path, path.span, true, cx);
    }
}

fn is_not_absolute(path: &str, span: Span, is_whole: bool, cx: &mut Context) {
    let text = quoted(&format!("/{}", path.trim_start_matches("./")));
    let found = Diagnostic::error(span, format!("`{}` is not an absolute path", brief(path)));
    // Only the beginning of the text is known here, not the rest.
    cx.report(if is_whole { found.with_fix(span, text) } else { found.with_help(format!("start it with `{text}`")) });
}

/// Volumes of an image: paths in it, without the mount source that Compose writes there.
pub(crate) fn volumes(value: &impl Texts, cx: &mut Context) {
    for template in value.texts() {
        let mounted = template.as_literal().and_then(|text| {
            let parts: Vec<&str> = text.split(':').collect();
            parts.iter().skip(1).find(|part| part.starts_with('/')).copied()
        });
        if let Some(inside) = mounted {
            let message = format!(
                "`{}` is a mount, but a volume of an image is a path in the image",
                brief(template.as_literal().unwrap_or_default())
            );
            let help = format!("write `{inside}`; set the mount source when you run the image");
            cx.report(
                Diagnostic::error(template.span, message).with_help(help).with_fix(template.span, quoted(inside)),
            );
        } else {
            absolute(template, cx);
        }
    }
}

/// Folders and files of the context.
pub(crate) fn inside(value: &impl Texts, cx: &mut Context) {
    for template in value.texts() {
        check_inside(template, cx);
    }
}

/// The same for keys.
pub(crate) fn inside_keys<T>(map: &Map<T>, cx: &mut Context) {
    map.iter().for_each(|(path, _)| can_be_path(path, path.span, cx));
    for (path, _) in map.iter() {
        if path.starts_with('/') || leads_out(path) {
            let message = format!("`{}` is outside the source folder", path.value);
            report(cx, path.span, message, "use a path in the source folder, such as `./src/gen`");
        }
    }
}

/// Reports a path outside the context; returns whether it was valid.
pub(super) fn check_inside(path: &Template, cx: &mut Context) -> bool {
    can_be_path(path.literal_start(), path.span, cx);
    let start = path.literal_start();
    let is_out = start.starts_with('/') || start.starts_with("../") || path.as_literal().is_some_and(leads_out);
    if is_out {
        let found = Diagnostic::error(path.span, format!("`{}` is outside the context", brief(start)));
        cx.report(match start.strip_prefix('/') {
            Some(rest) if path.as_literal().is_some() && !rest.is_empty() && !leads_out(rest) => found
                .with_help(format!("write `{}` for a path in the folder that is built", quoted(&format!("./{rest}"))))
                .with_fix(path.span, quoted(&format!("./{rest}"))),
            _ => found.with_help(
                "use a path in the folder that is built, such as `./cmd/api`; add other inputs with `contexts`",
            ),
        });
    }
    !is_out
}

/// Whether a relative path goes up further than it goes down.
pub(super) fn leads_out(path: &str) -> bool {
    let mut depth = 0_usize;
    path.split('/').any(|part| {
        match part {
            "" | "." => {}
            ".." if depth == 0 => return true,
            ".." => depth -= 1,
            _ => depth += 1,
        }
        false
    })
}

/// A user, and an optional group.
pub(crate) fn user(value: &impl Texts, cx: &mut Context) {
    for template in value.texts() {
        if let Some((message, help)) = template.as_literal().and_then(user_mistake) {
            report(cx, template.span, message, help);
        }
    }
}

/// The largest user id that container engines accept.
const MAX_ID: u32 = i32::MAX as u32;

/// What is wrong with a text that should be a user or `user:group`, each a name or a number, and what to write; `None`
/// if it is valid.
#[must_use]
pub fn user_mistake(text: &str) -> Option<(String, &'static str)> {
    let help = "write `user` or `user:group`, each a name or a number, as in `\"1001:1001\"`";
    let (user, group) = text.split_once(':').map_or((text, None), |(user, group)| (user, Some(group)));
    if text.is_empty() {
        return Some(("the user is empty".to_owned(), "write `\"0\"` for root, or delete the key to run as 65532"));
    }
    for (what, part) in [("user", Some(user)), ("group", group)] {
        let Some(part) = part else { continue };
        if part.is_empty() {
            return Some((format!("`{text}` has an empty {what}"), help));
        }
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && part.parse::<u32>().ok().is_none_or(|id| id > MAX_ID) {
            return Some((format!("`{part}` is too large for a {what}"), "the maximum is 2147483647"));
        }
        let is_name = part.chars().all(|c| c.is_alphanumeric() || "_.-$@".contains(c)) && !part.starts_with('-');
        if !is_number && !is_name {
            return Some((format!("`{part}` is not a valid {what}"), help));
        }
    }
    None
}

/// The name of a new user.
pub(crate) fn user_name(value: &impl Texts, cx: &mut Context) {
    check_literal(value, cx, user_name_mistake);
}

/// The number of a user or a group.
pub(crate) fn id(value: &impl Texts, cx: &mut Context) {
    check_literal(value, cx, id_mistake);
}

fn check_literal(value: &impl Texts, cx: &mut Context, mistake: fn(&str) -> Option<(String, &'static str)>) {
    for template in value.texts() {
        if let Some((message, help)) = template.as_literal().and_then(mistake) {
            report(cx, template.span, message, help);
        }
    }
}

/// What is wrong with the name of a new user, and what to write; `None` if it is valid.
#[must_use]
pub fn user_name_mistake(text: &str) -> Option<(String, &'static str)> {
    let is_name = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
        && text.len() <= 32;
    let help = "use at most 32 letters, digits, `-`, `_` and `.`, and start with a letter, as in `name: app`";
    (!is_name).then(|| (format!("`{}` is not a valid name for a user", brief(text)), help))
}

/// What is wrong with the number of a user or a group, and what to write; `None` if it is valid.
#[must_use]
pub fn id_mistake(text: &str) -> Option<(String, &'static str)> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = is_number && text.parse::<u32>().is_ok_and(|id| id <= MAX_ID);
    let help = "write a number from 0 to 2147483647, as in `uid: 1001`";
    (!fits).then(|| (format!("`{}` is not a number of a user or a group", brief(text)), help))
}

/// Keys that are names of variables.
pub(crate) fn variables<T>(map: &Map<T>, cx: &mut Context) {
    let is_wrong =
        |name: &str| name.is_empty() || name.contains(|c: char| c == '=' || c.is_whitespace() || c.is_control());
    for (name, _) in map.iter().filter(|(name, _)| is_wrong(name)) {
        let help = "use letters, digits and underscores, as in `LOG_LEVEL`";
        report(cx, name.span, format!("`{}` is not a valid name for a variable", name.value), help);
    }
}

/// The maximum length of a name, which is also that of a tag.
const MAX_NAME: usize = 128;

/// Names become targets, file names and parts of cache ids, so they are restricted.
pub(crate) fn names<T>(map: &Map<T>, cx: &mut Context) {
    let mut by_lower: HashMap<String, &Spanned<String>> = HashMap::with_capacity(map.len());
    for (name, _) in map.iter() {
        if let Some(first) = by_lower.insert(name.to_ascii_lowercase(), name) {
            let message = format!(
                "`{}` and `{}` differ only in case, but `--target` is case-insensitive",
                first.brief(),
                name.brief()
            );
            let found = Diagnostic::error(name.span, message).with_label(first.span, "the first one");
            cx.report(found.with_help("rename one of the two"));
        }
        let simple = name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
        if name.len() > MAX_NAME {
            cx.report(
                Diagnostic::error(name.span, format!("the name `{}` is too long", name.brief()))
                    .with_help(format!("use at most {MAX_NAME} characters")),
            );
        } else if !simple {
            cx.report(
                Diagnostic::error(name.span, format!("`{}` is not a valid name", name.brief()))
                    .with_help("use letters, digits, `-`, `_` and `.`, and start with a letter or a digit"),
            );
        }
    }
}

/// The name of a variable.
pub(crate) fn variable(name: &Option<Spanned<String>>, cx: &mut Context) {
    if let Some(name) = name.as_ref().filter(|name| !crate::template::is_name(name)) {
        let help = "use letters, digits and underscores, as in `NPM_TOKEN`";
        report(cx, name.span, format!("`{}` is not a valid name for a variable", name.value), help);
    }
}

/// The signals of Linux, without `SIG`.
const SIGNALS: &[&str] = &[
    "ABRT", "ALRM", "BUS", "CHLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "KILL", "PIPE", "PROF", "PWR", "QUIT",
    "RTMIN", "RTMAX", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2",
    "VTALRM", "WINCH", "XCPU", "XFSZ",
];

/// A signal by its name or number.
pub(crate) fn signal(value: &impl Texts, cx: &mut Context) {
    for template in value.texts() {
        let Some(signal) = template.as_literal() else {
            continue;
        };
        let upper = signal.to_ascii_uppercase();
        let name = upper.strip_prefix("SIG").unwrap_or(&upper);
        let name = name.split(['+', '-']).next().unwrap_or_default();
        let number = signal.parse::<u8>().ok().filter(|number| (1..=64).contains(number));
        if number.is_none() && !SIGNALS.contains(&name) {
            let found = Diagnostic::error(template.span, format!("`{}` is not a signal", brief(signal)));
            let close = closest(name, SIGNALS.iter().copied()).map(|close| format!("SIG{close}"));
            let found = found.with_help("write its name, such as `SIGTERM`, or its number");
            cx.report(found.with_closest(template.span, close.as_deref()));
        }
    }
}

/// An exit status.
pub(crate) fn exit_status(status: &Option<Spanned<u32>>, cx: &mut Context) {
    if let Some(status) = status.as_ref().filter(|status| status.value > 255) {
        report(cx, status.span, format!("{} is not a valid exit status", status.value), "write a number from 0 to 255");
    }
}

/// A URL.
pub(crate) fn web(value: &impl Texts, cx: &mut Context) {
    for template in value.texts() {
        let start = template.literal_start();
        if !start.is_empty() && !start.starts_with("https://") && !start.starts_with("http://") {
            let found = Diagnostic::error(template.span, format!("`{}` is not a URL", brief(start)));
            let is_host = template.as_literal().is_some() && !start.contains("://") && start.contains('.');
            cx.report(if is_host {
                found.with_fix(template.span, quoted(&format!("https://{start}")))
            } else {
                found.with_help("start it with `https://`")
            });
        }
    }
}
