//! The demo application of `credenza dev`: a client like any other, which signs people in with the
//! openidconnect crate and shows what it received. It calls the provider through its router, so it sees
//! what every client sees.

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

use crate::pages::DemoCheck;

/// The client of the demo in the browser.
pub const SPA_CLIENT_ID: &str = "demo-spa";
/// The most pending sign-ins that are remembered.
const CAPACITY: usize = 1000;

/// The demo client and its user.
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

/// What the demo received, and what it checked.
#[derive(Default)]
pub struct SignedIn {
    /// What was checked, and whether it held.
    pub checks: Vec<(DemoCheck, bool)>,
    /// The ID token: header and claims, as JSON.
    pub id_token: (String, String),
    /// The access token: header and claims, as JSON.
    pub access_token: (String, String),
    /// The answer of the userinfo endpoint.
    pub userinfo: String,
    /// Whether there was a refresh token.
    pub has_refresh_token: bool,
    /// The ID token as it was received, for signing out.
    pub id_token_hint: String,
}

/// The demo could not continue; the text says why, for a developer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct DemoError(String);

impl DemoError {
    fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl Demo {
    /// A demo with this client and user.
    #[must_use]
    pub fn new(client_id: ClientId, username: String, password: String) -> Self {
        Self { client_id, username, password, under_way: Mutex::default() }
    }

    /// Begins a sign-in; answers the URL that the browser goes to.
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

    /// Completes a sign-in: exchanges the code, checks the tokens, and calls userinfo.
    ///
    /// # Errors
    /// [`DemoError`] for an answer without a code, or tokens that are not valid.
    pub async fn finish(
        &self,
        router: Router,
        issuer: &str,
        answer: &HashMap<String, String>,
    ) -> Result<SignedIn, DemoError> {
        let get = |name: &str| answer.get(name).cloned();
        let known = get("state")
            .and_then(|state| self.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&state));
        let UnderWay { nonce, verifier } = known.ok_or_else(|| {
            DemoError("this sign-in was not started here, or it was completed before".to_owned())
        })?;
        if let Some(error) = get("error") {
            return Err(DemoError(format!("{error}: {}", get("error_description").unwrap_or_default())));
        }
        let code = get("code").ok_or_else(|| DemoError("the answer has no code".to_owned()))?;
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
            (DemoCheck::State, true),
            (DemoCheck::Issuer, get("iss").as_deref() == Some(issuer)),
            (DemoCheck::IdToken, true),
            (DemoCheck::AccessTokenHash, claims.access_token_hash() == Some(&hash)),
            (DemoCheck::Userinfo, *userinfo.subject() == subject),
        ];
        Ok(SignedIn {
            checks: checks.into(),
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

/// One request of the demo, handed directly to the provider's router.
async fn call(router: Router, request: HttpRequest) -> Result<HttpResponse, DemoError> {
    let response = router.oneshot(request.map(Body::from)).await.map_err(DemoError::of)?;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(DemoError::of)?.to_bytes();
    Ok(HttpResponse::from_parts(parts, body.to_vec()))
}

/// Header and claims of a JWT as indented JSON.
fn decoded(token: &str) -> (String, String) {
    let pretty = |bytes: &[u8]| {
        let value: Value = serde_json::from_slice(bytes).unwrap_or_default();
        serde_json::to_string_pretty(&value).unwrap_or_default()
    };
    let header = token.split('.').next().and_then(|part| base64url::decode(part).ok()).unwrap_or_default();
    let claims = Unverified::parse(token).map(|token| pretty(token.payload_bytes_unverified()));
    (pretty(&header), claims.unwrap_or_default())
}
