//! Chart 950: signing in with Rust, beyond the shared cases | private_key_jwt, sessions that end when idle, what an application keeps beside the claims, its own page for failures

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing::get};
use credenza_connectors::login::axum::{Session, attach};
use credenza_connectors::login::{Login, LoginConfig};
use credenza_connectors::validator::{Algorithm, JwkSet, MintOptions, TestIssuer, Unverified};
use serde_json::{Value, json};

use crate::client::{self, Received};
use crate::signing;

type Form = HashMap<String, String>;
type Asked = (Form, Option<String>);

/// A provider that redeems every code, for the nonce that the code is, and what it was asked.
#[derive(Clone)]
struct Provider {
    issuer: Arc<TestIssuer>,
    /// Each form of the token endpoint, with its `Authorization`.
    forms: Arc<Mutex<Vec<Asked>>>,
}

impl Provider {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let name = format!("http://{}", listener.local_addr().unwrap());
        let provider = Self { issuer: Arc::new(TestIssuer::new(name)), forms: Arc::default() };
        drop(provider.issuer.mint(&MintOptions::default(), 0));
        let answering = provider.clone();
        let app = Router::new().fallback(move |request: Request| answering.clone().answer(request));
        tokio::spawn(async move { axum::serve(listener, app).await });
        provider
    }

    async fn answer(self, request: Request) -> Response {
        let name = self.issuer.issuer().to_owned();
        if request.uri().path() == "/.well-known/openid-configuration" {
            return Json(json!({
                "issuer": name, "jwks_uri": format!("{name}/jwks"), "token_endpoint": format!("{name}/token"),
                "authorization_endpoint": format!("{name}/authorize"),
            }))
            .into_response();
        }
        if request.uri().path() == "/jwks" {
            return self.issuer.jwks_json().into_response();
        }
        let basic = request.headers().get("authorization").map(|field| field.to_str().unwrap().to_owned());
        let body = axum::body::to_bytes(request.into_body(), 10_000).await.unwrap();
        let form: Form = url::form_urlencoded::parse(&body).into_owned().collect();
        let claims =
            json!({ "sub": "ada", "sid": "1", "name": "Ada", "nonce": form["code"], "tenant": "blue" });
        let options = MintOptions {
            claims: claims.as_object().unwrap().clone(),
            audience: Some("app".to_owned()),
            typ: "JWT".to_owned(),
            ..MintOptions::default()
        };
        let id_token = self.issuer.mint(&options, now()).unwrap();
        self.forms.lock().unwrap().push((form, basic));
        Json(json!({ "access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": id_token }))
            .into_response()
    }

    fn config(&self, origin: &str) -> LoginConfig {
        LoginConfig {
            issuer: self.issuer.issuer().to_owned(),
            client_id: "app".to_owned(),
            client_secret: Some("a secret: with/signs".to_owned()),
            origin: origin.to_owned(),
            secret: "a secret of the application that is long enough".to_owned(),
            ..LoginConfig::default()
        }
    }
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

async fn home(session: Session) -> String {
    let data: Value = session.data().unwrap();
    format!("{} {data}", session.claim("name").unwrap())
}

async fn serve(provider: &Provider, change: impl FnOnce(LoginConfig) -> LoginConfig) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let login = Login::new(change(provider.config(&format!("http://{address}")))).unwrap();
    let app = attach(Router::new().route("/", get(home)), &login);
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// What is set in the browser, as it sends it.
fn cookies(answer: &Received) -> String {
    let set = answer.field("set-cookie").unwrap_or_default();
    let alive = set.split(", ").filter(|one| !one.contains("Max-Age=0"));
    alive.filter_map(|one| one.split(';').next()).collect::<Vec<_>>().join("; ")
}

/// The cookies of somebody who has signed in.
async fn sign_in(address: SocketAddr) -> String {
    let begun = client::get(address, "/auth/login?return_to=/", &[]).await;
    let url = url::Url::parse(&begun.field("location").unwrap()).unwrap();
    let asked: Form = url.query_pairs().into_owned().collect();
    let path = format!("/auth/callback?code={}&state={}", asked["nonce"], asked["state"]);
    let back = client::get(address, &path, &[("Cookie", &cookies(&begun))]).await;
    assert_eq!((back.status, back.field("location").as_deref()), (302, Some("/")), "{}", back.body);
    cookies(&back)
}

async fn open(address: SocketAddr, cookies: &str) -> Received {
    client::get(address, "/", &[("Cookie", cookies), ("Accept", "text/html")]).await
}

#[tokio::test]
async fn a_private_key_signs_in_place_of_a_secret() {
    let provider = Provider::start().await;
    let key = signing::key();
    let own = Arc::clone(&key);
    let address =
        serve(&provider, |config| LoginConfig { client_secret: None, private_key: Some(own), ..config });
    let address = address.await;
    for _ in 0..2 {
        let cookies = sign_in(address).await;
        assert_eq!(open(address, &cookies).await.body, "Ada null");
    }
    let forms = provider.forms.lock().unwrap();
    let public: JwkSet =
        serde_json::from_value(json!({ "keys": [serde_json::to_value(key.public_jwk()).unwrap()] })).unwrap();
    let mut ids = Vec::new();
    for (form, basic) in forms.iter() {
        assert_eq!((basic.as_deref(), form.get("client_secret")), (None, None));
        assert_eq!(form["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        let assertion = Unverified::parse(&form["client_assertion"]).unwrap();
        let claims: Value = assertion.verify(&public, &[Algorithm::ES256]).unwrap().claims().unwrap();
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("app"), &json!("app")));
        assert_eq!(claims["aud"], provider.issuer.issuer());
        assert!((1..=60).contains(&(claims["exp"].as_i64().unwrap() - now())));
        ids.push(claims["jti"].clone());
    }
    assert!(ids.len() == 2 && ids[0] != ids[1]);
}

#[tokio::test]
async fn a_session_that_is_not_used_ends_and_one_that_is_does_not() {
    let provider = Provider::start().await;
    let idle = Some(Duration::from_millis(1500));
    let address = serve(&provider, |config| LoginConfig { idle, ..config }).await;
    let (mut used, unused) = (sign_in(address).await, sign_in(address).await);
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let answer = open(address, &used).await;
        assert_eq!(answer.status, 200, "one that is used");
        used = cookies(&answer);
    }
    assert_eq!(open(address, &unused).await.status, 302, "one that is not");
}

#[tokio::test]
async fn an_application_keeps_data_and_shows_its_own_page() {
    let provider = Provider::start().await;
    let address = serve(&provider, |config| LoginConfig {
        signed_in: Some(Arc::new(|claims| json!({ "tenant": claims["tenant"] }))),
        on_error: Some(Arc::new(|error| format!("<p>{}</p>", error.status()))),
        ..config
    });
    let address = address.await;
    let cookies = sign_in(address).await;
    assert_eq!(open(address, &cookies).await.body, r#"Ada {"tenant":"blue"}"#);
    let failed = client::get(address, "/auth/callback?code=a&state=b", &[]).await;
    assert_eq!((failed.status, &*failed.body), (400, "<p>400</p>"));
    // The secret has signs that the header of Basic has to encode (RFC 6749 section 2.3.1).
    let forms = provider.forms.lock().unwrap();
    assert_eq!(forms[0].1.as_deref(), Some("Basic YXBwOmErc2VjcmV0JTNBK3dpdGglMkZzaWducw=="));
}
