//! The attributes of a person, as they are stored.

use std::collections::BTreeMap;

use credenza_protocol::attribute::{self, AttributeValue};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::Stored;

/// What is in `users.attributes`. Values of a type of a later version are passed over.
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct Attributes(attribute::Attributes);

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all = BTreeMap::<String, Value>::deserialize(deserializer)?;
        let known = |(name, value)| Some((name, AttributeValue::deserialize(&value).ok()?));
        Ok(Self(all.into_iter().filter_map(known).collect()))
    }
}

impl Stored for Attributes {
    type Value = attribute::Attributes;

    fn of(value: attribute::Attributes) -> Self {
        Self(value)
    }

    fn value(self) -> attribute::Attributes {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stored;

    #[test]
    fn a_type_of_a_later_version_is_passed_over_and_kept() {
        let before = r#"{"dept":"R&D","later":{"a":1},"level":3}"#;
        let mut known = stored::read::<Attributes>(before).unwrap();
        assert_eq!(known.keys().collect::<Vec<_>>(), ["dept", "level"]);
        known.remove("level");
        known.insert("dept".to_owned(), AttributeValue::Boolean(true));
        let after = stored::rewrite::<Attributes>(before, known).unwrap();
        assert_eq!(after, r#"{"dept":true,"later":{"a":1}}"#);
    }
}
