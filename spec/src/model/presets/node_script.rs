//! The scripts of a Node build.

use serde_json::Value;

use crate::decode::{Context, Decode, Schemas, schema};
use crate::model::{NetworkMode, SecretRef, form};
use crate::yaml::{Kind, Node};
use crate::{Diagnostic, Map, Template};

record! {
    /// A script of `package.json`, and how the build runs it.
    pub struct NodeScriptKeys as "a script" {
        /// Its name.
        /// Example: `build`
        script: Template,
        /// Its arguments, one word each.
        /// Example: `[--outDir, ../server/dist]`
        args: Vec<Template> where words,
        /// Environment of this script only.
        /// Example: `{ VITE_API: /api }`
        env: Map<Template> where form::variables,
        /// Its network access.
        /// Default: `none`
        /// Example: `default`
        network: Option<NetworkMode>,
        /// Secrets that the script sees, by id.
        /// Example: `[npmrc]`
        secrets: Vec<SecretRef>,
    }
}

/// A script of `package.json`: its name, or a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeScript {
    /// Its name.
    pub script: Template,
    /// Its arguments.
    pub args: Vec<Template>,
    /// Environment of this script only.
    pub env: Map<Template>,
    /// Its network access.
    pub network: NetworkMode,
    /// Secrets that the script sees.
    pub secrets: Vec<SecretRef>,
}

impl Decode for NodeScript {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if matches!(node.kind, Kind::Map(_)) {
            let NodeScriptKeys { script, args, env, network, secrets } = NodeScriptKeys::decode(node, cx)?;
            return Some(Self { script, args, env, network: network.unwrap_or(NetworkMode::None), secrets });
        }
        Some(Self {
            script: Template::decode(node, cx)?,
            args: Vec::new(),
            env: Map::default(),
            network: NetworkMode::None,
            secrets: Vec::new(),
        })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([Template::schema(schemas), NodeScriptKeys::schema(schemas)])
    }
}

/// What a shell would interpret.
const SHELL: &[&str] = &["&&", "||", "|", ";", "&", ">", ">>", "<", "2>&1"];

/// Arguments are words, not lines of a shell.
fn words(args: &Vec<Template>, cx: &mut Context) {
    for arg in args {
        let Some(text) = arg.as_literal() else { continue };
        let (option, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        if SHELL.contains(&text) {
            cx.report(
                Diagnostic::error(
                    arg.span,
                    format!("`{text}` is for a shell, but arguments reach the script unchanged"),
                )
                .with_help("write another item of `scripts` for another script, and `run` for a command"),
            );
        } else if option.starts_with('-') && !rest.trim().is_empty() && !option.contains(['=', '"', '\'']) {
            let words = text.split_whitespace().collect::<Vec<_>>().join(", ");
            cx.report(
                Diagnostic::error(arg.span, format!("`{text}` is one argument, and no option has this name"))
                    .with_help(format!("write each word as an item: `[{words}]`")),
            );
        }
    }
}
