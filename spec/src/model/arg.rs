//! Arguments: values that `--build-arg` sets.

use serde_json::{Value, json};

use crate::decode::{Context, Decode, Schemas, schema};
use crate::yaml::{Kind, Node};
use crate::{Diagnostic, Spanned};
use slipway_diagnostic::closest;

record! {
    /// An argument: `--build-arg NAME=VALUE` sets its value.
    pub struct Arg as "an argument" (Default) {
        /// The value if the command line sets none.
        /// Example: `dev`
        default: Option<Spanned<String>>,
        /// What the argument is for; shown by `--call=outline`.
        /// Example: `Stamped into the program`
        description: Option<String>,
        /// The allowed values; any value if absent.
        /// Example: `[debug, release]`
        values = "enum": Vec<String>,
        /// Whether the command line must set it.
        /// Example: `true`
        required: bool,
    }
}

/// An argument in the spec: its default, or a map.
#[derive(Debug)]
pub(super) struct WrittenArg(pub(super) Arg);

impl Decode for WrittenArg {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if !matches!(node.kind, Kind::Map(_)) {
            return Some(Self(Arg { default: Some(Spanned::decode(node, cx)?), ..Arg::default() }));
        }
        let arg = Arg::decode(node, cx)?;
        if let (true, Some(default)) = (arg.required, &arg.default) {
            cx.report(
                Diagnostic::error(default.span, "a required argument cannot have a default")
                    .with_help("delete `default` or `required`"),
            );
        }
        if let Some(default) = &arg.default
            && !arg.values.is_empty()
            && !arg.values.contains(default)
        {
            let values = arg.values.iter().map(String::as_str);
            let message = format!("the default `{}` is not in `enum`", default.brief());
            let found = Diagnostic::error(default.span, message);
            let found = found.with_help_if(Diagnostic::suggestion(default, values.clone(), "it may be"));
            cx.report(found.with_closest(default.span, closest(default, values)));
        }
        Some(Self(arg))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        let mut short = schema::text();
        if let Some(object) = short.as_object_mut() {
            object.insert("description".to_owned(), json!("Its default."));
        }
        schema::any_of([short, Arg::schema(schemas)])
    }
}
