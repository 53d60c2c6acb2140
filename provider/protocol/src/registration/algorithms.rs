//! The algorithms of a client (OpenID Connect Registration 2, OpenID Connect Core 10).

use credenza_validator::algorithm::Algorithm;
use credenza_validator::jwe::KeyManagement;

use super::{Fault, Policy};
use crate::access_token::ALGORITHMS;
use crate::client::{Client, SigningAlg};

pub(super) fn check(client: &Client, policy: &Policy<'_>) -> Result<(), Fault> {
    id_token(client, policy)?;
    userinfo(client)?;
    request_object(client, policy)?;
    encryption(client)
}

fn id_token(client: &Client, policy: &Policy<'_>) -> Result<(), Fault> {
    let wrong = |why: &str| Err(Fault::metadata("id_token_signed_response_alg", why));
    match client.id_token_signed_response_alg {
        SigningAlg::By(algorithm) if ALGORITHMS.contains(&algorithm) => Ok(()),
        SigningAlg::By(_) => wrong("is not one that tokens are signed by here"),
        SigningAlg::Unsigned if !policy.unsigned_id_tokens => {
            wrong("must not be none: the setting unsigned_id_tokens does not allow it")
        }
        // OpenID Connect Registration 2.
        SigningAlg::Unsigned if client.response_types.iter().any(|asked| asked.id_token) => {
            wrong("must not be none where an ID token comes from the authorization endpoint")
        }
        // What is encrypted is signed first (OpenID Connect Core 10.2).
        SigningAlg::Unsigned if client.id_token_encrypted_response_alg.is_some() => {
            wrong("must not be none where ID tokens are encrypted")
        }
        SigningAlg::Unsigned => Ok(()),
    }
}

fn userinfo(client: &Client) -> Result<(), Fault> {
    let is_known = |algorithm: Algorithm| ALGORITHMS.contains(&algorithm);
    match client.userinfo_signed_response_alg.map(SigningAlg::algorithm) {
        None => Ok(()),
        Some(Some(algorithm)) if is_known(algorithm) => Ok(()),
        Some(_) => Err(Fault::metadata(
            "userinfo_signed_response_alg",
            "is not one that userinfo answers are signed by here",
        )),
    }
}

fn request_object(client: &Client, policy: &Policy<'_>) -> Result<(), Fault> {
    let wrong = |why: &str| Err(Fault::metadata("request_object_signing_alg", why));
    match client.request_object_signing_alg {
        Some(SigningAlg::Unsigned) if !policy.unsigned_request_objects => {
            wrong("must not be none: the setting unsigned_request_objects does not allow it")
        }
        Some(SigningAlg::Unsigned) if client.require_signed_request_object => {
            wrong("must not be none beside require_signed_request_object")
        }
        // Only a hash of the secret is stored, which cannot verify an HMAC.
        Some(SigningAlg::By(algorithm)) if algorithm.is_symmetric() => {
            wrong("must be of a public key: secrets are not kept in the clear")
        }
        _ => Ok(()),
    }
}

/// OpenID Connect Registration 2: `…_enc` is nothing without `…_alg`, and that is nothing without a key.
fn encryption(client: &Client) -> Result<(), Fault> {
    let has_keys = client.jwks.is_some() || client.jwks_uri.is_some();
    let pairs = [
        (
            ("id_token_encrypted_response_alg", client.id_token_encrypted_response_alg),
            ("id_token_encrypted_response_enc", client.id_token_encrypted_response_enc),
            has_keys,
        ),
        (
            ("userinfo_encrypted_response_alg", client.userinfo_encrypted_response_alg),
            ("userinfo_encrypted_response_enc", client.userinfo_encrypted_response_enc),
            has_keys,
        ),
        // Request objects are encrypted to the provider's key.
        (
            ("request_object_encryption_alg", client.request_object_encryption_alg),
            ("request_object_encryption_enc", client.request_object_encryption_enc),
            true,
        ),
    ];
    for ((alg_name, alg), (enc_name, enc), has_keys) in pairs {
        if enc.is_some() && alg.is_none() {
            return Err(Fault::metadata(
                enc_name,
                "needs its _alg beside it (OpenID Connect Registration 2)",
            ));
        }
        if alg.is_some() && !has_keys {
            return Err(Fault::metadata(alg_name, "needs the keys of the client: jwks or jwks_uri"));
        }
    }
    fitting_key("id_token_encrypted_response_alg", client, client.id_token_encrypted_response_alg)?;
    fitting_key("userinfo_encrypted_response_alg", client, client.userinfo_encrypted_response_alg)
}

/// If the keys were registered by value, one of them must be an encryption key.
fn fitting_key(name: &'static str, client: &Client, alg: Option<KeyManagement>) -> Result<(), Fault> {
    match (alg, client.key_set()) {
        (Some(alg), Some(keys)) if keys.for_encryption(alg).is_none() => {
            Err(Fault::metadata(name, "needs a key to encrypt to in jwks"))
        }
        _ => Ok(()),
    }
}
