//! The keys of a build: which presets have them, and their JSON Schema.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::{Build, BuildKeys, BuildPackages, WrittenSource};
use crate::decode::{Decode, Property, Schemas, schema};
use crate::model::{Preset, PresetOptions};

impl Build {
    /// The keys of builds of all presets.
    pub(in crate::model) fn keys() -> Vec<&'static str> {
        let preset = Property { key: "preset", docs: &[], schema: Value::Null, required: false };
        Self::every_property(preset, &mut Schemas::default()).into_iter().map(|property| property.key).collect()
    }

    /// The presets that support a key.
    pub(in crate::model) fn presets_with(key: &str) -> impl Iterator<Item = &'static str> {
        static KEYS: OnceLock<Vec<(&str, BTreeSet<&str>)>> = OnceLock::new();
        let keys = KEYS.get_or_init(|| {
            let of = |preset: Preset| {
                let mut schemas = Schemas::default();
                let options = PresetOptions::properties(preset, &mut schemas);
                options.into_iter().chain(Self::common_properties(&mut schemas)).map(|property| property.key).collect()
            };
            Preset::ALL.iter().map(|(word, preset)| (*word, of(*preset))).collect()
        });
        keys.iter().filter(move |(_, keys)| keys.contains(key)).map(|(word, _)| *word)
    }

    /// The keys that every preset has, without the preset's name.
    fn common_properties(schemas: &mut Schemas) -> Vec<Property> {
        let mut properties = vec![
            Property {
                key: "source",
                docs: &[" The folder of the source files, or a map that selects some of them.", " Example: `./shop`"],
                schema: WrittenSource::schema(schemas),
                required: false,
            },
            Property {
                key: "packages",
                docs: &[
                    " System packages for the build steps, or a map with separate lists for steps and images.",
                    " Example: `[libpq-dev]`",
                ],
                schema: BuildPackages::schema(schemas),
                required: false,
            },
        ];
        properties.extend(BuildKeys::properties(schemas));
        properties
    }

    /// The keys of a build whose preset is unknown: those of every preset, after a first one.
    pub(super) fn every_property(first: Property, schemas: &mut Schemas) -> Vec<Property> {
        let mut properties = vec![first];
        properties.extend(Self::common_properties(schemas));
        let mut options: BTreeMap<&str, Vec<Property>> = BTreeMap::new();
        for (_, preset) in Preset::ALL {
            for option in PresetOptions::properties(*preset, schemas) {
                options.entry(option.key).or_default().push(option);
            }
        }
        for (key, mut meanings) in options {
            let last = meanings.pop();
            if meanings.is_empty() {
                properties.extend(last);
                continue;
            }
            // Presets may use one name with different meanings.
            let forms = meanings.into_iter().chain(last).map(|Property { mut schema, docs, .. }| {
                schema::describe(&mut schema, docs);
                schema
            });
            properties.push(Property { key, docs: &[], schema: schema::any_of(forms), required: false });
        }
        properties
    }

    /// The schema of one preset's options, with or without the key that names the preset.
    pub(in crate::model) fn schema_of(preset: Preset, leading: Option<Property>, schemas: &mut Schemas) -> Value {
        let properties = leading
            .into_iter()
            .chain(Self::common_properties(schemas))
            .chain(PresetOptions::properties(preset, schemas))
            .collect();
        schema::object(&[], properties)
    }

    /// The schema of a build with any preset.
    pub(super) fn any_schema(schemas: &mut Schemas) -> Value {
        schemas.named("Build", |schemas| {
            let preset = || Property {
                key: "preset",
                docs: &[" The preset, which is the language of the build.", " Example: `go`"],
                schema: Preset::schema(&mut Schemas::default()),
                required: false,
            };
            let forms: Vec<_> = Preset::ALL
                .iter()
                .map(|(word, each)| {
                    json!({
                        "if": { "required": ["preset"], "properties": { "preset": { "const": word } } },
                        "then": Self::schema_of(*each, Some(preset()), schemas),
                    })
                })
                .collect();
            let mut name = preset().schema;
            schema::describe(&mut name, preset().docs);
            // A build that overrides an included one may omit its preset; its options cannot be checked then.
            let part = schema::object(&[], Self::every_property(preset(), schemas));
            json!({
                "description": "A build: what a preset makes from sources.",
                "type": "object",
                "properties": { "preset": name },
                "allOf": forms,
                "if": { "required": ["preset"] },
                "else": part,
            })
        })
    }
}
