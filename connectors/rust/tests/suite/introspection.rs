//! Chart 938

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use credenza_connectors::validator::settings::IntrospectionSettings;
use credenza_connectors::validator::{Algorithm, Decision, JwkSet, SigningKey, Unverified};
use credenza_connectors::{Clock, HttpFetcher, Requirement, Rule, Settings, SettingsError, Validator};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::signing::key;

const ISSUER: &str = "https://id.example";
const NOW: i64 = 1_800_000_000;

type Fields = HashMap<String, String>;
/// A form, with its `Authorization`.
type Asked = (Fields, Option<String>);

/// An endpoint that knows one client, by its public key, and one token.
#[derive(Clone)]
struct Endpoint {
    url: String,
    keys: JwkSet,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Endpoint {
    async fn start(key: &SigningKey) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/introspect", listener.local_addr().unwrap());
        let key = serde_json::to_value(key.public_jwk()).unwrap();
        let keys = serde_json::from_value(json!({ "keys": [key] })).unwrap();
        let endpoint = Self { url, keys, asked: Arc::default() };
        let app = Router::new().route("/introspect", post(introspect)).with_state(endpoint.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        endpoint
    }

    fn settings(&self, client_secret: &str) -> Settings {
        let introspection = json!({
            "endpoint": self.url, "client_id": "api", "client_secret": client_secret, "cache_seconds": 0
        });
        let introspection: IntrospectionSettings = serde_json::from_value(introspection).unwrap();
        Settings { introspection: Some(introspection), ..Settings::new(ISSUER, "https://api.example") }
    }

    fn validator(&self, key: &Arc<SigningKey>) -> Validator {
        with(self.settings(""), key).unwrap()
    }

    fn claims_of(&self, form: &Fields) -> Option<Value> {
        let assertion = Unverified::parse(form.get("client_assertion")?).ok()?;
        assertion.verify(&self.keys, &[Algorithm::ES256]).ok()?.claims().ok()
    }
}

async fn introspect(
    State(endpoint): State<Endpoint>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, StatusCode> {
    let form: Fields = url::form_urlencoded::parse(&body).into_owned().collect();
    let basic = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    endpoint.asked.lock().unwrap().push((form.clone(), basic.clone()));
    if endpoint.claims_of(&form).is_none() && basic.is_none() {
        return Err(StatusCode::UNAUTHORIZED);
    }
    Ok(Json(json!({
        "active": form["token"] == "known", "iss": ISSUER, "aud": "https://api.example", "sub": "ada",
        "client_id": "app", "iat": NOW, "exp": NOW + 60,
    })))
}

fn with(settings: Settings, key: &Arc<SigningKey>) -> Result<Validator, SettingsError> {
    let fetcher = HttpFetcher::new().unwrap();
    Validator::with_introspection_key(settings, Arc::clone(key), fetcher, Clock::new(|| NOW))
}

async fn rule(validator: &Validator, token: &str) -> Option<Rule> {
    match validator.check_token(token, &Requirement::default()).await {
        Decision::Allow(_) => None,
        Decision::Deny(denied) => Some(denied.rule),
    }
}

#[tokio::test]
async fn rfc7523_2_2_a_private_key_introspects_in_place_of_a_secret() {
    let key = key();
    let endpoint = Endpoint::start(&key).await;
    let validator = endpoint.validator(&key);
    assert_eq!(rule(&validator, "known").await, None);
    assert_eq!(rule(&validator, "unknown").await, Some(Rule::Inactive));
    let asked = endpoint.asked.lock().unwrap().clone();
    let mut ids = Vec::new();
    for (form, basic) in &asked {
        assert_eq!((basic, form.get("client_secret")), (&None, None));
        assert_eq!(form["token_type_hint"], "access_token");
        assert_eq!(form["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        let claims = endpoint.claims_of(form).unwrap();
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("api"), &json!("api")));
        assert_eq!((&claims["aud"], &claims["exp"]), (&json!(ISSUER), &json!(NOW + 60)));
        ids.push(claims["jti"].clone());
    }
    assert!(ids.len() == 2 && ids[0] != ids[1], "{ids:?}");
}

#[tokio::test]
async fn a_key_that_the_issuer_does_not_know_is_trouble_and_not_a_token_that_is_refused() {
    let endpoint = Endpoint::start(&key()).await;
    let validator = endpoint.validator(&key());
    assert_eq!(rule(&validator, "known").await, Some(Rule::IntrospectionUnavailable));
}

#[tokio::test]
async fn a_secret_is_sent_as_before() {
    let endpoint = Endpoint::start(&key()).await;
    let settings = endpoint.settings("secret");
    let validator = Validator::with(settings, HttpFetcher::new().unwrap(), Clock::new(|| NOW)).unwrap();
    assert_eq!(rule(&validator, "known").await, None);
    let asked = endpoint.asked.lock().unwrap().clone();
    let (form, basic) = &asked[0];
    assert_eq!(basic.as_deref(), Some("Basic YXBpOnNlY3JldA=="));
    assert!(!form.contains_key("client_assertion"));
}

#[tokio::test]
async fn a_key_beside_a_secret_or_without_introspection_is_no_setting() {
    let key = key();
    let endpoint = Endpoint::start(&key).await;
    for settings in [endpoint.settings("secret"), Settings::new(ISSUER, "https://api.example")] {
        assert_eq!(with(settings, &key).err().unwrap().setting, "introspection_key");
    }
}
