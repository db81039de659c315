//! The checks of a health check that Slipway's own probe carries out.

use serde_json::Value;

use super::form;
use crate::decode::{Context, Decode, Schemas, schema};
use crate::yaml::{Kind, Node};
use crate::{Map, Template};

record! {
    /// An HTTP request to the container itself. Redirects are not followed.
    pub struct HttpKeys as "an HTTP check" {
        /// The port that the program listens on.
        /// Example: `8080`
        port: Template where form::port_number,
        /// The path, with a query if necessary.
        /// Default: `/`
        /// Example: `/healthz`
        path: Option<Template> where form::url_path,
        /// Headers of the request. They are part of the image's config, so they cannot be secret.
        /// Example: `{ Host: shop.example.com }`
        headers: Map<Template> where form::headers,
        /// The status of a healthy program: a number, or a range.
        /// Default: `200-399`
        /// Example: `200-299`
        status: Option<Template> where form::http_status,
    }
}

record! {
    /// A call of `grpc.health.v1.Health/Check`, without TLS.
    pub struct GrpcKeys as "a gRPC check" {
        /// The port that the program listens on.
        /// Example: `50051`
        port: Template where form::port_number,
        /// The service whose health is asked for.
        /// Default: the whole server
        /// Example: `shop.v1.Orders`
        service: Option<Template> where form::grpc_service,
    }
}

/// Where a check is sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProbeAddress {
    /// The short form: `:PORT`, or `:PORT/path` for HTTP.
    Short(Template),
    /// The keys of the long form.
    Long {
        /// The port.
        port: Template,
        /// The path; `/` if absent.
        path: Option<Template>,
    },
}

/// An HTTP request: `:PORT/path`, or a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpCheck {
    /// Where it is sent to.
    pub address: ProbeAddress,
    /// Headers of the request.
    pub headers: Map<Template>,
    /// The status of a healthy program, or a range; `200-399` if absent.
    pub status: Option<Template>,
}

/// A gRPC call: `:PORT`, or a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrpcCheck {
    /// Where it is sent to.
    pub address: ProbeAddress,
    /// The service; the whole server if absent.
    pub service: Option<Template>,
}

impl Decode for HttpCheck {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if !matches!(node.kind, Kind::Map(_)) {
            let short = Template::decode(node, cx)?;
            form::http_address(&short, cx);
            return Some(Self { address: ProbeAddress::Short(short), headers: Map::default(), status: None });
        }
        let HttpKeys { port, path, headers, status } = HttpKeys::decode(node, cx)?;
        Some(Self { address: ProbeAddress::Long { port, path }, headers, status })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([Template::schema(schemas), HttpKeys::schema(schemas)])
    }
}

impl Decode for GrpcCheck {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if !matches!(node.kind, Kind::Map(_)) {
            let short = Template::decode(node, cx)?;
            form::port_address(&short, cx);
            return Some(Self { address: ProbeAddress::Short(short), service: None });
        }
        let GrpcKeys { port, service } = GrpcKeys::decode(node, cx)?;
        Some(Self { address: ProbeAddress::Long { port, path: None }, service })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([Template::schema(schemas), GrpcKeys::schema(schemas)])
    }
}
