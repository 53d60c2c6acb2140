//! Services that check the provider's tokens with Credenza's validator: keys, introspection and revocations are fetched
//! over the wire.
//!
//! Chart 280

use credenza_protocol::access_token::ALGORITHMS;
use credenza_protocol::client::AccessTokenFormat;
use credenza_tests::{Browser, Provider, RelyingParty, ResourceServer, setup};
use credenza_validator::settings::{IntrospectionSettings, OneOrMany, RevocationSettings};
use credenza_validator::{IdTokenExpectations, Requirement};
use serde_json::json;

use crate::oidc::backchannel_logout::{World, token};

#[tokio::test(flavor = "multi_thread")]
async fn rfc9068_4_access_tokens_of_every_algorithm_pass() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let server = ResourceServer::of(&op, |_| {});
    for algorithm in ALGORITHMS {
        let rp =
            RelyingParty::register(&op, |client| client.access_token_signed_response_alg = algorithm).await;
        let tokens = rp.sign_in(&op, &alice).await;
        // A key that was made since the set was fetched is found once the cool-down is over.
        op.pass(31);
        let claims = server.check(&op, &tokens.access_token).await.unwrap();
        assert_eq!((&claims["sub"], &claims["iss"]), (&json!(alice.user_id), &json!(op.issuer)));
        assert_eq!(server.check(&op, tokens.id()).await, Err("typ"), "a063 {algorithm}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9068_4_tokens_for_others_or_too_little_are_refused() {
    let (op, alice, rp) = setup().await;
    let tokens = rp.sign_in(&op, &alice).await;
    let server = ResourceServer::of(&op, |_| {});
    let other =
        ResourceServer::of(&op, |settings| settings.audience = OneOrMany::One("https://api.test".to_owned()));
    assert!(server.check(&op, &tokens.access_token).await.is_ok());
    assert_eq!(other.check(&op, &tokens.access_token).await, Err("aud"));
    let check =
        async |requirement| server.check_for(&op, &tokens.access_token, &requirement).await.map(|_| ());
    assert_eq!(check(Requirement::scopes(["email"])).await, Ok(()));
    assert_eq!(check(Requirement::scopes(["admin"])).await, Err("scope"));
    assert_eq!(check(Requirement { max_age: Some(60), ..Requirement::default() }).await, Ok(()));
    op.pass(100);
    assert_eq!(check(Requirement { max_age: Some(60), ..Requirement::default() }).await, Err("max_age"));
    op.pass(600);
    assert_eq!(server.check(&op, &tokens.access_token).await, Err("exp"));
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7662_2_opaque_tokens_are_introspected() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::of_format(&op, AccessTokenFormat::Opaque).await;
    let server = ResourceServer::of(&op, |settings| settings.introspection = Some(introspection(&rp)));
    let (one, other) = (rp.sign_in(&op, &alice).await, rp.sign_in(&op, &alice).await);
    assert_eq!(server.check(&op, &one.access_token).await.unwrap()["sub"], json!(alice.user_id));
    rp.call(&op, "/revoke", &[("token", &one.access_token)]).send().await;
    op.pass(11);
    assert_eq!(server.check(&op, &one.access_token).await, Err("inactive"));
    assert!(server.check(&op, &other.access_token).await.is_ok());
    assert_eq!(server.check(&op, "no-such-token").await, Err("inactive"));
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7009_2_a_revoked_jwt_dies_by_the_feed() {
    let (op, alice, rp) = setup().await;
    let server =
        ResourceServer::of(&op, |settings| settings.revocations = Some(RevocationSettings::default()));
    let (one, other) = (rp.sign_in(&op, &alice).await, rp.sign_in(&op, &alice).await);
    assert!(server.check(&op, &one.access_token).await.is_ok());
    rp.call(&op, "/revoke", &[("token", one.refresh())]).send().await;
    op.pass(11);
    assert_eq!(server.check(&op, &one.access_token).await, Err("revoked"));
    assert!(server.check(&op, &other.access_token).await.is_ok());
    // Without the feed the service cannot know: the token passes until it expires.
    assert!(ResourceServer::of(&op, |_| {}).check(&op, &one.access_token).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_3_7_id_tokens_are_checked() {
    let (op, alice, rp) = setup().await;
    // A request with max_age gets an auth_time.
    let request = rp.authorization().with("max_age", "60");
    let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), request).await;
    let client = ResourceServer::client(&op, &rp);
    let expected = |access_token: &str| IdTokenExpectations {
        access_token: Some(access_token.to_owned()),
        max_age: Some(60),
        ..IdTokenExpectations::default()
    };
    let claims = client.check_id_token(&op, tokens.id(), &expected(&tokens.access_token)).await.unwrap();
    assert_eq!(claims["sub"], json!(alice.user_id));
    assert_eq!(client.check_id_token(&op, tokens.id(), &expected("another")).await, Err("at_hash"));
    assert_eq!(client.check_id_token(&op, &tokens.access_token, &expected("x")).await, Err("typ"));
    let stranger = ResourceServer::client(&op, &RelyingParty::confidential(&op).await);
    assert_eq!(stranger.check_id_token(&op, tokens.id(), &expected("x")).await, Err("aud"));
}

#[tokio::test(flavor = "multi_thread")]
async fn bcl_2_6_logout_tokens_are_good_once() {
    let world = World::new().await;
    let mut seat = world.seat("/logout").await;
    let client = ResourceServer::client(&world.op, &seat.rp);
    seat.sign_out(&world.op).await;
    let logout_token = world.calls("/logout", 1).await.first().map(token).unwrap();
    let claims = client.check_logout_token(&world.op, &logout_token).await.unwrap();
    assert_eq!(claims["sub"], json!(world.alice.user_id));
    assert_eq!(client.check_logout_token(&world.op, &logout_token).await, Err("logout_replay"));
    assert_eq!(client.check_logout_token(&world.op, seat.tokens.id()).await, Err("logout_events"));
}

fn introspection(rp: &RelyingParty) -> IntrospectionSettings {
    IntrospectionSettings {
        endpoint: None,
        client_id: rp.client_id().to_owned(),
        client_secret: rp.secret.clone().unwrap(),
        cache_seconds: 10,
        cache_size: 100,
        always: false,
        signed: false,
    }
}
