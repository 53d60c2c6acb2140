//! Clients that prove who they are by a private key: `private_key_jwt` (OpenID Connect Core section 9).

use credenza_validator::SigningKey;

use crate::random;

/// How long an assertion is good for, in seconds.
const SECONDS: i64 = 60;

/// The parameters of a request by which a client authenticates itself (RFC 7523 section 2.2). The audience is the
/// provider's issuer, and `now` in seconds since 1970.
///
/// # Errors
/// Why nothing can be signed, for the log.
pub(crate) fn parameters(
    key: &SigningKey,
    client_id: &str,
    audience: &str,
    now: i64,
) -> Result<[(&'static str, String); 2], String> {
    let claims = serde_json::json!({
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": now,
        "exp": now.saturating_add(SECONDS),
        "jti": random::token().map_err(|error| error.to_string())?,
    });
    let assertion = key.sign("JWT", &claims).map_err(|error| error.to_string())?;
    Ok([
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned()),
        ("client_assertion", assertion),
    ])
}
