//! The JSON schema (2020-12) of each type of event, made of the types.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use super::{DATA_VERSION, Envelope, Form, Plain, SOURCE, SPEC_VERSION, examples};

/// A type of event.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// `type`.
    pub kind: String,
    /// What it means.
    pub description: String,
    /// Its schema: the whole event, and with an example.
    pub schema: Value,
    /// That example.
    pub example: Value,
}

impl Described {
    /// The name of the schema where names have no dots: `UserSignedInEvent` of `user.signed_in`.
    #[must_use]
    pub fn name(&self) -> String {
        let words = self.kind.split(['.', '_']).map(|word| {
            let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
            format!("{}{rest}", first.to_ascii_uppercase())
        });
        words.chain(["Event".to_owned()]).collect()
    }
}

/// Every type in that form, in the order in which they are documented.
#[must_use]
pub fn described(form: Form) -> Vec<Described> {
    let schema = match form {
        Form::CloudEvents => of::<Envelope>(),
        Form::Plain => of::<Plain>(),
    };
    let mut whole = match schema {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    for name in ["$schema", "title", "description"] {
        whole.remove(name);
    }
    // What is flattened may bring more than is known here, and so may later versions.
    whole.remove("unevaluatedProperties");
    if form == Form::CloudEvents {
        fix(&mut whole);
    }
    let examples = written(form);
    let variants = match whole.remove("oneOf") {
        Some(Value::Array(variants)) => variants,
        _ => vec![],
    };
    variants.iter().filter_map(|variant| one(&whole, variant, &examples)).collect()
}

/// One document with every type in that form.
#[must_use]
pub fn document(form: Form) -> Value {
    let described = described(form);
    let references: Vec<_> =
        described.iter().map(|one| json!({"$ref": format!("#/$defs/{}", one.kind)})).collect();
    let definitions: Map<String, Value> = described.into_iter().map(|one| (one.kind, one.schema)).collect();
    let envelope = match form {
        Form::CloudEvents => "in the envelope of CloudEvents 1.0",
        Form::Plain => "in the plain form (events.envelope = \"plain\")",
    };
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Events of Credenza",
        "description": format!(
            "Each type of event, {envelope}. Members and types may be added without a new version: ignore what you do not know."
        ),
        "oneOf": references,
        "$defs": definitions,
    })
}

/// Without references, so that each schema stands alone.
fn of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

/// Says which attributes always have the same value.
fn fix(whole: &mut Map<String, Value>) {
    let Some(properties) = whole.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for (name, value) in [
        ("specversion", SPEC_VERSION),
        ("source", SOURCE),
        ("datacontenttype", "application/json"),
        ("dataversion", DATA_VERSION),
    ] {
        if let Some(property) = properties.get_mut(name).and_then(Value::as_object_mut) {
            property.insert("const".to_owned(), value.into());
        }
    }
}

/// An example of each type.
fn written(form: Form) -> Vec<Value> {
    let texts =
        examples::envelopes().into_iter().filter_map(|envelope| serde_json::to_string(&envelope).ok());
    texts.filter_map(|text| serde_json::from_str(&form.of(&text)?).ok()).collect()
}

/// The schema of one type: what all have, with its own `type` and `data`.
fn one(whole: &Map<String, Value>, variant: &Value, examples: &[Value]) -> Option<Described> {
    let kind = variant.pointer("/properties/type/const")?.as_str()?.to_owned();
    let description = variant.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    let example =
        examples.iter().find(|example| example.get("type").and_then(Value::as_str) == Some(&*kind))?.clone();
    let mut schema = whole.clone();
    schema.insert("title".to_owned(), kind.clone().into());
    schema.insert("description".to_owned(), description.clone().into());
    schema.insert("examples".to_owned(), json!([example]));
    let own = variant.get("properties").and_then(Value::as_object)?.clone();
    schema.entry("properties").or_insert_with(|| json!({})).as_object_mut()?.extend(own);
    let required = schema.entry("required").or_insert_with(|| json!([])).as_array_mut()?;
    for name in ["type", "data"] {
        if !required.iter().any(|known| known == name) {
            required.push(name.into());
        }
    }
    Some(Described { kind, description, schema: Value::Object(schema), example })
}

/// The schema of a whole event whose type may be any, also one that only a later version knows.
#[must_use]
pub fn of_any() -> Schema {
    let mut whole = match of::<Envelope>() {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    for name in ["$schema", "title", "oneOf", "unevaluatedProperties"] {
        whole.remove(name);
    }
    fix(&mut whole);
    let own = json!({
        "type": {"type": "string", "description": "What happened: one of the types of the manual, or one of a later version."},
        "data": {"type": "object", "additionalProperties": true, "description": "What it says: by ids, and by the schema of its type."},
    });
    if let (Some(Value::Object(properties)), Value::Object(own)) = (whole.get_mut("properties"), own) {
        properties.extend(own);
    }
    if let Some(Value::Array(required)) = whole.get_mut("required") {
        required.extend(["type".into(), "data".into()]);
    }
    Schema::from(whole)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::event::Event;

    /// Every variant of the enumeration has its example, and so its schema.
    #[test]
    fn every_type_is_described_and_has_an_example() {
        let variants = of::<Event>();
        let kinds: Vec<_> = variants["oneOf"]
            .as_array()
            .unwrap()
            .iter()
            .map(|variant| variant["properties"]["type"]["const"].as_str().unwrap().to_owned())
            .collect();
        assert!(kinds.len() > 30, "{kinds:?}");
        assert_eq!(kinds.iter().collect::<BTreeSet<_>>().len(), kinds.len());
        assert_eq!(kinds, examples::types());
        for form in [Form::CloudEvents, Form::Plain] {
            let described = described(form);
            let found: Vec<_> = described.iter().map(|one| one.kind.clone()).collect();
            assert_eq!(found, kinds, "{form:?}");
            for one in &described {
                assert!(!one.description.is_empty(), "{}", one.kind);
                assert_eq!(one.schema["type"], "object", "{}", one.kind);
                let properties = one.schema["properties"].as_object().unwrap();
                for name in one.example.as_object().unwrap().keys() {
                    assert!(properties.contains_key(name), "{}: {name}", one.kind);
                }
                for name in one.schema["required"].as_array().unwrap() {
                    let name = name.as_str().unwrap();
                    assert!(one.example.get(name).is_some(), "{}: {name} must be there", one.kind);
                }
                let text = one.schema.to_string();
                assert!(!text.contains("$ref") && !text.contains("$defs"), "{text}");
                assert!(!text.contains("unevaluatedProperties\":false"), "{text}");
            }
        }
    }

    #[test]
    fn names_are_those_of_classes() {
        let described = described(Form::CloudEvents);
        let name = |kind: &str| described.iter().find(|one| one.kind == kind).unwrap().name();
        assert_eq!(name("user.signed_in"), "UserSignedInEvent");
        assert_eq!(name("admin_key.used"), "AdminKeyUsedEvent");
    }

    #[test]
    fn what_a_type_says_is_in_its_schema() {
        let described = described(Form::CloudEvents);
        let one = described.iter().find(|one| one.kind == "user.signed_in").unwrap();
        assert_eq!(one.schema["properties"]["type"]["const"], "user.signed_in");
        assert_eq!(one.schema["properties"]["data"]["required"], json!(["user_id", "sid", "amr"]));
        assert_eq!(one.schema["properties"]["specversion"]["const"], "1.0");
        assert!(!one.schema["required"].as_array().unwrap().contains(&json!("actor")));
        let any = of_any().to_value();
        assert_eq!(any["properties"]["type"]["type"], "string");
    }
}
