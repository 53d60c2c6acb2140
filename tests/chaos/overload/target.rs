//! Who is attacked, as an attacker sees it.

use std::net::SocketAddr;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use credenza_tests::Request;
use url::{Position, Url};

/// Parameters that hold what the caller likes, and how long each of them may be.
const FREE: [&str; 4] = ["state", "nonce", "login_hint", "acr_values"];
const FAT: usize = 4000;

/// A provider.
#[derive(Clone)]
pub(crate) struct Target {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Its `Host`.
    pub(crate) authority: String,
    /// The path of the token endpoint.
    pub(crate) token: String,
    /// Path and query of a complete authorization request.
    pub(crate) authorize: String,
    /// The same with as much in it as may be.
    pub(crate) fat: String,
    /// Paths of answers that are worth not reading.
    pub(crate) big: Vec<String>,
    /// Requests that make it fetch from a host that does not answer: path with query, and body.
    pub(crate) fetching: Vec<(String, String)>,
}

impl Target {
    /// A server of which nothing is asked.
    pub(crate) fn without_pages(address: SocketAddr, authority: &str) -> Self {
        let (authority, [token, authorize, fat]) = (authority.to_owned(), Default::default());
        Self { address, authority, token, authorize, fat, big: vec![], fetching: vec![] }
    }

    /// What any provider has, according to its discovery document, for a client of that id and redirect URI.
    ///
    /// # Panics
    /// Where it is not on this machine: nobody else is to be attacked.
    pub(crate) async fn discovered(discovery: &Url, client_id: &str, redirect_uri: &str) -> Self {
        let address = discovery.socket_addrs(|| None).unwrap()[0];
        assert!(address.ip().is_loopback(), "{discovery} is not on this machine");
        let document = Request::get(discovery.as_str()).send().await.json();
        let path = |name: &str| {
            let url = Url::parse(document[name].as_str().unwrap()).unwrap();
            url[Position::BeforePath..Position::AfterPath].to_owned()
        };
        let mut authorize = Url::parse(document["authorization_endpoint"].as_str().unwrap()).unwrap();
        authorize.query_pairs_mut().extend_pairs([
            ("client_id", client_id),
            ("response_type", "code"),
            ("redirect_uri", redirect_uri),
            ("scope", "openid"),
            ("code_challenge", credenza_tests::CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        let authorize = authorize[Position::BeforePath..Position::AfterQuery].to_owned();
        Self {
            address,
            authority: discovery[Position::BeforeHost..Position::AfterPort].to_owned(),
            token: path("token_endpoint"),
            fat: FREE
                .iter()
                .fold(authorize.clone(), |path, name| format!("{path}&{name}={}", "f".repeat(FAT))),
            authorize,
            big: vec![discovery.path().to_owned(), path("jwks_uri")],
            fetching: vec![],
        }
    }
}

/// A client assertion (RFC 7523) that nobody has signed: to find that out, the keys of the client are needed.
pub(crate) fn unsigned_assertion(issuer: &str, client_id: &str, now: i64) -> String {
    let claims = serde_json::json!({
        "iss": client_id, "sub": client_id, "aud": issuer, "iat": now, "exp": now + 60, "jti": "of-nobody",
    });
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    format!(
        "{}.{}.{}",
        encode(br#"{"alg":"ES256"}"#),
        encode(claims.to_string().as_bytes()),
        encode(&[7; 64])
    )
}
