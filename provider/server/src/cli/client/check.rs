//! What metadata of a client must be like (OpenID Connect Registration 2, RFC 7591 2).

use std::fmt::Display;

use credenza_protocol::client::{Client, GrantType, SigningAlg};
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::redirect_uri::{
    check_https, check_https_with_fragment, check_registration, check_resource, check_web_uri,
};
use credenza_validator::{Algorithm, JwkSet};
use serde_json::Value;

use crate::cli::{Failure, values};

/// The longest name.
const MAX_NAME: usize = 200;

/// Refuses a client that could not work, or would not be safe.
pub(super) fn check(client: &Client) -> Result<(), Failure> {
    values::check_text("the name", &client.client_name, MAX_NAME)?;
    check_uris(client)?;
    check_grants(client)?;
    check_request_objects(client)?;
    check_authentication(client)
}

fn check_uris(client: &Client) -> Result<(), Failure> {
    let registration = |uri: &str| check_registration(uri, client.application_type);
    each("redirect URI", &client.redirect_uris, registration)?;
    each("post-logout redirect URI", &client.post_logout_redirect_uris, registration)?;
    each("resource", &client.resources, check_resource)?;
    each("served resource", &client.serves, check_resource)?;
    each("jwks URI", client.jwks_uri.as_slice(), check_https)?;
    each("request URI", &client.request_uris, check_https_with_fragment)?;
    each("policy URI", client.policy_uri.as_slice(), check_web_uri)?;
    each("terms-of-service URI", client.tos_uri.as_slice(), check_web_uri)
}

fn each<E: Display>(
    what: &str,
    uris: &[String],
    check: impl Fn(&str) -> Result<(), E>,
) -> Result<(), Failure> {
    for uri in uris {
        check(uri).map_err(|error| Failure::new(format!("the {what} {uri:?} {error}")))?;
    }
    Ok(())
}

fn check_grants(client: &Client) -> Result<(), Failure> {
    let (code, refresh) = (client.may(GrantType::AuthorizationCode), client.may(GrantType::RefreshToken));
    if code && client.redirect_uris.is_empty() {
        return Err(Failure::new("the grant authorization_code needs a redirect URI: say --redirect-uri"));
    }
    if refresh && !code {
        return Err(Failure::new("the grant refresh_token needs the grant authorization_code beside it"));
    }
    // RFC 6749 4.4: only a client that can keep a secret acts for itself.
    if client.is_public() && client.may(GrantType::ClientCredentials) {
        return Err(Failure::new("a public client cannot have the grant client_credentials (RFC 6749 4.4)"));
    }
    Ok(())
}

fn check_request_objects(client: &Client) -> Result<(), Failure> {
    let is_unsigned = client.request_object_signing_alg == Some(SigningAlg::Unsigned);
    if is_unsigned && client.require_signed_request_object {
        return Err(Failure::new(
            "a client that must sign its request objects cannot have the algorithm none",
        ));
    }
    if client.require_signed_request_object && client.jwks.is_none() && client.jwks_uri.is_none() {
        return Err(Failure::new(
            "signed request objects need public keys: say --jwks FILE or --jwks-uri URI",
        ));
    }
    Ok(())
}

fn check_authentication(client: &Client) -> Result<(), Failure> {
    let method = client.token_endpoint_auth_method;
    match (&client.jwks, &client.jwks_uri) {
        (None, None) if method == AuthMethod::PrivateKeyJwt => {
            let why = "private_key_jwt needs public keys: say --jwks FILE or --jwks-uri URI";
            return Err(Failure::new(why));
        }
        (Some(jwks), _) => check_jwks(jwks)?,
        (None, _) => {}
    }
    let fits = client.token_endpoint_auth_signing_alg.is_none_or(|algorithm| match method {
        AuthMethod::ClientSecretJwt => is_symmetric(algorithm),
        AuthMethod::PrivateKeyJwt => !is_symmetric(algorithm),
        _ => false,
    });
    if fits {
        Ok(())
    } else {
        Err(Failure::new("token_endpoint_auth_signing_alg does not go with that method"))
    }
}

const fn is_symmetric(algorithm: Algorithm) -> bool {
    matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512)
}

/// Every key must be usable: one that is passed over would be missed when it is needed.
fn check_jwks(jwks: &Value) -> Result<(), Failure> {
    let wrong = |text: String| Err(Failure::new(format!("jwks: {text}")));
    let set = match JwkSet::parse(jwks.to_string().as_bytes()) {
        Ok(set) => set,
        Err(error) => return wrong(error.to_string()),
    };
    let given = jwks.get("keys").and_then(Value::as_array).map_or(0, Vec::len);
    match set.keys.len() {
        0 => wrong("holds no key that can be used".to_owned()),
        usable if usable < given => wrong(format!(
            "{} of {given} keys cannot be used: private, too small, or of an unknown kind",
            given - usable
        )),
        _ => Ok(()),
    }
}
