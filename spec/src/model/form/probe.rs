//! Validation of ports, paths and headers of health checks: in the spec as far as they are known, and again when the
//! arguments are.

use slipway_diagnostic::brief;

use super::Texts;
use crate::decode::Context;
use crate::yaml::quoted;
use crate::{Diagnostic, Map, Template};

const HTTP: &str = "write the port and the path, as in `\":8080/healthz\"`";
const PORT: &str = "write the port, as in `\":5432\"`";

/// `:PORT/path` of a health check.
pub(crate) fn http_address(template: &Template, cx: &mut Context) {
    literal(template, cx, |text, template| check_address(text, template, true));
}

/// `:PORT` of a health check.
pub(crate) fn port_address(value: &impl Texts, cx: &mut Context) {
    for template in value.texts() {
        literal(template, cx, |text, template| check_address(text, template, false));
    }
}

/// A port as a key of its own.
pub(crate) fn port_number(template: &Template, cx: &mut Context) {
    literal(template, cx, check_port);
}

/// The path of a request.
pub(crate) fn url_path(value: &impl Texts, cx: &mut Context) {
    for template in value.texts() {
        literal(template, cx, check_path);
    }
}

/// A status, or a range.
pub(crate) fn http_status(value: &impl Texts, cx: &mut Context) {
    for template in value.texts() {
        literal(template, cx, check_status);
    }
}

/// The name of a gRPC service.
pub(crate) fn grpc_service(value: &impl Texts, cx: &mut Context) {
    for template in value.texts() {
        literal(template, cx, check_service);
    }
}

/// Headers of a request.
pub(crate) fn headers(map: &Map<Template>, cx: &mut Context) {
    for (name, value) in map.iter() {
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if name.is_empty() || !name.chars().all(is_token) {
            let found = Diagnostic::error(name.span, format!("`{}` is not the name of a header", name.brief()));
            cx.report(found.with_help("use letters, digits and `-`, as in `X-Health-Check`"));
        }
        literal(value, cx, check_header);
    }
}

fn literal(template: &Template, cx: &mut Context, check: impl Fn(&str, &Template) -> Result<(), Diagnostic>) {
    if let Some(Err(found)) = template.as_literal().map(|text| check(text, template)) {
        cx.report(found);
    }
}

fn is_port(digits: &str) -> bool {
    digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok_and(|port| port > 0)
}

/// Checks `:PORT`, or `:PORT/path`.
///
/// # Errors
/// It is wrong.
pub fn check_address(text: &str, template: &Template, has_path: bool) -> Result<(), Diagnostic> {
    let (port, path) = match text.find('/') {
        Some(slash) if has_path => text.split_at(slash),
        _ => (text, ""),
    };
    if port.strip_prefix(':').is_some_and(is_port) {
        return if path.is_empty() { Ok(()) } else { check_path(path, template) };
    }
    let found = |message: String| Diagnostic::error(template.span, message);
    if text.starts_with("https://") {
        let found = found(format!("the probe does not use TLS, so it cannot check `{}`", brief(text)));
        return Err(found.with_help("check the port with `tcp`, or run a program of the image with `run`"));
    }
    Err(match meant(text, has_path).filter(|_| template.as_literal().is_some()) {
        Some(meant) => {
            let form = if has_path { ":PORT/path" } else { ":PORT" };
            found(format!("`{}` is not of the form `{form}`", brief(text))).with_fix(template.span, quoted(&meant))
        }
        None => found(format!("`{}` is not a port from 1 to 65535", brief(text))).with_help(if has_path {
            HTTP
        } else {
            PORT
        }),
    })
}

/// `:8080/healthz` for `8080/healthz`, `localhost:8080/healthz` and `http://127.0.0.1:8080/healthz`.
fn meant(text: &str, has_path: bool) -> Option<String> {
    let is_url = text.starts_with("http://");
    let text = text.strip_prefix("http://").unwrap_or(text);
    let (host, path) = text.find('/').map_or((text, ""), |slash| text.split_at(slash));
    let (name, port) = match host.rsplit_once(':') {
        Some(parts) => parts,
        None if is_url => (host, "80"),
        None => ("", host),
    };
    let is_here = ["", "localhost", "127.0.0.1", "0.0.0.0", "[::1]", "[::]"].contains(&name);
    let is_right = is_here && is_port(port) && (has_path || matches!(path, "" | "/"));
    is_right.then(|| format!(":{port}{}", if has_path { path } else { "" }))
}

/// Checks a port.
///
/// # Errors
/// It is wrong.
pub fn check_port(text: &str, template: &Template) -> Result<(), Diagnostic> {
    if is_port(text) {
        return Ok(());
    }
    let found = Diagnostic::error(template.span, format!("`{}` is not a port", brief(text)));
    Err(match text.strip_prefix(':').filter(|digits| is_port(digits) && template.as_literal().is_some()) {
        Some(digits) => found.with_fix(template.span, digits),
        None => found.with_help("write a number from 1 to 65535"),
    })
}

/// Checks the path of a request.
///
/// # Errors
/// It is wrong.
pub fn check_path(text: &str, template: &Template) -> Result<(), Diagnostic> {
    let found = |why: &str| Diagnostic::error(template.span, format!("the path `{}` {why}", brief(text)));
    if !text.starts_with('/') {
        let found = found("does not start with `/`");
        return Err(match template.as_literal() {
            Some(_) => found.with_fix(template.span, quoted(&format!("/{text}"))),
            None => found.with_help("start it with `/`"),
        });
    }
    match text.contains(|c: char| c.is_control() || c == ' ') {
        true => Err(found("contains white space").with_help("encode it: a space is %20")),
        false => Ok(()),
    }
}

/// Checks a status or a range of them.
///
/// # Errors
/// It is wrong.
pub fn check_status(text: &str, template: &Template) -> Result<(), Diagnostic> {
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    let number = |text: &str| text.parse::<u16>().ok().filter(|status| text.len() == 3 && (100..600).contains(status));
    match number(low).zip(number(high)) {
        Some((low, high)) if low <= high => Ok(()),
        _ => Err(Diagnostic::error(template.span, format!("`{}` is not an HTTP status", brief(text)))
            .with_help("write a number such as `204`, or a range such as `200-299`")),
    }
}

/// Checks the name of a gRPC service.
///
/// # Errors
/// It is wrong.
pub fn check_service(text: &str, template: &Template) -> Result<(), Diagnostic> {
    if text.len() < 128 && !text.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return Ok(());
    }
    let found = Diagnostic::error(template.span, format!("`{}` is not the name of a gRPC service", brief(text)));
    Err(found.with_help("write its full name, as in `shop.v1.Orders`, with at most 127 characters"))
}

/// Checks the value of a header.
///
/// # Errors
/// It is wrong.
pub fn check_header(text: &str, template: &Template) -> Result<(), Diagnostic> {
    match text.contains(char::is_control) {
        true => {
            Err(Diagnostic::error(template.span, "the value of a header is one line")
                .with_help("delete the line breaks"))
        }
        false => Ok(()),
    }
}
