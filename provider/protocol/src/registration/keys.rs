//! The public keys of a client (RFC 7591 2).

use credenza_validator::JwkSet;
use credenza_validator::jwe::KeyManagement;
use credenza_validator::jwk::{Jwk, JwkError};
use serde_json::{Map, Value};

use super::Fault;
use crate::client::Client;
use crate::client_auth::{AuthMethod, assertion_algorithms};

/// Larger than any key set needs to be, in bytes.
const LONGEST: usize = 32 * 1024;
/// Members of private and symmetric keys (RFC 7518 6.2.2, 6.3.2, 6.4).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Either `jwks` or `jwks_uri`; no private keys; no malformed keys, which would be missing when they are needed; and a
/// signing key if the client authenticates with one.
pub(super) fn check(client: &Client) -> Result<(), Fault> {
    let Some(jwks) = &client.jwks else { return Ok(()) };
    let wrong = |why: &str| Err(Fault::metadata("jwks", why));
    if client.jwks_uri.is_some() {
        return wrong("must not stand beside jwks_uri (RFC 7591 2)");
    }
    let text = jwks.to_string();
    if text.len() > LONGEST {
        return wrong("is too long");
    }
    let set = match JwkSet::parse(text.as_bytes()) {
        Ok(set) => set,
        Err(error) => return wrong(&error.to_string()),
    };
    for key in jwks.get("keys").and_then(Value::as_array).into_iter().flatten() {
        let Some(key) = key.as_object() else { return wrong("holds something that is no key") };
        if key.get("kty").and_then(Value::as_str) == Some("oct")
            || PRIVATE.iter().any(|name| key.contains_key(*name))
        {
            return wrong("holds a private or symmetric key");
        }
        // Keys of unknown types are ignored (RFC 7517 5).
        let unknown = |error| matches!(error, JwkError::Unsupported | JwkError::Algorithm);
        if !is_for_encryption(key) && Jwk::try_from(key.clone()).is_err_and(|error| !unknown(error)) {
            return wrong("holds a key that cannot be used: too small, or malformed");
        }
    }
    let signs = |key: &Jwk| assertion_algorithms().any(|algorithm| key.fits(algorithm));
    if !set.keys.iter().any(signs) && client.token_endpoint_auth_method == AuthMethod::PrivateKeyJwt {
        return wrong("holds no key that can be used for signatures");
    }
    Ok(())
}

/// A key for encryption, which is checked when it is used.
fn is_for_encryption(key: &Map<String, Value>) -> bool {
    let says = |name: &str| key.get(name).and_then(Value::as_str);
    says("use") == Some("enc") || says("alg").is_some_and(|alg| alg.parse::<KeyManagement>().is_ok())
}
