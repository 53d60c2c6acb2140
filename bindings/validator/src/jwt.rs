//! Registered claims of a JSON Web Token (RFC 7519 section 4.1), as pure checks.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::present;

/// The greatest leeway for differing clocks, in seconds; greater values are reduced to it.
pub const MAX_LEEWAY: i64 = 300;

/// Whom a token is for (`aud`, RFC 7519 section 4.1.3): one string, or several in an array.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Audience(Vec<String>);

/// An `aud` without a name in it.
#[derive(Copy, Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("empty audience")]
pub struct EmptyAudience;

impl Audience {
    /// Names one audience.
    pub fn one(name: impl Into<String>) -> Self {
        Self(vec![name.into()])
    }

    /// Whether exactly this audience is named.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|own| own == name)
    }

    /// The names.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl TryFrom<Vec<String>> for Audience {
    type Error = EmptyAudience;

    /// # Errors
    /// [`EmptyAudience`] for no name, or an empty one.
    fn try_from(names: Vec<String>) -> Result<Self, EmptyAudience> {
        if names.is_empty() || names.iter().any(String::is_empty) {
            return Err(EmptyAudience);
        }
        Ok(Self(names))
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AudienceVisitor)
    }
}

struct AudienceVisitor;

impl<'de> de::Visitor<'de> for AudienceVisitor {
    type Value = Audience;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one audience, or a list of them")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Audience, E> {
        vec![name.to_owned()].try_into().map_err(E::custom)
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Audience, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = items.next_element()? {
            names.push(name);
        }
        names.try_into().map_err(de::Error::custom)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Audience {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Audience".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }],
        })
    }
}

impl Serialize for Audience {
    /// Writes a single name as a string, which every reader understands.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [name] => name.serialize(serializer),
            names => names.serialize(serializer),
        }
    }
}

/// Seconds since 1970 (RFC 7519 section 2). Read from any JSON number from 0 up to the greatest `i64`; a
/// fraction is dropped. Text, `null`, negative and greater numbers are refused.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct NumericDate(pub i64);

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumericDateVisitor)
    }
}

struct NumericDateVisitor;

impl de::Visitor<'_> for NumericDateVisitor {
    type Value = NumericDate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seconds since 1970")
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<NumericDate, E> {
        i64::try_from(seconds).map(NumericDate).map_err(|_| E::custom("time out of range"))
    }

    fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<NumericDate, E> {
        u64::try_from(seconds).map_err(|_| E::custom("time out of range")).and_then(|it| self.visit_u64(it))
    }

    fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<NumericDate, E> {
        NumericDate::from_fraction(seconds).ok_or_else(|| E::custom("time out of range"))
    }
}

impl NumericDate {
    /// Drops a fraction; `None` for what is negative or beyond `i64`.
    pub(crate) fn from_fraction(seconds: f64) -> Option<Self> {
        // 2^63 is the first value beyond i64, and exact as a float; NaN is in no range.
        (0.0..9_223_372_036_854_775_808.0).contains(&seconds).then_some(Self(seconds as i64))
    }
}

/// The claims that limit a token in time. To be flattened into a struct of claims.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
pub struct Times {
    /// When the token expires (RFC 7519 section 4.1.4).
    #[serde(default, deserialize_with = "present::value", skip_serializing_if = "Option::is_none")]
    pub exp: Option<NumericDate>,
    /// Before when the token is not valid yet (section 4.1.5).
    #[serde(default, deserialize_with = "present::value", skip_serializing_if = "Option::is_none")]
    pub nbf: Option<NumericDate>,
    /// When the token was issued (section 4.1.6).
    #[serde(default, deserialize_with = "present::value", skip_serializing_if = "Option::is_none")]
    pub iat: Option<NumericDate>,
}

/// Why a token is not valid now.
#[derive(Copy, Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TimeFault {
    /// No `exp`: a token that never expires is refused.
    #[error("token has no exp")]
    NoExpiry,
    /// `exp` has passed.
    #[error("token has expired")]
    Expired,
    /// `nbf` lies in the future.
    #[error("token is not valid yet")]
    NotYetValid,
    /// `iat` lies in the future.
    #[error("token was issued in the future")]
    IssuedInFuture,
}

impl Times {
    /// Checks that a token is valid at `now`, give or take `leeway` seconds (0 to [`MAX_LEEWAY`]).
    ///
    /// # Errors
    /// [`TimeFault`], also when `exp` is absent.
    pub fn check(&self, now: i64, leeway: i64) -> Result<(), TimeFault> {
        let leeway = leeway.clamp(0, MAX_LEEWAY);
        let earliest = now.saturating_sub(leeway);
        let latest = now.saturating_add(leeway);
        let NumericDate(exp) = self.exp.ok_or(TimeFault::NoExpiry)?;
        if exp <= earliest {
            return Err(TimeFault::Expired);
        }
        if self.nbf.is_some_and(|NumericDate(nbf)| nbf > latest) {
            return Err(TimeFault::NotYetValid);
        }
        if self.iat.is_some_and(|NumericDate(iat)| iat > latest) {
            return Err(TimeFault::IssuedInFuture);
        }
        Ok(())
    }
}
