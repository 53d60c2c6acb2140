//! Claim mappings: what an operator has a client told of people beside what scopes bring, and where.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::attribute::AttributeDefinition;
use crate::claims;

/// The most mappings of a client.
const MOST: usize = 50;
/// The longest name of a claim, in characters.
const LONGEST_NAME: usize = 200;
/// The longest constant, in bytes of JSON.
const LONGEST_CONSTANT: usize = 2000;

/// One claim, where it comes from and where it goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimMapping {
    /// The name that the client reads it by.
    pub claim: String,
    /// What its value is.
    pub from: ClaimSource,
    /// Where it stands; everywhere if that is not said.
    #[serde(rename = "in", default = "Place::all")]
    pub places: Vec<Place>,
}

/// What the value of a mapped claim is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClaimSource {
    /// The person's attribute of that name.
    Attribute(String),
    /// The standard claim of that name (OpenID Connect Core 5.1).
    Claim(String),
    /// The names of the person's groups.
    Groups,
    /// The person's roles.
    Roles,
    /// The same for everybody.
    Constant(Value),
}

/// Where claims about a person stand.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ClaimPlace")]
pub enum Place {
    /// In the ID token.
    IdToken,
    /// In an access token that is a JWT, and in what introspection answers of any.
    AccessToken,
    /// In the answer of the userinfo endpoint.
    Userinfo,
}

/// A mapping that is refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{claim:?} {why}")]
pub struct InvalidMapping {
    /// The claim.
    pub claim: String,
    /// What is wrong.
    pub why: &'static str,
}

/// The text of a mapping cannot be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "must be CLAIM=SOURCE, or CLAIM=SOURCE in PLACE,PLACE: a source is attribute:NAME, claim:NAME, groups, roles or \
     constant:VALUE, a place is id_token, access_token or userinfo"
)]
pub struct InvalidSpelling;

impl Place {
    /// All of them.
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![Self::IdToken, Self::AccessToken, Self::Userinfo]
    }

    fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "id_token" => Some(Self::IdToken),
            "access_token" => Some(Self::AccessToken),
            "userinfo" => Some(Self::Userinfo),
            _ => None,
        }
    }
}

impl ClaimMapping {
    /// Reads `CLAIM=SOURCE in PLACE,PLACE`, such as `department=attribute:dept in id_token,userinfo`; without places, it is
    /// meant for all. A constant is JSON, or else a text.
    ///
    /// # Errors
    /// [`InvalidSpelling`].
    pub fn parse(text: &str) -> Result<Self, InvalidSpelling> {
        let (claim, rest) = text.split_once('=').ok_or(InvalidSpelling)?;
        let places = |list: &str| list.split(',').map(Place::parse).collect::<Option<Vec<_>>>();
        let (source, places) = match rest.rsplit_once(" in ").map(|(source, list)| (source, places(list))) {
            Some((source, Some(places))) => (source, places),
            // Where the end is no list of places, it belongs to the source: a constant may hold the word.
            _ => (rest, Place::all()),
        };
        let from = match source.trim().split_once(':') {
            Some(("attribute", name)) => ClaimSource::Attribute(name.to_owned()),
            Some(("claim", name)) => ClaimSource::Claim(name.to_owned()),
            Some(("constant", value)) => {
                ClaimSource::Constant(serde_json::from_str(value).unwrap_or_else(|_| Value::from(value)))
            }
            None if source.trim() == "groups" => ClaimSource::Groups,
            None if source.trim() == "roles" => ClaimSource::Roles,
            _ => return Err(InvalidSpelling),
        };
        Ok(Self { claim: claim.trim().to_owned(), from, places })
    }
}

/// Refuses mappings that would take the place of a claim of the protocol, or that cannot be followed.
///
/// # Errors
/// [`InvalidMapping`], the first one.
pub fn check(mappings: &[ClaimMapping], attributes: &[AttributeDefinition]) -> Result<(), InvalidMapping> {
    for (count, mapping) in mappings.iter().enumerate() {
        let wrong = |why| Err(InvalidMapping { claim: mapping.claim.clone(), why });
        if !is_name(&mapping.claim) {
            return wrong("must be 1 to 200 characters without a space or a control character");
        }
        if claims::is_of_protocol(&mapping.claim) {
            return wrong("is a claim of the protocol, which cannot be mapped");
        }
        if count >= MOST {
            return wrong("is one too many: a client has at most 50 claim mappings");
        }
        if mapping.places.is_empty() {
            return wrong("is mapped into no token");
        }
        let is_same = |earlier: &ClaimMapping| {
            earlier.claim == mapping.claim
                && earlier.places.iter().any(|place| mapping.places.contains(place))
        };
        if mappings.iter().take(count).any(is_same) {
            return wrong("is mapped twice into one token");
        }
        check_source(&mapping.from, attributes)
            .map_err(|why| InvalidMapping { claim: mapping.claim.clone(), why })?;
    }
    Ok(())
}

fn check_source(from: &ClaimSource, attributes: &[AttributeDefinition]) -> Result<(), &'static str> {
    match from {
        ClaimSource::Attribute(name) if !attributes.iter().any(|attribute| attribute.name == *name) => {
            Err("is mapped from an attribute that the tenant does not have: see its setting `attributes`")
        }
        ClaimSource::Claim(name) if !claims::is_standard(name) => {
            Err("is mapped from a claim that is not one of OpenID Connect Core 5.1")
        }
        ClaimSource::Constant(Value::Null) => Err("is mapped from null, which is no value"),
        ClaimSource::Constant(value) if value.to_string().len() > LONGEST_CONSTANT => {
            Err("is mapped from a constant of more than 2000 bytes")
        }
        _ => Ok(()),
    }
}

fn is_name(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.chars().count())
        && !name.chars().any(|character| character.is_control() || character.is_whitespace())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::attribute::AttributeType;

    fn attributes() -> Vec<AttributeDefinition> {
        let dept = AttributeDefinition {
            name: "dept".to_owned(),
            value_type: AttributeType::String,
            description: String::new(),
            scope: None,
            searchable: false,
            editable: false,
            sign_up: Default::default(),
        };
        vec![dept]
    }

    fn checked(texts: &[&str]) -> Result<(), InvalidMapping> {
        let mappings: Vec<_> = texts.iter().map(|text| ClaimMapping::parse(text).unwrap()).collect();
        check(&mappings, &attributes())
    }

    #[test]
    fn spellings() {
        let mapping = |claim: &str, from, places: &[Place]| ClaimMapping {
            claim: claim.to_owned(),
            from,
            places: places.to_vec(),
        };
        let all = Place::all();
        let text = |text: &str| ClaimSource::Constant(json!(text));
        for (spelling, expected) in [
            ("department=attribute:dept", mapping("department", ClaimSource::Attribute("dept".into()), &all)),
            (
                "upn = claim:preferred_username in id_token, userinfo",
                mapping(
                    "upn",
                    ClaimSource::Claim("preferred_username".into()),
                    &[Place::IdToken, Place::Userinfo],
                ),
            ),
            (
                "https://x.test/groups=groups in access_token",
                mapping("https://x.test/groups", ClaimSource::Groups, &[Place::AccessToken]),
            ),
            ("r=roles", mapping("r", ClaimSource::Roles, &all)),
            ("tier=constant:2", mapping("tier", ClaimSource::Constant(json!(2)), &all)),
            ("tier=constant:\"2\"", mapping("tier", text("2"), &all)),
            ("seat=constant:Graz in Styria", mapping("seat", text("Graz in Styria"), &all)),
            ("seat=constant:Graz in userinfo", mapping("seat", text("Graz"), &[Place::Userinfo])),
        ] {
            assert_eq!(ClaimMapping::parse(spelling), Ok(expected), "{spelling}");
        }
        for bad in ["", "a", "a=", "a=dept", "a=attribute", "a=groups in tokens", "a=group:x"] {
            assert_eq!(ClaimMapping::parse(bad), Err(InvalidSpelling), "{bad}");
        }
    }

    #[test]
    fn mappings_that_are_kept() {
        let two_places = ["d=attribute:dept in id_token", "d=constant:x in access_token,userinfo"];
        for good in [&two_places[..], &["groups=roles", "roles=groups"], &["email=constant:a@b.test"], &[]] {
            assert_eq!(checked(good), Ok(()), "{good:?}");
        }
    }

    #[test]
    fn mappings_that_are_refused_by_their_name() {
        for name in ["iss", "sub", "aud", "exp", "scope", "client_id", "cnf", "gid", "sid", "active"] {
            let refused = checked(&[&format!("{name}=constant:x")]).unwrap_err();
            assert_eq!((refused.claim.as_str(), refused.why.contains("protocol")), (name, true));
        }
        for bad in [
            &["a=attribute:unknown"][..],
            &["a=claim:sub"],
            &["a=claim:groups"],
            &["a=constant:null"],
            &["a b=groups"],
            &["d=groups", "d=roles in userinfo"],
        ] {
            assert!(checked(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn as_json() {
        let mapping: ClaimMapping =
            serde_json::from_value(json!({ "claim": "d", "from": { "attribute": "dept" } })).unwrap();
        assert_eq!(mapping.places, Place::all());
        let groups = ClaimMapping { from: ClaimSource::Groups, places: vec![Place::Userinfo], ..mapping };
        let expected = json!({ "claim": "d", "from": "groups", "in": ["userinfo"] });
        assert_eq!(serde_json::to_value(groups).unwrap(), expected);
    }
}
