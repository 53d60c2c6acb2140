//! Clients that authenticate with a JWT (RFC 7523), and their keys.

use credenza_protocol::client_auth::AuthMethod;
use credenza_validator::jwe::{DecryptionKey, Header, Jwe, KeyManagement};
use credenza_validator::{Algorithm, SigningKey};
use serde_json::{Value, json};

use crate::http_client::{Request, Response};
use crate::provider::Provider;
use crate::relying_party::RelyingParty;

/// A new private key.
#[must_use]
pub fn signing_key(algorithm: Algorithm) -> SigningKey {
    SigningKey::from_pkcs8(algorithm, &SigningKey::generate_pkcs8(algorithm).unwrap()).unwrap()
}

/// The public halves as the `jwks` of a client.
#[must_use]
pub fn jwks_of(keys: &[&SigningKey]) -> Value {
    json!({ "keys": keys.iter().map(|key| key.public_jwk().unwrap()).collect::<Vec<_>>() })
}

/// A new private key that others encrypt for.
#[must_use]
pub fn decryption_key(alg: KeyManagement) -> DecryptionKey {
    DecryptionKey::from_pkcs8(alg, &DecryptionKey::generate_pkcs8(alg).unwrap()).unwrap()
}

/// The public halves as the `jwks` of a client.
#[must_use]
pub fn jwks_to_encrypt_to(keys: &[&DecryptionKey]) -> Value {
    json!({ "keys": keys.iter().map(|key| key.public_jwk()).collect::<Vec<_>>() })
}

/// Decrypts what was encrypted for the key.
#[track_caller]
#[must_use]
pub fn opened(token: &str, key: &DecryptionKey) -> (Header, String) {
    let jwe = Jwe::parse(token).unwrap_or_else(|e| panic!("{e}: {token}"));
    let content = key.decrypt(&jwe).unwrap_or_else(|e| panic!("{e}: {token}"));
    (jwe.header().clone(), String::from_utf8(content.to_vec()).unwrap())
}

impl RelyingParty {
    /// A client of the default tenant that authenticates by `private_key_jwt`.
    pub async fn with_keys(op: &Provider, keys: &[&SigningKey]) -> Self {
        Self::register(op, |client| {
            client.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
            client.jwks = Some(jwks_of(keys));
        })
        .await
    }

    /// A client of the default tenant that authenticates by `client_secret_jwt`, and its key.
    pub async fn with_secret_jwt(op: &Provider, algorithm: Algorithm) -> (Self, SigningKey) {
        let change = |client: &mut credenza_protocol::client::Client| {
            client.token_endpoint_auth_method = AuthMethod::ClientSecretJwt;
        };
        let rp = Self::register(op, change).await;
        let secret = rp.secret.clone().unwrap();
        (rp, SigningKey::from_secret(algorithm, secret.as_bytes()).unwrap())
    }

    /// A form to an endpoint of the tenant, with this assertion.
    pub fn assert_call(
        &self,
        op: &Provider,
        path: &str,
        assertion: &str,
        fields: &[(&str, &str)],
    ) -> Request {
        let mut fields = fields.to_vec();
        fields.push(("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
        fields.push(("client_assertion", assertion));
        Request::form(op.at(&format!("{}{path}", self.base)), &fields)
    }

    /// Requests a token by client credentials with this assertion.
    pub async fn assert_token(&self, op: &Provider, assertion: &str) -> Response {
        self.assert_call(op, "/token", assertion, &[("grant_type", "client_credentials")]).send().await
    }
}
