//! Answers in the form of a JWT: ID tokens, logout tokens and userinfo, signed and then encrypted to the client as it
//! registered (OpenID Connect Core 5.3.2, 10, 16.14). Where encryption is registered, nothing is sent unencrypted.

use credenza_protocol::client::SigningAlg;
use credenza_protocol::{backchannel_logout, id_token, userinfo};
use credenza_validator::jwe::{self, ContentEncryption, KeyManagement};
use credenza_validator::{JwkSet, SignError, sign};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::context::Context;
use crate::failure::Failure;
use crate::keys;
use crate::loaded_client::LoadedClient;
use crate::remote_keys::KeysFault;

/// `cty` of an encrypted JWT (RFC 7519 5.2).
const NESTED: &str = "JWT";

/// The answer of the userinfo endpoint.
pub enum Userinfo {
    /// As JSON.
    Json(Map<String, Value>),
    /// As a JWT, signed, encrypted or both.
    Jwt(String),
}

/// The ID token of these claims.
///
/// # Errors
/// [`Failure`]: there is no key to sign with, or the client has none to encrypt to.
pub async fn id_token(
    context: &Context,
    client: &LoadedClient,
    claims: impl Serialize,
) -> Result<String, Failure> {
    let signed = match client.client.id_token_signed_response_alg {
        SigningAlg::By(algorithm) => context.realm.keys.sign(algorithm, id_token::TYP, claims).await?,
        SigningAlg::Unsigned if context.realm.tenant.settings.unsigned_id_tokens => {
            sign::unsigned(id_token::TYP, &claims).map_err(keys::Error::Sign)?
        }
        SigningAlg::Unsigned => return Err(Failure::Internal("the tenant allows no unsigned ID tokens")),
    };
    as_id_token(context, client, signed).await
}

/// The logout token of these claims: always signed, and encrypted if the client's ID tokens are (OpenID Connect
/// Back-Channel Logout 2.4).
///
/// # Errors
/// As [`id_token`].
pub async fn logout_token(
    context: &Context,
    client: &LoadedClient,
    claims: impl Serialize,
) -> Result<String, Failure> {
    let algorithm = backchannel_logout::algorithm(&client.client);
    let signed = context.realm.keys.sign(algorithm, backchannel_logout::TYP, claims).await?;
    as_id_token(context, client, signed).await
}

/// Encrypts a signed token if the client's ID tokens are encrypted, and in the same way.
async fn as_id_token(context: &Context, client: &LoadedClient, signed: String) -> Result<String, Failure> {
    let Some(alg) = client.client.id_token_encrypted_response_alg else { return Ok(signed) };
    let enc = client.client.id_token_encrypted_response_enc.unwrap_or_default();
    encrypt(context, client, (alg, enc), Some(NESTED), signed.as_bytes()).await
}

/// The userinfo answer of these claims; a signed one has `iss` and `aud` (OpenID Connect Core 5.3.2).
///
/// # Errors
/// As [`id_token`].
pub async fn userinfo(
    context: &Context,
    client: &LoadedClient,
    claims: Map<String, Value>,
) -> Result<Userinfo, Failure> {
    let signed = match client.client.userinfo_signed_response_alg {
        None => None,
        Some(SigningAlg::Unsigned) => return Err(Failure::Internal("unsigned userinfo tokens are not made")),
        Some(SigningAlg::By(algorithm)) => {
            let claims = userinfo::addressed(claims.clone(), &context.realm.issuer, &client.client.client_id);
            Some(context.realm.keys.sign(algorithm, userinfo::TYP, claims).await?)
        }
    };
    let Some(alg) = client.client.userinfo_encrypted_response_alg else {
        return Ok(signed.map_or(Userinfo::Json(claims), Userinfo::Jwt));
    };
    let enc = client.client.userinfo_encrypted_response_enc.unwrap_or_default();
    let (cty, content) = match signed {
        Some(token) => (Some(NESTED), token.into_bytes()),
        None => {
            (None, serde_json::to_vec(&claims).map_err(|error| keys::Error::Sign(SignError::Claims(error)))?)
        }
    };
    Ok(Userinfo::Jwt(encrypt(context, client, (alg, enc), cty, &content).await?))
}

async fn encrypt(
    context: &Context,
    client: &LoadedClient,
    (alg, enc): (KeyManagement, ContentEncryption),
    cty: Option<&str>,
    content: &[u8],
) -> Result<String, Failure> {
    let fitting = |keys: &JwkSet| keys.for_encryption(alg).cloned().ok_or(());
    let key = context.client_keys().check(client, fitting, |()| true).await;
    let key = key.map_err(|fault| match fault {
        KeysFault::Busy => Failure::Busy,
        _ => Failure::Internal("the client has no keys"),
    })?;
    let key = key.map_err(|()| Failure::Internal("the client has no key to encrypt to"))?;
    jwe::encrypt(&key, alg, enc, cty, content)
        .map_err(|_| Failure::Internal("encryption to the key of the client failed"))
}
