//! Examples. Whoever writes one of an answer names what is telling; what is always there besides is added from the
//! defaults of the schema, so that the example is an answer that can come.

use serde_json::{Map, Value};

/// How far a schema may be inside of others.
const DEPTH: u32 = 16;

/// Adds to a value what its schema says must be there and has a default, or may be null.
pub(super) fn complete(schemas: &Map<String, Value>, schema: &Value, value: &mut Value) {
    complete_within(schemas, schema, value, DEPTH);
}

fn complete_within(schemas: &Map<String, Value>, schema: &Value, value: &mut Value, depth: u32) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let schema = resolve(schemas, schema);
    match value {
        Value::Object(members) => {
            let none = Map::new();
            let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
            let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            for name in required.filter_map(Value::as_str) {
                let default = properties.get(name).and_then(|property| default(schemas, property));
                if let (false, Some(default)) = (members.contains_key(name), default) {
                    members.insert(name.to_owned(), default);
                }
            }
            for (name, member) in members.iter_mut() {
                if let Some(property) = properties.get(name) {
                    complete_within(schemas, property, member, depth);
                }
            }
        }
        Value::Array(items) => {
            if let Some(of_each) = schema.get("items") {
                items.iter_mut().for_each(|item| complete_within(schemas, of_each, item, depth));
            }
        }
        _ => {}
    }
}

fn resolve<'a>(schemas: &'a Map<String, Value>, schema: &'a Value) -> &'a Value {
    let name = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next());
    name.and_then(|name| schemas.get(name)).unwrap_or(schema)
}

/// What a member is where nothing is said of it.
fn default(schemas: &Map<String, Value>, property: &Value) -> Option<Value> {
    let declared = property.get("default").or_else(|| resolve(schemas, property).get("default"));
    declared.cloned().or_else(|| takes_null(property).then_some(Value::Null))
}

fn takes_null(schema: &Value) -> bool {
    let types = schema.get("type").and_then(Value::as_array).into_iter().flatten();
    let choices = schema.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    types.clone().any(|name| name == "null")
        || choices.into_iter().any(|choice| choice.get("type").is_some_and(|name| name == "null"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_must_be_there_is_added_and_nothing_else() {
        let schemas = json!({
            "Inner": {"properties": {"c": {"type": "integer", "default": 7}}, "required": ["c"]},
        });
        let schema = json!({
            "properties": {
                "a": {"type": ["string", "null"]},
                "b": {"$ref": "#/components/schemas/Inner"},
                "d": {"type": "string"},
                "e": {"items": {"$ref": "#/components/schemas/Inner"}},
                "f": {"type": "string", "default": "left out"},
                "g": {"anyOf": [{"$ref": "#/components/schemas/Inner"}, {"type": "null"}]},
            },
            "required": ["a", "b", "d", "g"],
        });
        let mut value = json!({"b": {}, "e": [{}, {"c": 1}]});
        complete(schemas.as_object().unwrap(), &schema, &mut value);
        assert_eq!(value, json!({"a": null, "b": {"c": 7}, "e": [{"c": 7}, {"c": 1}], "g": null}));
    }
}
