//! An issuer in memory, so that the tests of an application need no network (feature `testing`).

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{Algorithm, KeyError, SettingsError, SigningKey, base64url, random, strict_json};

/// Mints tokens, and answers what a validator fetches: [`TestIssuer::respond`].
pub struct TestIssuer {
    issuer: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The current key of each algorithm in use, and those that are still published.
    keys: BTreeMap<&'static str, SigningKey>,
    old: Vec<SigningKey>,
    revoked: Vec<Value>,
}

/// The token to mint. Everything has a default: an access token by RFC 9068, ES256, valid for five minutes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MintOptions {
    /// Claims added to the usual ones, or replacing them; `null` removes one.
    pub claims: Map<String, Value>,
    /// The audience.
    pub audience: Option<String>,
    /// `typ` of the header.
    pub typ: String,
    /// ES256, ES384 or `EdDSA`.
    pub alg: Algorithm,
    /// How long it is valid, in seconds.
    pub lifetime: i64,
}

impl Default for MintOptions {
    fn default() -> Self {
        Self {
            claims: Map::new(),
            audience: None,
            typ: "at+jwt".to_owned(),
            alg: Algorithm::ES256,
            lifetime: 300,
        }
    }
}

impl MintOptions {
    /// Reads options as JSON.
    ///
    /// # Errors
    /// [`SettingsError`] for any other document.
    pub fn from_json(json: &str) -> Result<Self, SettingsError> {
        strict_json::object_from_slice::<Value>(json.as_bytes())
            .map_err(|error| error.to_string())
            .and_then(|value| serde_json::from_value(value).map_err(|error| error.to_string()))
            .map_err(|reason| SettingsError::new("options", reason))
    }
}

impl TestIssuer {
    /// An issuer of that name.
    #[must_use]
    pub fn new(issuer: impl Into<String>) -> Self {
        Self { issuer: issuer.into(), state: Mutex::default() }
    }

    /// Its name.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Mints a token at `now`, in seconds since 1970.
    ///
    /// # Errors
    /// [`SettingsError`] for an algorithm for which no key can be made here (RSA, HS*).
    pub fn mint(&self, options: &MintOptions, now: i64) -> Result<String, SettingsError> {
        let mut claims = usual_claims(&self.issuer, options, now)?;
        for (name, value) in &options.claims {
            match value {
                Value::Null => claims.remove(name),
                _ => claims.insert(name.clone(), value.clone()),
            };
        }
        self.sign(options.alg, &options.typ, &Value::Object(claims))
    }

    /// The key set that it publishes, keys rotated away included. It has a key for ES256 before anything is signed, as a
    /// validator is not ready without one.
    #[must_use]
    pub fn jwks_json(&self) -> String {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.keys.is_empty() {
            // Without randomness there is none, and whoever signs is told.
            let _made = state.key(Algorithm::ES256);
        }
        let keys: Vec<_> = state.keys.values().chain(&state.old).filter_map(SigningKey::public_jwk).collect();
        json!({ "keys": keys }).to_string()
    }

    /// Signs with new keys from now on; the old ones stay published, unless `withdraw`.
    pub fn rotate(&self, withdraw: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = std::mem::take(&mut state.keys);
        if withdraw {
            state.old.clear();
        } else {
            state.old.extend(keys.into_values());
        }
    }

    /// Puts an entry on the revocation feed: one claim with its value, as in `{"jti": "…"}`.
    pub fn revoke(&self, claim: &str, value: &str) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.revoked.push(json!({ claim: value }));
    }

    /// What it answers at a URL: status and body of its metadata, key set and revocation feed; 404 elsewhere.
    #[must_use]
    pub fn respond(&self, url: &str, now: i64) -> (u16, String) {
        match url.strip_prefix(self.issuer.trim_end_matches('/')) {
            Some("/.well-known/openid-configuration") => (200, self.metadata()),
            Some("/jwks") => (200, self.jwks_json()),
            Some("/revocations") => match self.feed(now) {
                Ok(feed) => (200, feed),
                Err(_) => (500, String::new()),
            },
            _ => (404, String::new()),
        }
    }

    fn metadata(&self) -> String {
        let base = self.issuer.trim_end_matches('/');
        json!({
            "issuer": self.issuer,
            "jwks_uri": format!("{base}/jwks"),
            "revocations_endpoint": format!("{base}/revocations"),
        })
        .to_string()
    }

    fn feed(&self, now: i64) -> Result<String, SettingsError> {
        let revoked = self.state.lock().unwrap_or_else(PoisonError::into_inner).revoked.clone();
        let claims = json!({ "iss": self.issuer, "iat": now, "exp": now + 60, "revoked": revoked });
        self.sign(Algorithm::ES256, "revocations+jwt", &claims)
    }

    fn sign(&self, alg: Algorithm, typ: &str, claims: &Value) -> Result<String, SettingsError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let key = state.key(alg).map_err(|_| SettingsError::new("alg", "has to be ES256, ES384 or EdDSA"))?;
        key.sign(typ, claims).map_err(|_| SettingsError::new("claims", "cannot be signed"))
    }
}

impl State {
    /// The current key for an algorithm, which is made with its first use.
    fn key(&mut self, alg: Algorithm) -> Result<&SigningKey, KeyError> {
        match self.keys.entry(alg.as_str()) {
            Entry::Occupied(key) => Ok(key.into_mut()),
            Entry::Vacant(place) => Ok(place.insert(generate(alg)?)),
        }
    }
}

fn usual_claims(issuer: &str, options: &MintOptions, now: i64) -> Result<Map<String, Value>, SettingsError> {
    let mut name = [0; 16];
    ring::rand::SecureRandom::fill(&random::system(), &mut name)
        .map_err(|_| SettingsError::new("jti", "the system gives no randomness"))?;
    let claims = json!({
        "iss": issuer,
        "sub": "user",
        "client_id": "client",
        "iat": now,
        "exp": now.saturating_add(options.lifetime),
        "jti": base64url::encode(name),
    });
    let mut claims = claims.as_object().cloned().unwrap_or_default();
    if let Some(audience) = &options.audience {
        claims.insert("aud".to_owned(), json!(audience));
    }
    Ok(claims)
}

fn generate(alg: Algorithm) -> Result<SigningKey, KeyError> {
    use ring::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    };
    let random = random::system();
    let document = match alg {
        Algorithm::ES256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random),
        Algorithm::ES384 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random),
        Algorithm::EdDSA => Ed25519KeyPair::generate_pkcs8(&random),
        _ => return Err(KeyError::Algorithm),
    };
    SigningKey::from_pkcs8(alg, document.map_err(|_| KeyError::Generation)?.as_ref())
}
