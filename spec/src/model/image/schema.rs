//! The JSON Schema of an image.

use serde_json::{Value, json};

use super::{Image, ImageKeys};
use crate::Template;
use crate::decode::{Decode, Property, Schemas, schema};
use crate::model::{Build, BuildUse, Preset, ShortForm, form};

impl Image {
    /// The schema of an image.
    pub(in crate::model) fn schema(schemas: &mut Schemas) -> Value {
        schemas.named("Image", |schemas| {
            let itself = json!({
                "$ref": "#/$defs/Image",
                "if": true,
                "then": {
                    "properties": { "variants": false, "extends": false },
                    "errorMessage": "a variant cannot have this key",
                },
            });
            let mut properties = vec![Property {
                key: "build",
                docs: &[
                    " The build of the program: its name, or `{ from: NAME, … }` with overrides.",
                    " Example: `api`",
                ],
                schema: BuildUse::schema(schemas),
                required: false,
            }];
            for (word, preset) in Preset::ALL {
                let short = Template::schema(schemas);
                let long = schemas.named(crate::model::PresetOptions::schema_name(*preset), |schemas| {
                    Build::schema_of(*preset, None, schemas)
                });
                properties.push(Property {
                    key: word,
                    docs: match preset.short_form() {
                        ShortForm::Main => &[
                            " A build for this image only: its main package, or a map of options.",
                            " Example: `./cmd/api`",
                        ],
                        ShortForm::Source => &[
                            " A build for this image only: the source folder, or a map of options.",
                            " Example: `./web`",
                        ],
                    },
                    schema: schema::any_of([short, long]),
                    required: false,
                });
            }
            properties.extend(ImageKeys::properties(schemas));
            properties.push(Property {
                key: "variants",
                docs: &[
                    " Variants of the image by name, with the keys that differ; `--target IMAGE/NAME` builds one.",
                    " Example: `{ debug: { runtime: slim } }`",
                ],
                schema: json!({
                    "type": "object",
                    "additionalProperties": itself,
                    "propertyNames": { "pattern": form::NAME },
                }),
                required: false,
            });
            schema::object(&[" An image."], properties)
        })
    }
}
