//! The implicit and hybrid flows (OpenID Connect Core 3.2, 3.3; OAuth 2.0 Multiple Response Type Encoding
//! Practices).
//!
//! Chart 110: Implicit and hybrid flows (OpenID Connect Core 3.2, 3.3) | all six response types; off until the tenant and the client's registration say so

use std::collections::HashMap;

use credenza_protocol::client::{AccessTokenFormat, Client, GrantType};
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::response_type::ResponseType;
use credenza_tests::{Browser, Page, Person, Provider, RelyingParty, Tokens, claims_of, verified};
use credenza_validator::Algorithm;
use credenza_validator::hash::half_hash;
use serde_json::Value;

/// Every response type with a token from the authorization endpoint.
pub(crate) const FRONT_CHANNEL: [&str; 5] =
    ["id_token", "id_token token", "code id_token", "code token", "code id_token token"];

/// A tenant that allows them, a person, and a client that registered all of them.
pub(crate) async fn setup() -> (Provider, Person, RelyingParty) {
    setup_of(|_| ()).await
}

pub(crate) async fn setup_of(change: impl FnOnce(&mut Client)) -> (Provider, Person, RelyingParty) {
    let op = Provider::start().await;
    op.change_settings(|settings| settings.front_channel_tokens = true).await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::register(&op, |client| {
        client.response_types = ResponseType::ALL.to_vec();
        change(client);
    })
    .await;
    (op, alice, rp)
}

/// The names of an answer, in order.
fn names(answer: &HashMap<String, String>) -> Vec<&str> {
    let mut names: Vec<_> = answer.keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// Multiple Response Types 5: each answer holds what its type names, in the fragment.
#[tokio::test(flavor = "multi_thread")]
async fn multiple_response_types_5_each_holds_what_it_names() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    for (response_type, expected) in [
        ("id_token", &["id_token", "iss", "session_state", "state"][..]),
        (
            "id_token token",
            &[
                "access_token",
                "expires_in",
                "id_token",
                "iss",
                "scope",
                "session_state",
                "state",
                "token_type",
            ],
        ),
        ("code id_token", &["code", "id_token", "iss", "session_state", "state"]),
        (
            "code token",
            &["access_token", "code", "expires_in", "iss", "scope", "session_state", "state", "token_type"],
        ),
        (
            "code id_token token",
            &[
                "access_token",
                "code",
                "expires_in",
                "id_token",
                "iss",
                "scope",
                "session_state",
                "state",
                "token_type",
            ],
        ),
    ] {
        let request = rp.authorization().with("response_type", response_type);
        let page = request.finish(&op, &mut browser, &alice).await;
        let answer = page.answer();
        assert_eq!(names(&answer), expected, "{response_type}");
        assert!(page.target().starts_with("https://rp.test/callback#"), "{}", page.target());
        assert!(!page.target().contains('?'), "{}", page.target());
        assert_eq!(answer["state"], "st4te");
        assert_eq!(answer["iss"], op.issuer);
        let reversed: Vec<_> = response_type.rsplit(' ').collect();
        let request = rp.authorization().with("response_type", &reversed.join(" "));
        assert_eq!(
            names(&request.open(&op, &mut browser).await.answer()),
            expected,
            "words in another order"
        );
        check(&op, &rp, &alice, &answer).await;
    }
}

/// What holds for every answer: hashes, working tokens, one person.
async fn check(op: &Provider, rp: &RelyingParty, alice: &Person, answer: &HashMap<String, String>) {
    let token = answer.get("access_token");
    let code = answer.get("code");
    if let Some(token) = token {
        assert_eq!(answer["token_type"], "Bearer");
        assert_eq!(answer["expires_in"], "600");
        assert_eq!(rp.userinfo(op, token).await.json()["sub"], alice.user_id.as_str());
        assert_eq!(rp.introspect(op, token).await["active"], true);
    }
    let front = match answer.get("id_token") {
        Some(id_token) => {
            let claims = verified(op, id_token, Algorithm::RS256).await;
            let hash = |text: Option<&String>| {
                text.map_or(Value::Null, |text| half_hash(Algorithm::RS256, text).into())
            };
            assert_eq!(claims["at_hash"], hash(token), "OpenID Connect Core 3.2.2.9");
            assert_eq!(claims["c_hash"], hash(code), "OpenID Connect Core 3.3.2.11");
            assert_eq!(claims["s_hash"], hash(answer.get("state")));
            assert_eq!(claims["nonce"], "n0nce");
            assert_eq!(claims["sub"], alice.user_id.as_str());
            Some(claims)
        }
        None => None,
    };
    let Some(code) = code else { return };
    let response = rp.redeem(op, code).await;
    assert_eq!(response.status, 200, "{}", response.text());
    let tokens = Tokens::of(&response);
    let back = verified(op, tokens.id(), Algorithm::RS256).await;
    assert_eq!(back["nonce"], "n0nce");
    assert_eq!(back["at_hash"], half_hash(Algorithm::RS256, &tokens.access_token));
    assert!(back.get("c_hash").is_none() && back.get("s_hash").is_none(), "{back}");
    for name in ["iss", "sub", "aud", "sid"] {
        assert!(front.as_ref().is_none_or(|front| front[name] == back[name]), "{name}");
    }
    // Both access tokens work.
    for token in token.into_iter().chain([&tokens.access_token]) {
        assert_eq!(rp.userinfo(op, token).await.status, 200);
    }
}

/// OpenID Connect Core 3.2.2.1, 3.3.2.11: the nonce ties an ID token to its request.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_2_2_1_nonce_is_required_with_an_id_token() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    for response_type in FRONT_CHANNEL {
        let request = rp.authorization().with("response_type", response_type).without("nonce");
        if !response_type.contains("id_token") {
            let answer = request.answer(&op, &mut browser, &alice).await;
            let tokens = Tokens::of(&rp.redeem(&op, &answer["code"]).await);
            assert!(claims_of(tokens.id()).get("nonce").is_none(), "none is invented");
            continue;
        }
        let page = request.open(&op, &mut browser).await;
        page.assert_refused(&op, &request, "invalid_request");
        assert!(page.target().starts_with("https://rp.test/callback#error="), "{}", page.target());
        let posted = request.with("response_mode", "form_post").open(&op, &mut browser).await;
        assert_eq!(posted.response.status, 200, "by a form where a form was asked for");
        assert_eq!(posted.answer()["error"], "invalid_request");
    }
}

/// An ID token needs `openid`; `code token` does not (RFC 6749 4.2).
#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_takes_openid() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    for response_type in FRONT_CHANNEL {
        let request = rp.authorization().with("response_type", response_type).with("scope", "email");
        if response_type.contains("id_token") {
            request.assert_refused(&op, &mut browser, "invalid_scope").await;
        } else {
            assert!(request.answer(&op, &mut browser, &alice).await.contains_key("access_token"));
        }
    }
}

/// OpenID Connect Core 5.4: the scope's claims are in the ID token exactly where no access token is issued.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_5_4_scope_claims_where_no_access_token_comes() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    for response_type in FRONT_CHANNEL.into_iter().filter(|response_type| response_type.contains("id_token"))
    {
        let request = rp.authorization().with("response_type", response_type);
        let answer = request.answer(&op, &mut browser, &alice).await;
        let claims = claims_of(&answer["id_token"]);
        let alone = response_type == "id_token";
        assert_eq!(claims.get("email").is_some(), alone, "{response_type}: {claims}");
        assert_eq!(claims.get("name").is_some(), alone, "{response_type}: {claims}");
        assert!(claims.get("phone_number").is_none(), "a scope that was not asked for");
    }
}

/// Multiple Response Types 3, 5: never in the query, which ends up in logs; by a form on request.
#[tokio::test(flavor = "multi_thread")]
async fn multiple_response_types_5_never_in_the_query() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    for response_type in FRONT_CHANNEL {
        let request = rp.authorization().with("response_type", response_type);
        let query = request.clone().with("response_mode", "query");
        let page = query.open(&op, &mut browser).await;
        page.assert_refused(&op, &query, "invalid_request");
        assert!(page.target().starts_with("https://rp.test/callback#"), "{}", page.target());
        let page = request.clone().with("response_mode", "form_post").open(&op, &mut browser).await;
        assert_eq!(
            (page.response.status.as_u16(), page.target().as_str()),
            (200, "https://rp.test/callback")
        );
        check(&op, &rp, &alice, &page.answer()).await;
        let none = request.with("prompt", "none").open(&op, &mut Browser::new()).await;
        assert!(none.target().starts_with("https://rp.test/callback#error=login_required"));
    }
}

/// The tenant's policy comes first, then what the client registered: its response types, its grants.
#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_tenant_allows_and_the_client_registered() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let usual = RelyingParty::confidential(&op).await;
    let narrow = RelyingParty::register(&op, |client| {
        client.response_types = ResponseType::ALL.to_vec();
        client.grant_types = vec![GrantType::AuthorizationCode];
    });
    let narrow = narrow.await;
    let implicit = RelyingParty::register(&op, |client| {
        client.response_types = ResponseType::ALL.to_vec();
        client.grant_types = vec![GrantType::Implicit];
    });
    let implicit = implicit.await;
    for response_type in FRONT_CHANNEL {
        let asks = |rp: &RelyingParty| rp.authorization().with("response_type", response_type);
        asks(&usual).assert_refused(&op, &mut browser, "unauthorized_client").await;
        asks(&narrow).assert_refused(&op, &mut browser, "unauthorized_client").await;
        if response_type.contains("code") {
            asks(&implicit).assert_refused(&op, &mut browser, "unauthorized_client").await;
        } else {
            assert!(asks(&implicit).answer(&op, &mut browser, &alice).await.contains_key("id_token"));
        }
        assert!(!asks(&rp).open(&op, &mut browser).await.answer().contains_key("error"));
    }
    op.change_settings(|settings| settings.front_channel_tokens = false).await;
    for response_type in FRONT_CHANNEL {
        let request = rp.authorization().with("response_type", response_type);
        request.assert_refused(&op, &mut browser, "unsupported_response_type").await;
    }
    rp.authorization().silent(&op, &mut browser).await;
}

/// `token` alone and other unsupported response types, even for a client that is allowed everything.
#[tokio::test(flavor = "multi_thread")]
async fn other_response_types_are_unsupported() {
    let (op, _, rp) = setup().await;
    let mut browser = Browser::new();
    for response_type in
        ["token", "none", "code none", "code code", "id_token id_token", "device", "code  token"]
    {
        let request = rp.authorization().with("response_type", response_type);
        request.assert_refused(&op, &mut browser, "unsupported_response_type").await;
    }
}

/// The grant of an implicit answer ends with its tokens, and brings no refresh token.
#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_4_2_2_no_refresh_token_and_no_offline_access() {
    let (op, alice, rp) = setup().await;
    let request = rp.authorization().with("response_type", "id_token token");
    let answer = request.answer(&op, &mut Browser::new(), &alice).await;
    assert!(!answer["scope"].contains("offline_access"), "{}", answer["scope"]);
    op.pass(599);
    assert_eq!(rp.userinfo(&op, &answer["access_token"]).await.status, 200);
    op.pass(1);
    assert_eq!(rp.userinfo(&op, &answer["access_token"]).await.status, 401);
    op.pass(3600);
    assert_eq!(op.grants_of(&alice).await, 0);
}

/// A token beside a code lives its time, whether the code is redeemed or not; and dies with the grant when the
/// code is used twice (RFC 6749 4.1.2).
#[tokio::test(flavor = "multi_thread")]
async fn a_token_beside_a_code_lives_its_time_and_dies_with_the_grant() {
    for format in [AccessTokenFormat::Jwt, AccessTokenFormat::Opaque] {
        let (op, alice, rp) = setup_of(|client| client.access_token_format = format).await;
        let mut browser = Browser::new();
        let request = rp.authorization().with("response_type", "code id_token token");
        let left = request.answer(&op, &mut browser, &alice).await;
        let twice = request.answer(&op, &mut browser, &alice).await;
        op.pass(59);
        assert_eq!(rp.redeem(&op, &twice["code"]).await.status, 200);
        op.pass(440);
        assert_eq!(rp.userinfo(&op, &left["access_token"]).await.status, 200);
        assert_eq!(rp.redeem(&op, &left["code"]).await.json()["error"], "invalid_grant");
        assert_eq!(
            rp.userinfo(&op, &left["access_token"]).await.status,
            200,
            "an expired code revokes nothing"
        );
        assert_eq!(rp.userinfo(&op, &twice["access_token"]).await.status, 200);
        assert_eq!(rp.redeem(&op, &twice["code"]).await.json()["error"], "invalid_grant");
        assert_eq!(rp.userinfo(&op, &twice["access_token"]).await.status, 401);
        op.pass(101);
        assert_eq!(rp.userinfo(&op, &left["access_token"]).await.status, 401);
    }
}

/// The hashes are those that the ID token's own algorithm names (OpenID Connect Core 3.3.2.11).
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_3_2_11_hashes_by_the_algorithm_of_the_id_token() {
    for algorithm in
        [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA]
    {
        let (op, alice, rp) = setup_of(|client| client.id_token_signed_response_alg = algorithm.into()).await;
        let request = rp.authorization().with("response_type", "code id_token token");
        let answer = request.answer(&op, &mut Browser::new(), &alice).await;
        let claims = verified(&op, &answer["id_token"], algorithm).await;
        for (name, of) in [("at_hash", "access_token"), ("c_hash", "code"), ("s_hash", "state")] {
            assert_eq!(claims[name], half_hash(algorithm, &answer[of]), "{algorithm} {name}");
        }
    }
}

/// A public client needs PKCE where it gets a code, and only there.
#[tokio::test(flavor = "multi_thread")]
async fn pkce_goes_with_the_code() {
    let (op, alice, rp) = setup_of(|client| client.token_endpoint_auth_method = AuthMethod::None).await;
    let mut browser = Browser::new();
    for response_type in FRONT_CHANNEL {
        let request = rp.authorization().with("response_type", response_type);
        let bare = request.without("code_challenge").without("code_challenge_method");
        if response_type.contains("code") {
            bare.assert_refused(&op, &mut browser, "invalid_request").await;
        } else {
            assert!(bare.answer(&op, &mut browser, &alice).await.contains_key("id_token"));
        }
    }
}

/// A disabled person or client gets nothing through the browser either.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_for_the_disabled() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let request = rp.authorization().with("response_type", "id_token token");
    let answer = request.answer(&op, &mut browser, &alice).await;
    assert_eq!(rp.userinfo(&op, &answer["access_token"]).await.status, 200);
    op.disable_user(&alice).await;
    assert_eq!(rp.userinfo(&op, &answer["access_token"]).await.status, 401);
    let page: Page = request.clone().with("prompt", "none").open(&op, &mut browser).await;
    assert_eq!(page.answer()["error"], "login_required");
    rp.set_enabled(&op, false).await;
    request.assert_page(&op, &mut browser).await;
}

/// The metadata follow the settings of the tenant.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_discovery_3_response_types_of_this_tenant() {
    let (op, ..) = setup().await;
    let all: Vec<_> = ResponseType::ALL.iter().map(|one| one.as_str()).collect();
    assert_eq!(op.metadata().await["response_types_supported"], serde_json::json!(all));
    let grants = |metadata: Value| metadata["grant_types_supported"].as_array().unwrap().clone();
    assert!(grants(op.metadata().await).contains(&"implicit".into()));
    op.change_settings(|settings| settings.front_channel_tokens = false).await;
    assert_eq!(op.metadata().await["response_types_supported"], serde_json::json!(["code"]));
    assert!(!grants(op.metadata().await).contains(&"implicit".into()));
}
