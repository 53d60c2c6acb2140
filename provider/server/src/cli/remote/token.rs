//! Asks the token endpoint of an issuer (RFC 6749 4, 6).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credenza_protocol::time::{Seconds, Time};
use credenza_validator::{Algorithm, SigningKey};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use serde::Deserialize;
use serde_json::json;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::http::{Http, Request};
use crate::cli::Failure;
use crate::keys::pem;
use crate::rng::{self, Rng};

/// How long an assertion is good.
const ASSERTION: Seconds = Seconds(60);
/// What a key may be for, in the order in which it is tried.
const KINDS: [Algorithm; 4] = [Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA, Algorithm::RS256];
/// The grants whose request may be sent twice: the provider forgives whoever refreshes again at once.
const REPEATABLE: [&str; 2] = ["client_credentials", "refresh_token"];

/// Who asks.
pub(super) struct Asking {
    pub(super) client_id: String,
    pub(super) proof: Proof,
}

/// How a client proves to be who it is (OpenID Connect Core 9).
pub(super) enum Proof {
    /// It does not: it is a program on somebody's machine.
    None,
    /// `client_secret_basic`.
    Secret(Zeroizing<String>),
    /// `private_key_jwt`.
    Key(Box<SigningKey>),
}

/// Tokens.
#[derive(Deserialize)]
pub(super) struct Granted {
    pub(super) access_token: String,
    pub(super) expires_in: Option<i64>,
    pub(super) refresh_token: Option<String>,
    pub(super) scope: Option<String>,
}

/// Why there are none (RFC 6749 5.2).
#[derive(Debug, Deserialize)]
pub(super) struct Denied {
    pub(super) error: String,
    #[serde(default)]
    pub(super) error_description: String,
}

/// A private key from a PEM text, for the first algorithm that it fits.
pub(super) fn key(file: &str, text: &[u8]) -> Result<SigningKey, Failure> {
    // What the server calls the key is up to whoever registered it.
    let usable = |kind: Algorithm| {
        Some(SigningKey::from_pkcs8(kind, &pem::private_key(kind, text).ok()?).ok()?.unnamed())
    };
    KINDS.into_iter().find_map(usable).ok_or_else(|| {
        Failure::new(format!(
            "CREDENZA_CLIENT_KEY_FILE: {file} holds no private key that signs: give one as PEM, not encrypted, for ES256, \
             ES384, EdDSA or RS256"
        ))
    })
}

/// Sends the request, and reads what comes of it.
pub(super) async fn ask(
    http: &Http,
    endpoint: &Url,
    asking: &Asking,
    fields: &[(&str, &str)],
    (rng, now): (&dyn Rng, Time),
) -> Result<Result<Granted, Denied>, Failure> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    match &asking.proof {
        Proof::None => {
            form.append_pair("client_id", &asking.client_id);
        }
        Proof::Secret(secret) => {
            headers.insert(AUTHORIZATION, basic(&asking.client_id, secret)?);
        }
        Proof::Key(key) => {
            form.append_pair(
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            );
            form.append_pair("client_assertion", &assertion(&asking.client_id, key, endpoint, rng, now)?);
        }
    }
    let grant = fields.iter().find(|(name, _)| *name == "grant_type").map(|(_, grant)| *grant);
    let may_repeat = grant.is_some_and(|grant| REPEATABLE.contains(&grant));
    let body = form.finish().into_bytes();
    let request = Request { method: Method::POST, url: endpoint.clone(), headers, body, may_repeat };
    let response = http.send(&request).await?;
    if response.status.is_success() {
        let granted = serde_json::from_slice(&response.body);
        return granted
            .map(Ok)
            .map_err(|error| Failure::new(format!("{endpoint} answers no tokens: {error}")));
    }
    serde_json::from_slice(&response.body).map(Err).map_err(|_| {
        Failure::new(format!("{endpoint} answers {}; see that --server is right", response.status))
    })
}

impl Granted {
    /// When the access token expires; an answer that does not say so is good for a minute.
    pub(super) fn expires_at(&self, now: Time) -> Time {
        now + Seconds(self.expires_in.unwrap_or(60))
    }
}

impl std::fmt::Display for Denied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.error_description.as_str() {
            "" => f.write_str(&self.error),
            description => write!(f, "{} ({description})", self.error),
        }
    }
}

/// RFC 6749 2.3.1: both are form-encoded before they are joined.
fn basic(client_id: &str, secret: &str) -> Result<HeaderValue, Failure> {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let joined = Zeroizing::new(format!("{}:{}", encoded(client_id), encoded(secret)));
    let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(joined.as_bytes())))
        .map_err(|_| Failure::new("CREDENZA_CLIENT_SECRET cannot be sent: copy it again"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// RFC 7523 3.
fn assertion(
    client_id: &str,
    key: &SigningKey,
    endpoint: &Url,
    rng: &dyn Rng,
    now: Time,
) -> Result<String, Failure> {
    let claims = json!({
        "iss": client_id, "sub": client_id, "aud": endpoint.as_str(), "jti": rng::id(rng),
        "iat": now.seconds(), "exp": (now + ASSERTION).seconds(),
    });
    key.sign("JWT", &claims)
        .map_err(|error| Failure::with_step(error, "give another key by CREDENZA_CLIENT_KEY_FILE"))
}
