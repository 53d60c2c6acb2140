//! Records that are edited by the names of their members, as a script or a file says them.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A change that cannot be: a member that there is not, or a value of the wrong type.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InvalidChange {
    /// The member, such as `redirect_uris[1]`; empty if it is the record as a whole.
    pub member: String,
    /// What is wrong.
    pub why: String,
}

/// The record with other values for the members that are named. What is not named stays; `null` takes a member away,
/// and so does an empty text where `plain`, a record for which nothing was said, has none. The values are not
/// checked yet: `create` and `update` of the noun do that.
///
/// # Errors
/// [`InvalidChange`].
pub fn with_changes<T: Serialize + DeserializeOwned>(
    record: &T,
    plain: &T,
    changes: Map<String, Value>,
) -> Result<T, InvalidChange> {
    let (mut members, plain) = (object(record)?, object(plain)?);
    for (member, value) in changes {
        let is_optional = !plain.contains_key(&member);
        match value {
            Value::Null if !is_optional => drop(members.remove(&member)),
            Value::String(text) if is_optional && text.is_empty() => {
                drop(members.insert(member, Value::Null));
            }
            value => drop(members.insert(member, value)),
        }
    }
    serde_path_to_error::deserialize(Value::Object(members)).map_err(|error| {
        let path = error.path().to_string();
        let member = if path == "." { String::new() } else { path };
        InvalidChange { member, why: error.inner().to_string() }
    })
}

/// The members of a record.
fn object(record: &impl Serialize) -> Result<Map<String, Value>, InvalidChange> {
    match serde_json::to_value(record) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(InvalidChange { member: String::new(), why: "has no members".to_owned() }),
        Err(error) => Err(InvalidChange { member: String::new(), why: error.to_string() }),
    }
}

impl fmt::Display for InvalidChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.member.as_str() {
            "" => f.write_str(&self.why),
            member => write!(f, "{member}: {}", self.why),
        }
    }
}

#[cfg(test)]
mod tests {
    use credenza_protocol::tenant::TenantSettings;
    use serde_json::json;

    use super::*;

    fn changed(changes: Value) -> Result<TenantSettings, String> {
        let settings =
            TenantSettings { home_uri: Some("https://a.example".to_owned()), ..TenantSettings::default() };
        let Value::Object(changes) = changes else { panic!("{changes}") };
        with_changes(&settings, &TenantSettings::default(), changes).map_err(|invalid| invalid.to_string())
    }

    #[test]
    fn what_is_not_named_stays_and_nothing_takes_away() {
        let kept = changed(json!({ "code_lifetime": 30 })).unwrap();
        assert_eq!((kept.code_lifetime.0, kept.home_uri.as_deref()), (30, Some("https://a.example")));
        for nothing in [json!(null), json!("")] {
            assert_eq!(changed(json!({ "home_uri": nothing })).unwrap().home_uri, None);
        }
        assert_eq!(changed(json!({ "display_name": "" })).unwrap().display_name, "", "it is refused later");
    }

    #[test]
    fn what_cannot_be_is_named() {
        for (changes, why) in [
            (json!({ "code_life": 1 }), "code_life: unknown field"),
            (json!({ "code_life": null }), "code_life: unknown field"),
            (json!({ "code_life": "" }), "code_life: unknown field"),
            (json!({ "code_lifetime": "long" }), "code_lifetime: invalid type"),
            (
                json!({ "software_statement_issuers": [{ "iss": 1 }] }),
                "software_statement_issuers[0].iss: invalid",
            ),
        ] {
            let error = changed(changes).unwrap_err();
            assert!(error.starts_with(why), "{error}");
        }
    }
}
