//! Health checks of images.

use serde_json::{Value, json};

use super::{Timespan, form};
use crate::decode::{Context, Decode, Fields, Schemas, convert, schema, text};
use crate::yaml::Node;
use crate::{Diagnostic, Span, Template};

record! {
    /// How Docker finds out whether a container is healthy. It has one of `http`, `tcp` and `run`.
    pub struct HealthcheckKeys as "a health check" {
        /// A port and path that must answer with a status below 400; asked by Slipway's own probe, so that the image
        /// needs no shell.
        /// Example: `":8080/healthz"`
        http: Option<Template> where form::http_port,
        /// A port that must take connections.
        /// Example: `":5432"`
        tcp: Option<Template> where form::tcp_port,
        /// A program of the image that must succeed, as a list.
        /// Example: `[/api, health]`
        run: Option<Vec<Template>>,
        /// Time between two checks.
        /// Default: `30s`
        /// Example: `10s`
        interval: Option<Timespan>,
        /// Time that a check may take.
        /// Default: `30s`
        /// Example: `5s`
        timeout: Option<Timespan>,
        /// Time that the program may take to start, during which failures do not count.
        /// Default: `0s`
        /// Example: `10s`
        start_period: Option<Timespan>,
        /// Time between two checks while the program starts.
        /// Default: `5s`
        /// Example: `1s`
        start_interval: Option<Timespan>,
        /// Failures in a row that make a container unhealthy.
        /// Default: `3`
        /// Example: `3`
        retries: Option<u32>,
    }
}

/// What a health check does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HealthTest {
    /// Asks a web server.
    Http(Template),
    /// Connects to a port.
    Tcp(Template),
    /// Runs a program of the image.
    Run(Vec<Template>),
}

/// A health check, or the word `none`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Healthcheck {
    /// There is none, not even the runtime's.
    None,
    /// There is one.
    Check {
        /// Where it is written.
        span: Span,
        /// What it does.
        test: HealthTest,
        /// Time between two checks.
        interval: Option<Timespan>,
        /// Time that a check may take.
        timeout: Option<Timespan>,
        /// Time that the program may take to start.
        start_period: Option<Timespan>,
        /// Time between two checks while the program starts.
        start_interval: Option<Timespan>,
        /// Failures in a row that make a container unhealthy.
        retries: Option<u32>,
    },
}

/// Reports Compose's `{ disable: true }` and `{ test: NONE }`.
fn report_none(node: &Node, cx: &mut Context) -> bool {
    let is_disabled = node.get("disable").is_some_and(|value| text(value) == Some("true"));
    let test = node.get("test").map(convert::health_check);
    let is_none = is_disabled || test.is_some_and(|test| test.write.as_deref() == Some("none"));
    if is_none {
        let found = Diagnostic::error(node.span, "this says that there is no health check");
        cx.report(found.with_fix(node.span, "none"));
    }
    is_none
}

impl Decode for Healthcheck {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if text(node) == Some("none") {
            return Some(Self::None);
        }
        if !matches!(node.kind, crate::yaml::Kind::Map(_)) {
            cx.wrong_type(node, "a health check (a map, or `none`)");
            return None;
        }
        if report_none(node, cx) {
            return None;
        }
        super::compose_health::report(node, cx);
        let mut fields = Fields::open(node, "a health check", cx)?;
        let keys = HealthcheckKeys::read(&mut fields, cx);
        let mut written = ["http", "tcp", "run"].into_iter().filter_map(|key| fields.find(key)).map(|entry| &entry.key);
        let (first, second) = (written.next(), written.next());
        let is_strange = fields.finish(cx);
        let HealthcheckKeys { http, tcp, run, interval, timeout, start_period, start_interval, retries } = keys?;
        let Some(first) = first else {
            if !is_strange {
                cx.report(
                    Diagnostic::error(node.span.at_start(), "this health check does not say what it checks")
                        .with_help("add `run: [/program, argument]`"),
                );
            }
            return None;
        };
        if let Some(second) = second {
            cx.report(
                Diagnostic::error(
                    second.span,
                    format!("a health check does one thing, and this one has `{}` too", first.value),
                )
                .with_label(first.span, "the other one")
                .with_help("keep one of the two"),
            );
            return None;
        }
        let test = match (http, tcp, run) {
            (Some(http), ..) => HealthTest::Http(http),
            (_, Some(tcp), _) => HealthTest::Tcp(tcp),
            (_, _, run) => HealthTest::Run(run?),
        };
        Some(Self::Check { span: node.span, test, interval, timeout, start_period, start_interval, retries })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([json!({ "const": "none" }), HealthcheckKeys::schema(schemas)])
    }
}
