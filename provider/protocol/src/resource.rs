//! `resource` (RFC 8707): where an access token may be used.

use crate::client::Client;

/// More resources than one token should open.
const MAX_RESOURCES: usize = 8;

/// A resource is unknown, or the client may not request it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("resource is unknown, malformed or not allowed for this client")]
pub struct InvalidTarget;

/// Reads the `resource` parameters of a request.
///
/// # Errors
/// [`InvalidTarget`] when one is not among the client's, or there are too many.
pub fn requested<'a>(
    client: &Client,
    values: impl Iterator<Item = &'a str>,
) -> Result<Vec<String>, InvalidTarget> {
    let mut resources: Vec<String> = Vec::new();
    for value in values {
        if resources.iter().any(|known| known == value) {
            continue;
        }
        if resources.len() == MAX_RESOURCES || !client.resources.iter().any(|allowed| allowed == value) {
            return Err(InvalidTarget);
        }
        resources.push(value.to_owned());
    }
    Ok(resources)
}

/// Narrows the granted resources that the client may still use to those that a token request names (RFC 8707 2.2);
/// all of them if it names none.
///
/// # Errors
/// [`InvalidTarget`] when a token request names anything else, or nothing is left.
pub fn narrowed<'a>(
    granted: &[String],
    client: &Client,
    values: impl Iterator<Item = &'a str>,
) -> Result<Vec<String>, InvalidTarget> {
    let mut left: Vec<String> =
        granted.iter().filter(|known| client.resources.contains(known)).cloned().collect();
    let wanted: Vec<&str> = values.collect();
    let lost_all = left.is_empty() && !granted.is_empty();
    if lost_all || !wanted.iter().all(|value| left.iter().any(|known| known == value)) {
        return Err(InvalidTarget);
    }
    left.retain(|known| wanted.is_empty() || wanted.contains(&known.as_str()));
    Ok(left)
}

/// `aud` of an access token (RFC 9068 3): the resources, and the provider itself where the token
/// opens the userinfo endpoint or no resource was named. So no token is good everywhere (RFC 9700 2.3).
#[must_use]
pub fn audience(issuer: &str, resources: &[String], opens_userinfo: bool) -> Vec<String> {
    let mut audience = resources.to_vec();
    if resources.is_empty() || opens_userinfo {
        audience.push(issuer.to_owned());
    }
    audience
}
