//! OpenID Connect Back-Channel Logout 1.0: the logout token for an ended session, and its delivery.

use credenza_validator::algorithm::Algorithm;
use serde::Serialize;

use crate::client::Client;
use crate::ids::SessionId;
use crate::time::{Seconds, Time};

/// `typ` of a logout token (section 2.4).
pub const TYP: &str = "logout+jwt";
/// How many attempts are made before a client is given up, which takes forty minutes.
pub const ATTEMPTS: i32 = 10;

/// The lifetime of a logout token (section 2.4 asks for two minutes at most).
const LIFETIME: Seconds = Seconds(120);
/// The wait after the first attempt; it doubles after each further one.
const FIRST_WAIT: i64 = 10;
/// The longest wait.
const LONGEST_WAIT: i64 = 600;

/// The claims of a logout token (section 2.4). It has no `nonce`, so that it is never taken for an ID token.
#[derive(Debug, Serialize)]
pub struct LogoutTokenClaims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: Time,
    exp: Time,
    jti: &'a str,
    events: Events,
    sid: &'a str,
}

/// The `events` claim: one member, an empty object.
#[derive(Debug, Serialize)]
struct Events {
    #[serde(rename = "http://schemas.openid.net/event/backchannel-logout")]
    backchannel_logout: NoDetails,
}

#[derive(Debug, Serialize)]
struct NoDetails {}

/// Makes the claims that tell this client that the session of this `sub` ended. They name the session, whether the
/// client asks for that or not.
#[must_use]
pub fn claims<'a>(
    issuer: &'a str,
    client: &'a Client,
    sub: &'a str,
    sid: &'a SessionId,
    jti: &'a str,
    now: Time,
) -> LogoutTokenClaims<'a> {
    LogoutTokenClaims {
        iss: issuer,
        sub,
        aud: client.client_id.as_str(),
        iat: now,
        exp: now + LIFETIME,
        jti,
        events: Events { backchannel_logout: NoDetails {} },
        sid: sid.as_str(),
    }
}

/// The algorithm of the token: that of the client's ID tokens, but never `none` (section 2.4).
#[must_use]
pub fn algorithm(client: &Client) -> Algorithm {
    client.id_token_signed_response_alg.algorithm().unwrap_or(Algorithm::RS256)
}

/// What an answer of the client means (section 2.8).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub enum Verdict {
    /// It was delivered.
    Told,
    /// It was delivered and refused; repeating it would not help.
    Refused,
    /// The outcome is unknown: try again later.
    Unknown,
}

/// Reads the status of the client's answer.
pub const fn verdict(status: u16) -> Verdict {
    match status {
        200 | 204 => Verdict::Told,
        400 => Verdict::Refused,
        _ => Verdict::Unknown,
    }
}

/// The wait after this many attempts.
#[must_use]
pub fn wait(attempts: i32) -> Seconds {
    let doublings = attempts.clamp(1, ATTEMPTS) - 1;
    Seconds((FIRST_WAIT << doublings).min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::client::SigningAlg;
    use crate::ids::ClientId;

    #[test]
    fn bcl_2_4_the_claims_and_nothing_else() {
        let client = Client::new(ClientId::new("client"));
        let sid = SessionId::new("session");
        let claims = claims("https://op.test", &client, "alice", &sid, "one", Time::from_seconds(1000));
        let expected = json!({
            "iss": "https://op.test", "sub": "alice", "aud": "client", "iat": 1000, "exp": 1120, "jti": "one",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} }, "sid": "session",
        });
        assert_eq!(serde_json::to_value(&claims).unwrap(), expected);
    }

    #[test]
    fn bcl_2_4_signed_as_id_tokens_are_and_never_unsigned() {
        let mut client = Client::new(ClientId::new("client"));
        assert_eq!(algorithm(&client), Algorithm::RS256);
        client.id_token_signed_response_alg = SigningAlg::By(Algorithm::ES256);
        assert_eq!(algorithm(&client), Algorithm::ES256);
        client.id_token_signed_response_alg = SigningAlg::Unsigned;
        assert_eq!(algorithm(&client), Algorithm::RS256);
    }

    #[test]
    fn bcl_2_8_answers() {
        for (status, expected) in [
            (200, Verdict::Told),
            (204, Verdict::Told),
            (400, Verdict::Refused),
            (201, Verdict::Unknown),
            (302, Verdict::Unknown),
            (401, Verdict::Unknown),
            (404, Verdict::Unknown),
            (500, Verdict::Unknown),
            (503, Verdict::Unknown),
        ] {
            assert_eq!(verdict(status), expected, "{status}");
        }
    }

    #[test]
    fn waits_double_up_to_ten_minutes_and_end() {
        let waits: Vec<_> = (1..=ATTEMPTS).map(|attempts| wait(attempts).0).collect();
        assert_eq!(waits, [10, 20, 40, 80, 160, 320, 600, 600, 600, 600]);
        assert_eq!((wait(0).0, wait(i32::MAX).0), (10, 600));
    }
}
