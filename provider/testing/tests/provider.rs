//! The provider as an application's tests have it: over its port, through its pages, and by its short cuts.
#![cfg(test)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use credenza_testing::{Ask, Browser, Endpoint, Error, Fault, NewClient, NewUser, Options, Person, Provider};
use serde_json::{Value, json};

const CALLBACK: &str = "http://127.0.0.1:3000/callback";

async fn started() -> Provider {
    Provider::start(Options::default()).await.unwrap()
}

/// A provider, a person called alice, and a client with a redirect URI.
async fn setup() -> (Provider, NewClient) {
    let op = started().await;
    op.add_user(NewUser::named("alice")).await.unwrap();
    let client = op.add_client(&json!({ "redirect_uris": [CALLBACK] })).await.unwrap();
    (op, client)
}

fn authorization(op: &Provider, client: &NewClient, more: &str) -> String {
    let id = client.client.client_id.as_str();
    format!(
        "{}/authorize?client_id={id}&response_type=code&redirect_uri={CALLBACK}&scope=openid+email&state=s{more}",
        op.issuer()
    )
}

/// Status and body of a request, over the wire; none where the connection was cut.
async fn ask(op: &Provider, request: &str, headers: &str, body: &str) -> Option<(u16, String)> {
    let address = op.issuer().strip_prefix("http://").unwrap().to_owned();
    let length = body.len();
    let text = format!(
        "{request} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    );
    let exchange = move || {
        let mut stream = TcpStream::connect(address).ok()?;
        stream.write_all(text.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let is_whole = head.lines().all(|line| {
            let length = line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned);
            length.is_none_or(|length| length == body.len().to_string())
        });
        is_whole.then(|| (status, body.to_owned()))
    };
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

async fn get(op: &Provider, path: &str) -> Option<(u16, Value)> {
    let (status, body) = ask(op, &format!("GET {path}"), "", "").await?;
    Some((status, serde_json::from_str(&body).ok()?))
}

async fn userinfo(op: &Provider, token: &str) -> u16 {
    ask(op, "GET /userinfo", &format!("Authorization: Bearer {token}\r\n"), "").await.unwrap().0
}

async fn kids(op: &Provider) -> Vec<String> {
    let (_, jwks) = get(op, "/jwks").await.unwrap();
    let keys = jwks["keys"].as_array().unwrap();
    keys.iter().filter(|key| key["use"] == "sig").map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_there_with_its_metadata_and_keys() {
    let op = started().await;
    let (status, metadata) = get(&op, "/.well-known/openid-configuration").await.unwrap();
    assert_eq!((status, metadata["issuer"].as_str()), (200, Some(op.issuer())));
    assert_eq!(kids(&op).await.len(), 3, "ES256, ES384, EdDSA");
    let (one, other) = (started().await, started().await);
    assert_ne!(one.issuer(), other.issuer());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_and_the_code_is_redeemed_over_the_wire() {
    let (op, client) = setup().await;
    let mut browser = Browser::default();
    let url = authorization(&op, &client, "");
    let answer = browser.authorize(&op, &url, &Person::named("alice")).await.unwrap();
    assert!(answer.url.starts_with(CALLBACK) && answer.form.is_none());
    assert_eq!((answer.params["state"].as_str(), answer.params["iss"].as_str()), ("s", op.issuer()));
    let (id, secret) = (client.client.client_id.as_str(), client.client_secret.as_deref().unwrap());
    // The method of the client is client_secret_basic: this is refused, and does not spend the code.
    let code = &answer.params["code"];
    let post = format!("grant_type=authorization_code&code={code}&redirect_uri={CALLBACK}&client_id={id}");
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    assert_eq!(ask(&op, "POST /token", form, &post).await.unwrap().0, 401);
    let basic = base64(&format!("{id}:{secret}"));
    let headers = format!("{form}Authorization: Basic {basic}\r\n");
    let body = format!("grant_type=authorization_code&code={code}&redirect_uri={CALLBACK}");
    let (status, body) = ask(&op, "POST /token", &headers, &body).await.unwrap();
    let tokens: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(status, 200, "{tokens}");
    assert_eq!(userinfo(&op, tokens["access_token"].as_str().unwrap()).await, 200);
    // The browser is signed in and the application allowed: nobody types any more.
    let again = browser.authorize(&op, &url, &Person::default()).await.unwrap();
    assert_ne!(again.params["code"], *code);
    let out = browser.sign_out(&op, &format!("{}/logout", op.issuer())).await.unwrap();
    assert_eq!(out.url, None);
    let asked = browser.authorize(&op, &url, &Person::default()).await;
    assert!(matches!(asked, Err(Error::Page { status: 200, .. })), "{asked:?}");
}

fn base64(text: &str) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    text.as_bytes().chunks(3).fold(String::new(), |mut coded, chunk| {
        let bits =
            chunk.iter().enumerate().fold(0_u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            coded.push(if at <= chunk.len() {
                DIGITS[(bits >> (18 - 6 * at) & 63) as usize].into()
            } else {
                '='
            });
        }
        coded
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_a_refusal_and_a_foreign_url() {
    let (op, client) = setup().await;
    let url = authorization(&op, &client, "");
    let wrong = Person { password: Some("wrong".to_owned()), ..Person::named("alice") };
    let refused = Browser::default().authorize(&op, &url, &wrong).await;
    assert!(matches!(&refused, Err(Error::Page { url, .. }) if url.contains("/login")), "{refused:?}");
    let denies = Person { denies: true, ..Person::named("alice") };
    let answer = Browser::default().authorize(&op, &url, &denies).await.unwrap();
    assert_eq!(answer.params["error"], "access_denied");
    let nobody = Browser::default().authorize(&op, &url, &Person::named("bob")).await;
    assert!(matches!(nobody, Err(Error::Absent { .. })), "{nobody:?}");
    let elsewhere =
        Browser::default().authorize(&op, "http://127.0.0.1:1/authorize", &Person::default()).await;
    assert!(matches!(elsewhere, Err(Error::Invalid(_))), "{elsewhere:?}");
    let unknown = url.replace("client_id=", "client_id=x");
    let page = Browser::default().authorize(&op, &unknown, &Person::named("alice")).await;
    assert!(
        matches!(&page, Err(Error::Page { status: 400, text, .. }) if text.contains("not known")),
        "{page:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_by_form_post() {
    let (op, client) = setup().await;
    let url = authorization(&op, &client, "&response_mode=form_post");
    let answer = Browser::default().authorize(&op, &url, &Person::named("alice")).await.unwrap();
    assert_eq!(answer.url, CALLBACK);
    assert_eq!(answer.form.unwrap()["code"], answer.params["code"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_real_and_end() {
    let (op, client) = setup().await;
    let id = client.client.client_id.as_str();
    let tokens = async || op.tokens_for("alice", id, &Ask::default()).await.unwrap();
    let first = tokens().await;
    assert!(first.id_token.is_some() && first.refresh_token.is_some());
    assert_eq!(userinfo(&op, &first.access_token).await, 200);
    assert!(op.is_active(&first.access_token).await.unwrap());
    op.revoke(&first.access_token).await.unwrap();
    assert_eq!(userinfo(&op, &first.access_token).await, 401);
    assert!(op.is_active(first.refresh_token.as_deref().unwrap()).await.unwrap());
    assert!(matches!(op.revoke("nonsense").await, Err(Error::Absent { .. })));

    let second = tokens().await;
    op.revoke(second.refresh_token.as_deref().unwrap()).await.unwrap();
    assert!(!op.is_active(&second.access_token).await.unwrap());

    let third = tokens().await;
    assert_eq!(op.revoke_grants("alice", Some("another client")).await.unwrap(), 0);
    assert!(op.is_active(&third.access_token).await.unwrap());
    assert!(op.revoke_grants("alice", Some(id)).await.unwrap() >= 1);
    assert!(!op.is_active(&third.access_token).await.unwrap());

    let fourth = tokens().await;
    op.set_user_enabled("alice", false).await.unwrap();
    assert_eq!(userinfo(&op, &fourth.access_token).await, 401);
    assert!(op.tokens_for("alice", id, &Ask::default()).await.is_err());
    op.set_user_enabled("alice", true).await.unwrap();
    assert_eq!(userinfo(&op, &fourth.access_token).await, 401, "what ended stays so");

    let fifth = tokens().await;
    op.set_client_enabled(id, false).await.unwrap();
    assert_eq!(userinfo(&op, &fifth.access_token).await, 401);
    assert!(matches!(op.tokens_for("alice", id, &Ask::default()).await, Err(Error::Absent { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_revoked_stands_in_the_feed() {
    let (op, client) = setup().await;
    let feed = async || {
        let (status, feed) = ask(&op, "GET /revocations", "", "").await.unwrap();
        assert_eq!(status, 200);
        payload_of(&feed)["revoked"].clone()
    };
    let tokens = op.tokens_for("alice", client.client.client_id.as_str(), &Ask::default()).await.unwrap();
    assert_eq!(feed().await, json!([]));
    op.revoke(&tokens.access_token).await.unwrap();
    // It is made anew with each second.
    op.advance(1).unwrap();
    assert_eq!(feed().await, json!([{ "jti": payload_of(&tokens.access_token)["jti"] }]));
    assert_eq!(op.requests(Endpoint::Revocations), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn ended_sessions_take_their_grants_along() {
    let (op, client) = setup().await;
    let ask = Ask { scope: Some("openid".to_owned()), ..Ask::default() };
    let tokens = op.tokens_for("alice", client.client.client_id.as_str(), &ask).await.unwrap();
    assert_eq!(userinfo(&op, &tokens.access_token).await, 200);
    assert_eq!(op.end_sessions("alice").await.unwrap(), 1);
    assert_eq!(userinfo(&op, &tokens.access_token).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_acts_in_its_own_name() {
    let op = started().await;
    let client =
        op.add_client(&json!({ "client_id": "job", "client_secret": "s3cret", "scope": "read write" })).await;
    assert_eq!(client.unwrap().client_secret.as_deref(), Some("s3cret"));
    let ask = Ask { scope: Some("read".to_owned()), ..Ask::default() };
    let tokens = op.client_token("job", &ask).await.unwrap();
    assert_eq!(tokens.scope, "read");
    assert!(op.is_active(&tokens.access_token).await.unwrap());
    let more = Ask { scope: Some("admin".to_owned()), ..Ask::default() };
    assert!(matches!(op.client_token("job", &more).await, Err(Error::Refused(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn time_passes_when_it_is_told_to() {
    let (op, client) = setup().await;
    let id = client.client.client_id.as_str();
    let tokens = op.tokens_for("alice", id, &Ask::default()).await.unwrap();
    op.advance(tokens.expires_in - 60).unwrap();
    assert_eq!(userinfo(&op, &tokens.access_token).await, 200);
    op.advance(61).unwrap();
    assert_eq!(userinfo(&op, &tokens.access_token).await, 401);
    op.configure(json!({ "access_token_lifetime": 5 }).as_object().unwrap()).await.unwrap();
    assert_eq!(op.tokens_for("alice", id, &Ask::default()).await.unwrap().expires_in, 5);
    assert!(op.configure(json!({ "lifetime": 5 }).as_object().unwrap()).await.is_err());
    let still = Provider::start(Options { now: Some(1_800_000_000), ..Options::default() }).await.unwrap();
    still.advance(10).unwrap();
    assert_eq!(still.now(), 1_800_000_010);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_change_at_once_and_old_ones_stay_or_go() {
    let (op, client) = setup().await;
    let id = client.client.client_id.as_str();
    let old = op.tokens_for("alice", id, &Ask::default()).await.unwrap();
    let first = kids(&op).await;
    op.rotate_keys(true).await.unwrap();
    op.rotate_keys(true).await.unwrap();
    assert_eq!(kids(&op).await.len(), 9);
    assert_eq!(userinfo(&op, &old.access_token).await, 200, "its key is published still");
    let new = op.tokens_for("alice", id, &Ask::default()).await.unwrap();
    assert!(!first.contains(&kid_of(&new.access_token)));
    op.rotate_keys(false).await.unwrap();
    assert_eq!(kids(&op).await.len(), 3);
    assert_eq!(userinfo(&op, &new.access_token).await, 401, "its key is gone");
    op.reset().await.unwrap();
    assert_eq!(kids(&op).await, first);
}

fn kid_of(token: &str) -> String {
    part_of(token, 0)["kid"].as_str().unwrap().to_owned()
}

fn payload_of(token: &str) -> Value {
    part_of(token, 1)
}

fn part_of(token: &str, part: usize) -> Value {
    let text = token.split('.').nth(part).unwrap();
    serde_json::from_slice(&credenza_validator::base64url::decode(text).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_rsa_key_is_made_for_who_needs_it() {
    let op = started().await;
    op.add_user(NewUser::named("alice")).await.unwrap();
    let metadata = json!({ "redirect_uris": [CALLBACK], "id_token_signed_response_alg": "RS256" });
    let client = op.add_client(&metadata).await.unwrap();
    assert_eq!(kids(&op).await.len(), 4);
    let tokens = op.tokens_for("alice", client.client.client_id.as_str(), &Ask::default()).await.unwrap();
    assert!(kids(&op).await.contains(&kid_of(&tokens.id_token.unwrap())));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_on_demand() {
    let op = started().await;
    let fault = |fault| op.fault(Endpoint::Jwks, fault).unwrap();
    fault(Fault { status: Some(503), times: Some(2), ..Fault::default() });
    for status in [503, 503, 200] {
        assert_eq!(get(&op, "/jwks").await.unwrap().0, status);
    }
    fault(Fault { drop: true, ..Fault::default() });
    assert_eq!(get(&op, "/jwks").await, None);
    assert!(get(&op, "/.well-known/openid-configuration").await.is_some(), "only what was named");
    fault(Fault { delay_ms: 300, ..Fault::default() });
    let begun = Instant::now();
    assert_eq!(get(&op, "/jwks").await.unwrap().0, 200);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    op.clear_faults();
    assert_eq!(get(&op, "/jwks").await.unwrap().0, 200);
    assert_eq!(op.requests(Endpoint::Jwks), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_forgets_all_but_the_issuer() {
    let (op, client) = setup().await;
    let issuer = op.issuer().to_owned();
    let id = client.client.client_id.as_str();
    let tokens = op.tokens_for("alice", id, &Ask::default()).await.unwrap();
    op.advance(1000).unwrap();
    op.reset().await.unwrap();
    assert_eq!(op.issuer(), issuer);
    assert_eq!(userinfo(&op, &tokens.access_token).await, 401);
    assert!(matches!(op.tokens_for("alice", id, &Ask::default()).await, Err(Error::Absent { .. })));
    op.add_user(NewUser::named("alice")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_with_a_reason() {
    let op = started().await;
    for (metadata, why) in [
        (json!([]), "object"),
        (json!({ "redirect_uri": CALLBACK }), "redirect_uri"),
        (json!({ "redirect_uris": ["not a uri"] }), "redirect_uris"),
        (
            json!({ "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none", "client_secret": "x" }),
            "secret",
        ),
        (json!({ "redirect_uris": [CALLBACK], "client_secret": 7 }), "client_secret"),
        (json!({ "redirect_uris": [CALLBACK], "access_token_signed_response_alg": "HS256" }), "HS256"),
    ] {
        let error = op.add_client(&metadata).await.unwrap_err();
        assert!(matches!(error, Error::Invalid(_)) && error.to_string().contains(why), "{metadata}: {error}");
    }
    op.add_user(NewUser::named("alice")).await.unwrap();
    for name in ["alice", "ALICE", " "] {
        assert!(matches!(op.add_user(NewUser::named(name)).await, Err(Error::Invalid(_))), "{name:?}");
    }
    assert!(matches!(op.set_user_enabled("bob", false).await, Err(Error::Absent { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_by_names_and_json() {
    let op = started().await;
    // Runtimes of other languages move it from thread to thread.
    fn assert_send<T: Send>(_: &T) {}
    assert_send(&op.call("now", "null"));
    let user: Value = serde_json::from_str(
        &op.call("add_user", r#"{"username":"alice","claims":{"email":"a@example.test"}}"#).await.unwrap(),
    )
    .unwrap();
    assert_eq!(user["username"], "alice");
    let client: Value = serde_json::from_str(
        &op.call("add_client", r#"{"redirect_uris":["http://127.0.0.1/cb"]}"#).await.unwrap(),
    )
    .unwrap();
    let params = json!({ "user": user["sub"], "client_id": client["client_id"] }).to_string();
    let tokens: Value = serde_json::from_str(&op.call("tokens_for", &params).await.unwrap()).unwrap();
    assert_eq!(op.call("is_active", &tokens["access_token"].to_string()).await.unwrap(), "true");
    assert_eq!(op.call("requests", r#""jwks""#).await.unwrap(), "0");
    assert_eq!(op.call("advance", "5").await.unwrap(), "null");
    for (method, params) in [
        ("nothing", "null"),
        ("advance", "\"x\""),
        ("add_user", r#"{"username":"x","colour":"red"}"#),
        ("fault", r#"{"endpoint":"kitchen","fault":{"drop":true}}"#),
        ("reset_", ""),
    ] {
        assert_eq!(op.call(method, params).await.unwrap_err().code(), "invalid", "{method}");
    }
}
