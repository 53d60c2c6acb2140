//! By what an event is found among others, read from its envelope. Of a type that only a later version knows, it is read
//! as well.

use serde::Deserialize;

use super::examples::types;

/// The `type` of the event that tells of the end of a tenant.
pub const TENANT_DELETED: &str = "tenant.deleted";

/// By what an event is found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Indexed {
    /// `id`.
    pub id: String,
    /// `type`.
    pub kind: String,
    /// The first word of it: what the event is about.
    pub noun: String,
    /// `subject`.
    pub subject: String,
    /// `actor`, if it is known.
    pub actor: Option<String>,
    /// The user that the data name.
    pub user_id: Option<String>,
    /// The client that the data name.
    pub client_id: Option<String>,
}

#[derive(Deserialize)]
struct Read {
    id: String,
    r#type: String,
    subject: String,
    actor: Option<String>,
    #[serde(default)]
    data: Data,
}

#[derive(Default, Deserialize)]
struct Data {
    user_id: Option<String>,
    client_id: Option<String>,
}

impl Indexed {
    /// Reads it from an envelope that was written as JSON; `None` if that is none.
    #[must_use]
    pub fn read(body: &str) -> Option<Self> {
        let Read { id, r#type: kind, subject, actor, data: Data { user_id, client_id } } =
            serde_json::from_str(body).ok()?;
        let noun = noun_of(&kind).to_owned();
        Some(Self { id, kind, noun, subject, actor, user_id, client_id })
    }
}

/// Which types of events are asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Kinds {
    /// This one.
    One(String),
    /// Each that begins with this word and a dot.
    Of(String),
}

impl Kinds {
    /// Reads a type, such as `user.created`, or the beginning of several, such as `user.`; `None` if there is no such type.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_known = |known: &String| known == text || text.ends_with('.') && known.starts_with(text);
        types().iter().find(|known| is_known(known))?;
        Some(match text.strip_suffix('.') {
            Some(noun) => Self::Of(noun.to_owned()),
            None => Self::One(text.to_owned()),
        })
    }
}

/// The first word of a type.
#[must_use]
pub fn noun_of(kind: &str) -> &str {
    kind.split_once('.').map_or(kind, |(noun, _)| noun)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::examples;

    #[test]
    fn what_is_found_by_is_what_the_envelope_says() {
        for envelope in examples::envelopes() {
            let body = serde_json::to_string(&envelope).unwrap();
            let value = serde_json::to_value(&envelope).unwrap();
            let indexed = Indexed::read(&body).unwrap();
            assert_eq!(indexed.subject, envelope.subject);
            assert_eq!(indexed.id, envelope.id);
            assert_eq!(Some(indexed.kind.as_str()), value["type"].as_str());
            assert_eq!(indexed.actor.as_deref(), value["actor"].as_str());
            assert_eq!(indexed.user_id.as_deref(), value["data"]["user_id"].as_str());
            assert_eq!(indexed.client_id.as_deref(), value["data"]["client_id"].as_str());
            assert!(indexed.kind.starts_with(&format!("{}.", indexed.noun)));
        }
    }

    #[test]
    fn a_type_of_a_later_version_is_found_too() {
        let body = r#"{"id": "1", "type": "moon.risen", "subject": "m", "data": {"phase": 1}, "more": true}"#;
        let indexed = Indexed::read(body).unwrap();
        assert_eq!((indexed.noun.as_str(), indexed.user_id), ("moon", None));
        for body in ["", "{}", "[]", r#"{"id": "1"}"#] {
            assert_eq!(Indexed::read(body), None, "{body}");
        }
    }

    #[test]
    fn a_type_or_the_word_before_its_dot_is_asked_for() {
        assert_eq!(Kinds::parse("user.created"), Some(Kinds::One("user.created".to_owned())));
        assert_eq!(Kinds::parse("admin_key."), Some(Kinds::Of("admin_key".to_owned())));
        for wrong in
            ["", ".", "user", "user.c", "moon.risen", "moon.", "user..", "User.created", "user.created."]
        {
            assert_eq!(Kinds::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_end_of_a_tenant_has_the_name_that_is_looked_for() {
        assert!(examples::types().contains(&TENANT_DELETED.to_owned()));
    }
}
