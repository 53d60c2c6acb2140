//! Records as documents that people edit: JSON with the names of the specifications, in which no member may be unknown.
//!
//! | function | for |
//! |---|---|
//! | [`read`] | a whole document |
//! | [`patched`] | changes from the admin API (RFC 7396): members within members are merged |
//! | [`with_changes`] | members by name, from a file or the command line: each value takes the place of what was there |

use std::fmt;

use credenza_protocol::merge_patch;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;

/// A document is not of its form: a member that there is not, or a value of the wrong type.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub struct Invalid {
    /// Where, from the outside in; nowhere if it is the document as a whole.
    path: Vec<Step>,
    /// What is wrong there.
    pub why: String,
}

/// One step into a document.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Step {
    /// Into the member of this name.
    Member(String),
    /// To the item at this place of a list.
    Item(usize),
}

impl Invalid {
    /// Something about a member of the document itself.
    #[must_use]
    pub fn new(member: &str, why: impl Into<String>) -> Self {
        Self { path: vec![Step::Member(member.to_owned())], why: why.into() }
    }

    /// Where it is, as a JSON pointer (RFC 6901).
    #[must_use]
    pub fn pointer(&self) -> String {
        let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
        let steps = self.path.iter().map(|step| match step {
            Step::Member(name) => format!("/{}", escaped(name)),
            Step::Item(place) => format!("/{place}"),
        });
        steps.collect()
    }

    /// The member, as people write it, such as `redirect_uris[1]`; empty if it is the document as a whole.
    #[must_use]
    pub fn member(&self) -> String {
        let steps = self.path.iter().map(|step| match step {
            Step::Member(name) => format!(".{name}"),
            Step::Item(place) => format!("[{place}]"),
        });
        steps.collect::<String>().trim_start_matches('.').to_owned()
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.member().as_str() {
            "" => f.write_str(&self.why),
            member => write!(f, "{member}: {}", self.why),
        }
    }
}

/// Reads a document.
///
/// # Errors
/// [`Invalid`] tells the first fault, and where it is.
pub fn read<T: DeserializeOwned>(document: Value) -> Result<T, Invalid> {
    serde_path_to_error::deserialize(document).map_err(|error| {
        let step = |segment: &Segment| match segment {
            Segment::Map { key: name } | Segment::Enum { variant: name } => Step::Member(name.clone()),
            Segment::Seq { index } => Step::Item(*index),
            Segment::Unknown => Step::Member("?".to_owned()),
        };
        Invalid { path: error.path().iter().map(step).collect(), why: error.inner().to_string() }
    })
}

/// The members of a record, as they are edited.
///
/// # Errors
/// [`Invalid`], if it is no JSON object.
pub fn members(record: &impl Serialize) -> Result<Map<String, Value>, Invalid> {
    match serde_json::to_value(record) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Invalid { path: vec![], why: "has no members".to_owned() }),
        Err(error) => Err(Invalid { path: vec![], why: error.to_string() }),
    }
}

/// The record with the changes of a merge patch (RFC 7396 2). What is not named stays, `null` takes a member away, and an object
/// is merged into the one that is there.
///
/// # Errors
/// [`Invalid`].
pub fn patched<T: Serialize + DeserializeOwned>(record: &T, patch: Map<String, Value>) -> Result<T, Invalid> {
    read(Value::Object(merge_patch::apply(members(record)?, patch)))
}

/// The record with other values for the members that are named. What is not named stays; `null` takes a member away,
/// and so does an empty text where `plain`, a record for which nothing was said, has none. The values are not
/// checked yet: `create` and `update` of the noun do that.
///
/// # Errors
/// [`Invalid`].
pub fn with_changes<T: Serialize + DeserializeOwned>(
    record: &T,
    plain: &T,
    changes: Map<String, Value>,
) -> Result<T, Invalid> {
    let (mut document, plain) = (members(record)?, members(plain)?);
    for (member, value) in changes {
        let is_optional = !plain.contains_key(&member);
        match value {
            Value::Null if !is_optional => drop(document.remove(&member)),
            Value::String(text) if is_optional && text.is_empty() => {
                drop(document.insert(member, Value::Null));
            }
            value => drop(document.insert(member, value)),
        }
    }
    read(Value::Object(document))
}

#[cfg(test)]
mod tests {
    use credenza_protocol::client::Client;
    use credenza_protocol::ids::ClientId;
    use credenza_protocol::tenant::TenantSettings;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_fault_is_told_with_its_place() {
        let good = serde_json::to_value(Client::new(ClientId::new("a"))).unwrap();
        assert!(read::<Client>(good.clone()).is_ok());
        for (name, value, pointer, member) in [
            ("client_name", json!(1), "/client_name", "client_name"),
            ("grant_types", json!(["implicit", "magic"]), "/grant_types/1", "grant_types[1]"),
            ("is_owner", json!(true), "/is_owner", "is_owner"),
        ] {
            let mut bad = good.clone();
            bad[name] = value;
            let invalid = read::<Client>(bad).unwrap_err();
            assert_eq!(
                (invalid.pointer().as_str(), invalid.member().as_str()),
                (pointer, member),
                "{invalid}"
            );
        }
        assert_eq!(Invalid::new("a/b~c", "x").pointer(), "/a~1b~0c");
    }

    fn settings() -> TenantSettings {
        TenantSettings { home_uri: Some("https://a.example".to_owned()), ..TenantSettings::default() }
    }

    fn object(changes: Value) -> Map<String, Value> {
        let Value::Object(changes) = changes else { panic!("{changes}") };
        changes
    }

    fn changed(changes: Value) -> Result<TenantSettings, String> {
        let changed = with_changes(&settings(), &TenantSettings::default(), object(changes));
        changed.map_err(|invalid| invalid.to_string())
    }

    #[test]
    fn what_is_not_named_stays_and_nothing_takes_away() {
        let kept = changed(json!({ "code_lifetime": 30 })).unwrap();
        assert_eq!((kept.code_lifetime.0, kept.home_uri.as_deref()), (30, Some("https://a.example")));
        assert_eq!(patched(&settings(), object(json!({ "code_lifetime": 30 }))), Ok(kept));
        for nothing in [json!(null), json!("")] {
            assert_eq!(changed(json!({ "home_uri": nothing })).unwrap().home_uri, None);
        }
        assert_eq!(patched(&settings(), object(json!({ "home_uri": null }))).unwrap().home_uri, None);
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
