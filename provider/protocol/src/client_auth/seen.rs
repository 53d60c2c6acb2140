//! What the log tells of credentials that were refused: nothing of it is verified, and nothing of it is secret.

use credenza_validator::{NumericDate, Unverified, strict_json};
use serde::Deserialize;

use crate::time::{Seconds, Time};

use super::assertion::Assertion;
use super::{AuthMethod, Presented};

/// How far the times of an assertion lie from ours; those in the past are negative.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Clocks {
    /// Of `exp`.
    pub exp: Option<Seconds>,
    /// Of `nbf`.
    pub nbf: Option<Seconds>,
    /// Of `iat`.
    pub iat: Option<Seconds>,
}

#[derive(Deserialize)]
struct Times {
    exp: Option<NumericDate>,
    nbf: Option<NumericDate>,
    iat: Option<NumericDate>,
}

impl Presented {
    /// The method of authentication that was used. Which of the two that take a JWT, its algorithm tells.
    #[must_use]
    pub fn method(&self) -> AuthMethod {
        match self {
            Self::Nothing(_) => AuthMethod::None,
            Self::Basic(..) => AuthMethod::ClientSecretBasic,
            Self::Post(..) => AuthMethod::ClientSecretPost,
            Self::Assertion(assertion) if assertion.is_symmetric() => AuthMethod::ClientSecretJwt,
            Self::Assertion(_) => AuthMethod::PrivateKeyJwt,
        }
    }

    /// How far the times of the assertion lie from `now`; `None` without an assertion.
    #[must_use]
    pub fn clocks(&self, now: Time) -> Option<Clocks> {
        match self {
            Self::Assertion(assertion) => Some(assertion.clocks(now)),
            Self::Nothing(_) | Self::Basic(..) | Self::Post(..) => None,
        }
    }
}

impl Assertion {
    fn is_symmetric(&self) -> bool {
        Unverified::parse(self.token()).is_ok_and(|token| token.header().alg.is_symmetric())
    }

    fn clocks(&self, now: Time) -> Clocks {
        let times = Unverified::parse(self.token())
            .ok()
            .and_then(|token| strict_json::object_from_slice::<Times>(token.payload_bytes_unverified()).ok());
        let from_now = |date: Option<NumericDate>| date.map(|date| Time::from_seconds(date.0) - now);
        times.map_or_else(Clocks::default, |times| Clocks {
            exp: from_now(times.exp),
            nbf: from_now(times.nbf),
            iat: from_now(times.iat),
        })
    }
}

#[cfg(test)]
mod tests {
    use credenza_validator::base64url;

    use super::*;
    use crate::params::Params;

    fn asserted(alg: &str, claims: &str) -> Presented {
        let part = |text: &str| base64url::encode(text.as_bytes());
        let token =
            format!("{}.{}.{}", part(&format!("{{\"alg\":\"{alg}\"}}")), part(claims), part("signature"));
        let form = format!(
            "client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion={token}"
        );
        Presented::read(std::iter::empty(), &Params::parse(form.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn the_method_is_the_one_that_was_used() {
        let read = |form: &str| {
            Presented::read(std::iter::empty(), &Params::parse(form.as_bytes()).unwrap()).unwrap().method()
        };
        assert_eq!(read("client_id=a"), AuthMethod::None);
        assert_eq!(read("client_id=a&client_secret=b"), AuthMethod::ClientSecretPost);
        assert_eq!(asserted("HS256", r#"{"sub":"a"}"#).method(), AuthMethod::ClientSecretJwt);
        assert_eq!(asserted("ES256", r#"{"sub":"a"}"#).method(), AuthMethod::PrivateKeyJwt);
    }

    #[test]
    fn clocks_are_compared_with_ours() {
        let presented = asserted("ES256", r#"{"sub":"a","exp":160,"iat":10}"#);
        let clocks = presented.clocks(Time::from_seconds(100)).unwrap();
        let expected = Clocks { exp: Some(Seconds(60)), nbf: None, iat: Some(Seconds(-90)) };
        assert_eq!(clocks, expected);
        let odd = asserted("ES256", r#"{"sub":"a","exp":"soon"}"#);
        assert_eq!(odd.clocks(Time::from_seconds(100)), Some(Clocks::default()));
    }
}
