//! What a tenant asks people for when they make their account, besides address and password.

use serde_json::{Map, Value};

use crate::attribute::{self, AtSignUp, AttributeDefinition, AttributeValue, Attributes};
use crate::claims::StandardClaims;
use crate::own_profile::{InvalidProfile, edited_claims, forbidden, invalid, read_attribute};
use crate::tenant::TenantSettings;

/// The claims that are asked for, in their order, each with whether it must be given.
pub fn claims(settings: &TenantSettings) -> impl Iterator<Item = (&str, bool)> {
    let is_required = |claim: &String| settings.sign_up_required_claims.contains(claim);
    settings.sign_up_claims.iter().map(move |claim| (claim.as_str(), is_required(claim)))
}

/// The attributes that are asked for, in their order, each with whether it must be given.
pub fn attributes(settings: &TenantSettings) -> impl Iterator<Item = (&AttributeDefinition, bool)> {
    let asked = settings.attributes.iter().filter(|definition| !definition.sign_up.is_no());
    asked.map(|definition| (definition, definition.sign_up == AtSignUp::Required))
}

/// What the account has that is made with these answers; `before` is what an operator has said of the person.
///
/// # Errors
/// [`InvalidProfile`], the first one: what nobody asked for, what cannot be stored, or what is missing.
pub fn answered(
    settings: &TenantSettings,
    before: &StandardClaims,
    answers: (Map<String, Value>, Map<String, Value>),
) -> Result<(StandardClaims, Attributes), InvalidProfile> {
    let missing = |name: &str| invalid(name, "must be given");
    let is_given =
        |given: &Map<String, Value>, name: &str| given.get(name).is_some_and(|value| !value.is_null());
    let asked = |name: &str| self::claims(settings).any(|(claim, _)| claim == name);
    if let Some((name, _)) =
        self::claims(settings).find(|(name, is_required)| *is_required && !is_given(&answers.0, name))
    {
        return Err(missing(name));
    }
    let claims = edited_claims(before, answers.0, asked)?;
    let mut attributes = Attributes::new();
    for (name, value) in answers.1.into_iter().filter(|(_, value)| !value.is_null()) {
        if !self::attributes(settings).any(|(definition, _)| definition.name == name) {
            return Err(forbidden(&name));
        }
        let value = read_attribute(&name, value)?;
        attributes.insert(name, value);
    }
    attribute::check(&settings.attributes, &Attributes::new(), &attributes)
        .map_err(|wrong| invalid(&wrong.name, wrong.why))?;
    let is_answer =
        |name: &str| attributes.get(name).is_some_and(|value| *value != AttributeValue::Boolean(false));
    let mut required = self::attributes(settings).filter(|(_, is_required)| *is_required);
    match required.find(|(definition, _)| !is_answer(&definition.name)) {
        Some((definition, _)) => Err(missing(&definition.name)),
        None => Ok((claims, attributes)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::attribute::AttributeType;

    fn settings() -> TenantSettings {
        let attribute = |name: &str, value_type, sign_up| AttributeDefinition {
            name: name.to_owned(),
            value_type,
            description: String::new(),
            scope: None,
            searchable: false,
            editable: false,
            sign_up,
        };
        TenantSettings {
            sign_up_claims: ["given_name", "phone_number"].map(str::to_owned).to_vec(),
            sign_up_required_claims: vec!["given_name".to_owned()],
            attributes: vec![
                attribute("adult", AttributeType::Boolean, AtSignUp::Required),
                attribute("team", AttributeType::String, AtSignUp::Optional),
                attribute("salary", AttributeType::Integer, AtSignUp::No),
            ],
            ..TenantSettings::default()
        }
    }

    fn answer(claims: Value, attributes: Value) -> Result<(StandardClaims, Attributes), InvalidProfile> {
        let object = |value: Value| value.as_object().unwrap().clone();
        answered(&settings(), &StandardClaims::default(), (object(claims), object(attributes)))
    }

    #[test]
    fn what_was_asked_for_is_taken() {
        let (claims, attributes) = answer(
            json!({ "given_name": "Ada", "phone_number": null }),
            json!({ "adult": true, "team": null }),
        )
        .unwrap();
        assert_eq!((claims.given_name.as_deref(), claims.phone_number), (Some("Ada"), None));
        assert_eq!(attributes, Attributes::from([("adult".to_owned(), AttributeValue::Boolean(true))]));
        let phone = json!({ "given_name": "Ada", "phone_number": "+1" });
        let (claims, _) = answer(phone, json!({ "adult": true })).unwrap();
        assert_eq!(claims.phone_number_verified, Some(false), "nobody has verified it");
    }

    #[test]
    fn what_is_missing_wrong_or_was_not_asked_for_is_refused() {
        let (ada, adult) = (json!({ "given_name": "Ada" }), json!({ "adult": true }));
        for (claims, attributes, name, is_forbidden) in [
            (json!({}), adult.clone(), "given_name", false),
            (json!({ "given_name": null }), adult.clone(), "given_name", false),
            (json!({ "given_name": " " }), adult.clone(), "given_name", false),
            (json!({ "given_name": "Ada", "email": "a@example.com" }), adult.clone(), "email", true),
            (json!({ "given_name": "Ada", "nickname": "A" }), adult.clone(), "nickname", true),
            (ada.clone(), json!({}), "adult", false),
            (ada.clone(), json!({ "adult": false }), "adult", false),
            (ada.clone(), json!({ "adult": true, "team": 1 }), "team", false),
            (ada.clone(), json!({ "adult": true, "salary": 1 }), "salary", true),
            (ada, json!({ "adult": true, "unknown": "x" }), "unknown", true),
        ] {
            let refused = answer(claims, attributes).unwrap_err();
            assert_eq!((&*refused.name, refused.is_forbidden), (name, is_forbidden), "{refused}");
        }
    }
}
