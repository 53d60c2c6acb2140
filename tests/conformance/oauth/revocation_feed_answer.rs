//! The feed of revocations as an answer: its form, its tenant, every node, many who ask, and a store that fails.
//!
//! Chart 265

use credenza_protocol::client::{Client, SubjectType};
use credenza_protocol::grant::Grant;
use credenza_protocol::ids::GrantId;
use credenza_protocol::revocation_feed::LIMIT;
use credenza_protocol::time::Time;
use credenza_tests::{
    Browser, Provider, RelyingParty, Request, Tokens, at_once, claims_of, failing_store, header_of, names_of,
    setup, verified,
};
use credenza_validator::{Algorithm, JwkSet, Unverified};
use serde_json::{Value, json};

async fn answer(op: &Provider, base: &str) -> String {
    let answer = Request::get(op.at(&format!("{base}/revocations"))).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text()
}

async fn revoked(op: &Provider, base: &str) -> Value {
    claims_of(&answer(op, base).await)["revoked"].clone()
}

/// A token of the client's own, revoked by itself: its `jti`.
async fn revoke_one(op: &Provider, rp: &RelyingParty) -> Value {
    let token = Tokens::of(&rp.token(op, &[("grant_type", "client_credentials")]).await).access_token;
    assert_eq!(rp.call(op, "/revoke", &[("token", &token)]).send().await.status, 200);
    claims_of(&token)["jti"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jwt_of_its_own_type_signed_by_the_issuer_and_for_everybody() {
    let op = Provider::start().await;
    let answer = Request::get(op.at("/revocations")).header("origin", "https://any.test").send().await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/revocations+jwt");
    assert_eq!(answer.header("cache-control"), "public, max-age=1");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let token = answer.text();
    let header = header_of(&token);
    assert_eq!((&header["typ"], &header["alg"]), (&json!("revocations+jwt"), &json!("ES256")));
    assert_eq!(names_of(&header), ["alg", "kid", "typ"].into());
    let claims = verified(&op, &token, Algorithm::ES256).await;
    let now = op.now();
    assert_eq!(claims, json!({ "iss": op.issuer, "iat": now, "exp": now + 60, "revoked": [] }));
    for method in ["POST", "PUT", "DELETE"] {
        assert_eq!(Request::new(method, op.at("/revocations")).send().await.status, 405, "{method}");
    }
}

/// RFC 8725 3.11: the feed is not accepted as a token.
#[tokio::test(flavor = "multi_thread")]
async fn it_is_taken_for_no_other_token() {
    let (op, alice, rp) = setup().await;
    let feed = answer(&op, "").await;
    assert_eq!(rp.userinfo(&op, &feed).await.status, 401);
    assert_eq!(rp.introspect(&op, &feed).await, json!({ "active": false }));
    let hint = rp.authorization().with("id_token_hint", &feed);
    hint.open(&op, &mut Browser::new()).await.assert_refused(&op, &hint, "invalid_request");
    let tokens = rp.sign_in(&op, &alice).await;
    assert_eq!(rp.userinfo(&op, &tokens.access_token).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_tenant_has_its_own() {
    let op = Provider::start().await;
    let acme = op.tenant("acme").await;
    let (rp, theirs) =
        (RelyingParty::confidential(&op).await, RelyingParty::register_at(&op, "acme", |_| ()).await);
    let (ours, other) = (revoke_one(&op, &rp).await, revoke_one(&op, &theirs).await);
    assert_eq!(revoked(&op, "").await, json!([{ "jti": ours }]));
    assert_eq!(revoked(&op, "/t/acme").await, json!([{ "jti": other }]));
    let token = answer(&op, "/t/acme").await;
    assert_eq!(claims_of(&token)["iss"], format!("{}/t/acme", op.issuer));
    let keys = async |base: &str| {
        let keys = Request::get(op.at(&format!("{base}/jwks"))).send().await.text();
        JwkSet::parse(keys.as_bytes()).unwrap()
    };
    for (base, good) in [("/t/acme", true), ("", false)] {
        let verified = Unverified::parse(&token).unwrap().verify(&keys(base).await, &[Algorithm::ES256]);
        assert_eq!(verified.is_ok(), good, "by the keys of {base:?}");
    }
    for path in ["/t/default/revocations", "/t/nobody/revocations"] {
        assert_eq!(Request::get(op.at(path)).send().await.status, 404, "{path}");
    }
    let tenants = &op.state.store.tenants;
    let now = Time::from_seconds(op.now());
    assert!(tenants.set_disabled(&acme, Some(now)).await.unwrap());
    assert_eq!(Request::get(op.at("/t/acme/revocations")).send().await.status, 404);
    assert!(tenants.set_disabled(&acme, None).await.unwrap());
    assert_eq!(revoked(&op, "/t/acme").await, json!([{ "jti": other }]));
}

/// A node that answered a moment ago answers the same within the second, and knows all after it.
#[tokio::test(flavor = "multi_thread")]
async fn every_node_tells_it_a_second_later() {
    let (one, _, rp) = setup().await;
    let two = Provider::builder()
        .issuer(&one.issuer)
        .store(one.state.store.clone())
        .clock(one.clock.clone())
        .start()
        .await;
    for node in [&one, &two] {
        assert_eq!(revoked(node, "").await, json!([]));
    }
    let jti = revoke_one(&one, &rp).await;
    one.pass(1);
    for node in [&one, &two] {
        assert_eq!(revoked(node, "").await, json!([{ "jti": jti }]));
    }
}

/// Disabling a client changes the store's revision: the feed says so at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_client_is_told_within_the_second() {
    let (op, _, rp) = setup().await;
    assert_eq!(revoked(&op, "").await, json!([]));
    rp.set_enabled(&op, false).await;
    assert_eq!(revoked(&op, "").await, json!([{ "client_id": rp.client_id() }]));
    rp.set_enabled(&op, true).await;
    assert_eq!(revoked(&op, "").await, json!([{ "client_id": rp.client_id(), "before": op.now() }]));
}

/// An ES256 signature differs each time, so equal answers were shared.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_validators_share_one_answer_a_second() {
    let op = Provider::start().await;
    for round in 0..3 {
        let requests = (0..100).map(|_| Request::get(op.at("/revocations")));
        let answers = at_once(requests).await;
        let first = answers[0].text();
        assert!(answers.iter().all(|answer| answer.text() == first), "round {round}");
        assert_eq!(claims_of(&first)["iat"], op.now());
        op.pass(1);
        assert_ne!(answer(&op, "").await, first);
        op.pass(1);
    }
}

/// More grants than the feed names one by one: it names who gave them, as their client knows them, and no token that
/// was made since.
#[tokio::test(flavor = "multi_thread")]
async fn too_many_grants_are_told_by_the_people_who_gave_them() {
    let op = Provider::start().await;
    let (alice, bob) = (op.user("alice").await, op.user("bob").await);
    let pairwise = |client: &mut Client| client.subject_type = SubjectType::Pairwise;
    let rp = RelyingParty::register(&op, pairwise).await;
    let (tokens, bobs) = (rp.sign_in(&op, &alice).await, rp.sign_in(&op, &bob).await);
    let tenant = op.default_tenant().await;
    let (store, now) = (&op.state.store, Time::from_seconds(op.now()));
    let like = store.grants.list(&tenant, &alice.user_id, now).await.unwrap().remove(0);
    for n in 0..LIMIT {
        let grant_id = GrantId::new(format!("{n:032x}"));
        assert!(store.grants.give(&tenant, Grant { grant_id, ..like.clone() }, now).await.unwrap());
    }
    assert!(store.consents.forget(&tenant, &alice.user_id, &rp.client.client_id, now).await.unwrap());
    let sub = claims_of(&tokens.access_token)["sub"].clone();
    assert_ne!(sub, alice.user_id.as_str());
    assert_eq!(revoked(&op, "").await, json!([{ "sub": sub, "before": op.now() }]));
    assert_ne!(claims_of(&bobs.access_token)["sub"], sub);
    op.pass(1);
    let since = rp.sign_in(&op, &alice).await;
    let (iat, before) = (&claims_of(&since.access_token)["iat"], &revoked(&op, "").await[0]["before"]);
    assert!(iat.as_i64() > before.as_i64(), "what was made since lives");
    // An entry for a whole client needs no entries for its people.
    rp.set_enabled(&op, false).await;
    assert_eq!(revoked(&op, "").await, json!([{ "client_id": rp.client_id() }]));
}

/// A058: a store that fails is not answered by an empty list.
#[tokio::test(flavor = "multi_thread")]
async fn a058_a_store_that_fails_revokes_nothing_and_forgets_nothing() {
    let (store, outage) = failing_store().await;
    let op = Provider::builder().store(store).start().await;
    let rp = RelyingParty::confidential(&op).await;
    let jti = revoke_one(&op, &rp).await;
    assert_eq!(revoked(&op, "").await, json!([{ "jti": jti }]));
    op.pass(1);
    outage.of_everything();
    for _ in 0..2 {
        let answer = Request::get(op.at("/revocations")).send().await;
        answer.assert_refused(503, "temporarily_unavailable");
        assert_eq!((answer.header("retry-after"), answer.header("cache-control")), ("1", "no-store"));
    }
    outage.end();
    op.pass(1);
    assert_eq!(revoked(&op, "").await, json!([{ "jti": jti }]));
}
