//! Attributes of people beyond the standard claims. A tenant says which there are and of which type they are; what a person
//! has must fit that.

pub mod search;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::account::ACCOUNT;
use crate::claims;
use crate::group::GROUPS;
use crate::role::ROLES;
use crate::scope::Scope;

/// The most attributes that a tenant may declare.
const MOST: usize = 100;
/// The longest name, in characters.
const LONGEST_NAME: usize = 64;
/// The longest text of a value, in characters.
const LONGEST_TEXT: usize = 2000;
/// The most texts of one value.
const MOST_TEXTS: usize = 100;
/// The largest integer that every reader of JSON reads exactly, and less its sign the smallest (RFC 7493 2.2).
const LARGEST: i64 = (1 << 53) - 1;

/// An attribute that the people of a tenant may have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributeDefinition {
    /// Its name; also that of the claim which its scope brings.
    pub name: String,
    /// What its values are.
    #[serde(rename = "type")]
    pub value_type: AttributeType,
    /// What it is for, in the operator's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The scope that brings it at the userinfo endpoint; without one, only a claim mapping of a client does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Whether operators may search people by it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub searchable: bool,
    /// Whether people may edit it on their own account.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub editable: bool,
    /// Whether people are asked for it when they make their account.
    #[serde(default, skip_serializing_if = "AtSignUp::is_no")]
    pub sign_up: AtSignUp,
}

/// Whether people are asked for an attribute when they make their account.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AttributeAtSignUp")]
pub enum AtSignUp {
    /// They are not.
    #[default]
    No,
    /// They may leave it empty.
    Optional,
    /// Without it no account is made; a choice must be made for yes.
    Required,
}

impl AtSignUp {
    /// Whether they are not asked.
    #[must_use]
    pub fn is_no(&self) -> bool {
        *self == Self::No
    }
}

/// The type of an attribute.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttributeType {
    /// A text.
    String,
    /// An integer.
    Integer,
    /// True or false.
    Boolean,
    /// A list of texts.
    Strings,
}

/// The value of an attribute.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum AttributeValue {
    /// True or false.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// A text.
    String(String),
    /// A list of texts.
    Strings(Vec<String>),
}

/// What a person has, by name.
pub type Attributes = BTreeMap<String, AttributeValue>;

/// An attribute that is refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{name:?} {why}")]
pub struct InvalidAttribute {
    /// Its name.
    pub name: String,
    /// What is wrong.
    pub why: String,
}

fn invalid(name: &str, why: impl Into<String>) -> InvalidAttribute {
    InvalidAttribute { name: name.to_owned(), why: why.into() }
}

impl AttributeType {
    /// The type of that value.
    const fn of(value: &AttributeValue) -> Self {
        match value {
            AttributeValue::Boolean(_) => Self::Boolean,
            AttributeValue::Integer(_) => Self::Integer,
            AttributeValue::String(_) => Self::String,
            AttributeValue::Strings(_) => Self::Strings,
        }
    }

    const fn what(self) -> &'static str {
        match self {
            Self::String => "must be a text of 1 to 2000 characters, without control characters",
            Self::Integer => "must be an integer between -9007199254740991 and 9007199254740991",
            Self::Boolean => "must be true or false",
            Self::Strings => {
                "must be a list of at most 100 texts, each of 1 to 2000 characters, without control characters"
            }
        }
    }
}

impl AttributeValue {
    /// Whether it is of that type, and within its limits.
    fn fits(&self, value_type: AttributeType) -> bool {
        AttributeType::of(self) == value_type
            && match self {
                Self::Boolean(_) => true,
                Self::Integer(number) => (-LARGEST..=LARGEST).contains(number),
                Self::String(text) => is_text(text),
                Self::Strings(texts) => texts.len() <= MOST_TEXTS && texts.iter().all(|text| is_text(text)),
            }
    }
}

fn is_text(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= LONGEST_TEXT && !text.chars().any(char::is_control)
}

/// Refuses attributes that a tenant cannot declare.
///
/// # Errors
/// [`InvalidAttribute`], the first one.
pub fn check_definitions(definitions: &[AttributeDefinition]) -> Result<(), InvalidAttribute> {
    for (count, definition) in definitions.iter().enumerate() {
        let name = definition.name.as_str();
        let wrong = |why: &str| Err(invalid(name, why));
        if !is_name(name) {
            return wrong("must be 1 to 64 letters, digits, `_`, `-` or `.`, the first of them a letter");
        }
        if claims::is_of_protocol(name)
            || claims::supported().chain([GROUPS, ROLES]).any(|claim| claim == name)
        {
            return wrong("is the name of a claim that has a meaning already");
        }
        if count >= MOST {
            return wrong("is one too many: a tenant has at most 100 attributes");
        }
        if definitions.iter().take(count).any(|other| other.name == name) {
            return wrong("is declared twice");
        }
        if definition.description.chars().count() > LONGEST_TEXT
            || definition.description.chars().any(char::is_control)
        {
            return wrong("has a description that is too long, or holds control characters");
        }
        if let Some(scope) = &definition.scope {
            check_scope(scope).map_err(|why| invalid(name, why))?;
        }
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    name.len() <= LONGEST_NAME
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(is_inner)
}

/// One word that means nothing else to the protocol.
fn check_scope(scope: &str) -> Result<(), &'static str> {
    if !Scope::parse(scope).is_ok_and(|words| words.iter().eq([scope])) {
        return Err("has a scope that is not one word of RFC 6749 3.3");
    }
    match scope {
        "openid" | "offline_access" | ACCOUNT => Err("has a scope that brings no claims"),
        _ if scope.starts_with("claim:") => Err("has a scope that begins like a claim on the consent page"),
        _ => Ok(()),
    }
}

/// Refuses what does not fit the tenant's attributes. What a person had `before` may stay as it was, even if the tenant
/// declares it otherwise by now, so that their record can still be edited.
///
/// # Errors
/// [`InvalidAttribute`], the first one.
pub fn check(
    definitions: &[AttributeDefinition],
    before: &Attributes,
    attributes: &Attributes,
) -> Result<(), InvalidAttribute> {
    for (name, value) in attributes.iter().filter(|(name, value)| before.get(*name) != Some(*value)) {
        let value_type = declared(definitions, name)?.value_type;
        if !value.fits(value_type) {
            return Err(invalid(name, value_type.what()));
        }
    }
    Ok(())
}

/// Reads a value as an operator types it: a list as JSON, or with commas between its texts.
///
/// # Errors
/// [`InvalidAttribute`]: no such attribute, or not of its type.
pub fn parse(
    definitions: &[AttributeDefinition],
    name: &str,
    text: &str,
) -> Result<AttributeValue, InvalidAttribute> {
    let value_type = declared(definitions, name)?.value_type;
    let value = match value_type {
        AttributeType::String => Some(AttributeValue::String(text.to_owned())),
        AttributeType::Integer => text.parse().ok().map(AttributeValue::Integer),
        AttributeType::Boolean => text.parse().ok().map(AttributeValue::Boolean),
        AttributeType::Strings if text.starts_with('[') => {
            serde_json::from_str(text).ok().map(AttributeValue::Strings)
        }
        AttributeType::Strings => {
            Some(AttributeValue::Strings(text.split(',').map(|one| one.trim().to_owned()).collect()))
        }
    };
    let value = value.filter(|value| value.fits(value_type));
    value.ok_or_else(|| invalid(name, value_type.what()))
}

fn declared<'a>(
    definitions: &'a [AttributeDefinition],
    name: &str,
) -> Result<&'a AttributeDefinition, InvalidAttribute> {
    let found = definitions.iter().find(|definition| definition.name == name);
    found.ok_or_else(|| invalid(name, "is not an attribute of this tenant: see its setting `attributes`"))
}

/// What a person has of an attribute that the tenant declares; nothing where the value is not of its type any more.
#[must_use]
pub fn value<'a>(definition: &AttributeDefinition, attributes: &'a Attributes) -> Option<&'a AttributeValue> {
    attributes.get(&definition.name).filter(|value| AttributeType::of(value) == definition.value_type)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn definition(name: &str, value_type: AttributeType) -> AttributeDefinition {
        AttributeDefinition {
            name: name.to_owned(),
            value_type,
            description: String::new(),
            scope: None,
            searchable: false,
            editable: false,
            sign_up: AtSignUp::No,
        }
    }

    fn schema() -> Vec<AttributeDefinition> {
        vec![
            definition("dept", AttributeType::String),
            definition("level", AttributeType::Integer),
            definition("external", AttributeType::Boolean),
            definition("sites", AttributeType::Strings),
        ]
    }

    #[test]
    fn definitions_that_are_kept_and_refused() {
        assert_eq!(check_definitions(&schema()), Ok(()));
        let with_scope = |scope: &str| AttributeDefinition {
            scope: Some(scope.to_owned()),
            ..definition("dept", AttributeType::String)
        };
        for scope in ["employee", "profile", "https://scopes.test/hr"] {
            assert_eq!(check_definitions(&[with_scope(scope)]), Ok(()), "{scope}");
        }
        for scope in ["", "two words", "openid", "offline_access", "account", "claim:x", "a\"b"] {
            assert!(check_definitions(&[with_scope(scope)]).is_err(), "{scope:?}");
        }
        for name in ["", "1st", "_x", "a b", "ä", "sub", "email", "groups", "roles", "gid", &"x".repeat(65)]
        {
            assert!(check_definitions(&[definition(name, AttributeType::String)]).is_err(), "{name:?}");
        }
        let twice = [definition("dept", AttributeType::String), definition("dept", AttributeType::Integer)];
        assert_eq!(check_definitions(&twice).unwrap_err().why, "is declared twice");
    }

    #[test]
    fn values_must_fit() {
        let check = |name: &str, value: serde_json::Value| {
            let value = serde_json::from_value(value).unwrap();
            check(&schema(), &Attributes::new(), &Attributes::from([(name.to_owned(), value)]))
        };
        for (name, value) in [
            ("dept", json!("R&D")),
            ("level", json!(-3)),
            ("external", json!(false)),
            ("sites", json!(["Graz", "Wien"])),
            ("sites", json!([])),
        ] {
            assert_eq!(check(name, value.clone()), Ok(()), "{name} {value}");
        }
        for (name, value) in [
            ("dept", json!(1)),
            ("dept", json!(" ")),
            ("dept", json!("a\nb")),
            ("dept", json!("x".repeat(2001))),
            ("level", json!("3")),
            ("level", json!(9_007_199_254_740_992_i64)),
            ("external", json!("true")),
            ("sites", json!("Graz")),
            ("sites", json!([""])),
            ("unknown", json!("x")),
        ] {
            assert_eq!(check(name, value.clone()).unwrap_err().name, name, "{value}");
        }
    }

    #[test]
    fn what_was_there_before_is_in_nobodys_way_and_told_to_nobody() {
        let old = Attributes::from([("gone".to_owned(), AttributeValue::Boolean(true))]);
        let level = Attributes::from([("level".to_owned(), AttributeValue::String("3".to_owned()))]);
        assert_eq!(check(&schema(), &old, &old), Ok(()));
        assert!(check(&schema(), &Attributes::new(), &old).is_err());
        assert_eq!(value(&definition("level", AttributeType::Integer), &level), None);
        assert!(value(&definition("level", AttributeType::String), &level).is_some());
    }

    #[test]
    fn values_as_they_are_typed() {
        let texts =
            |texts: &[&str]| AttributeValue::Strings(texts.iter().map(|text| (*text).to_owned()).collect());
        for (name, text, value) in [
            ("dept", "true", AttributeValue::String("true".to_owned())),
            ("level", "-7", AttributeValue::Integer(-7)),
            ("external", "true", AttributeValue::Boolean(true)),
            ("sites", "Graz, Wien", texts(&["Graz", "Wien"])),
            ("sites", r#"["Graz, Austria"]"#, texts(&["Graz, Austria"])),
            ("sites", "[]", texts(&[])),
        ] {
            assert_eq!(parse(&schema(), name, text), Ok(value), "{name}={text}");
        }
        for (name, text) in
            [("level", "7.5"), ("external", "yes"), ("sites", "[1]"), ("sites", "a,,b"), ("x", "y")]
        {
            assert!(parse(&schema(), name, text).is_err(), "{name}={text}");
        }
    }
}
