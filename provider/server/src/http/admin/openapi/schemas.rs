//! The schemas of the document, made of the types.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::components::reference;
use super::shapes;
use crate::http::admin::operation::{Body, Media};

const COMPONENTS: &str = "/components/schemas";

/// The schemas, by name.
pub(super) struct Schemas {
    /// Those of answers: a member that is always written is always there.
    answers: SchemaGenerator,
    /// Those of bodies, with what they refer to.
    bodies: BTreeMap<&'static str, (Media, Value, Map<String, Value>)>,
    /// Those that are whole in themselves.
    whole: BTreeMap<String, Value>,
}

impl Schemas {
    pub(super) fn new() -> Self {
        Self {
            answers: settings().for_serialize().into_generator(),
            bodies: BTreeMap::new(),
            whole: BTreeMap::new(),
        }
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
        let mut generator = settings().for_deserialize().into_generator();
        let mut schema = (body.schema)(&mut generator).to_value();
        let mut others = generator.take_definitions(true);
        if let Some(members) = schema.as_object_mut() {
            members.remove("title");
            if let Some(Value::Object(own)) = members.remove("components").and_then(own_schemas) {
                others.extend(own);
            }
        }
        self.bodies.insert(body.name, (body.media, schema, others));
        reference("schemas", body.name)
    }

    /// Adds one that was made elsewhere, whole in itself.
    pub(super) fn add(&mut self, name: String, schema: Value) {
        self.whole.insert(name, schema);
    }

    /// All of them, in the shape of the document.
    pub(super) fn take(mut self) -> Map<String, Value> {
        let mut all = self.answers.take_definitions(true);
        all.values_mut().for_each(shapes::tidy);
        for (name, (media, mut schema, mut others)) in self.bodies {
            shapes::tidy(&mut schema);
            others.values_mut().for_each(shapes::tidy);
            inline(&mut schema, &mut all, &others);
            if let Some(members) = schema.as_object_mut() {
                if media == Media::MergePatch {
                    patch_of(members);
                } else if media == Media::Partial {
                    members.remove("required");
                }
            }
            all.insert(name.to_owned(), schema);
        }
        self.whole.values_mut().for_each(shapes::tidy);
        all.extend(self.whole);
        all
    }
}

fn settings() -> SchemaSettings {
    SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = COMPONENTS.into();
        settings.meta_schema = None;
    })
}

/// What a whole schema brings along: its definitions stand where its references lead.
fn own_schemas(mut components: Value) -> Option<Value> {
    components.as_object_mut()?.remove("schemas")
}

/// Bodies are whole in themselves, since what may be left out of them is not what may be missing in an answer. Words and
/// numbers are the same everywhere, and stay references.
fn inline(schema: &mut Value, all: &mut Map<String, Value>, others: &Map<String, Value>) {
    match schema {
        Value::Object(members) => {
            let name =
                members.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next());
            let meant = name.and_then(|name| Some((name.to_owned(), others.get(name)?.clone())));
            if let Some((name, target)) = meant {
                let known = all.get(&name);
                if is_scalar(&target) && known.is_none_or(|known| *known == target) {
                    all.insert(name, target);
                    return;
                }
                members.remove("$ref");
                if let Value::Object(target) = target {
                    for (key, value) in target {
                        members.entry(key).or_insert(value);
                    }
                }
                return inline(schema, all, others);
            }
            members.values_mut().for_each(|member| inline(member, all, others));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| inline(item, all, others)),
        _ => {}
    }
}

fn is_scalar(schema: &Value) -> bool {
    let name = schema.get("type").and_then(Value::as_str).unwrap_or_default();
    ["string", "integer", "number", "boolean"].contains(&name)
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
        Value::Object(members) => object_or_null(members),
        other => other,
    }
}

fn object_or_null(mut members: Map<String, Value>) -> Value {
    let absent = json!({"type": "null"});
    if let Some(target) = members.remove("$ref") {
        members.insert("anyOf".to_owned(), json!([{"$ref": target}, absent]));
        return members.into();
    }
    let choices = members.get("anyOf").and_then(Value::as_array);
    if choices.is_some_and(|choices| choices.contains(&absent)) {
        return members.into();
    }
    json!({"anyOf": [members, absent]})
}
