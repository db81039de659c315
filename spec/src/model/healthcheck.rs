//! Health checks of images.

use serde_json::{Value, json};

use super::{GrpcCheck, HttpCheck, Timespan, form};
use crate::decode::{Context, Decode, Fields, Schemas, convert, schema, text};
use crate::yaml::Node;
use crate::{Diagnostic, Span, Template};

record! {
    /// How Docker checks whether a container is healthy. It has exactly one of `http`, `tcp`, `grpc` and `run`.
    pub struct HealthcheckKeys as "a health check" {
        /// A port and a path that must answer with a status from 200 to 399, or a map with headers and another status.
        /// Slipway's own probe sends the request, so the image needs no shell.
        /// Example: `":8080/healthz"`
        http: Option<HttpCheck>,
        /// A port that must accept connections.
        /// Example: `":5432"`
        tcp: Option<Template> where form::port_address,
        /// A port whose gRPC server must be healthy, by `grpc.health.v1.Health`, or a map with the name of a service.
        /// Example: `":50051"`
        grpc: Option<GrpcCheck>,
        /// A program of the image that must succeed, as a list.
        /// Example: `[/api, health]`
        run: Option<Vec<Template>>,
        /// Time between two checks.
        /// Default: `30s`
        /// Example: `10s`
        interval: Option<Timespan>,
        /// Time limit of a check.
        /// Default: `30s`
        /// Example: `5s`
        timeout: Option<Timespan>,
        /// Time that the program may take to start; failures during this time do not count.
        /// Default: `0s`
        /// Example: `10s`
        start_period: Option<Timespan>,
        /// Time between two checks while the program starts.
        /// Default: `5s`
        /// Example: `1s`
        start_interval: Option<Timespan>,
        /// Number of consecutive failures that make a container unhealthy.
        /// Default: `3`
        /// Example: `3`
        retries: Option<u32>,
    }
}

/// What is written for a health check.
const EXPECTED: &str = "a health check (a map, or `none`)";

/// The keys of which a health check has exactly one.
pub(crate) const KINDS: [&str; 4] = ["http", "tcp", "grpc", "run"];

/// What a health check does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HealthTest {
    /// Sends an HTTP request.
    Http(Box<HttpCheck>),
    /// Connects to a port.
    Tcp(Template),
    /// Asks a gRPC server for its health.
    Grpc(Box<GrpcCheck>),
    /// Runs a program of the image.
    Run(Vec<Template>),
}

/// A health check, or the word `none`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Healthcheck {
    /// No health check, not even the runtime's.
    None,
    /// A health check.
    Check {
        /// Where the spec defines it.
        span: Span,
        /// What it does.
        test: HealthTest,
        /// Time between two checks.
        interval: Option<Timespan>,
        /// Time limit of a check.
        timeout: Option<Timespan>,
        /// Time that the program may take to start.
        start_period: Option<Timespan>,
        /// Time between two checks while the program starts.
        start_interval: Option<Timespan>,
        /// Number of consecutive failures that make a container unhealthy.
        retries: Option<u32>,
    },
}

/// Reports Compose's `{ disable: true }` and `{ test: NONE }`.
fn report_none(node: &Node, cx: &mut Context) -> bool {
    let is_disabled = node.get("disable").is_some_and(|value| text(value) == Some("true"));
    let test = node.get("test").map(convert::health_check);
    let is_none = is_disabled || test.is_some_and(|test| test.write.as_deref() == Some("none"));
    if is_none {
        let found = Diagnostic::error(node.span, "this disables the health check in Compose syntax");
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
            cx.wrong_type(node, EXPECTED);
            return None;
        }
        if report_none(node, cx) {
            return None;
        }
        super::compose_health::report(node, cx);
        let mut fields = Fields::open(node, "a health check", cx)?;
        let keys = HealthcheckKeys::read(&mut fields, cx);
        let mut written = KINDS.into_iter().filter_map(|key| fields.find(key)).map(|entry| &entry.key);
        let (first, second) = (written.next(), written.next());
        let is_strange = fields.finish(cx);
        let HealthcheckKeys { http, tcp, grpc, run, interval, timeout, start_period, start_interval, retries } = keys?;
        let Some(first) = first else {
            if !is_strange {
                cx.report(
                    Diagnostic::error(node.span.at_start(), "this health check does not check anything").with_help(
                        "add `http: \":8080/healthz\"` with its port and path, or `run: [/program, argument]`",
                    ),
                );
            }
            return None;
        };
        if let Some(second) = second {
            cx.report(
                Diagnostic::error(
                    second.span,
                    format!(
                        "a health check has exactly one of `http`, `tcp`, `grpc` and `run`, but this one also has `{}`",
                        first.value
                    ),
                )
                .with_label(first.span, "the other one")
                .with_help("keep one of the two"),
            );
            return None;
        }
        let test = match (http, tcp, grpc, run) {
            (Some(http), ..) => HealthTest::Http(Box::new(http)),
            (_, Some(tcp), ..) => HealthTest::Tcp(tcp),
            (.., Some(grpc), _) => HealthTest::Grpc(Box::new(grpc)),
            (.., run) => HealthTest::Run(run?),
        };
        Some(Self::Check { span: node.span, test, interval, timeout, start_period, start_interval, retries })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        // Editors show what the first form says.
        let none = json!({ "const": "none", "errorMessage": format!("{EXPECTED} is expected here") });
        schema::any_of([none, HealthcheckKeys::schema(schemas)])
    }
}
