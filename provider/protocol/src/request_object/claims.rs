//! The claims of a request object (OpenID Connect Core 6.1, RFC 9101 4 and 6.3).

use credenza_validator::{Audience, NumericDate, strict_json};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::client::Client;
use crate::params::Params;
use crate::time::{Seconds, Time};

use super::InvalidRequestObject;

/// Claims of any JWT (RFC 7519 4.1), which are no parameters.
const OF_THE_JWT: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];
/// Parameters that carry request objects.
const CARRIERS: [&str; 2] = ["request", "request_uri"];
/// Parameters that must be strings.
const TEXTS: [&str; 16] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "response_mode",
    "display",
    "prompt",
    "max_age",
    "ui_locales",
    "id_token_hint",
    "login_hint",
    "acr_values",
    "code_challenge",
    "code_challenge_method",
];
/// Leeway for clocks that differ.
const LEEWAY: Seconds = Seconds(30);
/// How long an object of a client that must sign may live, and how old it may be (FAPI 2.0 Message Signing 5.3.1).
const LONGEST: Seconds = Seconds(3600);

/// The claims of an object with a valid signature, or that needs none.
#[derive(Debug)]
pub struct Claims {
    registered: Registered,
    members: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
struct Registered {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    exp: Option<NumericDate>,
    nbf: Option<NumericDate>,
    iat: Option<NumericDate>,
    client_id: Option<String>,
}

impl Claims {
    /// Reads the payload.
    pub(super) fn read(payload: &[u8]) -> Result<Self, InvalidRequestObject> {
        let wrong = |_| InvalidRequestObject::Json;
        Ok(Self {
            registered: strict_json::object_from_slice(payload).map_err(wrong)?,
            members: strict_json::object_from_slice(payload).map_err(wrong)?,
        })
    }

    /// Checks issuer, audience and times. What OpenID Connect leaves optional is checked if present; a client that must
    /// sign its requests must also include `iss`, `aud` and `exp`.
    ///
    /// # Errors
    /// [`InvalidRequestObject`] for the first rule that it breaks.
    pub fn check(&self, client: &Client, issuer: &str, now: Time) -> Result<(), InvalidRequestObject> {
        let Registered { iss, sub, aud, client_id: inner, .. } = &self.registered;
        let (client_id, strict) = (client.client_id.as_str(), client.require_signed_request_object);
        if CARRIERS.iter().any(|name| self.members.contains_key(*name)) {
            return Err(InvalidRequestObject::Nested);
        }
        if inner.as_ref().is_some_and(|inner| inner != client_id) {
            return Err(InvalidRequestObject::ClientId);
        }
        if !iss.as_ref().map_or(!strict, |iss| iss == client_id) {
            return Err(InvalidRequestObject::Issuer);
        }
        if sub.as_deref() == Some(client_id) {
            return Err(InvalidRequestObject::Subject);
        }
        if !aud.as_ref().map_or(!strict, |aud| aud.contains(issuer)) {
            return Err(InvalidRequestObject::Audience);
        }
        if self.is_timely(strict, now) { Ok(()) } else { Err(InvalidRequestObject::Time) }
    }

    fn is_timely(&self, strict: bool, now: Time) -> bool {
        let at = |date: &Option<NumericDate>| date.map(|date| Time::from_seconds(date.0));
        let (exp, nbf, iat) = (at(&self.registered.exp), at(&self.registered.nbf), at(&self.registered.iat));
        let lives = exp.map_or(!strict, |exp| {
            exp + LEEWAY > now && (!strict || exp <= nbf.unwrap_or(now) + LONGEST + LEEWAY)
        });
        let has_begun = [nbf, iat].into_iter().flatten().all(|begin| begin <= now + LEEWAY);
        let is_young = !strict || nbf.is_none_or(|nbf| nbf + LONGEST + LEEWAY >= now);
        lives && has_begun && is_young
    }

    /// The parameters that count: those inside. What is missing there is taken from outside (OpenID Connect Core
    /// 6.1), but not of a client that must sign its requests: then only what was signed counts (RFC 9101 6.3).
    ///
    /// # Errors
    /// [`InvalidRequestObject`] for a parameter that is of the wrong type, repeated outside, or not the same inside
    /// and outside though it must be.
    pub fn merged(&self, outer: &Params, client: &Client) -> Result<Params, InvalidRequestObject> {
        let inner = self.parameters()?;
        let outside: Vec<_> = match client.require_signed_request_object {
            true => vec![],
            false => {
                self.agrees_with(outer)?;
                let is_inside = |name: &str| inner.iter().any(|(known, _)| known == name);
                let counts = |name: &str| !CARRIERS.contains(&name) && !is_inside(name);
                outer.pairs().filter(|(name, _)| counts(name)).map(owned).collect()
            }
        };
        Params::from_pairs(inner.into_iter().chain(outside)).map_err(|_| InvalidRequestObject::TooMany)
    }

    /// OpenID Connect Core 6.1: `response_type` stands outside too, and is the same.
    fn agrees_with(&self, outer: &Params) -> Result<(), InvalidRequestObject> {
        if outer.repeated().is_some() {
            return Err(InvalidRequestObject::Repeated);
        }
        match (self.members.get("response_type").and_then(Value::as_str), outer.get("response_type")) {
            (Some(inner), Some(outer)) if words(inner) != words(outer) => {
                Err(InvalidRequestObject::ResponseType)
            }
            _ => Ok(()),
        }
    }

    fn parameters(&self) -> Result<Vec<(String, String)>, InvalidRequestObject> {
        let mut pairs = vec![];
        for (name, value) in self.members.iter().filter(|(name, _)| !OF_THE_JWT.contains(&name.as_str())) {
            for text in texts(name, value)? {
                pairs.push((name.clone(), text));
            }
        }
        Ok(pairs)
    }
}

/// The values of a member as the query would hold them.
fn texts(name: &str, value: &Value) -> Result<Vec<String>, InvalidRequestObject> {
    match value {
        Value::Null => Ok(vec![]),
        Value::String(text) => Ok(vec![text.clone()]),
        Value::Bool(_) | Value::Number(_) => Ok(vec![value.to_string()]),
        Value::Array(items) if name == "resource" => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or(InvalidRequestObject::ParameterType))
            .collect(),
        Value::Array(_) | Value::Object(_) if TEXTS.contains(&name) || name == "resource" => {
            Err(InvalidRequestObject::ParameterType)
        }
        Value::Array(_) | Value::Object(_) => Ok(vec![value.to_string()]),
    }
}

fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text.split_ascii_whitespace().collect();
    words.sort_unstable();
    words
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
