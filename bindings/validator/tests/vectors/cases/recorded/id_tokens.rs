//! ID tokens by issuer, client and nonce, and in place of an access token.

use serde_json::json;

use super::recording::{claims_of, spoilt};
use super::{LEEWAY, Subject};
use crate::case::{Case, Step, with};

impl Subject<'_> {
    pub(super) fn id_token(&self, token: &str) -> Vec<Case> {
        let settings = |client: &str| self.settings(json!({ "client_id": client }));
        let own = || settings(&self.taken.client_id);
        let claims = claims_of(token);
        // Optional in the code flow (OpenID Connect Core 3.1.3.6): who passes the access token asks for it.
        let hashed = claims.get("at_hash").is_some();
        // Without a nonce, none is expected: a null is no value of that member.
        let both = json!({ "nonce": self.taken.nonce, "access_token": self.taken.access_token });
        let both = with(json!({}), both);
        let expected = |more| {
            with(both.clone(), if hashed { more } else { with(json!({ "access_token": null }), more) })
        };
        let check = |token: &str| self.at(Step::id_token(token)).expects(expected(json!({})));
        let expired = claims["exp"].as_i64().unwrap() + LEEWAY;
        let other = settings("another");
        let about = "Its ID token; then with another last byte.";
        let mut passing = self
            .case("_id_token", about, own(), check(token).allow(claims))
            .step(check(&spoilt(token)).deny("signature"));
        if self.taken.nonce.is_some() {
            let another = expected(json!({ "nonce": "another" }));
            passing = passing.step(check(token).expects(another).deny("nonce"));
        }
        if !hashed {
            passing = passing.step(check(token).expects(both.clone()).deny("at_hash"));
        }
        let late = check(token).at(expired).deny("exp");
        let about = "Its ID token, for another client.";
        let mut cases = vec![
            passing,
            self.case("_id_token_other_client", about, other, check(token).deny("aud")),
            self.case("_id_token_expired", "Its ID token has expired.", own(), late),
        ];
        if self.taken.audience.as_ref().is_some_and(|it| *it != self.taken.client_id)
            && !self.is_shared(token)
        {
            let api = self.settings(json!({ "audience": self.taken.audience }));
            let about = "Its ID token in place of the access token.";
            // By the type in the header; Keycloak's differ only in the claim of that name.
            let rule = match self.server.profile.as_str() {
                "rfc9068" | "keycloak" => "typ",
                _ => "aud",
            };
            let step = self.at(Step::bearer(token)).deny(rule);
            cases.push(self.case("_id_token_as_access_token", about, api, step));
        }
        cases
    }

    /// Whether the ID token names the API too, as Dex's do.
    fn is_shared(&self, token: &str) -> bool {
        let audience = json!(self.taken.audience);
        claims_of(token)["aud"].as_array().is_some_and(|all| all.contains(&audience))
    }
}
