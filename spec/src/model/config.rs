//! What an image says about how it runs, in Dockerfile's words in lower case.

use crate::decode::{Context, Decode, Fields, text};
use crate::yaml::Node;
use crate::{Diagnostic, Map, Template};

/// The part of an image that ends in the config of the container image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImageConfig {
    /// Environment.
    pub env: Map<Template>,
    /// Labels.
    pub labels: Map<Template>,
    /// User and group it runs as.
    pub user: Option<Template>,
    /// Working directory.
    pub workdir: Option<Template>,
    /// Ports it listens on.
    pub expose: Vec<Port>,
    /// Paths that are volumes.
    pub volumes: Vec<Template>,
    /// The program, in exec form.
    pub entrypoint: Option<Vec<Template>>,
    /// Its arguments, in exec form.
    pub cmd: Option<Vec<Template>>,
    /// The signal that stops it.
    pub stop_signal: Option<Template>,
}

impl ImageConfig {
    pub(super) fn read(fields: &mut Fields<'_>, cx: &mut Context) -> Self {
        Self {
            env: fields.or_default("env", cx),
            labels: fields.or_default("labels", cx),
            user: fields.optional("user", cx),
            workdir: fields.optional("workdir", cx),
            expose: fields.or_default("expose", cx),
            volumes: fields.or_default("volumes", cx),
            entrypoint: fields.optional("entrypoint", cx),
            cmd: fields.optional("cmd", cx),
            stop_signal: fields.optional("stop_signal", cx),
        }
    }
}

/// A port's protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

/// A port that an image listens on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port {
    /// Its number, never 0.
    pub number: u16,
    /// Its protocol.
    pub protocol: Protocol,
}

impl std::fmt::Display for Port {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let protocol = match self.protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Sctp => "sctp",
        };
        write!(f, "{}/{protocol}", self.number)
    }
}

impl Decode for Port {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let Some(written) = text(node) else {
            cx.wrong_type(node, "a port");
            return None;
        };
        let (number, protocol) = match written.split_once('/') {
            None => (written, Some(Protocol::Tcp)),
            Some((number, "tcp")) => (number, Some(Protocol::Tcp)),
            Some((number, "udp")) => (number, Some(Protocol::Udp)),
            Some((number, "sctp")) => (number, Some(Protocol::Sctp)),
            Some((number, _)) => (number, None),
        };
        let number = number
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| number.parse::<u16>().ok())
            .flatten()
            .filter(|number| *number > 0);
        match (number, protocol) {
            (Some(number), Some(protocol)) => Some(Self { number, protocol }),
            _ => {
                cx.report(
                    Diagnostic::error(node.span, format!("`{written}` is not a port"))
                        .with_help("write a number from 1 to 65535, or `53/udp`"),
                );
                None
            }
        }
    }
}
