//! RFC 6750: bearer tokens, at the one resource of the provider's own, userinfo.

use credenza_tests::{Browser, FORMATS, Provider, RelyingParty, Request, Response};

/// Asserts a refusal whose code stands in the challenge and in the body alike.
#[track_caller]
fn assert_challenged(op: &Provider, response: &Response, status: u16, error: &str) {
    response.assert_refused(status, error);
    let challenge = response.header("www-authenticate");
    assert!(challenge.starts_with(&format!("Bearer realm=\"{}\"", op.issuer)), "{challenge}");
    assert!(challenge.contains(&format!("error=\"{error}\"")), "{challenge}");
}

/// Asserts a challenge without an error, since no token came.
#[track_caller]
fn assert_asked(op: &Provider, response: &Response) {
    assert_eq!(response.status, 401, "{}", response.text());
    assert_eq!(response.header("www-authenticate"), format!("Bearer realm=\"{}\"", op.issuer));
    assert_eq!((response.text().as_str(), response.header("cache-control")), ("", "no-store"));
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6750_2_1_in_the_header() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let token = rp.sign_in(&op, &op.user("alice").await).await.access_token;
    let send = async |method: &str, header: &str| {
        Request::new(method, op.at("/userinfo")).header("authorization", header).send().await
    };
    for method in ["GET", "POST"] {
        for scheme in ["Bearer", "bearer", "BEARER"] {
            assert_eq!(send(method, &format!("{scheme} {token}")).await.status, 200, "{method} {scheme}");
        }
        let no_tokens = [
            format!("Bearer  {token}"),
            format!("Bearer {token},x"),
            format!("Bearer \"{token}\""),
            format!("Bearer {token} x"),
            "Bearer ====".to_owned(),
            "Bearer é".to_owned(),
        ];
        for header in no_tokens {
            assert_challenged(&op, &send(method, &header).await, 400, "invalid_request");
        }
        for header in [format!("DPoP {token}"), format!("Basic {token}"), token.clone(), "Bearer".to_owned()]
        {
            assert_asked(&op, &send(method, &header).await);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6750_2_2_in_the_form() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let token = rp.sign_in(&op, &op.user("alice").await).await.access_token;
    let field = [("access_token", token.as_str())];
    let userinfo = op.at("/userinfo");
    let response = Request::form(&userinfo, &field).send().await;
    assert_eq!(response.json()["email"], "alice@people.test");
    assert_asked(&op, &Request::form(&userinfo, &[("access_token", "")]).send().await);
    let twice = Request::form(&userinfo, &[field[0], field[0]]).send().await;
    assert_challenged(&op, &twice, 400, "invalid_request");
    // Only a form is a form.
    let body = format!("access_token={token}");
    for content_type in ["text/plain", "application/json", "multipart/form-data"] {
        assert_asked(&op, &Request::post(&userinfo, content_type, body.as_str()).send().await);
    }
    let labelled = "application/x-www-form-urlencoded; charset=utf-8";
    assert_eq!(Request::post(&userinfo, labelled, body.as_str()).send().await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6750_3_1_where_no_token_came_no_error_is_told() {
    let op = Provider::start().await;
    assert_asked(&op, &Request::get(op.at("/userinfo")).send().await);
    assert_asked(&op, &Request::new("POST", op.at("/userinfo")).send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6750_3_1_a_bad_token_is_invalid_token() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        let tokens = rp.sign_in(&op, &alice).await;
        let good = tokens.access_token.as_str();
        for token in ["x", "a.b.c", &good[1..], &format!("{good}A"), &"A".repeat(43)] {
            assert_challenged(&op, &rp.userinfo(&op, token).await, 401, "invalid_token");
        }
        op.pass(599);
        rp.assert_alive(&op, &tokens).await;
        op.pass(1);
        assert_challenged(&op, &rp.userinfo(&op, good).await, 401, "invalid_token");
        let revoked = rp.sign_in(&op, &alice).await;
        let fields = [("token", revoked.access_token.as_str())];
        assert_eq!(rp.call(&op, "/revoke", &fields).send().await.status, 200);
        assert_challenged(&op, &rp.userinfo(&op, &revoked.access_token).await, 401, "invalid_token");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6750_3_1_a_token_without_openid_is_insufficient_scope() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        let plain = rp.authorization().with("scope", "profile api:read");
        let token = rp.sign_in_with(&op, &alice, &mut Browser::new(), plain).await.access_token;
        let response = rp.userinfo(&op, &token).await;
        assert_challenged(&op, &response, 403, "insufficient_scope");
        assert!(response.header("www-authenticate").contains("scope=\"openid\""));
        // A client's own token has no person.
        let machine = rp.token(&op, &[("grant_type", "client_credentials")]).await.json();
        let response = rp.userinfo(&op, machine["access_token"].as_str().unwrap()).await;
        assert_challenged(&op, &response, 401, "invalid_token");
        let with = rp.authorization().with("scope", "openid api:read");
        let token = rp.sign_in_with(&op, &alice, &mut Browser::new(), with).await.access_token;
        assert_eq!(rp.userinfo(&op, &token).await.json(), serde_json::json!({ "sub": alice.user_id }));
    }
}
