//! `resource` (RFC 8707): where an access token may be used.

use std::collections::BTreeSet;

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

/// Refuses requested resources of which one is closed: every client that serves it is disabled.
///
/// # Errors
/// [`InvalidTarget`].
pub fn all_open(requested: &[String], closed: &BTreeSet<String>) -> Result<(), InvalidTarget> {
    if requested.iter().any(|resource| closed.contains(resource)) { Err(InvalidTarget) } else { Ok(()) }
}

/// Narrows the granted resources that are open and that the client may still use to those that a token request names
/// (RFC 8707 2.2); all of them if it names none.
///
/// # Errors
/// [`InvalidTarget`] when a token request names anything else, or nothing is left.
pub fn narrowed<'a>(
    granted: &[String],
    client: &Client,
    closed: &BTreeSet<String>,
    values: impl Iterator<Item = &'a str>,
) -> Result<Vec<String>, InvalidTarget> {
    let may = |known: &&String| client.resources.contains(known) && !closed.contains(*known);
    let mut left: Vec<String> = granted.iter().filter(may).cloned().collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ClientId;

    const A: &str = "https://a.test/";
    const B: &str = "https://b.test/";

    fn texts(resources: &[&str]) -> Vec<String> {
        resources.iter().map(|resource| (*resource).to_owned()).collect()
    }

    #[test]
    fn rfc8707_2_2_a_closed_resource_is_left_out_of_a_grant_and_refused_where_it_is_named() {
        let client = Client { resources: texts(&[A, B]), ..Client::new(ClientId::new("client")) };
        let closed = BTreeSet::from([A.to_owned()]);
        let narrow = |granted: &[&str], closed: &BTreeSet<String>, named: &[&str]| {
            narrowed(&texts(granted), &client, closed, named.iter().copied())
        };
        assert_eq!(narrow(&[A, B], &BTreeSet::new(), &[]), Ok(texts(&[A, B])));
        assert_eq!(narrow(&[A, B], &closed, &[]), Ok(texts(&[B])));
        assert_eq!(narrow(&[A, B], &closed, &[B]), Ok(texts(&[B])));
        assert_eq!(narrow(&[A, B], &closed, &[A]), Err(InvalidTarget));
        assert_eq!(
            narrow(&[A], &closed, &[]),
            Err(InvalidTarget),
            "it does not become a token for something else"
        );
        assert_eq!(narrow(&[], &closed, &[]), Ok(vec![]));
        assert_eq!(all_open(&texts(&[B]), &closed), Ok(()));
        assert_eq!(all_open(&texts(&[B, A]), &closed), Err(InvalidTarget));
    }
}
