//! The schemas of the document, made of the types.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::http::admin::operation::{Body, Media};

/// The schemas, by name.
pub(super) struct Schemas {
    /// Those of answers: a member that is always written is always there.
    answers: SchemaGenerator,
    /// Those of bodies, which are whole in themselves.
    bodies: Map<String, Value>,
}

impl Schemas {
    pub(super) fn new() -> Self {
        let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        });
        Self { answers: settings.into_generator(), bodies: Map::new() }
    }

    /// The schema of a type.
    pub(super) fn of<T: JsonSchema>(&mut self) -> Value {
        self.answers.subschema_for::<T>().to_value()
    }

    /// The schema of an answer.
    pub(super) fn answer(&mut self, schema: fn(&mut SchemaGenerator) -> Schema) -> Value {
        schema(&mut self.answers).to_value()
    }

    /// A reference to the schema of a body.
    pub(super) fn body(&mut self, body: &Body) -> Value {
        let settings = SchemaSettings::draft2020_12().for_deserialize().with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        });
        let mut schema = (body.schema)(&mut settings.into_generator()).to_value();
        if let Some(members) = schema.as_object_mut() {
            members.remove("title");
            match body.media {
                Media::Json | Media::Lines => {}
                Media::Partial => {
                    members.remove("required");
                }
                Media::MergePatch => patch_of(members),
            }
        }
        self.bodies.insert(body.name.to_owned(), schema);
        json!({"$ref": format!("#/components/schemas/{}", body.name)})
    }

    /// Adds one that was made elsewhere, whole in itself.
    pub(super) fn add(&mut self, name: &str, schema: Value) {
        self.bodies.insert(name.to_owned(), schema);
    }

    /// All of them.
    pub(super) fn take(mut self) -> Map<String, Value> {
        let mut all = self.answers.take_definitions(true);
        all.extend(self.bodies);
        all
    }
}

/// What changes an object (RFC 7396): no member must be there, and each may be null. An id does not change.
fn patch_of(schema: &mut Map<String, Value>) {
    schema.remove("required");
    schema.remove("default");
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    properties.remove("client_id");
    for property in properties.values_mut() {
        if let Some(inner) = property.as_object_mut() {
            patch_of(inner);
        }
        *property = or_null(property.take());
    }
}

fn or_null(mut schema: Value) -> Value {
    if let Some(kind) = schema.get_mut("type") {
        match kind {
            Value::String(one) if one != "null" => *kind = json!([one, "null"]),
            Value::Array(several) if !several.contains(&json!("null")) => several.push(json!("null")),
            _ => {}
        }
        // A list of words would exclude it.
        if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut)
            && !words.contains(&Value::Null)
        {
            words.push(Value::Null);
        }
        return schema;
    }
    match schema {
        Value::Object(_) => json!({"anyOf": [schema, {"type": "null"}]}),
        other => other,
    }
}
