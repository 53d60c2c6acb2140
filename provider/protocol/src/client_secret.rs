//! The secrets of a client (RFC 6749 2.3.1). A client may have several at once, so that the next one can be handed out before
//! the last one ends; any that has not expired is right.

use crate::ids::ClientSecretId;
use crate::secret::{Secret, SecretHash};
use crate::time::Time;

/// How many secrets a client has at most.
pub const MOST: usize = 5;
/// The id of a secret that a client had before its secrets had ids.
pub const FIRST: &str = "first";
/// How many of its last characters tell which secret it is.
const HINT: usize = 4;
/// A shorter secret could be guessed more easily with a hint.
const SHORTEST_WITH_HINT: usize = 32;

/// A secret as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientSecret {
    /// Its id among those of the client; it authorizes nothing.
    pub secret_id: ClientSecretId,
    /// Its last characters, by which an operator recognizes it.
    pub hint: Option<String>,
    /// Its hash.
    pub hash: SecretHash,
    /// It itself under the master key: stored only for `client_secret_jwt`, which needs the secret.
    pub sealed: Option<Vec<u8>>,
    /// When it was made.
    pub created_at: Time,
    /// When it is no longer accepted; without it, when it is deleted.
    pub expires_at: Option<Time>,
}

impl ClientSecret {
    /// What is kept of this secret, which does not expire.
    #[must_use]
    pub fn new(secret_id: ClientSecretId, secret: &Secret, created_at: Time) -> Self {
        Self {
            secret_id,
            hint: hint(secret.reveal()),
            hash: secret.hash(),
            sealed: None,
            created_at,
            expires_at: None,
        }
    }

    /// Whether it is still accepted.
    #[must_use]
    pub fn is_live(&self, now: Time) -> bool {
        self.expires_at.is_none_or(|expires_at| expires_at > now)
    }
}

/// Whether that is one of the secrets that have not expired. An empty one never is. All are compared, by their hashes, so
/// that the time it takes does not tell which one was right.
#[must_use]
pub fn is_right(presented: &Secret, secrets: &[ClientSecret], now: Time) -> bool {
    let hash = presented.hash();
    let same = |secret: &ClientSecret| secret.hash == hash && secret.is_live(now);
    let right = secrets.iter().fold(false, |found, secret| same(secret) | found);
    right && !presented.reveal().is_empty()
}

/// Whether that was one of the secrets, and has expired: so the log can say what the client is not told.
#[must_use]
pub fn has_expired(presented: &Secret, secrets: &[ClientSecret], now: Time) -> bool {
    let hash = presented.hash();
    secrets.iter().any(|secret| secret.hash == hash && !secret.is_live(now))
}

/// When the client has no secret any more: never (`None`) if one of them does not expire.
#[must_use]
pub fn last_expiry(secrets: &[ClientSecret]) -> Option<Time> {
    let all: Option<Vec<Time>> = secrets.iter().map(|secret| secret.expires_at).collect();
    all.into_iter().flatten().max()
}

fn hint(secret: &str) -> Option<String> {
    let start = secret.char_indices().rev().nth(HINT - 1).map_or(0, |(start, _)| start);
    let end = secret.get(start..).unwrap_or_default();
    (secret.chars().count() >= SHORTEST_WITH_HINT).then(|| end.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    fn secret(text: &str, expires_at: Option<i64>) -> ClientSecret {
        let kept = ClientSecret::new(ClientSecretId::new(text), &Secret::presented(text), at(0));
        ClientSecret { expires_at: expires_at.map(at), ..kept }
    }

    #[test]
    fn each_one_that_has_not_expired_is_right() {
        let secrets = [secret("a", None), secret("b", Some(10)), secret("c", Some(20)), secret("", None)];
        let right = |text: &str, now| is_right(&Secret::presented(text), &secrets, at(now));
        for (text, now, expected) in [
            ("a", 99, true),
            ("b", 9, true),
            ("b", 10, false),
            ("c", 10, true),
            ("c", 20, false),
            ("d", 0, false),
            ("", 0, false),
            ("a ", 0, false),
        ] {
            assert_eq!(right(text, now), expected, "{text:?} at {now}");
        }
        assert!(!is_right(&Secret::presented("a"), &[], at(0)));
        let expired = |text: &str, now| has_expired(&Secret::presented(text), &secrets, at(now));
        assert!(expired("b", 10) && !expired("b", 9) && !expired("a", 99) && !expired("d", 99));
    }

    #[test]
    fn a_client_is_without_a_secret_when_the_last_one_has_expired() {
        assert_eq!(last_expiry(&[]), None);
        assert_eq!(last_expiry(&[secret("a", Some(3)), secret("b", Some(7))]), Some(at(7)));
        assert_eq!(last_expiry(&[secret("a", Some(3)), secret("b", None)]), None);
    }

    #[test]
    fn a_hint_gives_nothing_away_of_a_short_secret() {
        assert_eq!(secret("short-abcd", None).hint, None);
        let long = "0123456789abcdef0123456789abcdéf";
        assert_eq!(secret(long, None).hint.as_deref(), Some("cdéf"));
    }
}
