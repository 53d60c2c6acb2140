//! The claims of a token, read in one pass: typed where the validator understands them, and strict JSON in all of them.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::strict_json::{self, Fault, JsonError, Names, Strict};
use crate::{Audience, Header, NumericDate, Times, Verified};

/// The claims that the validator itself understands. Absent ones are `None`; `null` does not count as absent.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// Who issued the token.
    pub iss: Option<Box<str>>,
    /// The subject.
    pub sub: Option<Box<str>>,
    /// Whom it is for.
    pub aud: Option<Audience>,
    /// `exp`, `nbf` and `iat`.
    pub times: Times,
    /// The identifier of the token.
    pub jti: Option<Box<str>>,
    /// Whom it was issued to (RFC 8693 section 4.3).
    pub client_id: Option<Box<str>>,
    /// Whom it was issued to (OpenID Connect Core 2).
    pub azp: Option<Box<str>>,
    /// Its scopes, separated by spaces (RFC 8693 section 4.2).
    pub scope: Option<Box<str>>,
    /// When the user signed in.
    pub auth_time: Option<NumericDate>,
    /// The authentication context of that sign-in.
    pub acr: Option<Box<str>>,
    /// The session.
    pub sid: Option<Box<str>>,
    /// The grant, in tokens of Credenza.
    pub gid: Option<Box<str>>,
    /// What the token is bound to (RFC 7800).
    pub cnf: Option<Confirmation>,
    /// The nonce of the request.
    pub nonce: Option<Box<str>>,
    /// Whether the token is valid, in an answer to introspection.
    pub active: Option<bool>,
}

/// What a token is bound to (RFC 7800 section 3.1). With neither member, it is bound in a way that is not supported.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Confirmation {
    /// The thumbprint of a DPoP key (RFC 9449 section 6.1).
    pub jkt: Option<Box<str>>,
    /// The SHA-256 of a certificate (RFC 8705 section 3.1), `x5t#S256`.
    pub x5t_s256: Option<Box<str>>,
}

/// Claims with the text that they were read from.
pub(crate) struct Payload {
    /// The header of the token; an answer to introspection has none.
    header: Option<Arc<Header>>,
    /// Its number in the cache of verified tokens.
    serial: Option<u64>,
    json: String,
    claims: Claims,
    /// The text of all claims, for those that are not typed.
    all: OnceLock<Value>,
}

impl Claims {
    /// The scopes.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.as_deref().unwrap_or_default().split(' ').filter(|scope| !scope.is_empty())
    }
}

impl Payload {
    /// Reads the claims of a token whose signature was verified.
    ///
    /// # Errors
    /// As [`Payload::read`].
    pub(crate) fn of(verified: Verified) -> Result<Self, JsonError> {
        let header = Arc::clone(&verified.header);
        Ok(Self { header: Some(header), ..Self::read(verified.into_payload())? })
    }

    /// Reads claims.
    ///
    /// # Errors
    /// [`JsonError`] for anything but an object, a name given twice at any depth, and a claim of the wrong type.
    pub(crate) fn read(json: Vec<u8>) -> Result<Self, JsonError> {
        let json = String::from_utf8(json)
            .map_err(|error| JsonError::Syntax { column: error.utf8_error().valid_up_to() })?;
        let fault = Fault::default();
        let claims = strict_json::read(&json, &fault, ClaimsVisitor { strict: fault.strict() })?;
        Ok(Self { header: None, serial: None, json, claims, all: OnceLock::new() })
    }

    pub(crate) fn numbered(self, serial: u64) -> Self {
        Self { serial: Some(serial), ..self }
    }

    pub(crate) const fn serial(&self) -> Option<u64> {
        self.serial
    }

    pub(crate) fn header(&self) -> Option<&Header> {
        self.header.as_deref()
    }

    pub(crate) fn json(&self) -> &str {
        &self.json
    }

    pub(crate) const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// A claim by its name, or by a JSON Pointer when it begins with `/`.
    pub(crate) fn claim(&self, name: &str) -> Option<&Value> {
        // The text was parsed before, so this does not fail.
        let all = self.all.get_or_init(|| serde_json::from_str(&self.json).unwrap_or_default());
        if name.starts_with('/') { all.pointer(name) } else { all.get(name) }
    }

    /// A claim that is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.claim(name)?.as_str()
    }

    /// A claim that is a list of texts, or one text with spaces between.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        match self.claim(name) {
            Some(Value::String(text)) => text.split(' ').filter(|one| !one.is_empty()).collect(),
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

/// Prints no claims: they are personal data.
impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payload").finish_non_exhaustive()
    }
}

struct ClaimsVisitor<'a> {
    strict: Strict<'a>,
}

impl<'de> DeserializeSeed<'de> for ClaimsVisitor<'_> {
    type Value = Claims;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Claims, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ClaimsVisitor<'_> {
    type Value = Claims;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of claims")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Claims, A::Error> {
        let inner = self.strict.deeper()?;
        let mut claims = Claims::default();
        let mut names = Names::with_room();
        while let Some(name) = members.next_key_seed(strict_json::Name)? {
            claims.read_member(&name, &mut members, inner)?;
            names.push(name);
        }
        if names.repeat() {
            return self.strict.fail(JsonError::Duplicate);
        }
        Ok(claims)
    }
}

impl Claims {
    fn read_member<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        members: &mut A,
        inner: Strict<'_>,
    ) -> Result<(), A::Error> {
        match name {
            "iss" => self.iss = Some(members.next_value()?),
            "sub" => self.sub = Some(members.next_value()?),
            "aud" => self.aud = Some(members.next_value()?),
            "exp" => self.times.exp = Some(members.next_value()?),
            "nbf" => self.times.nbf = Some(members.next_value()?),
            "iat" => self.times.iat = Some(members.next_value()?),
            "jti" => self.jti = Some(members.next_value()?),
            "client_id" => self.client_id = Some(members.next_value()?),
            "azp" => self.azp = Some(members.next_value()?),
            "scope" => self.scope = Some(members.next_value()?),
            "auth_time" => self.auth_time = Some(members.next_value()?),
            "acr" => self.acr = Some(members.next_value()?),
            "sid" => self.sid = Some(members.next_value()?),
            "gid" => self.gid = Some(members.next_value()?),
            "nonce" => self.nonce = Some(members.next_value()?),
            "active" => self.active = Some(members.next_value()?),
            "cnf" => self.cnf = Some(members.next_value_seed(ConfirmationSeed(inner))?),
            _ => members.next_value_seed(inner)?,
        }
        Ok(())
    }
}

/// `cnf`, in which no other name may occur twice either.
struct ConfirmationSeed<'a>(Strict<'a>);

impl<'de> DeserializeSeed<'de> for ConfirmationSeed<'_> {
    type Value = Confirmation;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Confirmation, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ConfirmationSeed<'_> {
    type Value = Confirmation;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of confirmation methods")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Confirmation, A::Error> {
        let inner = self.0.deeper()?;
        let mut confirmation = Confirmation::default();
        let mut names = Names::default();
        while let Some(name) = members.next_key_seed(strict_json::Name)? {
            match name.as_ref() {
                "jkt" => confirmation.jkt = Some(members.next_value()?),
                "x5t#S256" => confirmation.x5t_s256 = Some(members.next_value()?),
                _ => members.next_value_seed(inner)?,
            }
            names.push(name);
        }
        if names.repeat() {
            return self.0.fail(JsonError::Duplicate);
        }
        Ok(confirmation)
    }
}
