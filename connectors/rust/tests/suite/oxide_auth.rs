//! Chart 939: applications of oxide-auth | its traits `Issuer`, synchronous and asynchronous, by the validator: grants from claims, refusals, an issuer that is away

use chrono::{TimeZone, Utc};
use credenza_connectors::Settings;
use credenza_connectors::oxide_auth::{AsyncTokens, Tokens};
use credenza_connectors::testing::TestIssuer;
use oxide_auth::primitives::issuer::Issuer;
use serde_json::json;

use crate::log::Log;

fn issuer() -> TestIssuer {
    TestIssuer::new("https://id.example", "https://api.example")
}

fn validator(issuer: &TestIssuer) -> credenza_connectors::Validator {
    issuer.validator(Settings::new("https://id.example", "https://api.example")).unwrap()
}

#[tokio::test]
async fn a_grant_has_what_the_token_says() {
    let issuer = issuer();
    let validator = validator(&issuer);
    validator.ready().await.unwrap();
    let token =
        issuer.token(json!({ "sub": "alice", "scope": "a b", "exp": 4_000_000_000_i64, "roles": ["clerk"] }));
    let grant = Tokens::new(validator).recover_token(&token).unwrap().unwrap();
    assert_eq!((&*grant.owner_id, &*grant.client_id), ("alice", "client"));
    assert_eq!(grant.scope, "a b".parse().unwrap());
    assert_eq!(grant.redirect_uri.as_str(), "https://id.example/");
    assert_eq!(grant.until, Utc.timestamp_opt(4_000_000_000, 0).unwrap());
    let claims =
        grant.extensions.private().find(|(name, _)| *name == "claims").unwrap().1.unwrap().to_owned();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&claims).unwrap()["roles"], json!(["clerk"]));
}

#[tokio::test]
async fn what_is_refused_is_no_grant_and_the_log_says_why() {
    let log = Log::hold().await;
    let issuer = issuer();
    let validator = validator(&issuer);
    validator.ready().await.unwrap();
    let mut tokens = Tokens::new(validator);
    let good = issuer.token(json!({}));
    assert!(tokens.recover_token(&good).unwrap().is_some());
    for (claims, rule) in [
        (json!({ "aud": "https://other.example" }), "aud"),
        (json!({ "exp": 1 }), "exp"),
        (json!({ "cnf": { "jkt": "x" } }), "binding_unsupported"),
    ] {
        let bad = issuer.token(claims);
        assert_eq!(tokens.recover_token(&bad), Ok(None), "{rule}");
        let refusals = log.refusals();
        assert_eq!(refusals.len(), 1);
        assert!(!refusals[0].to_string().contains(&bad));
        if rule != "binding_unsupported" {
            assert_eq!(refusals[0]["rule"], rule);
        }
    }
    assert_eq!(Issuer::recover_refresh(&tokens, &good), Ok(None));
    let grant = tokens.recover_token(&good).unwrap().unwrap();
    assert!(Issuer::issue(&mut tokens, grant).is_err());
}

#[tokio::test]
async fn what_cannot_be_decided_is_an_error_until_the_keys_are_there() {
    let issuer = issuer();
    let tokens = Tokens::new(validator(&issuer));
    let token = issuer.token(json!({}));
    assert_eq!(tokens.recover_token(&token), Err(()));
    let mut tries = 0;
    while tokens.recover_token(&token).is_err() {
        tries += 1;
        assert!(tries < 100, "the fetches that it began never ended");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert!(tokens.recover_token(&token).unwrap().is_some());
}

#[tokio::test]
async fn the_asynchronous_trait_waits_for_the_keys() {
    use oxide_auth_async::primitives::Issuer as _;
    let issuer = issuer();
    let mut tokens = AsyncTokens::new(validator(&issuer));
    let token = issuer.token(json!({ "sub": "alice" }));
    assert_eq!(tokens.recover_token(&token).await.unwrap().unwrap().owner_id, "alice");
    let bad = issuer.token(json!({ "exp": 1 }));
    assert_eq!(tokens.recover_token(&bad).await, Ok(None));
    issuer.set_away(true);
    let mut unready = AsyncTokens::new(validator(&issuer));
    assert_eq!(unready.recover_token(&token).await, Err(()));
}

#[tokio::test]
async fn the_resource_flow_of_oxide_auth_goes_by_it() {
    use oxide_auth::code_grant::resource::{Endpoint, Request, protect};
    use oxide_auth::primitives::scope::Scope;
    use std::borrow::Cow;

    struct Resource(Vec<Scope>, Tokens);
    impl Endpoint for Resource {
        fn scopes(&mut self) -> &[Scope] {
            &self.0
        }
        fn issuer(&mut self) -> &dyn oxide_auth::primitives::issuer::Issuer {
            &self.1
        }
    }
    struct Sent(Option<String>);
    impl Request for Sent {
        fn valid(&self) -> bool {
            true
        }
        fn token(&self) -> Option<Cow<'_, str>> {
            self.0.as_deref().map(Cow::Borrowed)
        }
    }
    let issuer = issuer();
    let validator = validator(&issuer);
    validator.ready().await.unwrap();
    let mut resource = Resource(vec!["orders:read".parse().unwrap()], Tokens::new(validator));
    let good = protect(&mut resource, &Sent(Some(issuer.bearer("orders:read"))));
    assert_eq!(good.unwrap().owner_id, "user");
    for bad in [
        None,
        Some(issuer.bearer("other")),
        Some(issuer.bearer_with(json!({ "exp": 1, "scope": "orders:read" }))),
    ] {
        assert!(protect(&mut resource, &Sent(bad)).is_err());
    }
}
