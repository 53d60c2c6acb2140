//! Resource Indicators (RFC 8707), at the authorization and the token endpoint.
//!
//! Chart 140: Resource indicators (RFC 8707) | authorization and token requests

use credenza_tests::{Browser, RelyingParty, Tokens, claims_of, setup};
use serde_json::{Value, json};

const API: &str = "https://api.test/";
const OTHER: &str = "https://other.test/";

/// `aud` of the access token.
fn audience(tokens: &Tokens) -> Value {
    claims_of(&tokens.access_token)["aud"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8707_2_1_resources_of_the_authorization_request() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let issuer = op.issuer.as_str();
    for (resources, expected) in [
        (vec![], json!(issuer)),
        (vec![API], json!([API, issuer])),
        (vec![API, OTHER], json!([API, OTHER, issuer])),
        // Named twice it counts once.
        (vec![OTHER, OTHER], json!([OTHER, issuer])),
    ] {
        let request = resources.iter().fold(rp.authorization(), |request, uri| request.and("resource", uri));
        let tokens = rp.sign_in_with(&op, &alice, &mut browser, request).await;
        assert_eq!(audience(&tokens), expected, "{resources:?}");
        assert_eq!(rp.userinfo(&op, &tokens.access_token).await.status, 200);
        // The ID token is for the client alone.
        assert_eq!(claims_of(tokens.id())["aud"], rp.client_id());
    }
}

/// Without `openid` the token is for the resource alone (A066).
#[tokio::test(flavor = "multi_thread")]
async fn rfc8707_2_a_token_for_a_resource_opens_nothing_else() {
    let (op, alice, rp) = setup().await;
    let request = rp.authorization().with("scope", "api:read").with("resource", API);
    let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), request).await;
    assert_eq!(audience(&tokens), API);
    assert_eq!(rp.userinfo(&op, &tokens.access_token).await.status, 401);
    let api = RelyingParty::register(&op, |client| client.serves = vec![API.to_owned()]).await;
    assert_eq!(api.introspect(&op, &tokens.access_token).await["active"], true);
    let other = RelyingParty::register(&op, |client| client.serves = vec![OTHER.to_owned()]).await;
    assert_eq!(other.introspect(&op, &tokens.access_token).await, json!({ "active": false }));
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8707_2_invalid_target_at_the_authorization_endpoint() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    for bad in [
        "https://unknown.test/",
        "https://api.test",
        "https://API.test/",
        "https://api.test/#x",
        "https://api.test/?x",
        "https://api.test/../",
        "api",
        "/",
        &op.issuer,
        rp.client_id(),
        &"x".repeat(5000),
    ] {
        let request = rp.authorization().with("resource", bad);
        request.assert_refused(&op, &mut browser, "invalid_target").await;
        let beside_a_good_one = rp.authorization().and("resource", API).and("resource", bad);
        beside_a_good_one.assert_refused(&op, &mut browser, "invalid_target").await;
    }
    // What another client may ask for is not for this one.
    let narrow = RelyingParty::register(&op, |client| client.resources = vec![OTHER.to_owned()]).await;
    narrow.authorization().with("resource", API).assert_refused(&op, &mut browser, "invalid_target").await;
    assert_eq!(op.grants_of(&alice).await, 1);
    rp.authorization().with("resource", API).silent(&op, &mut browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8707_2_too_many_resources() {
    let (op, alice, _) = setup().await;
    let many: Vec<String> = (0..9).map(|n| format!("https://api{n}.test/")).collect();
    let rp = RelyingParty::register(&op, |client| client.resources = many.clone()).await;
    let ask =
        |count| many.iter().take(count).fold(rp.authorization(), |request, uri| request.and("resource", uri));
    ask(9).assert_refused(&op, &mut Browser::new(), "invalid_target").await;
    let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), ask(8)).await;
    assert_eq!(audience(&tokens).as_array().unwrap().len(), 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8707_2_2_a_code_is_narrowed_never_widened() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let issuer = op.issuer.as_str();
    let both = rp.authorization().and("resource", API).and("resource", OTHER);
    let code = both.code(&op, &mut browser, &alice).await;
    let fields = [&rp.redemption(&code)[..], &[("resource", OTHER)]].concat();
    let narrowed = Tokens::of(&rp.token(&op, &fields).await);
    assert_eq!(audience(&narrowed), json!([OTHER, issuer]));
    // The refresh token still stands for the whole grant (RFC 8707 2.2).
    let whole = Tokens::of(&rp.refresh(&op, narrowed.refresh()).await);
    assert_eq!(audience(&whole), json!([API, OTHER, issuer]));
    // What the person did not allow is not given, and nothing beside it.
    for (request, resource) in [
        (rp.authorization().with("resource", API), OTHER),
        (rp.authorization(), API),
        (both, "https://unknown.test/"),
    ] {
        let code = request.silent(&op, &mut browser).await;
        let fields = [&rp.redemption(&code)[..], &[("resource", API), ("resource", resource)]].concat();
        rp.token(&op, &fields).await.assert_refused(400, "invalid_target");
    }
}

/// A056.
#[tokio::test(flavor = "multi_thread")]
async fn rfc8707_2_2_a_refresh_token_is_narrowed_never_widened() {
    let (op, alice, rp) = setup().await;
    let request = rp.authorization().with("resource", API);
    let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), request).await;
    for bad in [OTHER, "https://unknown.test/", "api", op.issuer.as_str()] {
        let fields =
            [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh()), ("resource", bad)];
        rp.token(&op, &fields).await.assert_refused(400, "invalid_target");
    }
    // None of that spent the token.
    let fields = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh()), ("resource", API)];
    let next = Tokens::of(&rp.token(&op, &fields).await);
    assert_eq!(audience(&next), json!([API, op.issuer]));
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8707_2_2_client_credentials() {
    let (op, _, rp) = setup().await;
    let ask = async |resource: &str| {
        rp.token(&op, &[("grant_type", "client_credentials"), ("resource", resource)]).await
    };
    assert_eq!(audience(&Tokens::of(&ask(API).await)), API);
    for bad in ["https://unknown.test/", "api", "https://api.test"] {
        ask(bad).await.assert_refused(400, "invalid_target");
    }
}
