//! `response_type` (RFC 6749 3.1.1; OAuth 2.0 Multiple Response Type Encoding Practices 3 to 5).

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the authorization endpoint shall issue: a set of at least one word.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash)]
pub struct ResponseType {
    /// `code`.
    pub code: bool,
    /// `id_token`.
    pub id_token: bool,
    /// `token`.
    pub token: bool,
}

/// The response type is not supported.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("response_type is not supported")]
pub struct UnknownResponseType;

impl ResponseType {
    /// `code`: RFC 6749 4.1.
    pub const CODE: Self = Self { code: true, id_token: false, token: false };

    /// Every supported response type. `token` alone is not: RFC 9700 2.1.2 advises against it, and OpenID Connect does
    /// not define it.
    pub const ALL: [Self; 6] = [
        Self::CODE,
        Self { code: false, id_token: true, token: false },
        Self { code: false, id_token: true, token: true },
        Self { code: true, id_token: true, token: false },
        Self { code: true, id_token: false, token: true },
        Self { code: true, id_token: true, token: true },
    ];

    /// Reads the words, in whatever order; each once.
    ///
    /// # Errors
    /// [`UnknownResponseType`].
    pub fn parse(text: &str) -> Result<Self, UnknownResponseType> {
        let mut asked = Self { code: false, id_token: false, token: false };
        for word in text.split(' ') {
            let slot = match word {
                "code" => &mut asked.code,
                "id_token" => &mut asked.id_token,
                "token" => &mut asked.token,
                _ => return Err(UnknownResponseType),
            };
            if std::mem::replace(slot, true) {
                return Err(UnknownResponseType);
            }
        }
        if Self::ALL.contains(&asked) { Ok(asked) } else { Err(UnknownResponseType) }
    }

    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match (self.code, self.id_token, self.token) {
            (true, false, false) => "code",
            (false, true, false) => "id_token",
            (false, true, true) => "id_token token",
            (true, true, false) => "code id_token",
            (true, false, true) => "code token",
            (true, true, true) => "code id_token token",
            (false, false, _) => "token",
        }
    }

    /// Whether a token is issued by the authorization endpoint itself.
    #[must_use]
    pub const fn is_front_channel(self) -> bool {
        self.id_token || self.token
    }
}

impl fmt::Display for ResponseType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ResponseType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ResponseType {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&Cow::<'de, str>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for ResponseType {
    fn schema_name() -> Cow<'static, str> {
        "ResponseType".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "enum": Self::ALL.map(Self::as_str) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiple_response_types_words_in_any_order() {
        for known in ResponseType::ALL {
            assert_eq!(ResponseType::parse(known.as_str()), Ok(known));
            let words: Vec<_> = known.as_str().split(' ').rev().collect();
            assert_eq!(ResponseType::parse(&words.join(" ")), Ok(known));
        }
        for bad in
            ["", " ", "token", "none", "code code", "code  token", " code", "code ", "Code", "code,token"]
        {
            assert_eq!(ResponseType::parse(bad), Err(UnknownResponseType), "{bad:?}");
        }
    }
}
