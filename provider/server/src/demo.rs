//! The demo relying party of `credenza dev`: a client like any other, which signs people in by the
//! openidconnect crate and shows what it got. It reaches the provider through its router, so that what
//! it sees is what every client sees.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use credenza_protocol::ids::ClientId;
use credenza_validator::{Unverified, base64url};
use http_body_util::BodyExt as _;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId as RpClientId, CsrfToken, HttpRequest, HttpResponse,
    IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenResponse as _,
};
use serde_json::Value;
use tower::ServiceExt as _;
use url::Url;

/// Sign-ins under way that are remembered at most.
const CAPACITY: usize = 1000;

/// The demo client, and who can sign in to it.
pub struct Demo {
    /// Its `client_id`.
    pub client_id: ClientId,
    /// The demo user.
    pub username: String,
    /// Their password, which `credenza dev` prints as well.
    pub password: String,
    under_way: Mutex<HashMap<String, UnderWay>>,
}

struct UnderWay {
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// What the demo got, and what it checked.
#[derive(Default)]
pub struct SignedIn {
    /// What was checked, and whether it held.
    pub checks: Vec<(String, bool)>,
    /// The ID token: header and claims, as JSON.
    pub id_token: (String, String),
    /// The access token: header and claims, as JSON.
    pub access_token: (String, String),
    /// The answer of the userinfo endpoint.
    pub userinfo: String,
    /// Whether there was a refresh token.
    pub has_refresh_token: bool,
    /// The ID token as it came, for signing out.
    pub id_token_hint: String,
}

/// The demo could not go on; the text says why.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct DemoError(String);

impl DemoError {
    fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl Demo {
    /// A demo of that client and user.
    #[must_use]
    pub fn new(client_id: ClientId, username: String, password: String) -> Self {
        Self { client_id, username, password, under_way: Mutex::default() }
    }

    /// Begins a sign-in: where the browser goes.
    ///
    /// # Errors
    /// [`DemoError`] when the provider cannot be discovered.
    pub async fn begin(&self, router: Router, issuer: &str) -> Result<Url, DemoError> {
        let metadata = discover(&router, issuer).await?;
        let client =
            CoreClient::from_provider_metadata(metadata, RpClientId::new(self.client_id.to_string()), None)
                .set_redirect_uri(
                    RedirectUrl::new(format!("{issuer}/demo/callback")).map_err(DemoError::of)?,
                );
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(["profile", "email", "offline_access"].map(|word| Scope::new(word.to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if under_way.len() >= CAPACITY {
            under_way.clear();
        }
        under_way.insert(state.into_secret(), UnderWay { nonce, verifier });
        Ok(url)
    }

    /// Ends it: exchanges the code, checks the tokens, asks for the claims.
    ///
    /// # Errors
    /// [`DemoError`] for an answer that is none, or tokens that do not check.
    pub async fn finish(
        &self,
        router: Router,
        issuer: &str,
        answer: &HashMap<String, String>,
    ) -> Result<SignedIn, DemoError> {
        let get = |name: &str| answer.get(name).cloned();
        let known = get("state")
            .and_then(|state| self.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&state));
        let UnderWay { nonce, verifier } =
            known.ok_or_else(|| DemoError("this sign-in was not begun here, or is finished".to_owned()))?;
        if let Some(error) = get("error") {
            return Err(DemoError(format!("{error}: {}", get("error_description").unwrap_or_default())));
        }
        let code = get("code").ok_or_else(|| DemoError("the answer holds no code".to_owned()))?;
        let metadata = discover(&router, issuer).await?;
        let client =
            CoreClient::from_provider_metadata(metadata, RpClientId::new(self.client_id.to_string()), None)
                .set_redirect_uri(
                    RedirectUrl::new(format!("{issuer}/demo/callback")).map_err(DemoError::of)?,
                );
        let http = |request| call(router.clone(), request);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(DemoError::of)?
            .set_pkce_verifier(verifier)
            .request_async(&http)
            .await
            .map_err(DemoError::of)?;
        let id_token = tokens.id_token().ok_or_else(|| DemoError("there is no ID token".to_owned()))?;
        let claims = id_token.claims(&client.id_token_verifier(), &nonce).map_err(DemoError::of)?;
        let algorithm = id_token.signing_alg().map_err(DemoError::of)?;
        let keys = client.id_token_verifier();
        let key = id_token.signing_key(&keys).map_err(DemoError::of)?;
        let hash =
            AccessTokenHash::from_token(tokens.access_token(), algorithm, key).map_err(DemoError::of)?;
        let subject = claims.subject().clone();
        let userinfo: openidconnect::core::CoreUserInfoClaims = client
            .user_info(tokens.access_token().clone(), Some(subject.clone()))
            .map_err(DemoError::of)?
            .request_async(&http)
            .await
            .map_err(DemoError::of)?;
        let checks = [
            ("state belongs to this sign-in", true),
            ("iss of the answer is the issuer (RFC 9207)", get("iss").as_deref() == Some(issuer)),
            ("the ID token's signature, iss, aud, exp and nonce are right", true),
            ("at_hash is the hash of the access token", claims.access_token_hash() == Some(&hash)),
            ("userinfo is about the same person", *userinfo.subject() == subject),
        ];
        Ok(SignedIn {
            checks: checks.map(|(what, held)| (what.to_owned(), held)).into(),
            id_token: decoded(&id_token.to_string()),
            access_token: decoded(tokens.access_token().secret()),
            userinfo: serde_json::to_string_pretty(&userinfo).unwrap_or_default(),
            has_refresh_token: tokens.refresh_token().is_some(),
            id_token_hint: id_token.to_string(),
        })
    }
}

async fn discover(router: &Router, issuer: &str) -> Result<CoreProviderMetadata, DemoError> {
    let issuer = IssuerUrl::new(issuer.to_owned()).map_err(DemoError::of)?;
    let http = |request| call(router.clone(), request);
    CoreProviderMetadata::discover_async(issuer, &http).await.map_err(DemoError::of)
}

/// One request of the demo, straight into the provider's router.
async fn call(router: Router, request: HttpRequest) -> Result<HttpResponse, DemoError> {
    let response = router.oneshot(request.map(Body::from)).await.map_err(DemoError::of)?;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(DemoError::of)?.to_bytes();
    Ok(HttpResponse::from_parts(parts, body.to_vec()))
}

/// Header and claims of a JWT, to be looked at.
fn decoded(token: &str) -> (String, String) {
    let pretty = |bytes: &[u8]| {
        let value: Value = serde_json::from_slice(bytes).unwrap_or_default();
        serde_json::to_string_pretty(&value).unwrap_or_default()
    };
    let header = token.split('.').next().and_then(|part| base64url::decode(part).ok()).unwrap_or_default();
    let claims = Unverified::parse(token).map(|token| pretty(token.payload_bytes_unverified()));
    (pretty(&header), claims.unwrap_or_default())
}
