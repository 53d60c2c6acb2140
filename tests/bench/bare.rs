//! The least that a token endpoint can do: parse the form, check the client's secret, sign a JWT, answer JSON.
//! No storage, no rules, no headers beyond the RFC's. `tests/bench/run` measures credenza against it.
//!
//! Environment: `PORT`, `BENCH_CLIENT_SECRET`. Clients: `cc-es256` (ring) and `cc-rs256` (aws-lc-rs).

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Form, Json, Router};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as URL, Engine as _};
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING as ES256, EcdsaKeyPair};
use serde::{Deserialize, Serialize};

type Failure = Box<dyn Error + Send + Sync>;

const LIFETIME: u64 = 3600;

struct Server {
    issuer: String,
    random: SystemRandom,
    clients: HashMap<&'static str, Client>,
}

struct Client {
    secret: Vec<u8>,
    key: Key,
    /// The encoded JOSE header and its dot.
    header: String,
}

enum Key {
    Es256(Box<EcdsaKeyPair>),
    Rs256(aws_lc_rs::rsa::KeyPair),
}

#[derive(Deserialize)]
struct Request {
    grant_type: String,
    scope: Option<String>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    client_id: &'a str,
    aud: &'a str,
    iat: u64,
    exp: u64,
    jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
}

#[derive(Serialize)]
struct Answer {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

impl Client {
    fn new(secret: &str, alg: &str, key: Key) -> Self {
        let header = URL.encode(format!(r#"{{"alg":"{alg}","typ":"at+jwt","kid":"{alg}"}}"#)) + ".";
        Self { secret: digest(&SHA256, secret.as_bytes()).as_ref().to_vec(), key, header }
    }
}

impl Key {
    fn sign(&self, random: &SystemRandom, message: &[u8]) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Es256(key) => Ok(key.sign(random, message).map_err(|_| "ES256")?.as_ref().to_vec()),
            Self::Rs256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                let random = aws_lc_rs::rand::SystemRandom::new();
                key.sign(&aws_lc_rs::signature::RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .map_err(|_| "RS256")?;
                Ok(signature)
            }
        }
    }
}

impl Server {
    /// RFC 6749 section 2.3.1: the client's id and secret by HTTP Basic.
    fn authenticate(&self, headers: &HeaderMap) -> Option<(&'static str, &Client)> {
        let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
        let pair = String::from_utf8(BASE64_STANDARD.decode(value).ok()?).ok()?;
        let (id, secret) = pair.split_once(':')?;
        let (id, client) = self.clients.get_key_value(id)?;
        let hash = digest(&SHA256, secret.as_bytes());
        let equal = aws_lc_rs::constant_time::verify_slices_are_equal(hash.as_ref(), &client.secret);
        equal.is_ok().then_some((*id, client))
    }

    fn issue(&self, id: &str, client: &Client, scope: Option<String>) -> Result<Answer, Failure> {
        let mut jti = [0; 16];
        self.random.fill(&mut jti).map_err(|_| "random")?;
        let now = now()?;
        let claims = Claims {
            iss: &self.issuer,
            sub: id,
            client_id: id,
            aud: &self.issuer,
            iat: now,
            exp: now + LIFETIME,
            jti: URL.encode(jti),
            scope: scope.as_deref(),
        };
        let mut token = client.header.clone();
        URL.encode_string(serde_json::to_vec(&claims)?, &mut token);
        let signature = client.key.sign(&self.random, token.as_bytes())?;
        token.push('.');
        URL.encode_string(signature, &mut token);
        Ok(Answer { access_token: token, token_type: "Bearer", expires_in: LIFETIME, scope })
    }
}

#[expect(clippy::disallowed_methods, reason = "the whole server is this file, and has no clock to be given")]
fn now() -> Result<u64, Failure> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}

#[expect(clippy::disallowed_methods, reason = "the whole server is this file, and has no rng to be given")]
fn random() -> SystemRandom {
    SystemRandom::new()
}

async fn token(State(server): State<Arc<Server>>, headers: HeaderMap, Form(form): Form<Request>) -> Response {
    let Some((id, client)) = server.authenticate(&headers) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    if form.grant_type != "client_credentials" {
        return StatusCode::BAD_REQUEST.into_response();
    }
    match server.issue(id, client, form.scope) {
        Ok(answer) => ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn clients(random: &SystemRandom, secret: &str) -> Result<HashMap<&'static str, Client>, Failure> {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ES256, random).map_err(|_| "no EC key")?;
    let ec = EcdsaKeyPair::from_pkcs8(&ES256, pkcs8.as_ref(), random).map_err(|_| "no EC key")?;
    let rsa =
        aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).map_err(|_| "no RSA key")?;
    Ok(HashMap::from([
        ("cc-es256", Client::new(secret, "ES256", Key::Es256(Box::new(ec)))),
        ("cc-rs256", Client::new(secret, "RS256", Key::Rs256(rsa))),
    ]))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let port = env::var("PORT")?;
    let random = random();
    let clients = clients(&random, &env::var("BENCH_CLIENT_SECRET")?)?;
    let server = Server { issuer: format!("http://127.0.0.1:{port}"), random, clients };
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    axum::serve(listener, Router::new().route("/token", post(token)).with_state(Arc::new(server))).await?;
    Ok(())
}
