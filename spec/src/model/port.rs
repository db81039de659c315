//! Ports that an image listens on.

use std::fmt;

use serde_json::{Value, json};

use super::scalar::parse;
use crate::decode::{Context, Decode, Schemas, convert, text};
use crate::yaml::{Node, quoted};
use crate::{Diagnostic, Span, Template};
use slipway_diagnostic::brief;

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

/// A port, with its protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port {
    /// Its number, never 0.
    pub number: u16,
    /// Its protocol.
    pub protocol: Protocol,
}

impl Port {
    /// What to write for a port.
    pub const HELP: &str = "write a number from 1 to 65535, or `53/udp`";

    /// The port that a text means; `None` if it is none.
    #[must_use]
    pub fn read(written: &str) -> Option<Self> {
        let (number, protocol) = match written.split_once('/') {
            None => (written, Protocol::Tcp),
            Some((number, "tcp")) => (number, Protocol::Tcp),
            Some((number, "udp")) => (number, Protocol::Udp),
            Some((number, "sctp")) => (number, Protocol::Sctp),
            Some(_) => return None,
        };
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.then(|| number.parse::<u16>().ok()).flatten().filter(|number| *number > 0)?;
        Some(Self { number, protocol })
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = match self.protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Sctp => "sctp",
        };
        write!(f, "{}/{protocol}", self.number)
    }
}

/// A port that an image exposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExposedPort {
    /// A port, and where it is written.
    Known(Port, Span),
    /// A text with arguments, which becomes a port when they are set.
    Given(Template),
}

impl ExposedPort {
    /// Where it is written.
    #[must_use]
    pub const fn span(&self) -> Span {
        match self {
            Self::Known(_, span) => *span,
            Self::Given(text) => text.span,
        }
    }
}

impl Decode for ExposedPort {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let Some(written) = text(node).filter(|text| Port::read(text).is_none()) else {
            return parse(node, "a port", Port::HELP, cx, Port::read).map(|port| Self::Known(port, node.span));
        };
        let not_a_port = || Diagnostic::error(node.span, format!("`{}` is not a port", brief(written)));
        if let Some(inside) = convert::port(written) {
            let help = format!("write `{inside}`, the port in the container; `docker run -p` publishes it");
            cx.report(not_a_port().with_help(help).with_fix(node.span, inside));
            return None;
        }
        let given = Template::decode(node, cx)?;
        if given.as_literal().is_none() {
            return Some(Self::Given(given));
        }
        match written.strip_prefix('$').filter(|_| given.bare_name().is_some()) {
            Some(name) => cx.report(not_a_port().with_fix(node.span, quoted(&format!("${{{name}}}")))),
            None => cx.report(not_a_port().with_help(Port::HELP)),
        }
        None
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schemas.named("Port", |_| {
            json!({
                "description": "A port from 1 to 65535, with its protocol if that is not TCP: `8080`, `53/udp`, `${PORT}`.",
                "type": ["integer", "string"],
                "minimum": 1,
                "maximum": 65535,
                "pattern": "^(0*[1-9][0-9]*(/(tcp|udp|sctp))?|.*\\$\\{.*)$",
                "patternErrorMessage": Port::HELP,
            })
        })
    }
}
