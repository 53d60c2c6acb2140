//! Malformed and forbidden requests at the token endpoint (manual: attacks).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use credenza_protocol::client::GrantType;
use credenza_tests::{Browser, Provider, RelyingParty, Request, setup};
use ring::digest;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::form_urlencoded;

const FORM: &str = "application/x-www-form-urlencoded";

/// Form-encoded values that are no tokens.
fn garbage() -> Vec<String> {
    let bytes = digest::digest(&digest::SHA384, b"garbage");
    let bytes = bytes.as_ref();
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    vec![
        encode(&STANDARD.encode(bytes)),
        encode(&URL_SAFE_NO_PAD.encode(bytes)),
        encode(&URL_SAFE_NO_PAD.encode(&bytes[..32])),
        "%00".to_owned(),
        "%00%00%00%00".repeat(12),
        "%ff%fe%c0%af".to_owned(),
        "%".to_owned(),
        "%zz".to_owned(),
        "%F0%9F%94%91".to_owned(),
        "%27%20OR%201%3D1%20--".to_owned(),
        "null".to_owned(),
        "A".repeat(60_000),
        "a.b.c".to_owned(),
        "eyJhbGciOiJub25lIn0.e30.".to_owned(),
    ]
}

/// The status for a form whose length this header declares, and of which only this much is sent.
async fn status_of(op: &Provider, path: &str, length: &str, body: &[u8]) -> String {
    let url = op.at(path);
    let host = url.trim_start_matches("http://").split('/').next().unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: {FORM}\r\n{length}\r\n\r\n");
    stream.write_all(&[head.as_bytes(), body].concat()).await.unwrap();
    let mut line = [0; 12];
    stream.read_exact(&mut line).await.unwrap();
    String::from_utf8_lossy(&line[9..]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a036_garbage_is_no_token_anywhere() {
    let (op, alice, rp) = setup().await;
    let (id, secret) = (rp.client_id(), rp.secret.as_deref().unwrap());
    let tokens = rp.sign_in(&op, &alice).await;
    let send = async |path: &str, body: String| {
        Request::post(op.at(path), FORM, body).basic(id, secret).send().await
    };
    for value in garbage() {
        let code = format!("grant_type=authorization_code&redirect_uri=x&code={value}");
        send("/token", code).await.assert_refused(400, "invalid_grant");
        let refresh = format!("grant_type=refresh_token&refresh_token={value}");
        send("/token", refresh).await.assert_refused(400, "invalid_grant");
        let told = send("/introspect", format!("token={value}")).await;
        assert_eq!((told.status.as_u16(), told.json()), (200, json!({ "active": false })));
        assert_eq!(send("/revoke", format!("token={value}")).await.status, 200);
    }
    // A parameter without a value counts as absent (RFC 6749 3.1), so the request is incomplete.
    for body in ["grant_type=authorization_code&code=", "grant_type=refresh_token&refresh_token="] {
        send("/token", body.to_owned()).await.assert_refused(400, "invalid_request");
    }
    for path in ["/introspect", "/revoke"] {
        send(path, "token=".to_owned()).await.assert_refused(400, "invalid_request");
    }
    // A body that is too long is not read, whatever it contains.
    for path in ["/token", "/introspect", "/revoke", "/userinfo"] {
        assert_eq!(status_of(&op, path, "content-length: 1000000", b"token=").await, "413", "{path}");
        let chunk = [b"11171\r\ntoken=".as_slice(), &[b'A'; 69_995], b"\r\n"].concat();
        assert_eq!(status_of(&op, path, "transfer-encoding: chunked", &chunk).await, "413", "{path}");
    }
    rp.assert_alive(&op, &tokens).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a037_the_envelope_of_a_token_request() {
    let (op, alice, rp) = setup().await;
    let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
    let fields = rp.redemption(&code);
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let (id, secret) = (rp.client_id(), rp.secret.as_deref().unwrap());
    let post =
        |content_type: &str, body: &str| Request::post(op.at("/token"), content_type, body).basic(id, secret);
    for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE"] {
        let in_query = Request::new(method, op.at(&format!("/token?{body}"))).basic(id, secret);
        let response = in_query.send().await;
        assert_eq!(response.status, 405, "{method}");
        let allowed: Vec<_> = response.header("allow").split(',').collect();
        assert!(allowed.contains(&"POST") && !allowed.contains(&method), "{method} {allowed:?}");
    }
    // Only the body counts, and only as a form.
    let in_query = Request::form(op.at(&format!("/token?{body}")), &[]).basic(id, secret);
    in_query.send().await.assert_refused(400, "invalid_request");
    let json = json!(fields.into_iter().collect::<std::collections::BTreeMap<_, _>>()).to_string();
    for (content_type, body) in [
        ("application/json", json.as_str()),
        ("application/json", &body),
        ("text/plain", &body),
        ("multipart/form-data; boundary=x", &body),
        ("", &body),
        ("application/x-www-form-urlencodedx", &body),
    ] {
        post(content_type, body).send().await.assert_refused(400, "invalid_request");
    }
    let untyped = Request::new("POST", op.at("/token")).basic(id, secret);
    untyped.send().await.assert_refused(400, "invalid_request");
    for encoding in ["gzip", "identity", "br"] {
        let encoded = post(FORM, &body).header("content-encoding", encoding);
        encoded.send().await.assert_refused(400, "invalid_request");
    }
    let flood = format!("{body}{}", (0..100).map(|n| format!("&x{n}=1")).collect::<String>());
    for body in [format!("{body}&grant_type=client_credentials"), format!("{body}&x=1&x=2"), flood] {
        post(FORM, &body).send().await.assert_refused(400, "invalid_request");
    }
    assert_eq!(status_of(&op, "/token", "content-length: 10000000", body.as_bytes()).await, "413");
    // None of them spent the code.
    let response = post("Application/X-WWW-Form-Urlencoded; charset=UTF-8", &body).send().await;
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(response.header("cache-control"), "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn a039_a_grant_that_is_not_offered() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let unknown = [
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:saml2-bearer",
        "urn:openid:params:grant-type:ciba",
        "Client_Credentials",
        "client_credentials ",
        "client_credentials\0",
    ];
    for grant_type in unknown {
        let fields =
            [("grant_type", grant_type), ("username", "alice"), ("password", "x"), ("scope", "api:read")];
        rp.token(&op, &fields).await.assert_refused(400, "unsupported_grant_type");
    }
    assert_eq!(rp.token(&op, &[("grant_type", "client_credentials")]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a039_a_grant_that_is_not_the_clients() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let public = RelyingParty::public(&op).await;
    let machine = [("grant_type", "client_credentials")];
    public.token(&op, &machine).await.assert_refused(400, "unauthorized_client");
    public.sign_in(&op, &alice).await;
    // A grant type taken from a client is refused at once, also for codes and tokens issued before.
    let rp = RelyingParty::confidential(&op).await;
    let tokens = rp.sign_in(&op, &alice).await;
    let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
    let allow =
        async |grant_type| rp.update(&op, |record| record.client.grant_types = vec![grant_type]).await;
    allow(GrantType::ClientCredentials).await;
    rp.redeem(&op, &code).await.assert_refused(400, "unauthorized_client");
    rp.refresh(&op, tokens.refresh()).await.assert_refused(400, "unauthorized_client");
    assert_eq!(rp.token(&op, &machine).await.status, 200);
    allow(GrantType::AuthorizationCode).await;
    rp.token(&op, &machine).await.assert_refused(400, "unauthorized_client");
    rp.refresh(&op, tokens.refresh()).await.assert_refused(400, "unauthorized_client");
    let redeemed = rp.redeem(&op, &code).await;
    assert_eq!((redeemed.status.as_u16(), redeemed.json().get("refresh_token")), (200, None));
}
