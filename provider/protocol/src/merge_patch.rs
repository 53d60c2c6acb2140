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

/// The patch that makes the one document of the other: what is the same is not in it, and what is gone is `null` (RFC 7396 1).
#[must_use]
pub fn difference(before: &Map<String, Value>, after: &Map<String, Value>) -> Map<String, Value> {
    let is_gone = |name: &String| after.get(name).is_none_or(Value::is_null);
    let gone = before.iter().filter(|(name, old)| !old.is_null() && is_gone(name));
    let mut patch: Map<_, _> = gone.map(|(name, _)| (name.clone(), Value::Null)).collect();
    for (name, new) in after.iter().filter(|(_, new)| !new.is_null()) {
        match (before.get(name), new) {
            (Some(old), new) if old == new => {}
            (Some(Value::Object(old)), Value::Object(new)) => {
                patch.insert(name.clone(), Value::Object(difference(old, new)));
            }
            (_, new) => {
                patch.insert(name.clone(), new.clone());
            }
        }
    }
    patch
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

    #[test]
    fn a_difference_makes_the_one_of_the_other() {
        for (before, after, expected) in [
            (json!({}), json!({}), json!({})),
            (json!({"a": 1, "b": [1]}), json!({"a": 1, "b": [1]}), json!({})),
            (json!({"a": 1}), json!({"a": 2, "b": "c"}), json!({"a": 2, "b": "c"})),
            (json!({"a": 1, "b": null}), json!({"b": null}), json!({"a": null})),
            (json!({"a": 1}), json!({"a": null}), json!({"a": null})),
            (json!({"a": {"b": 1, "c": 2}}), json!({"a": {"b": 1, "c": 3}}), json!({"a": {"c": 3}})),
            (json!({"a": {"b": 1}}), json!({"a": {}}), json!({"a": {"b": null}})),
            (json!({"a": [1, 2]}), json!({"a": {"b": 1}}), json!({"a": {"b": 1}})),
        ] {
            let patch = difference(&object(before.clone()), &object(after.clone()));
            assert_eq!(Value::Object(patch.clone()), expected);
            let mut after = object(after);
            after.retain(|_, value| !value.is_null());
            let mut made = apply(object(before), patch);
            made.retain(|_, value| !value.is_null());
            assert_eq!(made, after);
        }
    }
}
