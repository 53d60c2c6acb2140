//! What an update keeps of a document that a later version wrote.

use serde_json::Value;

/// Puts into `new` what this version does not know of the document that it replaces: `before` is that document, and
/// `known` what this version makes of it. Members and listed values of a later version stay, and so does the stored
/// form of whatever the update did not change.
pub(super) fn keep(before: Value, known: &Value, new: &mut Value) {
    if new == known {
        *new = before;
        return;
    }
    match (before, known, new) {
        (Value::Object(before), Value::Object(known), Value::Object(new)) => {
            for (name, stored) in before {
                match (known.get(&name), new.get_mut(&name)) {
                    (Some(known), Some(new)) => keep(stored, known, new),
                    (None, None) => {
                        new.insert(name, stored);
                    }
                    // The update added it, or took it away.
                    _ => {}
                }
            }
        }
        (Value::Array(before), Value::Array(known), Value::Array(new)) if before.len() == known.len() => {
            for value in new {
                let unchanged = known.iter().zip(&before).find(|(known, _)| *known == value);
                if let Some((_, stored)) = unchanged {
                    *value = stored.clone();
                }
            }
        }
        // Some of the values are of a later version, and were passed over.
        (Value::Array(before), Value::Array(known), Value::Array(new)) => {
            new.extend(before.into_iter().filter(|stored| !known.contains(stored)));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kept(before: Value, known: Value, mut new: Value) -> Value {
        keep(before, &known, &mut new);
        new
    }

    #[test]
    fn members_of_a_later_version_stay() {
        let before = json!({"a": 1, "later": [1], "in": {"b": 2, "later": null}});
        let known = json!({"a": 1, "in": {"b": 2}});
        let new = json!({"a": 2, "in": {"b": 3}, "added": true});
        let expected = json!({"a": 2, "later": [1], "in": {"b": 3, "later": null}, "added": true});
        assert_eq!(kept(before, known, new), expected);
    }

    #[test]
    fn what_the_update_took_away_is_gone() {
        let before = json!({"a": 1, "b": {"c": 1, "later": 2}, "later": 3});
        let known = json!({"a": 1, "b": {"c": 1}});
        assert_eq!(kept(before, known, json!({})), json!({"later": 3}));
    }

    #[test]
    fn what_the_update_did_not_change_keeps_its_stored_form() {
        let before = json!({"mode": "later", "list": [{"iss": "a", "later": 1}, {"iss": "b", "later": 2}]});
        let known = json!({"mode": "closed", "list": [{"iss": "a"}, {"iss": "b"}]});
        let new = json!({"mode": "closed", "list": [{"iss": "b"}, {"iss": "c"}]});
        let expected = json!({"mode": "later", "list": [{"iss": "b", "later": 2}, {"iss": "c"}]});
        assert_eq!(kept(before.clone(), known.clone(), new), expected);
        let new = json!({"mode": "open", "list": []});
        assert_eq!(kept(before, known, new), json!({"mode": "open", "list": []}));
    }

    #[test]
    fn listed_values_of_a_later_version_stay() {
        let kept = kept(json!(["a", "later", "b"]), json!(["a", "b"]), json!(["b", "c"]));
        assert_eq!(kept, json!(["b", "c", "later"]));
    }
}
