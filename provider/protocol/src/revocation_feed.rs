//! The feed of revocations: JWTs of the issuer that were revoked before they expire, for validators that check tokens
//! by the issuer's keys without introspection. It is a JWT signed by those keys; no standard defines it.

use serde::Serialize;

use crate::ids::{ClientId, GrantId};
use crate::time::{Seconds, Time};

/// `typ` of the feed, so that it cannot be confused with another JWT (RFC 8725 3.11).
pub const TYP: &str = "revocations+jwt";
/// Its media type.
pub const MEDIA_TYPE: &str = "application/revocations+jwt";
/// How long it may be used as the current state.
pub const LIFETIME: Seconds = Seconds(60);
/// The most entries of one kind: more are replaced by an entry that covers them. So it stays near a megabyte.
pub const LIMIT: u32 = 10_000;

/// The claims of the feed.
#[derive(Debug, Serialize)]
pub struct RevocationClaims<'a> {
    iss: &'a str,
    iat: Time,
    exp: Time,
    revoked: Vec<Entry>,
}

/// Revoked tokens: those with this claim and, with `before`, issued by then.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Entry {
    /// The claim that selects them.
    #[serde(flatten)]
    pub claim: Claim,
    /// The latest `iat` of a revoked token; all are revoked if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Time>,
}

/// A claim of access tokens.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// Of one grant.
    Gid(GrantId),
    /// One alone.
    Jti(String),
    /// Of one person, as clients know them.
    Sub(String),
    /// Of one client.
    ClientId(ClientId),
}

/// The feed as it is now.
#[must_use]
pub fn claims(issuer: &str, revoked: Vec<Entry>, now: Time) -> RevocationClaims<'_> {
    RevocationClaims { iss: issuer, iat: now, exp: now + LIFETIME, revoked }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_names_one_claim_and_until_when() {
        let at = Time::from_seconds(1_799_999_990);
        let entry = |claim, before| Entry { claim, before };
        let revoked = vec![
            entry(Claim::Gid(GrantId::new("g")), None),
            entry(Claim::Jti("j".to_owned()), None),
            entry(Claim::Sub("s".to_owned()), Some(at)),
            entry(Claim::ClientId(ClientId::new("c")), Some(at)),
        ];
        let claims = claims("https://id.example", revoked, Time::from_seconds(1_800_000_000));
        let expected = json!({
            "iss": "https://id.example", "iat": 1_800_000_000, "exp": 1_800_000_060,
            "revoked": [
                { "gid": "g" }, { "jti": "j" }, { "sub": "s", "before": 1_799_999_990 },
                { "client_id": "c", "before": 1_799_999_990 },
            ],
        });
        assert_eq!(serde_json::to_value(&claims).unwrap(), expected);
    }

    #[test]
    fn with_nothing_revoked_the_list_is_empty_and_there() {
        let claims = claims("https://id.example", vec![], Time::from_seconds(5));
        let expected = json!({ "iss": "https://id.example", "iat": 5, "exp": 65, "revoked": [] });
        assert_eq!(serde_json::to_value(&claims).unwrap(), expected);
    }
}
