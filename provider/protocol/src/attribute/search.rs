//! Searching people by an attribute: which attributes may be asked for, and what is compared.

use super::{AttributeDefinition, AttributeType, AttributeValue, Attributes};
use crate::secret::SecretHash;

/// What a person is found by: an attribute, and the hash of a value, so that every value is of one length.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AttributeKey {
    /// The name of the attribute.
    pub name: String,
    /// The hash of the value as a text.
    pub hash: SecretHash,
}

impl AttributeKey {
    fn of(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), hash: SecretHash::of(text.as_bytes()) }
    }
}

/// Everything that a person is found by, each once: of a list, each of its texts.
#[must_use]
pub fn keys(attributes: &Attributes) -> Vec<AttributeKey> {
    let mut keys = vec![];
    for (name, value) in attributes {
        let texts = match value {
            AttributeValue::Boolean(is) => vec![is.to_string()],
            AttributeValue::Integer(number) => vec![number.to_string()],
            AttributeValue::String(text) => vec![text.clone()],
            AttributeValue::Strings(texts) => texts.clone(),
        };
        for text in texts {
            let key = AttributeKey::of(name, &text);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys
}

/// Reads what is searched for, `NAME:VALUE`: the value exactly as it is, or a text of the list.
///
/// # Errors
/// What is wrong with it: no attribute of the tenant that is searchable has that name, or no value could be this one.
pub fn wanted(definitions: &[AttributeDefinition], text: &str) -> Result<AttributeKey, &'static str> {
    let (name, value) =
        text.split_once(':').ok_or("must be the name of an attribute, a colon and a value")?;
    let found = definitions.iter().find(|definition| definition.name == name && definition.searchable);
    let definition = found.ok_or("must name an attribute of this tenant that is searchable")?;
    let canonical = match definition.value_type {
        AttributeType::String | AttributeType::Strings => {
            Some(value.to_owned()).filter(|text| !text.is_empty())
        }
        AttributeType::Integer => value.parse::<i64>().ok().map(|number| number.to_string()),
        AttributeType::Boolean => value.parse::<bool>().ok().map(|is| is.to_string()),
    };
    let canonical = canonical.ok_or("must have a value of the type of the attribute after the colon")?;
    Ok(AttributeKey::of(name, &canonical))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(name: &str, value_type: AttributeType, searchable: bool) -> AttributeDefinition {
        AttributeDefinition {
            name: name.to_owned(),
            value_type,
            description: String::new(),
            scope: None,
            searchable,
            editable: false,
            sign_up: Default::default(),
        }
    }

    #[test]
    fn what_is_searched_for_is_what_people_are_found_by() {
        let schema = [
            definition("dept", AttributeType::String, true),
            definition("level", AttributeType::Integer, true),
            definition("external", AttributeType::Boolean, true),
            definition("sites", AttributeType::Strings, true),
            definition("notes", AttributeType::String, false),
        ];
        let texts = ["Graz", "Wien", "Graz"].map(str::to_owned).to_vec();
        let attributes = Attributes::from([
            ("dept".to_owned(), AttributeValue::String("R&D: all".to_owned())),
            ("level".to_owned(), AttributeValue::Integer(-3)),
            ("external".to_owned(), AttributeValue::Boolean(false)),
            ("sites".to_owned(), AttributeValue::Strings(texts)),
            ("notes".to_owned(), AttributeValue::String("secret".to_owned())),
        ]);
        let keys = keys(&attributes);
        assert_eq!(keys.len(), 6, "each text of a list once");
        for text in ["dept:R&D: all", "level:-3", "level:-03", "external:false", "sites:Graz", "sites:Wien"] {
            assert!(keys.contains(&wanted(&schema, text).unwrap()), "{text}");
        }
        for text in ["dept:r&d: all", "dept:R&D", "level:3", "external:true", "sites:Graz,Wien"] {
            assert!(!keys.contains(&wanted(&schema, text).unwrap()), "{text}");
        }
        for text in ["", "dept", "dept:", "level:three", "external:yes", "notes:secret", "salary:1", ":x"] {
            assert!(wanted(&schema, text).is_err(), "{text}");
        }
    }
}
