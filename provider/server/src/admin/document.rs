//! Records as documents that people edit: JSON with the names of the specifications, in which no member may be unknown.

use credenza_protocol::registration::Members;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::changes::InvalidChange;

/// A document is not of its form.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{pointer}: {why}")]
pub struct Invalid {
    /// Where, as a JSON pointer (RFC 6901).
    pub pointer: String,
    /// What is wrong there.
    pub why: String,
}

impl Invalid {
    /// Something about a member of the document itself.
    #[must_use]
    pub fn new(member: &str, why: impl Into<String>) -> Self {
        Self { pointer: pointer([member]), why: why.into() }
    }
}

impl From<InvalidChange> for Invalid {
    fn from(InvalidChange { member, why }: InvalidChange) -> Self {
        let names = member.split(['.', '[']).map(|name| name.trim_end_matches(']'));
        Self { pointer: pointer(names.filter(|name| !name.is_empty())), why }
    }
}

/// Reads a document.
///
/// # Errors
/// [`Invalid`] tells the first fault, and where it is.
pub fn read<T: DeserializeOwned>(document: Value) -> Result<T, Invalid> {
    serde_path_to_error::deserialize(document).map_err(|error| {
        use serde_path_to_error::Segment;
        let name = |segment: &Segment| match segment {
            Segment::Map { key } => key.clone(),
            Segment::Seq { index } => index.to_string(),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => "?".to_owned(),
        };
        let names: Vec<_> = error.path().iter().map(name).collect();
        let why = error.inner().to_string();
        Invalid { pointer: pointer(names.iter().map(String::as_str)), why }
    })
}

/// The members of a record, as they are edited.
///
/// # Errors
/// [`Invalid`], if it is no JSON object.
pub fn members(record: &impl Serialize) -> Result<Members, Invalid> {
    match serde_json::to_value(record) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(Invalid { pointer: String::new(), why: "cannot be written as JSON".to_owned() }),
    }
}

fn pointer<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("/{}", name.replace('~', "~0").replace('/', "~1"))).collect()
}

#[cfg(test)]
mod tests {
    use credenza_protocol::client::Client;
    use credenza_protocol::ids::ClientId;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_fault_is_told_with_its_place() {
        let good = serde_json::to_value(Client::new(ClientId::new("a"))).unwrap();
        assert!(read::<Client>(good.clone()).is_ok());
        for (name, value, pointer) in [
            ("client_name", json!(1), "/client_name"),
            ("grant_types", json!(["implicit", "magic"]), "/grant_types/1"),
            ("is_owner", json!(true), "/is_owner"),
        ] {
            let mut bad = good.clone();
            bad[name] = value;
            let invalid = read::<Client>(bad).unwrap_err();
            assert_eq!(invalid.pointer, pointer, "{invalid}");
        }
        assert_eq!(Invalid::new("a/b~c", "x").pointer, "/a~1b~0c");
    }
}
