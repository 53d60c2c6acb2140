//! What must hold for the metadata as a whole, both for clients that register themselves and for those that an operator
//! creates.

use super::{Fault, Policy, algorithms, keys, uris};
use crate::client::{Client, GrantType, SubjectType};
use crate::client_auth::AuthMethod;
use crate::email::EmailAddress;
use crate::{refresh_token_cookie, subject, text};

/// The longest display name, in characters.
const LONGEST_NAME: usize = 200;

/// Refuses a client that could not work, or would not be safe.
///
/// # Errors
/// [`Fault`] says which member is wrong, and why.
pub fn check(client: &Client, policy: &Policy<'_>) -> Result<(), Fault> {
    uris::check(client, policy)?;
    grants(client, policy)?;
    response_types(client, policy)?;
    subjects(client)?;
    keys::check(client)?;
    authentication(client)?;
    refresh_tokens(client)?;
    algorithms::check(client, policy)?;
    contacts(client)?;
    name(client)
}

/// RFC 7591 2 has "typically email addresses"; OpenID Connect Registration 2 has nothing else, and nothing else is of
/// use to an operator who must write to all of them.
fn contacts(client: &Client) -> Result<(), Fault> {
    for contact in &client.contacts {
        EmailAddress::parse(contact)
            .map_err(|invalid| Fault::metadata("contacts", invalid.to_string()).of(contact))?;
    }
    Ok(())
}

fn name(client: &Client) -> Result<(), Fault> {
    text::check_line(&client.client_name, LONGEST_NAME)
        .map_err(|unfit| Fault::metadata("client_name", unfit.to_string()))
}

fn grants(client: &Client, policy: &Policy<'_>) -> Result<(), Fault> {
    let wrong = |why: &str| Err(Fault::metadata("grant_types", why));
    let (code, implicit) = (client.may(GrantType::AuthorizationCode), client.may(GrantType::Implicit));
    if (code || implicit) && client.redirect_uris.is_empty() {
        return Err(Fault::redirect_uri("must hold one at least: that grant needs a redirect URI"));
    }
    if client.may(GrantType::RefreshToken) && !code {
        return wrong("with refresh_token needs the grant authorization_code beside it");
    }
    if implicit && !policy.allows(GrantType::Implicit) {
        return wrong("must not hold implicit: the setting front_channel_tokens does not allow it");
    }
    if !client.may(GrantType::ClientCredentials) {
        return if code || implicit { Ok(()) } else { wrong("must hold one at least") };
    }
    // RFC 6749 4.4: only a client that can keep a secret acts for itself.
    if client.is_public() {
        return wrong("must not hold client_credentials: it is a public client (RFC 6749 4.4)");
    }
    if !policy.allows(GrantType::ClientCredentials) {
        return wrong("must not hold client_credentials: only an operator gives that");
    }
    Ok(())
}

fn refresh_tokens(client: &Client) -> Result<(), Fault> {
    match refresh_token_cookie::fault(client) {
        Some(why) => Err(Fault::metadata("refresh_token_cookie", why)),
        None => Ok(()),
    }
}

/// RFC 7591 2.1: each response type has the grants that it needs. No more than that: a grant may stand unused.
fn response_types(client: &Client, policy: &Policy<'_>) -> Result<(), Fault> {
    let wrong = |why: &str| Err(Fault::metadata("response_types", why));
    let (code, implicit) = (client.may(GrantType::AuthorizationCode), client.may(GrantType::Implicit));
    if client.response_types.is_empty() && (code || implicit) {
        return wrong("must hold one at least that goes with grant_types");
    }
    for asked in &client.response_types {
        if asked.is_front_channel() && !policy.front_channel_tokens {
            return wrong("must be code alone: the setting front_channel_tokens does not allow others");
        }
        if asked.code && !code {
            return wrong("with code need the grant authorization_code (RFC 7591 2.1)");
        }
        if asked.is_front_channel() && !implicit {
            return wrong("with id_token or token need the grant implicit (RFC 7591 2.1)");
        }
    }
    Ok(())
}

/// OpenID Connect Core 8.1: where the redirect URIs have several hosts, a document says which sector they are.
fn subjects(client: &Client) -> Result<(), Fault> {
    if client.subject_type == SubjectType::Pairwise {
        subject::sector(client).map_err(|why| Fault::metadata("sector_identifier_uri", why.to_string()))?;
    }
    Ok(())
}

fn authentication(client: &Client) -> Result<(), Fault> {
    let method = client.token_endpoint_auth_method;
    let has_keys = client.jwks.is_some() || client.jwks_uri.is_some();
    if method == AuthMethod::PrivateKeyJwt && !has_keys {
        return Err(Fault::metadata(
            "token_endpoint_auth_method",
            "private_key_jwt needs public keys: jwks or jwks_uri",
        ));
    }
    let fits = client.token_endpoint_auth_signing_alg.is_none_or(|algorithm| match method {
        AuthMethod::ClientSecretJwt => algorithm.is_symmetric(),
        AuthMethod::PrivateKeyJwt => !algorithm.is_symmetric(),
        _ => false,
    });
    if fits {
        Ok(())
    } else {
        Err(Fault::metadata("token_endpoint_auth_signing_alg", "does not go with token_endpoint_auth_method"))
    }
}
