//! Service accounts: clients that act for themselves (RFC 6749 4.4), and that nobody signs in to. What goes with people they
//! cannot have.

use crate::client::{Client, GrantType};

/// The one grant of a service account.
pub const GRANTS: [GrantType; 1] = [GrantType::ClientCredentials];

/// Refuses a service account that is one for people as well: the member, and what is wrong with it.
///
/// # Errors
/// The name of a member of the metadata, and why its value is refused.
pub fn check(client: &Client) -> Result<(), (&'static str, &'static str)> {
    if !client.service_account {
        return Ok(());
    }
    if client.grant_types != GRANTS {
        return Err(("grant_types", "must be client_credentials alone: it is a service account"));
    }
    let for_people = [
        ("redirect_uris", !client.redirect_uris.is_empty()),
        ("post_logout_redirect_uris", !client.post_logout_redirect_uris.is_empty()),
        ("request_uris", !client.request_uris.is_empty()),
        ("initiate_login_uri", client.initiate_login_uri.is_some()),
        ("backchannel_logout_uri", client.backchannel_logout_uri.is_some()),
        ("frontchannel_logout_uri", client.frontchannel_logout_uri.is_some()),
        ("roles", !client.roles.is_empty()),
        ("claim_mappings", !client.claim_mappings.is_empty()),
        ("brand", client.brand.is_some()),
    ];
    match for_people.into_iter().find(|(_, has)| *has) {
        Some((member, _)) => Err((member, "must be empty: nobody signs in to a service account")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ClientId;

    #[test]
    fn nobody_signs_in_to_a_service_account() {
        let plain = Client {
            service_account: true,
            grant_types: GRANTS.to_vec(),
            ..Client::new(ClientId::new("account"))
        };
        assert_eq!(check(&plain), Ok(()));
        let field = |change: fn(&mut Client)| {
            let mut client = plain.clone();
            change(&mut client);
            let found = check(&client).unwrap_err().0;
            client.service_account = false;
            assert_eq!(check(&client), Ok(()), "{found} of another client");
            found
        };
        assert_eq!(field(|client| client.grant_types.push(GrantType::AuthorizationCode)), "grant_types");
        assert_eq!(field(|client| client.grant_types.clear()), "grant_types");
        assert_eq!(
            field(|client| client.redirect_uris.push("https://a.example/cb".to_owned())),
            "redirect_uris"
        );
        assert_eq!(
            field(|client| client.backchannel_logout_uri = Some("https://a.example/".to_owned())),
            "backchannel_logout_uri"
        );
        assert_eq!(field(|client| client.roles.push("admin".to_owned())), "roles");
    }
}
