//! Claims that were copied or pickled: their text, and what the validator understood of it.

use credenza_validator as core;
use serde::{Deserialize, Serialize};

/// What the validator understood, by the names of the claims. It cannot be read from the text again, as the settings of
/// the validator say where some of it stands.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Understood {
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<core::Audience>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    azp: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<Box<str>>,
}

impl From<&core::Claims> for Understood {
    fn from(claims: &core::Claims) -> Self {
        let seconds = |date: Option<core::NumericDate>| date.map(|core::NumericDate(seconds)| seconds);
        Self {
            iss: claims.iss.clone(),
            sub: claims.sub.clone(),
            aud: claims.aud.clone(),
            exp: seconds(claims.times.exp),
            nbf: seconds(claims.times.nbf),
            iat: seconds(claims.times.iat),
            jti: claims.jti.clone(),
            client_id: claims.client_id.clone(),
            azp: claims.azp.clone(),
            scope: claims.scope.clone(),
            auth_time: seconds(claims.auth_time),
            acr: claims.acr.clone(),
            sid: claims.sid.clone(),
        }
    }
}

impl From<Understood> for core::Claims {
    fn from(understood: Understood) -> Self {
        let mut claims = Self::default();
        claims.iss = understood.iss;
        claims.sub = understood.sub;
        claims.aud = understood.aud;
        claims.times.exp = understood.exp.map(core::NumericDate);
        claims.times.nbf = understood.nbf.map(core::NumericDate);
        claims.times.iat = understood.iat.map(core::NumericDate);
        claims.jti = understood.jti;
        claims.client_id = understood.client_id;
        claims.azp = understood.azp;
        claims.scope = understood.scope;
        claims.auth_time = understood.auth_time.map(core::NumericDate);
        claims.acr = understood.acr;
        claims.sid = understood.sid;
        claims
    }
}
