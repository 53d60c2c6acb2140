//! JSON Merge Patch (RFC 7396).

use serde_json::{Map, Value};

/// The document with the changes of the patch (RFC 7396 2): a member that is `null` is taken away, an object is merged, and
/// anything else takes the place of what was there.
#[must_use]
pub fn apply(mut document: Map<String, Value>, patch: Map<String, Value>) -> Map<String, Value> {
    for (name, change) in patch {
        match change {
            Value::Null => {
                document.remove(&name);
            }
            Value::Object(change) => {
                let before = match document.remove(&name) {
                    Some(Value::Object(before)) => before,
                    _ => Map::new(),
                };
                document.insert(name, Value::Object(apply(before, change)));
            }
            value => {
                document.insert(name, value);
            }
        }
    }
    document
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(object) => object,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn rfc7396_appendix_a() {
        for (document, patch, expected) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
            (json!({"a": "text"}), json!({"a": {"b": 1}}), json!({"a": {"b": 1}})),
        ] {
            let patched = apply(object(document.clone()), object(patch.clone()));
            assert_eq!(Value::Object(patched), expected, "{document} {patch}");
        }
    }
}
