//! The token that everyone checks: 25 claims, about as long as those of large installations.

use credenza_validator::{Algorithm, Jwk, SigningKey};
use serde_json::{Value, json};

pub const ISSUER: &str = "https://id.example.com";
pub const AUDIENCE: &str = "https://api.example.com";
pub const NOW: i64 = 1_800_000_000;
pub const SECRET: [u8; 32] = [7; 32];

pub struct Minted {
    pub alg: Algorithm,
    pub token: String,
    /// The public key; none for a shared secret.
    pub jwk: Option<Jwk>,
}

impl Minted {
    pub fn new(alg: Algorithm) -> Self {
        let key = if alg.is_symmetric() {
            SigningKey::from_secret(alg, &SECRET).unwrap()
        } else {
            SigningKey::from_pkcs8(alg, &SigningKey::generate_pkcs8(alg).unwrap()).unwrap()
        };
        let token = key.sign("at+jwt", &claims()).unwrap();
        Self { alg, token, jwk: key.public_jwk() }
    }
}

fn claims() -> Value {
    json!({
        "iss": ISSUER,
        "sub": "248289761001",
        "aud": AUDIENCE,
        "exp": NOW + 300,
        "nbf": NOW,
        "iat": NOW,
        "jti": "c1f8e9a0b3d24d6f9a7e5b1c2d3e4f50",
        "client_id": "s6BhdRkqt3",
        "scope": "openid profile email orders:read orders:write",
        "auth_time": NOW - 60,
        "acr": "urn:example:loa:2",
        "amr": ["pwd", "otp"],
        "sid": "08a5019c-17e1-4977-8f42-65a12843ea02",
        "gid": "0192f3c4d5e67890a1b2c3d4e5f60718",
        "tenant": "acme",
        "org_id": "org_2b7f",
        "roles": ["admin", "billing", "support"],
        "permissions": ["orders.read", "orders.write", "invoices.read"],
        "plan": "enterprise",
        "name": "Jane Doe",
        "given_name": "Jane",
        "family_name": "Doe",
        "email": "jane.doe@example.com",
        "email_verified": true,
        "locale": "en-GB",
    })
}
