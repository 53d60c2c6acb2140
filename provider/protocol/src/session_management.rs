//! OpenID Connect Session Management 1.0: how a client notices that the sign-in changed.

use credenza_validator::hash::sha256;

use crate::ids::ClientId;
use crate::redirect_uri::origin;

/// `session_state` of an answer to that redirect URI (section 2): a hash of the client, its origin, the state that the
/// browser keeps and a salt, and the salt. The script of the check-session iframe makes the same one. `None` where
/// no script of a browser receives the answer, so that none could ask.
#[must_use]
pub fn session_state(
    client_id: &ClientId,
    redirect_uri: &str,
    browser_state: &str,
    salt: &str,
) -> Option<String> {
    let origin = origin(redirect_uri)?;
    let hash = sha256(format!("{client_id} {origin} {browser_state} {salt}").as_bytes());
    let digits = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let hex: String = digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
    Some(format!("{hex}.{salt}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_management_2_what_the_state_depends_on() {
        let state = |client: &str, uri: &str, browser: &str, salt: &str| {
            session_state(&ClientId::new(client), uri, browser, salt)
        };
        let one = state("client", "https://rp.test/callback", "state", "salt");
        // printf 'client https://rp.test state salt' | sha256sum
        let expected = "c739ea439ca7956b15bc78e136348affc4217c0220005f240f8a37900ca3d4e1.salt";
        assert_eq!(one.as_deref(), Some(expected));
        assert_eq!(state("client", "https://rp.test:443/other?x", "state", "salt"), one, "the same origin");
        for other in [
            state("other", "https://rp.test/callback", "state", "salt"),
            state("client", "https://rp.test:8443/callback", "state", "salt"),
            state("client", "http://rp.test/callback", "state", "salt"),
            state("client", "https://rp.test/callback", "", "salt"),
            state("client", "https://rp.test/callback", "state", "pepper"),
        ] {
            assert!(other.is_some() && other != one, "{other:?}");
        }
        assert_eq!(state("client", "com.example.app:/callback", "state", "salt"), None);
    }
}
