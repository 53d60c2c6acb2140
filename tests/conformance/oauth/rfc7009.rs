//! RFC 7009: token revocation.
//!
//! Chart 260

use credenza_tests::{FORMATS, Provider, RelyingParty, Request, Response, Tokens};

async fn revoke(op: &Provider, rp: &RelyingParty, token: &str) -> Response {
    rp.call(op, "/revoke", &[("token", token)]).send().await
}

#[track_caller]
fn assert_done(response: &Response) {
    assert_eq!((response.status.as_u16(), response.text().as_str()), (200, ""));
    assert_eq!(response.header("cache-control"), "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7009_2_1_a_refresh_token_takes_its_grant_with_it() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        let (first, other) = (rp.sign_in(&op, &alice).await, rp.sign_in(&op, &alice).await);
        let second = Tokens::of(&rp.refresh(&op, first.refresh()).await);
        rp.assert_alive(&op, &second).await;
        assert_done(&revoke(&op, &rp, second.refresh()).await);
        rp.assert_dead(&op, &second).await;
        rp.assert_dead(&op, &first).await;
        // Another grant of the same person and client lives on.
        rp.assert_alive(&op, &other).await;
        assert_done(&revoke(&op, &rp, second.refresh()).await);
        // A client whose last reply was lost still holds a spent one, and can give the grant back by it.
        let third = Tokens::of(&rp.refresh(&op, other.refresh()).await);
        op.pass(60);
        assert_done(&revoke(&op, &rp, other.refresh()).await);
        rp.assert_dead(&op, &third).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7009_2_1_an_access_token_goes_alone() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        let first = rp.sign_in(&op, &alice).await;
        let second = Tokens::of(&rp.refresh(&op, first.refresh()).await);
        assert_done(&revoke(&op, &rp, &first.access_token).await);
        assert_eq!(rp.userinfo(&op, &first.access_token).await.status, 401);
        assert_eq!(rp.introspect(&op, &first.access_token).await["active"], false);
        rp.assert_alive(&op, &second).await;
        assert_done(&revoke(&op, &rp, &first.access_token).await);
        // The same for a client's own token.
        let machine = rp.token(&op, &[("grant_type", "client_credentials")]).await;
        let token = Tokens::of(&machine).access_token;
        assert_eq!(rp.introspect(&op, &token).await["active"], true);
        assert_done(&revoke(&op, &rp, &token).await);
        assert_eq!(rp.introspect(&op, &token).await["active"], false);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7009_2_1_the_hint_is_only_a_hint() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        for hint in ["access_token", "refresh_token", "id_token", "x"] {
            let tokens = rp.sign_in(&op, &alice).await;
            let revoke = async |token: &str| {
                rp.call(&op, "/revoke", &[("token", token), ("token_type_hint", hint)]).send().await
            };
            assert_done(&revoke(&tokens.access_token).await);
            assert_eq!(rp.introspect(&op, &tokens.access_token).await["active"], false, "{hint}");
            assert_eq!(rp.introspect(&op, tokens.refresh()).await["active"], true, "{hint}");
            assert_done(&revoke(tokens.refresh()).await);
            rp.assert_dead(&op, &tokens).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7009_2_1_public_clients_revoke_their_own() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let (rp, other) = (RelyingParty::public(&op).await, RelyingParty::public(&op).await);
    let tokens = rp.sign_in(&op, &alice).await;
    assert_done(&revoke(&op, &other, tokens.refresh()).await);
    rp.assert_alive(&op, &tokens).await;
    assert_done(&revoke(&op, &rp, tokens.refresh()).await);
    rp.assert_dead(&op, &tokens).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7009_2_1_clients_prove_themselves() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let tokens = rp.sign_in(&op, &op.user("alice").await).await;
    let liar = RelyingParty { secret: Some("x".to_owned()), ..rp.clone() };
    revoke(&op, &liar, tokens.refresh()).await.assert_refused(401, "invalid_client");
    let fields = [("token", tokens.refresh()), ("client_id", rp.client_id())];
    for count in [1, 2] {
        let response = Request::form(op.at("/revoke"), &fields[..count]).send().await;
        response.assert_refused(401, "invalid_client");
    }
    rp.assert_alive(&op, &tokens).await;
    assert_done(&revoke(&op, &rp, tokens.refresh()).await);
    rp.assert_dead(&op, &tokens).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7009_2_2_a_token_that_is_none_is_no_error() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let alice = op.user("alice").await;
    let tokens = rp.sign_in(&op, &alice).await;
    for token in ["x", "a.b.c", "\0", tokens.id(), &"A".repeat(64), &"A".repeat(43)] {
        assert_done(&revoke(&op, &rp, token).await);
    }
    rp.assert_alive(&op, &tokens).await;
    op.pass(601);
    assert_done(&revoke(&op, &rp, &tokens.access_token).await);
    assert_eq!(rp.refresh(&op, tokens.refresh()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7009_2_2_1_malformed_requests() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let tokens = rp.sign_in(&op, &op.user("alice").await).await;
    let token = ("token", tokens.refresh());
    for fields in [vec![], vec![("token", "")], vec![token, token], vec![("refresh_token", token.1)]] {
        rp.call(&op, "/revoke", &fields).send().await.assert_refused(400, "invalid_request");
    }
    let (id, secret) = (rp.client_id(), rp.secret.as_deref().unwrap());
    let json = format!("{{\"token\":\"{}\"}}", token.1);
    let response = Request::post(op.at("/revoke"), "application/json", json).basic(id, secret).send().await;
    response.assert_refused(400, "invalid_request");
    let query = op.at(&format!("/revoke?token={}", token.1));
    assert_eq!(Request::get(&query).basic(id, secret).send().await.status, 405);
    Request::form(&query, &[]).basic(id, secret).send().await.assert_refused(400, "invalid_request");
    rp.assert_alive(&op, &tokens).await;
    assert_done(&revoke(&op, &rp, token.1).await);
    rp.assert_dead(&op, &tokens).await;
}
