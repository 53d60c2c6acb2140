//! Fields for what is known about a person, in a form: filled with what is stored or was typed, and read from what is sent.

use credenza_protocol::attribute::{self, AttributeDefinition, AttributeType, AttributeValue, Attributes};
use credenza_protocol::params::Params;
use credenza_protocol::tenant::TenantSettings;
use credenza_protocol::{own_profile, sign_up_fields};
use serde_json::{Map, Value};

use crate::pages::{ProfileField, ProfileName, ProfileValue};

/// What a form asks for, each with whether it must be filled in.
pub(crate) struct Asked<'a> {
    claims: Vec<(&'a str, bool)>,
    attributes: Vec<(&'a AttributeDefinition, bool)>,
}

impl<'a> Asked<'a> {
    /// What people may edit on their own account.
    pub(crate) fn on_account(settings: &'a TenantSettings) -> Self {
        Self {
            claims: own_profile::claims(settings).map(|claim| (claim, false)).collect(),
            attributes: own_profile::attributes(settings).map(|definition| (definition, false)).collect(),
        }
    }

    /// What they are asked for when they make it.
    pub(crate) fn at_sign_up(settings: &'a TenantSettings) -> Self {
        Self {
            claims: sign_up_fields::claims(settings).collect(),
            attributes: sign_up_fields::attributes(settings).collect(),
        }
    }

    /// What was typed for the claims and the attributes; an empty field removes one. A choice that is not made says no, unless
    /// nothing was said before either.
    pub(crate) fn typed(
        &self,
        form: &Params,
        stored: &Attributes,
    ) -> (Map<String, Value>, Map<String, Value>) {
        let claim = |(claim, _): &(&str, bool)| {
            let text = typed_in(form, &claim_input(claim))?;
            Some(((*claim).to_owned(), if text.is_empty() { Value::Null } else { text.into() }))
        };
        let attribute = |(definition, _): &(&AttributeDefinition, bool)| {
            let (name, text) = (&definition.name, typed_in(form, &attribute_input(&definition.name)));
            let value = match (definition.value_type, text) {
                (AttributeType::Boolean, Some(_)) => Value::Bool(true),
                (AttributeType::Boolean, None) if stored.contains_key(name) => Value::Bool(false),
                (_, None) => return None,
                (_, Some("")) => Value::Null,
                (AttributeType::String, Some(text)) => text.into(),
                // What is no number has another type, and is refused.
                (AttributeType::Integer, Some(text)) => {
                    text.parse::<i64>().map_or_else(|_| text.into(), Value::from)
                }
                (AttributeType::Strings, Some(text)) => {
                    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
                }
            };
            Some((name.clone(), value))
        };
        (
            self.claims.iter().filter_map(claim).collect(),
            self.attributes.iter().filter_map(attribute).collect(),
        )
    }

    /// The fields, as they are stored or as they were typed.
    pub(crate) fn fields(
        &self,
        (claims, attributes): (&Map<String, Value>, &Attributes),
        typed: Option<&Params>,
    ) -> Vec<ProfileField<'a>> {
        let claims = self.claims.iter().map(|&(claim, is_required)| {
            let input = claim_input(claim);
            let stored = claims.get(claim).and_then(Value::as_str);
            let value =
                typed.and_then(|form| typed_in(form, &input)).or(stored).unwrap_or_default().to_owned();
            let (name, value) = (ProfileName::Claim(claim), ProfileValue::Text(value));
            ProfileField { input, name, value, is_required }
        });
        let attributes = self.attributes.iter().map(|&(definition, is_required)| {
            let input = attribute_input(&definition.name);
            let value = attribute_value(definition, attributes, typed.map(|form| form.get(&input)));
            let said =
                if definition.description.is_empty() { &definition.name } else { &definition.description };
            ProfileField { input, name: ProfileName::Attribute(said), value, is_required }
        });
        claims.chain(attributes).collect()
    }

    /// The input of what is asked for by that name, whether it was sent or not; nothing where nobody asks for it.
    pub(crate) fn input_of(&self, name: &str) -> Option<String> {
        if self.claims.iter().any(|(claim, _)| *claim == name) {
            return Some(claim_input(name));
        }
        let is_asked = self.attributes.iter().any(|(definition, _)| definition.name == name);
        is_asked.then(|| attribute_input(name))
    }
}

/// What was typed into a field of the page. One that is left empty is sent, unlike one that the page did not have.
fn typed_in<'a>(form: &'a Params, input: &str) -> Option<&'a str> {
    form.pairs().find(|(name, _)| *name == input).map(|(_, value)| value.trim())
}

fn claim_input(claim: &str) -> String {
    format!("claim-{claim}")
}

fn attribute_input(name: &str) -> String {
    format!("attribute-{name}")
}

fn attribute_value(
    definition: &AttributeDefinition,
    stored: &Attributes,
    typed: Option<Option<&str>>,
) -> ProfileValue {
    let stored = attribute::value(definition, stored);
    let text = |stored: String| match typed {
        Some(typed) => typed.unwrap_or_default().to_owned(),
        None => stored,
    };
    match definition.value_type {
        AttributeType::Boolean => ProfileValue::Choice(match typed {
            Some(typed) => typed.is_some(),
            None => stored == Some(&AttributeValue::Boolean(true)),
        }),
        AttributeType::Integer => ProfileValue::Number(text(match stored {
            Some(AttributeValue::Integer(number)) => number.to_string(),
            _ => String::new(),
        })),
        AttributeType::String => ProfileValue::Text(text(match stored {
            Some(AttributeValue::String(text)) => text.clone(),
            _ => String::new(),
        })),
        AttributeType::Strings => ProfileValue::Lines(text(match stored {
            Some(AttributeValue::Strings(texts)) => texts.join("\n"),
            _ => String::new(),
        })),
    }
}
