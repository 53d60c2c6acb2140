//! Tokens of the vectors: valid ones, in which a case spoils one thing.

use credenza_validator::base64url;
use serde::Serialize;
use serde_json::Value;

use crate::case::{AUDIENCE, CLIENT, ISSUER, NOW};
use crate::keys::Key;

/// The key that signs unless a case says otherwise.
pub(crate) const OWN: Key = Key::Es256("es256-1");
/// The key of the client in proofs.
pub(crate) const CLIENTS: Key = Key::Es256("client");

/// A builder of tokens. Values are kept as JSON text, so that a case may write what no serialiser would.
#[derive(Clone)]
pub(crate) struct Token {
    header: Vec<(String, String)>,
    claims: Vec<(String, String)>,
    payload_text: Option<String>,
    key: Key,
}

impl Token {
    fn of(typ: &str) -> Self {
        let token = Self { header: vec![], claims: vec![], payload_text: None, key: OWN };
        token.header("alg", OWN.alg()).header("kid", OWN.kid()).header("typ", typ)
    }

    /// RFC 9068 section 2.
    pub(crate) fn access() -> Self {
        Self::of("at+jwt")
            .claim("iss", ISSUER)
            .claim("sub", "user-1")
            .claim("aud", AUDIENCE)
            .claim("client_id", CLIENT)
            .claim("iat", NOW - 10)
            .claim("exp", NOW + 290)
            .claim("jti", "token-1")
            .claim("scope", "read write")
    }

    /// OpenID Connect Core section 2.
    pub(crate) fn id() -> Self {
        Self::of("JWT")
            .claim("iss", ISSUER)
            .claim("sub", "user-1")
            .claim("aud", CLIENT)
            .claim("iat", NOW - 10)
            .claim("exp", NOW + 290)
            .claim("nonce", "n-0S6_WzA2Mj")
    }

    /// OpenID Connect Back-Channel Logout section 2.4.
    pub(crate) fn logout() -> Self {
        Self::of("logout+jwt")
            .claim("iss", ISSUER)
            .claim("sub", "user-1")
            .claim("aud", CLIENT)
            .claim("iat", NOW - 10)
            .claim("exp", NOW + 110)
            .claim("jti", "logout-1")
            .claim("sid", "session-1")
            .raw("events", r#"{"http://schemas.openid.net/event/backchannel-logout":{}}"#)
    }

    /// RFC 9449 section 4.2, for one token.
    pub(crate) fn proof(access_token: &str) -> Self {
        Self::of("dpop+jwt")
            .by(CLIENTS)
            .no_header("kid")
            .header("jwk", CLIENTS.bare_jwk())
            .claim("jti", "proof-1")
            .claim("htm", "GET")
            .claim("htu", "https://api.example/things")
            .claim("iat", NOW)
            .claim("ath", ath(access_token))
    }

    /// The issuer's feed of revoked tokens.
    pub(crate) fn feed(revoked: &Value) -> Self {
        Self::of("revocations+jwt")
            .claim("iss", ISSUER)
            .claim("iat", NOW)
            .claim("exp", NOW + 60)
            .claim("revoked", revoked)
    }

    /// An access token that is bound to the client's key.
    pub(crate) fn bound() -> Self {
        Self::access().claim("cnf", serde_json::json!({ "jkt": CLIENTS.thumbprint() }))
    }

    /// Sets a member of the header.
    pub(crate) fn header(self, name: &str, value: impl Serialize) -> Self {
        self.raw_header(name, &serde_json::to_string(&value).unwrap())
    }

    pub(crate) fn raw_header(mut self, name: &str, json: &str) -> Self {
        put(&mut self.header, name, json);
        self
    }

    pub(crate) fn no_header(mut self, name: &str) -> Self {
        self.header.retain(|(own, _)| own != name);
        self
    }

    /// Adds a second member of that name, written verbatim.
    pub(crate) fn header_again(mut self, name: &str, json: &str) -> Self {
        self.header.push((name.to_owned(), json.to_owned()));
        self
    }

    /// Sets a claim.
    pub(crate) fn claim(self, name: &str, value: impl Serialize) -> Self {
        self.raw(name, &serde_json::to_string(&value).unwrap())
    }

    /// Sets a claim, given as JSON text.
    pub(crate) fn raw(mut self, name: &str, json: &str) -> Self {
        put(&mut self.claims, name, json);
        self
    }

    pub(crate) fn no_claim(mut self, name: &str) -> Self {
        self.claims.retain(|(own, _)| own != name);
        self
    }

    /// Adds a second claim of that name, written verbatim.
    pub(crate) fn again(mut self, name: &str, json: &str) -> Self {
        self.claims.push((name.to_owned(), json.to_owned()));
        self
    }

    /// Replaces the claims by a text.
    pub(crate) fn payload_text(self, text: &str) -> Self {
        Self { payload_text: Some(text.to_owned()), ..self }
    }

    /// Signed by another key, which the header names.
    pub(crate) fn by(self, key: Key) -> Self {
        self.header("alg", key.alg()).header("kid", key.kid()).signed_by(key)
    }

    /// Signed by another key than the header names.
    pub(crate) fn signed_by(self, key: Key) -> Self {
        Self { key, ..self }
    }

    /// The claims as JSON.
    pub(crate) fn payload(&self) -> String {
        self.payload_text.clone().unwrap_or_else(|| object(&self.claims))
    }

    /// The claims, of a token that a case expects to pass.
    pub(crate) fn claims(&self) -> Value {
        serde_json::from_str(&self.payload()).unwrap()
    }

    /// What is signed.
    pub(crate) fn signing_input(&self) -> String {
        format!("{}.{}", base64url::encode(object(&self.header)), base64url::encode(self.payload()))
    }

    /// The compact serialization.
    pub(crate) fn text(&self) -> String {
        let input = self.signing_input();
        let signature = base64url::encode(self.key.sign(&input));
        format!("{input}.{signature}")
    }
}

/// RFC 9449 section 4.2.
pub(crate) fn ath(access_token: &str) -> String {
    base64url::encode(credenza_validator::hash::sha256(access_token.as_bytes()))
}

fn put(members: &mut Vec<(String, String)>, name: &str, json: &str) {
    match members.iter_mut().find(|(own, _)| own == name) {
        Some((_, value)) => json.clone_into(value),
        None => members.push((name.to_owned(), json.to_owned())),
    }
}

fn object(members: &[(String, String)]) -> String {
    let members: Vec<_> = members.iter().map(|(name, json)| format!("\"{name}\":{json}")).collect();
    format!("{{{}}}", members.join(","))
}
