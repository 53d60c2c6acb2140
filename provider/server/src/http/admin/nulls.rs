//! Members of a change that take away what does not exist. RFC 7396 would have them change nothing; whoever misspells a
//! member is to be told, as with every other value.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use credenza_protocol::registration::Members;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::operation::{Body, Media};
use super::problem::{At, Problem};
use super::table;

/// The schemas of the documents that are changed, by the names of the bodies.
static DOCUMENTS: LazyLock<BTreeMap<&'static str, Value>> = LazyLock::new(|| {
    let bodies = table::operations().filter_map(|operation| operation.request.as_ref());
    let changes = bodies.filter(|body| body.media == Media::MergePatch);
    changes.map(|body| (body.name, document(body))).collect()
});

fn document(body: &Body) -> Value {
    let settings = SchemaSettings::draft2020_12().for_deserialize().with(|settings| {
        settings.inline_subschemas = true;
    });
    (body.schema)(&mut settings.into_generator()).to_value()
}

/// Refuses a change that takes away a member which the document cannot have.
pub(super) fn check(body: &Body, changes: &Members) -> Result<(), Problem> {
    let mut found = vec![];
    if let Some(schema) = DOCUMENTS.get(body.name) {
        look("", schema, changes, &mut found);
    }
    if found.is_empty() { Ok(()) } else { Err(Problem::Invalid(found)) }
}

fn look(place: &str, schema: &Value, changes: &Map<String, Value>, found: &mut Vec<At>) {
    let Some(properties) = object(schema).and_then(|schema| schema.get("properties")?.as_object()) else {
        return;
    };
    for (name, value) in changes {
        let pointer = format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"));
        match (value, properties.get(name)) {
            (Value::Null, None) => found.push(At { pointer, detail: "is not known here".to_owned() }),
            (Value::Object(inner), Some(schema)) => look(&pointer, schema, inner, found),
            _ => {}
        }
    }
}

/// The schema of an object that has known members alone: this one, or an alternative of it.
fn object(schema: &Value) -> Option<&Value> {
    let alternatives = schema.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    let is_closed = |schema: &&Value| schema.get("additionalProperties") == Some(&Value::Bool(false));
    [schema].into_iter().chain(alternatives).find(is_closed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_cannot_be_there_cannot_be_taken_away() {
        let schema = json!({
            "additionalProperties": false,
            "properties": {
                "name": {"type": "string"},
                "address": {"anyOf": [
                    {"additionalProperties": false, "properties": {"country": {}}}, {"type": "null"},
                ]},
                "attributes": {"type": "object", "additionalProperties": {"type": "string"}},
            },
        });
        for (changes, expected) in [
            (json!({"name": null, "address": {"country": null}, "attributes": {"dept": null}}), vec![]),
            (json!({"": null}), vec!["/"]),
            (
                json!({"nmae": null, "address": {"cuontry": null, "a/b": null}}),
                vec!["/address/a~1b", "/address/cuontry", "/nmae"],
            ),
            // Other values of unknown members are refused by the document itself.
            (json!({"nmae": 1, "address": null}), vec![]),
        ] {
            let mut found = vec![];
            look("", &schema, changes.as_object().unwrap(), &mut found);
            let pointers: Vec<_> = found.iter().map(|at| at.pointer.as_str()).collect();
            assert_eq!(pointers, expected, "{changes}");
        }
    }

    #[test]
    fn every_change_has_a_document_that_is_closed() {
        assert!(DOCUMENTS.len() >= 3);
        assert!(DOCUMENTS.iter().all(|(_, schema)| object(schema).is_some()));
    }
}
