//! What a client is told of a person as a JWT: signed, and then encrypted to the client, as it registered (OpenID Connect
//! Core 5.3.2, 10, 16.14). What was to be encrypted never leaves in the clear.

use credenza_protocol::client::{Client, SigningAlg};
use credenza_protocol::{backchannel_logout, id_token, userinfo};
use credenza_validator::jwe::{self, ContentEncryption, KeyManagement};
use credenza_validator::{JwkSet, SignError, sign};
use serde::Serialize;
use serde_json::{Map, Value};

use super::Failure;
use crate::keys;
use crate::realm::Context;
use crate::remote_keys;

/// `cty` of a token inside an encryption (RFC 7519 5.2).
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
/// [`Failure`]: nothing to sign with, or no key of the client to encrypt to.
pub async fn id_token(context: &Context, client: &Client, claims: impl Serialize) -> Result<String, Failure> {
    let signed = match client.id_token_signed_response_alg {
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
    client: &Client,
    claims: impl Serialize,
) -> Result<String, Failure> {
    let algorithm = backchannel_logout::algorithm(client);
    let signed = context.realm.keys.sign(algorithm, backchannel_logout::TYP, claims).await?;
    as_id_token(context, client, signed).await
}

/// Encrypts a signed token as the client's ID tokens are, if they are.
async fn as_id_token(context: &Context, client: &Client, signed: String) -> Result<String, Failure> {
    let Some(alg) = client.id_token_encrypted_response_alg else { return Ok(signed) };
    let enc = client.id_token_encrypted_response_enc.unwrap_or_default();
    encrypt(context, client, (alg, enc), Some(NESTED), signed.as_bytes()).await
}

/// The userinfo answer of these claims; a signed one says whose it is and for whom (OpenID Connect Core 5.3.2).
///
/// # Errors
/// As [`id_token`].
pub async fn userinfo(
    context: &Context,
    client: &Client,
    claims: Map<String, Value>,
) -> Result<Userinfo, Failure> {
    let signed = match client.userinfo_signed_response_alg {
        None => None,
        Some(SigningAlg::Unsigned) => return Err(Failure::Internal("unsigned userinfo tokens are not made")),
        Some(SigningAlg::By(algorithm)) => {
            let claims = userinfo::addressed(claims.clone(), &context.realm.issuer, &client.client_id);
            Some(context.realm.keys.sign(algorithm, userinfo::TYP, claims).await?)
        }
    };
    let Some(alg) = client.userinfo_encrypted_response_alg else {
        return Ok(signed.map_or(Userinfo::Json(claims), Userinfo::Jwt));
    };
    let enc = client.userinfo_encrypted_response_enc.unwrap_or_default();
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
    client: &Client,
    (alg, enc): (KeyManagement, ContentEncryption),
    cty: Option<&str>,
    content: &[u8],
) -> Result<String, Failure> {
    let fitting = |keys: &JwkSet| keys.for_encryption(alg).cloned().ok_or(());
    let key = remote_keys::check(context, client, fitting, |()| true).await;
    let key = key.map_err(|_| Failure::Internal("the client has no keys"))?;
    let key = key.map_err(|()| Failure::Internal("the client has no key to encrypt to"))?;
    jwe::encrypt(&key, alg, enc, cty, content)
        .map_err(|_| Failure::Internal("the key of the client cannot be encrypted to"))
}
