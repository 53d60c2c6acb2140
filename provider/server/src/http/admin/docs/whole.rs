//! The document with the shared answers, parameters and headers where they are referred to. Schemas stay references: the page
//! leads to them.

use serde_json::{Map, Value};

const SECTIONS: [&str; 4] = ["responses", "parameters", "headers", "examples"];

/// The paths of a document, whole.
pub(super) fn paths(document: &Value) -> Map<String, Value> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    paths.map(|(path, methods)| (path.clone(), written_out(document, methods))).collect()
}

fn written_out(document: &Value, value: &Value) -> Value {
    match value {
        Value::Object(members) => match members.get("$ref").and_then(|target| shared(document, target)) {
            // What is shared refers to other sections, and in the end to nothing.
            Some(target) => written_out(document, target),
            None => {
                let member =
                    |(name, member): (&String, &Value)| (name.clone(), written_out(document, member));
                members.iter().map(member).collect::<Map<_, _>>().into()
            }
        },
        Value::Array(items) => items.iter().map(|item| written_out(document, item)).collect(),
        other => other.clone(),
    }
}

fn shared<'a>(document: &'a Value, target: &Value) -> Option<&'a Value> {
    let (section, name) = target.as_str()?.strip_prefix("#/components/")?.split_once('/')?;
    SECTIONS.contains(&section).then(|| document.get("components")?.get(section)?.get(name)).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_shared_is_written_out_and_schemas_are_not() {
        let schema = json!({"schema": {"$ref": "#/components/schemas/S"}});
        let document = json!({
            "paths": {"/a": {"get": {"responses": {"400": {"$ref": "#/components/responses/R"}}}}},
            "components": {
                "responses": {"R": {"headers": {"H": {"$ref": "#/components/headers/H"}}, "content": schema}},
                "headers": {"H": {"description": "h"}},
            },
        });
        let answer = json!({"headers": {"H": {"description": "h"}}, "content": schema});
        assert_eq!(Value::from(paths(&document)), json!({"/a": {"get": {"responses": {"400": answer}}}}));
    }
}
