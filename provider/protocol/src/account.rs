//! What lets an application manage the account of a person in their name: one scope, for the account API of the issuer.

use crate::scope::Scope;

/// The scope of the account API. No client has it unless an operator gives it to the client, and the person is told what it
/// means before they allow it.
pub const ACCOUNT: &str = "account";

/// Whether a token with this scope and audience opens the account API of that issuer. It is for the issuer and for nobody
/// else: whoever runs another resource that the token is for as well could use it in the person's place (RFC 9700 2.3).
#[must_use]
pub fn opens(issuer: &str, audience: &[String]) -> bool {
    audience == [issuer]
}

/// Whether the scope of a token, and that of its client as it is now, both have the account API.
#[must_use]
pub fn allows(token: &Scope, client: &Scope) -> bool {
    token.contains(ACCOUNT) && client.contains(ACCOUNT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_token_for_the_issuer_alone_opens_the_account() {
        let issuer = "https://id.example.com";
        let of = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(opens(issuer, &of(&[issuer])));
        for names in [
            &[][..],
            &["https://api.example.com"],
            &[issuer, "https://api.example.com"],
            &["https://id.example.com/"],
        ] {
            assert!(!opens(issuer, &of(names)), "{names:?}");
        }
    }

    #[test]
    fn token_and_client_must_have_the_scope() {
        let (with, without) = (Scope::stored("openid account"), Scope::stored("openid accounts"));
        assert!(allows(&with, &with));
        assert!(!allows(&with, &without) && !allows(&without, &with));
    }
}
