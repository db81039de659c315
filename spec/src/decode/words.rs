//! [`words!`]: one of a fixed set of words, declared once.

use super::hint::Hint;
use super::{Context, Decode, convert};
use crate::Diagnostic;
use crate::yaml::Node;
use slipway_diagnostic::{brief, closest};

/// Declares an enum with a word for each variant: its type, decoder and schema.
macro_rules! words {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident as $noun:literal { $( $(#[doc = $word_doc:literal])* $variant:ident = $word:literal, )* }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[doc = $word_doc])* $variant, )* }

        impl $name {
            /// All variants with their words.
            pub const ALL: &[(&'static str, Self)] = &[$( ($word, Self::$variant), )*];

            /// Its word.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $( Self::$variant => $word, )* }
            }
        }

        impl $crate::decode::Decode for $name {
            fn decode(node: &$crate::yaml::Node, cx: &mut $crate::decode::Context) -> Option<Self> {
                $crate::decode::decode_word(node, $noun, Self::ALL, cx)
            }

            fn schema(_: &mut $crate::decode::Schemas) -> serde_json::Value {
                serde_json::json!({
                    "enum": [$( $word ),*],
                    "enumDescriptions": [$( concat!($($word_doc),*).trim() ),*],
                })
            }
        }
    };
}

/// Reads one of a fixed set of words.
pub(crate) fn decode_word<T: Copy>(
    node: &Node,
    noun: &str,
    words: &[(&'static str, T)],
    cx: &mut Context,
) -> Option<T> {
    let word = String::decode(node, cx)?;
    let found = words.iter().find(|(name, _)| *name == word);
    if found.is_none() {
        let names = words.iter().map(|(name, _)| *name);
        // `prod` means `production`, although the words are not similar enough.
        let is_part = |name: &&str| word.len() > 2 && (name.starts_with(word.as_str()) || word.starts_with(name));
        let close = closest(&word, names.clone()).or_else(|| names.clone().find(is_part));
        let found = Diagnostic::error(node.span, format!("`{}` is not a {noun}", brief(&word)));
        let found = found.with_help_if(Diagnostic::suggestion(&word, names, "choose one of"));
        cx.report(match convert::for_word(&word, noun) {
            Some(Hint { help, write: Some(write) }) => found.with_help(help).with_fix(node.span, write),
            Some(Hint { help, write: None }) => found.with_help(help),
            None => found.with_closest(node.span, close),
        });
    }
    found.map(|(_, value)| *value)
}
