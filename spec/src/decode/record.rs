//! [`record!`]: a map with fixed keys, declared once.

/// Declares a struct that is decoded from a map: its type, decoder and schema.
///
/// ```text
/// record! {
///     /// What it is; becomes the description in the schema.
///     pub struct Name as "what messages call it" {
///         /// What the key means.
///         /// Example: `[a, b]`
///         field: Type,
///         /// A key that is not a valid name for a field.
///         field = "enum": Type,
///         /// A key with additional checks: `fn(&Type, &mut Context)` reports invalid values.
///         field: Type where form::absolute,
///     }
/// }
/// ```
///
/// `(Default)` after the noun makes keys of this type optional. A trailing `..field: Other` includes the keys of
/// another record.
macro_rules! record {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident as $noun:literal $(($derive:ident))? {
            $( $(#[doc = $field_doc:literal])* $field:ident $(= $key:literal)? : $type:ty $(where $check:path)?, )*
            $( ..$flat:ident : $flat_type:ident, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq $(, $derive)?)]
        pub struct $name {
            $( $(#[doc = $field_doc])* pub $field: $type, )*
            $( #[doc = concat!("Further keys: see [`", stringify!($flat_type), "`].")] pub $flat: $flat_type, )*
        }

        impl $name {
            /// Decodes its keys from a map that may have others.
            #[allow(dead_code)] // Not every record is included in another.
            pub(crate) fn read(fields: &mut $crate::decode::Fields<'_>, cx: &mut $crate::decode::Context) -> Option<Self> {
                $(
                    let $field = fields.read::<$type>(record!(@key $field $($key)?), cx);
                    $( if let Some(value) = &$field { $check(value, cx); } )?
                )*
                $( let $flat = $flat_type::read(fields, cx); )*
                Some(Self { $( $field: $field?, )* $( $flat: $flat?, )* })
            }

            /// Its keys, for the schema of a map that includes them.
            pub(crate) fn properties(schemas: &mut $crate::decode::Schemas) -> Vec<$crate::decode::Property> {
                #[allow(unused_mut)] // Only for records that include others.
                let mut properties = vec![$( $crate::decode::Property {
                    key: record!(@key $field $($key)?),
                    docs: &[$($field_doc),*],
                    schema: <$type as $crate::decode::Decode>::schema(schemas),
                    required: <$type as $crate::decode::Decode>::absent().is_none(),
                }, )*];
                $( properties.extend($flat_type::properties(schemas)); )*
                properties
            }
        }

        impl $crate::decode::Decode for $name {
            fn decode(node: &$crate::yaml::Node, cx: &mut $crate::decode::Context) -> Option<Self> {
                let mut fields = $crate::decode::Fields::open(node, $noun, cx)?;
                let record = Self::read(&mut fields, cx);
                fields.finish(cx);
                record
            }

            $( fn absent() -> Option<Self> {
                Some(<Self as $derive>::default())
            } )?

            fn schema(schemas: &mut $crate::decode::Schemas) -> serde_json::Value {
                schemas.named(stringify!($name), |schemas| {
                    let properties = Self::properties(schemas);
                    $crate::decode::schema::object(&[$($doc),*], properties)
                })
            }
        }
    };
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
}
