//! What people may edit of what is known about them: the standard claims that the tenant lets them, and the attributes that
//! are declared so.

use serde_json::{Map, Value};

use crate::attribute::{self, AttributeDefinition, AttributeValue, Attributes};
use crate::claims::StandardClaims;
use crate::tenant::TenantSettings;
use crate::user::User;

/// The claims of a profile that a tenant may let people edit (OpenID Connect Core 5.1), in the order in which they are shown.
/// What other systems take for a name of the account is not among them.
pub const CLAIMS: [&str; 12] = [
    "name",
    "given_name",
    "middle_name",
    "family_name",
    "nickname",
    "gender",
    "birthdate",
    "locale",
    "zoneinfo",
    "website",
    "picture",
    "phone_number",
];

/// The claims of a profile that people never edit in it: names of the account, what somebody must have verified, and what is
/// no text.
const NOT_THEIRS: [&str; 6] =
    ["preferred_username", "profile", "email", "email_verified", "address", "phone_number_verified"];

/// Why a profile is not changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{name:?} {why}")]
pub struct InvalidProfile {
    /// The claim or attribute.
    pub name: String,
    /// What is wrong.
    pub why: String,
    /// Whether it may not be edited at all.
    pub is_forbidden: bool,
}

/// Whether a tenant can let people edit that claim. `email` has a way of its own: another address must be proven.
#[must_use]
pub fn is_editable(claim: &str) -> bool {
    claim == "email" || CLAIMS.contains(&claim)
}

/// The claims that people of that tenant may edit in their profile, in the order in which they are shown.
pub fn claims(settings: &TenantSettings) -> impl Iterator<Item = &'static str> {
    CLAIMS.into_iter().filter(|claim| settings.lets_people_edit(claim))
}

/// The attributes that people of that tenant may edit.
pub fn attributes(settings: &TenantSettings) -> impl Iterator<Item = &AttributeDefinition> {
    settings.attributes.iter().filter(|definition| definition.editable)
}

/// The user with other values for the claims and attributes that are named; `null` removes one. Another phone number is not
/// verified.
///
/// # Errors
/// [`InvalidProfile`], the first one: what people may not edit, or what cannot be stored.
pub fn edited(
    settings: &TenantSettings,
    user: User,
    claims: Map<String, Value>,
    attributes: Map<String, Value>,
) -> Result<User, InvalidProfile> {
    let claims =
        edited_claims(&user.claims, claims, |name| self::claims(settings).any(|claim| claim == name))?;
    let attributes = edited_attributes(settings, &user.attributes, attributes)?;
    Ok(User { claims, attributes, ..user })
}

/// The claims after a person of that tenant has replaced them. Another phone number is not verified.
///
/// # Errors
/// The claims that differ and that people do not edit.
pub fn replaced(
    settings: &TenantSettings,
    before: &StandardClaims,
    after: StandardClaims,
) -> Result<StandardClaims, Vec<&'static str>> {
    let (was, is) = (members(before), members(&after));
    let mut refused: Vec<_> = CLAIMS.into_iter().chain(NOT_THEIRS).collect();
    refused.retain(|claim| was.get(*claim) != is.get(*claim) && !claims(settings).any(|own| own == *claim));
    if refused.is_empty() { Ok(with_unverified_phone(before, after)) } else { Err(refused) }
}

/// What a person of that tenant has of the attributes that they may edit.
#[must_use]
pub fn own_attributes(settings: &TenantSettings, all: &Attributes) -> Attributes {
    let own = all.iter().filter(|(name, _)| is_own_attribute(settings, name));
    own.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The attributes after a person of that tenant has replaced those that they may edit. The others stay.
///
/// # Errors
/// [`InvalidProfile`], the first one: what people may not edit, or what cannot be stored.
pub fn replaced_attributes(
    settings: &TenantSettings,
    before: &Attributes,
    own: Attributes,
) -> Result<Attributes, InvalidProfile> {
    if let Some(name) = own.keys().find(|name| !is_own_attribute(settings, name)) {
        return Err(forbidden(name));
    }
    let mut all = before.clone();
    all.retain(|name, _| !is_own_attribute(settings, name));
    all.extend(own);
    attribute::check(&settings.attributes, before, &all).map_err(|wrong| invalid(&wrong.name, wrong.why))?;
    Ok(all)
}

fn is_own_attribute(settings: &TenantSettings, name: &str) -> bool {
    attributes(settings).any(|definition| definition.name == name)
}

fn members(claims: &StandardClaims) -> Map<String, Value> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

fn with_unverified_phone(before: &StandardClaims, mut claims: StandardClaims) -> StandardClaims {
    if claims.phone_number != before.phone_number {
        claims.phone_number_verified = claims.phone_number.as_ref().map(|_| false);
    }
    claims
}

/// The claims with other values for those that are named, if they are the person's to change.
pub(crate) fn edited_claims(
    before: &StandardClaims,
    changes: Map<String, Value>,
    is_theirs: impl Fn(&str) -> bool,
) -> Result<StandardClaims, InvalidProfile> {
    let mut all = members(before);
    for (name, value) in changes {
        if !is_theirs(&name) {
            return Err(forbidden(&name));
        }
        match value {
            Value::Null => drop(all.remove(&name)),
            Value::String(_) => drop(all.insert(name, value)),
            _ => return Err(invalid(&name, "must be a text")),
        }
    }
    let claims: StandardClaims =
        serde_json::from_value(Value::Object(all)).map_err(|_| invalid("claims", "cannot be read"))?;
    let claims = with_unverified_phone(before, claims);
    claims.check().map_err(|wrong| invalid(wrong.claim, wrong.fault))?;
    Ok(claims)
}

fn edited_attributes(
    settings: &TenantSettings,
    before: &Attributes,
    changes: Map<String, Value>,
) -> Result<Attributes, InvalidProfile> {
    let mut own = own_attributes(settings, before);
    for (name, value) in changes {
        if !is_own_attribute(settings, &name) {
            return Err(forbidden(&name));
        }
        match value {
            Value::Null => drop(own.remove(&name)),
            value => {
                let value = read_attribute(&name, value)?;
                own.insert(name, value);
            }
        }
    }
    replaced_attributes(settings, before, own)
}

/// Reads what was given for an attribute.
pub(crate) fn read_attribute(name: &str, value: Value) -> Result<AttributeValue, InvalidProfile> {
    serde_json::from_value(value).map_err(|_| invalid(name, "has another type"))
}

pub(crate) fn invalid(name: &str, why: impl Into<String>) -> InvalidProfile {
    InvalidProfile { name: name.to_owned(), why: why.into(), is_forbidden: false }
}

pub(crate) fn forbidden(name: &str) -> InvalidProfile {
    InvalidProfile { is_forbidden: true, ..invalid(name, "is nothing that people edit themselves") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::attribute::{AtSignUp, AttributeType};
    use crate::ids::UserId;
    use crate::time::Time;
    use crate::version::Version;

    fn settings() -> TenantSettings {
        let attribute = |name: &str, editable| AttributeDefinition {
            name: name.to_owned(),
            value_type: AttributeType::String,
            description: String::new(),
            scope: None,
            searchable: false,
            editable,
            sign_up: AtSignUp::No,
        };
        TenantSettings {
            account_editable_claims: ["name", "phone_number", "email"].map(str::to_owned).to_vec(),
            attributes: vec![attribute("team", true), attribute("salary", false)],
            ..TenantSettings::default()
        }
    }

    fn user() -> User {
        let claims = json!({ "name": "A", "email": "a@example.com", "email_verified": true,
            "phone_number": "+1", "phone_number_verified": true });
        User {
            user_id: UserId::new("u"),
            username: "a".to_owned(),
            claims: serde_json::from_value(claims).unwrap(),
            attributes: [("salary".to_owned(), AttributeValue::String("much".to_owned()))].into(),
            created_at: Time::from_seconds(0),
            updated_at: Time::from_seconds(0),
            disabled_at: None,
            password_change_required: false,
            terms: None,
            version: Version::FIRST,
        }
    }

    fn edit(claims: Value, attributes: Value) -> Result<User, InvalidProfile> {
        let object = |value: Value| value.as_object().unwrap().clone();
        edited(&settings(), user(), object(claims), object(attributes))
    }

    #[test]
    fn what_the_tenant_lets_people_edit_changes_and_nothing_else() {
        let changed = edit(json!({ "name": "B" }), json!({ "team": "red" })).unwrap();
        assert_eq!(changed.claims, StandardClaims { name: Some("B".to_owned()), ..user().claims });
        assert_eq!(changed.attributes.len(), 2);
        let changed = edit(json!({ "name": null, "phone_number": "+2" }), json!({ "team": null })).unwrap();
        assert_eq!((changed.claims.name, changed.claims.phone_number_verified), (None, Some(false)));
        assert_eq!(changed.attributes, user().attributes);
        assert_eq!(edit(json!({ "phone_number": "+1" }), json!({})).unwrap(), user(), "the same number");
    }

    #[test]
    fn what_is_not_theirs_or_cannot_be_stored_is_refused() {
        for (claims, attributes, name, is_forbidden) in [
            (json!({ "email": "b@example.com" }), json!({}), "email", true),
            (json!({ "email_verified": true }), json!({}), "email_verified", true),
            (json!({ "phone_number_verified": true }), json!({}), "phone_number_verified", true),
            (json!({ "nickname": "b" }), json!({}), "nickname", true),
            (json!({ "sub": "b" }), json!({}), "sub", true),
            (json!({}), json!({ "salary": "more" }), "salary", true),
            (json!({}), json!({ "unknown": "x" }), "unknown", true),
            (json!({ "name": " " }), json!({}), "name", false),
            (json!({ "name": 1 }), json!({}), "name", false),
            (json!({ "name": "a\u{202e}b" }), json!({}), "name", false),
            (json!({}), json!({ "team": 1 }), "team", false),
            (json!({}), json!({ "team": { "a": 1 } }), "team", false),
        ] {
            let refused = edit(claims, attributes).unwrap_err();
            assert_eq!((&*refused.name, refused.is_forbidden), (name, is_forbidden), "{refused}");
        }
    }

    #[test]
    fn claims_are_replaced_where_the_tenant_lets_people_edit_them() {
        let before = user().claims;
        let replace = |after: StandardClaims| replaced(&settings(), &before, after);
        let text = |text: &str| Some(text.to_owned());
        let after = StandardClaims { name: None, phone_number: text("+2"), ..before.clone() };
        let expected = StandardClaims { phone_number_verified: Some(false), ..after.clone() };
        assert_eq!(replace(after), Ok(expected));
        assert_eq!(replace(before.clone()), Ok(before.clone()));
        for (after, name) in [
            (StandardClaims { email: text("eve@example.com"), ..before.clone() }, "email"),
            (StandardClaims { email_verified: None, ..before.clone() }, "email_verified"),
            (StandardClaims { phone_number_verified: None, ..before.clone() }, "phone_number_verified"),
            (StandardClaims { preferred_username: text("root"), ..before.clone() }, "preferred_username"),
            (StandardClaims { picture: text("https://a.example/"), ..before.clone() }, "picture"),
            (StandardClaims { profile: text("https://a.example/"), ..before.clone() }, "profile"),
        ] {
            assert_eq!(replace(after), Err(vec![name]));
        }
    }

    #[test]
    fn attributes_are_replaced_where_they_are_editable_and_the_others_stay() {
        let text = |text: &str| AttributeValue::String(text.to_owned());
        let before =
            Attributes::from([("team".to_owned(), text("red")), ("salary".to_owned(), text("much"))]);
        let replace = |own: &[(&str, AttributeValue)]| {
            let own = own.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            replaced_attributes(&settings(), &before, own)
        };
        assert_eq!(
            own_attributes(&settings(), &before),
            Attributes::from([("team".to_owned(), text("red"))])
        );
        let changed = replace(&[("team", text("blue"))]).unwrap();
        assert_eq!((&changed["team"], &changed["salary"]), (&text("blue"), &text("much")));
        assert_eq!(replace(&[]).unwrap().keys().collect::<Vec<_>>(), ["salary"]);
        for (name, value, is_forbidden) in [
            ("salary", text("much"), true),
            ("unknown", text("x"), true),
            ("team", AttributeValue::Integer(1), false),
        ] {
            let refused = replace(&[(name, value)]).unwrap_err();
            assert_eq!((&*refused.name, refused.is_forbidden), (name, is_forbidden), "{refused}");
        }
    }

    #[test]
    fn a_tenant_can_let_people_edit_texts_alone() {
        let by_default = TenantSettings::default().account_editable_claims;
        assert!(by_default.iter().all(|claim| is_editable(claim)) && CLAIMS.into_iter().all(is_editable));
        for claim in ["sub", "email_verified", "phone_number_verified", "preferred_username", "address", ""] {
            assert!(!is_editable(claim), "{claim}");
        }
    }
}
