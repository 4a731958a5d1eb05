//! JSON Schema of the map language, for editors: what completes keys, flags misspelt ones and shows what a key means. The
//! shapes in the files beside this one mirror what `read` takes; tests hold the two together, key by key. Nothing is ever
//! read through them, because the reader keeps the place of every word and a schema does not.
//!
//! To add a key, add a field with a doc comment to the shape, then `UPDATE_SCHEMA=1 cargo test -p mapcase-tests --test
//! schema`. An `Option` is a key that may be left out.

mod files;
mod map;
mod scenarios;
mod steps;
mod words;

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

/// The kinds of files, each by its first key, in the order in which a file's keys tell what it is: `calendar` is a key of a
/// map and of an atlas too, `controls` of a map.
pub const KINDS: [&str; 5] = ["atlas", "map", "scenarios", "controls", "calendar"];

/// The schema of one kind of files; none where there is no such kind.
pub fn of_kind(kind: &str) -> Option<Value> {
    match kind {
        "atlas" => Some(root::<files::Atlas>("A mapcase atlas")),
        "map" => Some(root::<map::Map>("A mapcase map")),
        "scenarios" => Some(root::<scenarios::Scenarios>("Stories that test a mapcase map")),
        "controls" => Some(root::<files::Controls>("A mapcase register of controls")),
        "calendar" => Some(root::<files::Calendar>("A mapcase calendar")),
        _ => None,
    }
}

/// One schema for every file of an atlas: it looks at which of the first keys is there.
pub fn of_all() -> Value {
    let mut definitions = Map::new();
    let mut heads = Map::new();
    for kind in KINDS {
        let Some(Value::Object(mut schema)) = of_kind(kind) else { continue };
        schema.remove("$schema");
        if let Some(Value::Object(inner)) = schema.remove("definitions") {
            definitions.extend(inner);
        }
        let head = schema.get("properties").and_then(|keys| keys.get(kind)).and_then(|key| key.get("description"));
        heads.insert(kind.to_string(), json!({ "description": head }));
        definitions.insert(format!("file-{kind}"), Value::Object(schema));
    }
    let nothing = json!({ "properties": heads, "anyOf": KINDS.map(|kind| json!({ "required": [kind] })) });
    let mut schema = KINDS.iter().rev().fold(nothing, |otherwise, kind| {
        json!({
            "if": { "required": [kind] },
            "then": { "$ref": format!("#/definitions/file-{kind}") },
            "else": otherwise,
        })
    });
    if let Value::Object(schema) = &mut schema {
        schema.insert("$schema".into(), DRAFT.into());
        schema.insert("title".into(), "A file of a mapcase atlas".into());
        schema.insert("type".into(), "object".into());
        schema.insert("definitions".into(), Value::Object(definitions));
    }
    schema
}

/// The draft that yaml-language-server knows best.
const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

fn root<T: JsonSchema>(title: &str) -> Value {
    let settings = SchemaSettings::draft07().with_transform(WithoutNull);
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".into(), title.into());
    schema.to_value()
}

/// schemars lets what is optional be `null` too. Here a key may be left out, but not stand without a value.
#[derive(Clone, Debug)]
struct WithoutNull;

impl Transform for WithoutNull {
    fn transform(&mut self, schema: &mut Schema) {
        let is_null = |schema: &Value| schema.get("type").is_some_and(|kind| kind == "null");
        if let Some(Value::Array(kinds)) = schema.get_mut("type") {
            kinds.retain(|kind| kind != "null");
            if let [one] = &kinds[..] {
                let one = one.clone();
                schema.insert("type".into(), one);
            }
        }
        if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
            choices.retain(|choice| !is_null(choice));
            if let [one] = &choices[..] {
                let one = one.clone();
                schema.remove("anyOf");
                schema.insert("allOf".into(), json!([one]));
            }
        }
        transform_subschemas(self, schema);
    }
}
