//! Chart 852: Service accounts | client_credentials alone, nobody signs in; several secrets and several keys, each with an end

use credenza_protocol::admin_roles::everything;
use credenza_tests::{Administrator, Provider, RelyingParty, Request, Response, assertion, signing_key};
use credenza_validator::{Algorithm, SigningKey};
use serde_json::{Value, json};

async fn operator(op: &Provider) -> Administrator {
    Administrator::service(op, &everything().to_string()).await
}

/// A service account that may use the admin API, with these members beside.
async fn account(op: &Provider, who: &Administrator, scope: &str, more: Value) -> RelyingParty {
    let mut body = json!({
        "client_name": "Nightly", "service_account": true, "scope": scope,
        "resources": [format!("{}/admin", op.issuer)],
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = who.post(op, "/clients", &body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let mut made = made.json();
    let secret = made["client_secret"].as_str().map(str::to_owned);
    for name in ["client_secret", "created_at", "updated_at", "disabled_at", "version"] {
        made.as_object_mut().unwrap().remove(name);
    }
    RelyingParty { client: serde_json::from_value(made).unwrap(), secret, base: String::new() }
}

fn fields(audience: &str) -> [(&str, &str); 2] {
    [("grant_type", "client_credentials"), ("resource", audience)]
}

async fn users(op: &Provider, token: &str) -> Response {
    Request::get(op.at("/admin/v1/users")).bearer(token).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_account_acts_for_itself_as_far_as_its_scopes_go() {
    let op = Provider::start().await;
    let who = operator(&op).await;
    let rp = account(&op, &who, "admin:users:read", json!({})).await;
    let audience = format!("{}/admin", op.issuer);
    let token = rp.token(&op, &fields(&audience)).await.json();
    let token = token["access_token"].as_str().unwrap();
    assert_eq!(users(&op, token).await.status, 200);
    let more = Request::get(op.at("/admin/v1/clients")).bearer(token).send().await;
    more.assert_problem(403, "insufficient-scope");
    let more = [fields(&audience).as_slice(), &[("scope", "admin:clients:read")]].concat();
    rp.token(&op, &more).await.assert_refused(400, "invalid_scope");
    // Its tokens are dead when it is disabled, and it gets no other.
    let path = format!("/clients/{}", rp.client_id());
    assert_eq!(who.request(&op, "POST", &format!("{path}/disable")).send().await.status, 200);
    users(&op, token).await.assert_problem(401, "unauthenticated");
    rp.token(&op, &fields(&audience)).await.assert_refused(401, "invalid_client");
    assert_eq!(who.request(&op, "POST", &format!("{path}/enable")).send().await.status, 200);
    assert_eq!(rp.token(&op, &fields(&audience)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_signs_in_to_a_service_account() {
    let op = Provider::start().await;
    let who = operator(&op).await;
    let rp = account(&op, &who, "", json!({})).await;
    assert_eq!(rp.client.grant_types.len(), 1);
    assert!(rp.client.response_types.is_empty() && rp.client.redirect_uris.is_empty());
    let path = format!("/clients/{}", rp.client_id());
    for (changes, pointer) in [
        (json!({ "redirect_uris": ["https://app.example/cb"] }), "/redirect_uris"),
        (json!({ "grant_types": ["client_credentials", "authorization_code"] }), "/grant_types"),
        (json!({ "post_logout_redirect_uris": ["https://app.example/"] }), "/post_logout_redirect_uris"),
        (json!({ "backchannel_logout_uri": "https://app.example/logout" }), "/backchannel_logout_uri"),
        (json!({ "roles": ["admin"] }), "/roles"),
        (json!({ "token_endpoint_auth_method": "none" }), "/grant_types"),
    ] {
        let answer = who.patch(&op, &path, "*", &changes).await;
        answer.assert_problem(422, "invalid-values");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{}", answer.text());
    }
    let page = op.at(&format!(
        "/authorize?response_type=code&client_id={}&redirect_uri=https://app.example/cb",
        rp.client_id()
    ));
    assert_eq!(Request::get(page).send().await.status, 400);
    // It can become a client of another kind, which is said in one word.
    let other = json!({
        "service_account": false, "redirect_uris": ["https://app.example/cb"],
        "grant_types": ["authorization_code"], "response_types": ["code"],
    });
    assert_eq!(who.patch(&op, &path, "*", &other).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn service_accounts_are_listed_by_themselves() {
    let op = Provider::start().await;
    let who = operator(&op).await;
    let mut made = vec![];
    for _ in 0..3 {
        made.push(account(&op, &who, "", json!({})).await.client_id().to_owned());
    }
    made.sort_unstable();
    let ids = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap();
        items.iter().map(|one| one["client_id"].as_str().unwrap().to_owned()).collect()
    };
    let first = who.get(&op, "/clients?service_account=true&limit=2").await.json();
    assert_eq!(ids(&first), made[..2]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = who.get(&op, &format!("/clients?service_account=true&limit=2&cursor={cursor}")).await.json();
    assert_eq!(ids(&rest), made[2..]);
    for all in ["/clients", "/clients?service_account=false"] {
        let all = ids(&who.get(&op, all).await.json());
        assert!(all.len() > 3 && made.iter().all(|one| all.contains(one)), "{all:?}");
    }
    who.get(&op, &format!("/clients?limit=2&cursor={cursor}")).await.assert_problem(400, "invalid-parameter");
    who.get(&op, "/clients?service_account=maybe").await.assert_problem(400, "invalid-parameter");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_account_changes_from_one_key_to_the_next() {
    let op = Provider::start().await;
    let who = operator(&op).await;
    let (first, next, last) =
        (signing_key(Algorithm::ES256), signing_key(Algorithm::EdDSA), signing_key(Algorithm::ES256));
    let by_key = json!({
        "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": [first.public_jwk()] },
    });
    let rp = account(&op, &who, "reports:read", by_key).await;
    assert_eq!(rp.secret, None);
    let keys = format!("/clients/{}/keys", rp.client_id());
    let add = async |key: &SigningKey, expires_at: Option<i64>| {
        let body = json!({ "jwk": key.public_jwk(), "expires_at": expires_at });
        let added = who.post(&op, &keys, &body).await;
        assert_eq!(added.status, 201, "{}", added.text());
        let found = Request::get(op.reach(added.header("location"))).bearer(&who.token).send().await;
        assert_eq!(found.json(), added.json());
        added.json()["kid"].as_str().unwrap().to_owned()
    };
    let by = async |key: &SigningKey| {
        rp.assert_token(&op, &assertion(key, rp.client_id(), &op.issuer, op.now(), |_| ())).await
    };
    by(&next).await.assert_refused(401, "invalid_client");
    let short = add(&next, Some(op.now() + 60)).await;
    for key in [&first, &next] {
        assert_eq!(by(key).await.status, 200);
    }
    op.pass(60);
    by(&next).await.assert_refused(401, "invalid_client");
    assert_eq!(by(&first).await.status, 200);
    add(&last, None).await;
    let listed = who.get(&op, &keys).await.json();
    let kids: Vec<_> = listed["items"].as_array().unwrap().iter().map(|key| &key["kid"]).collect();
    assert_eq!(kids, [first.kid().unwrap(), last.kid().unwrap()], "{short} has expired");
    let path = format!("{keys}/{}", first.kid().unwrap());
    assert_eq!(who.request(&op, "DELETE", &path).send().await.status, 204);
    by(&first).await.assert_refused(401, "invalid_client");
    assert_eq!(by(&last).await.status, 200);
    who.request(&op, "DELETE", &path).send().await.assert_problem(404, "not-found");
    let only = format!("{keys}/{}", last.kid().unwrap());
    who.request(&op, "DELETE", &only).send().await.assert_problem(409, "conflict");
    assert_eq!(by(&last).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_public_key_is_refused() {
    let op = Provider::start().await;
    let who = operator(&op).await;
    let key = signing_key(Algorithm::ES256);
    let public = serde_json::to_value(key.public_jwk()).unwrap();
    let by_key = json!({
        "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": [public] },
    });
    let rp = account(&op, &who, "reports:read", by_key).await;
    let keys = format!("/clients/{}/keys", rp.client_id());
    let with = |name: &str, value: Value| {
        let mut jwk = serde_json::to_value(signing_key(Algorithm::ES256).public_jwk()).unwrap();
        jwk[name] = value;
        json!({ "jwk": jwk })
    };
    let past = json!({ "jwk": signing_key(Algorithm::ES256).public_jwk(), "expires_at": op.now() });
    for (body, pointer) in [
        (json!({ "jwk": public }), "/jwk"),
        (with("d", json!("AAAA")), "/jwk"),
        (with("x", json!("AAAA")), "/jwk"),
        (with("kid", json!(7)), "/jwk"),
        (json!({ "jwk": { "kty": "oct", "k": "AAAA" } }), "/jwk"),
        (json!({ "jwk": "text" }), "/jwk"),
        (past, "/expires_at"),
    ] {
        let answer = who.post(&op, &keys, &body).await;
        answer.assert_problem(422, "invalid-values");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}: {}", answer.text());
    }
    assert_eq!(who.get(&op, &keys).await.json()["items"].as_array().map(Vec::len), Some(1));
    let asserted = assertion(&key, rp.client_id(), &op.issuer, op.now(), |_| ());
    assert_eq!(rp.assert_token(&op, &asserted).await.status, 200);
}

/// With its credentials they could do all that it can.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_credentials_to_a_service_account_that_has_more_than_they() {
    let op = Provider::start().await;
    let who = operator(&op).await;
    let rp = account(&op, &who, "admin:keys:write", json!({})).await;
    let less = Administrator::service(&op, "admin:clients:read admin:clients:secrets").await;
    let path = format!("/clients/{}", rp.client_id());
    let listed = less.get(&op, &format!("{path}/secrets")).await.json();
    let secret = listed["items"][0]["secret_id"].as_str().unwrap();
    let jwk = json!({ "jwk": signing_key(Algorithm::ES256).public_jwk() });
    let one = format!("{path}/secrets/{secret}");
    for (method, path, body) in [
        ("POST", format!("{path}/secrets"), Some(json!({}))),
        ("POST", format!("{one}/expire"), Some(json!({ "expires_at": 0 }))),
        ("DELETE", format!("{one}?force=true"), None),
        ("POST", format!("{path}/keys"), Some(jwk)),
        ("DELETE", format!("{path}/keys/any"), None),
    ] {
        let request = match body {
            Some(body) => less.with_body(&op, method, &path, &body),
            None => less.request(&op, method, &path),
        };
        request.send().await.assert_problem(403, "beyond-authority");
    }
    let audience = format!("{}/admin", op.issuer);
    assert_eq!(rp.token(&op, &fields(&audience)).await.status, 200, "nothing was changed");
    // Positive control: one that has no more.
    let own = account(&op, &who, "reports:read", json!({})).await;
    let path = format!("/clients/{}/secrets", own.client_id());
    assert_eq!(less.post(&op, &path, &json!({})).await.status, 201);
}
