//! The shape of a schema. Schemars writes schemas for validators; generators of clients read the same thing more
//! simply, and people read the descriptions.

use serde_json::{Map, Value, json};

/// Brings a schema and everything in it into shape.
pub(super) fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            fold_words(members);
            name_format(members);
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = flow(text);
            }
            members.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// A choice of constant words is an enumeration. What each word means goes into the description, and for generators into
/// `x-enum-descriptions`.
fn fold_words(schema: &mut Map<String, Value>) {
    let Some(choices) = schema.get("oneOf").and_then(Value::as_array) else { return };
    let folded: Option<Vec<(Value, String)>> = choices.iter().map(word).collect();
    let Some(folded) = folded.filter(|folded| !folded.is_empty()) else { return };
    let (words, meanings): (Vec<_>, Vec<_>) = folded.into_iter().unzip();
    if meanings.iter().any(|meaning| !meaning.is_empty()) {
        let lines = words.iter().zip(&meanings).map(|(word, meaning)| {
            let word = word.as_str().unwrap_or_default();
            if meaning.is_empty() { format!("\n- `{word}`") } else { format!("\n- `{word}`: {meaning}") }
        });
        let about = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        let about = format!("{about}\n{}", lines.collect::<String>());
        schema.insert("description".to_owned(), about.trim().into());
        schema.insert("x-enum-descriptions".to_owned(), json!(meanings));
    }
    schema.remove("oneOf");
    schema.insert("type".to_owned(), json!("string"));
    schema.insert("enum".to_owned(), words.into());
}

/// A constant word and what it means.
fn word(schema: &Value) -> Option<(Value, String)> {
    let word = schema.get("const").filter(|word| word.is_string())?;
    let meaning = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    Some((word.clone(), flow(meaning)))
}

/// OpenAPI knows two formats of integers.
fn name_format(schema: &mut Map<String, Value>) {
    let name = match schema.get("format").and_then(Value::as_str) {
        Some("uint8" | "int8" | "uint16" | "int16") => "int32",
        Some("uint" | "int" | "uint32" | "uint64") => "int64",
        _ => return,
    };
    schema.insert("format".to_owned(), name.into());
}

/// The line breaks of source code are none of the text; those between paragraphs and before items of a list are.
fn flow(text: &str) -> String {
    let mut flowing = String::new();
    for line in text.lines() {
        let begins =
            line.is_empty() || line.starts_with("- ") || flowing.ends_with('\n') || flowing.is_empty();
        flowing.push_str(match (begins, flowing.is_empty()) {
            (_, true) => "",
            (true, false) if flowing.ends_with("\n\n") => "",
            (true, false) => "\n",
            (false, false) => " ",
        });
        flowing.push_str(line.trim());
    }
    flowing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(mut schema: Value) -> Value {
        tidy(&mut schema);
        schema
    }

    #[test]
    fn constant_words_are_an_enumeration() {
        let schema = json!({"description": "Who.", "oneOf": [
            {"const": "a", "type": "string", "description": "The\nfirst."}, {"const": "b", "type": "string"}]});
        let expected = json!({"description": "Who.\n\n- `a`: The first.\n- `b`", "type": "string",
            "enum": ["a", "b"], "x-enum-descriptions": ["The first.", ""]});
        assert_eq!(tidied(json!({"items": schema})), json!({"items": expected}));
        let objects = json!({"oneOf": [{"type": "object"}, {"const": "b"}]});
        assert_eq!(tidied(objects.clone()), objects, "anything else stays");
    }

    #[test]
    fn integers_have_formats_that_generators_know() {
        for (rust, known) in
            [("uint64", "int64"), ("uint32", "int64"), ("uint16", "int32"), ("int64", "int64")]
        {
            assert_eq!(tidied(json!({"format": rust})), json!({"format": known}));
        }
    }

    #[test]
    fn texts_flow() {
        for (text, flowing) in [
            ("One\nline.", "One line."),
            ("Two.\n\nParagraphs\nhere.", "Two.\n\nParagraphs here."),
            ("A list:\n- a\n- b", "A list:\n- a\n- b"),
        ] {
            assert_eq!(flow(text), flowing);
            assert_eq!(flow(flowing), flowing, "a second time, nothing changes");
        }
    }
}
