//! OpenID Connect Front-Channel Logout 1.0: what the browser opens to tell a client that a session ended.

use crate::client::Client;
use crate::ids::SessionId;
use crate::redirect_uri::with_query;

/// The client's logout URI with `iss` and `sid` (section 2), which name the session whether the client asks for that
/// or not; `None` when it has registered none.
#[must_use]
pub fn uri(client: &Client, issuer: &str, sid: &SessionId) -> Option<String> {
    let uri = client.frontchannel_logout_uri.as_deref()?;
    Some(with_query(uri, &[("iss", issuer.to_owned()), ("sid", sid.as_str().to_owned())]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ClientId;

    #[test]
    fn fcl_2_iss_and_sid_are_added_and_the_query_stays() {
        let sid = SessionId::new("a b");
        let mut client = Client::new(ClientId::new("client"));
        assert_eq!(uri(&client, "https://op.test", &sid), None);
        for (registered, expected) in [
            ("https://rp.test/out", "https://rp.test/out?iss=https%3A%2F%2Fop.test&sid=a+b"),
            ("https://rp.test/out?x=1&y", "https://rp.test/out?x=1&y&iss=https%3A%2F%2Fop.test&sid=a+b"),
        ] {
            client.frontchannel_logout_uri = Some(registered.to_owned());
            assert_eq!(uri(&client, "https://op.test", &sid).as_deref(), Some(expected));
        }
    }
}
