//! RFC 7662: token introspection.
//!
//! Chart 260: Introspection (RFC 7662), revocation (RFC 7009) | whole

use credenza_protocol::client::AccessTokenFormat;
use credenza_tests::{Browser, FORMATS, Person, Provider, RelyingParty, Request, Tokens, claims_of};
use serde_json::{Value, json};

const API: &str = "https://api.test/";
const OTHER: &str = "https://other.test/";

async fn serving(op: &Provider, resources: &[&str]) -> RelyingParty {
    let serves = resources.iter().map(|resource| (*resource).to_owned()).collect();
    RelyingParty::register(op, |client| client.serves = serves).await
}

/// Tokens for these resources.
async fn tokens_for(op: &Provider, rp: &RelyingParty, person: &Person, resources: &[&str]) -> Tokens {
    let request = rp.authorization().with("scope", "openid api:read offline_access");
    let request = resources.iter().fold(request, |request, resource| request.and("resource", resource));
    rp.sign_in_with(op, person, &mut Browser::new(), request).await
}

fn inactive() -> Value {
    json!({ "active": false })
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7662_2_2_what_a_client_is_told_of_its_own_tokens() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let now = 1_800_000_000;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        let tokens = tokens_for(&op, &rp, &alice, &[API]).await;
        let mut answer = rp.introspect(&op, &tokens.access_token).await;
        let jti = answer.as_object_mut().unwrap().remove("jti").unwrap();
        if format == AccessTokenFormat::Jwt {
            assert_eq!(jti, claims_of(&tokens.access_token)["jti"]);
        }
        let expected = json!({
            "active": true, "iss": op.issuer, "sub": alice.user_id, "aud": [API, op.issuer],
            "client_id": rp.client_id(), "scope": "openid api:read offline_access", "token_type": "Bearer",
            "exp": now + 600, "iat": now,
        });
        assert_eq!(answer, expected);
        let refresh = rp.introspect(&op, tokens.refresh()).await;
        let expected = json!({
            "active": true, "iss": op.issuer, "sub": alice.user_id, "client_id": rp.client_id(),
            "scope": "openid api:read offline_access", "exp": now + 30 * 86_400, "iat": now,
        });
        assert_eq!(refresh, expected);
        let machine = rp.token(&op, &[("grant_type", "client_credentials"), ("scope", "api:write")]).await;
        let answer = rp.introspect(&op, &Tokens::of(&machine).access_token).await;
        assert_eq!((&answer["sub"], &answer["scope"]), (&json!(rp.client_id()), &json!("api:write")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7662_4_a_resource_sees_the_tokens_meant_for_it() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let (api, other) = (serving(&op, &[API]).await, serving(&op, &[OTHER]).await);
    let both = serving(&op, &[OTHER, API]).await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        // The resources of a token, and who may see it: the API, the other one, whoever serves both.
        let cases: [(&[&str], [bool; 3]); 4] = [
            (&[API], [true, false, true]),
            (&[OTHER], [false, true, true]),
            (&[API, OTHER], [true, true, true]),
            (&[], [false, false, false]),
        ];
        for (resources, seen) in cases {
            let tokens = tokens_for(&op, &rp, &alice, resources).await;
            for (asker, sees) in [&api, &other, &both].into_iter().zip(seen) {
                let answer = asker.introspect(&op, &tokens.access_token).await;
                assert_eq!(answer["active"], sees, "{resources:?}");
                assert!(sees || answer == inactive());
                // A refresh token is for nobody but its client.
                assert_eq!(asker.introspect(&op, tokens.refresh()).await, inactive());
            }
            rp.assert_alive(&op, &tokens).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7662_4_another_tenant_knows_nothing() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let alice = op.user("alice").await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        let tokens = tokens_for(&op, &rp, &alice, &[API]).await;
        // There, a client of the same name serves the same resource.
        let twin = RelyingParty::register_at(&op, "acme", |client| {
            client.client_id = rp.client.client_id.clone();
            client.serves = vec![API.to_owned()];
        })
        .await;
        for token in [&tokens.access_token, tokens.refresh_token.as_ref().unwrap()] {
            assert_eq!(twin.introspect(&op, token).await, inactive());
            assert_eq!(rp.introspect(&op, token).await["active"], true);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7662_2_1_clients_prove_themselves() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let public = RelyingParty::public(&op).await;
    let token = rp.sign_in(&op, &alice).await.access_token;
    let own = public.sign_in(&op, &alice).await.access_token;
    let ask = async |asker: &RelyingParty, token: &str| {
        asker.call(&op, "/introspect", &[("token", token)]).send().await
    };
    ask(&public, &own).await.assert_refused(401, "invalid_client");
    let liar = RelyingParty { secret: Some("x".to_owned()), ..rp.clone() };
    ask(&liar, &token).await.assert_refused(401, "invalid_client");
    let silent = Request::form(op.at("/introspect"), &[("token", &token)]).send().await;
    silent.assert_refused(401, "invalid_client");
    // A token does not authenticate at the introspection endpoint.
    let itself = Request::form(op.at("/introspect"), &[("token", &token)]).bearer(&token).send().await;
    itself.assert_refused(401, "invalid_client");
    assert_eq!(ask(&rp, &token).await.json()["active"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7662_2_1_malformed_requests() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let token = rp.sign_in(&op, &op.user("alice").await).await.access_token;
    let field = ("token", token.as_str());
    for fields in [vec![], vec![("token", "")], vec![field, field], vec![("access_token", field.1)]] {
        rp.call(&op, "/introspect", &fields).send().await.assert_refused(400, "invalid_request");
    }
    let (id, secret) = (rp.client_id(), rp.secret.as_deref().unwrap());
    let query = op.at(&format!("/introspect?token={token}"));
    assert_eq!(Request::get(&query).basic(id, secret).send().await.status, 405);
    Request::form(&query, &[]).basic(id, secret).send().await.assert_refused(400, "invalid_request");
    for hint in ["access_token", "refresh_token", "x"] {
        let response = rp.call(&op, "/introspect", &[field, ("token_type_hint", hint)]).send().await;
        assert_eq!(response.json()["active"], true, "{hint}");
        assert_eq!(response.header("content-type"), "application/json");
        assert_eq!(response.header("cache-control"), "no-store");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7662_2_2_what_is_no_live_token_is_not_active() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        let first = rp.sign_in(&op, &alice).await;
        for token in ["x", "a.b.c", "\0", first.id(), &"A".repeat(64), &"A".repeat(43)] {
            assert_eq!(rp.introspect(&op, token).await, inactive(), "{token}");
        }
        // A spent refresh token is inactive, and introspecting it is not a use of it.
        let second = Tokens::of(&rp.refresh(&op, first.refresh()).await);
        op.pass(60);
        assert_eq!(rp.introspect(&op, first.refresh()).await, inactive());
        rp.assert_alive(&op, &second).await;
        op.pass(540);
        assert_eq!(rp.introspect(&op, &second.access_token).await, inactive());
        assert_eq!(rp.introspect(&op, second.refresh()).await["active"], true);
        op.pass(30 * 86_400);
        assert_eq!(rp.introspect(&op, second.refresh()).await, inactive());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7662_2_2_a_machines_token_lives_as_long_as_its_client() {
    let op = Provider::start().await;
    let api = serving(&op, &[API]).await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        let fields = [("grant_type", "client_credentials"), ("resource", API)];
        let token = Tokens::of(&rp.token(&op, &fields).await).access_token;
        assert_eq!(api.introspect(&op, &token).await["aud"], API);
        rp.set_enabled(&op, false).await;
        assert_eq!(api.introspect(&op, &token).await, inactive());
        rp.call(&op, "/introspect", &[("token", &token)]).send().await.assert_refused(401, "invalid_client");
    }
}
