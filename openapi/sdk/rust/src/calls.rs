//! How calls are made: with an access token, and again where they may be.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{Extensions, HeaderName, HeaderValue, Method, StatusCode};
use rand::Rng as _;
use reqwest::{Request, Response};
use reqwest_middleware::{ClientBuilder, Middleware, Next, Result};

use crate::apis::configuration::Configuration;
use crate::facts::is_creation;
use crate::tokens::TokenSource;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// How calls are tried again.
#[derive(Clone, Copy, Debug)]
pub struct Retries {
    /// How often a call is tried in all; 1 tries nothing again.
    pub attempts: u32,
    /// The longest `Retry-After` that is waited for.
    pub longest: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self { attempts: 4, longest: Duration::from_secs(60) }
    }
}

/// The admin API of the tenant with this issuer, such as `https://id.example.com/t/acme`: the first argument of every
/// operation. That of the default tenant has what is about the installation too.
pub fn admin(issuer: &str, tokens: impl TokenSource + 'static, retries: Retries) -> Configuration {
    let calls = Calls { tokens: Arc::new(tokens), retries };
    Configuration {
        base_path: issuer.trim_end_matches('/').to_owned(),
        user_agent: Some(format!("credenza-admin-rust/{}", crate::VERSION)),
        client: ClientBuilder::new(reqwest::Client::new()).with(calls).build(),
        ..Configuration::default()
    }
}

struct Calls {
    tokens: Arc<dyn TokenSource>,
    retries: Retries,
}

#[async_trait::async_trait]
impl Middleware for Calls {
    async fn handle(
        &self,
        mut call: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        let creation = is_creation(call.method().as_str(), call.url().path());
        prepare(&mut call, creation);
        let repeatable = creation || [Method::GET, Method::PUT, Method::DELETE].contains(call.method());
        let mut renewed = false;
        let mut attempt = 1;
        loop {
            let token = self.token().await?;
            let Some(request) = with_token(&call, &token)? else {
                // Its body can be read once only.
                set_token(&mut call, &token)?;
                return next.run(call, extensions).await;
            };
            let outcome = next.clone().run(request, extensions).await;
            if !renewed
                && outcome.as_ref().is_ok_and(|response| response.status() == StatusCode::UNAUTHORIZED)
            {
                // It may have been revoked, or the provider's keys are new: once more with another token.
                renewed = true;
                self.tokens.refused(&token).await;
                if self.token().await? != token {
                    continue;
                }
            }
            let wait = wait(attempt, &outcome);
            let (outcome, again) = may_repeat(outcome, repeatable, creation).await;
            if !again || attempt >= self.retries.attempts || wait > self.retries.longest {
                return outcome;
            }
            drop(outcome);
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }
}

impl Calls {
    async fn token(&self) -> Result<String> {
        self.tokens.token().await.map_err(reqwest_middleware::Error::middleware)
    }
}

fn prepare(call: &mut Request, creation: bool) {
    if *call.method() == Method::PATCH {
        // The generated code says of every body that it is JSON and nothing more.
        call.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/merge-patch+json"));
    }
    if creation && !call.headers().contains_key(IDEMPOTENCY_KEY) {
        let key = format!("{:032x}", rand::rng().random::<u128>());
        if let Ok(key) = HeaderValue::from_str(&key) {
            call.headers_mut().insert(IDEMPOTENCY_KEY, key);
        }
    }
}

fn with_token(call: &Request, token: &str) -> Result<Option<Request>> {
    let Some(mut request) = call.try_clone() else { return Ok(None) };
    set_token(&mut request, token)?;
    Ok(Some(request))
}

fn set_token(request: &mut Request, token: &str) -> Result<()> {
    let mut value =
        HeaderValue::from_str(&format!("Bearer {token}")).map_err(reqwest_middleware::Error::middleware)?;
    value.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(())
}

// What was refused for now (429, 503) was not carried out. Where it is not known whether it was, only what may be carried out
// twice is repeated: by its method, or by its Idempotency-Key.
async fn may_repeat(outcome: Result<Response>, repeatable: bool, creation: bool) -> (Result<Response>, bool) {
    let Ok(response) = outcome else { return (outcome, repeatable) };
    match response.status().as_u16() {
        429 | 503 => (Ok(response), true),
        502 | 504 => (Ok(response), repeatable),
        // An earlier attempt with the same key may still be under way.
        409 if creation => under_way(response).await,
        _ => (Ok(response), false),
    }
}

async fn under_way(response: Response) -> (Result<Response>, bool) {
    let mut head = http::Response::new(());
    *head.status_mut() = response.status();
    *head.headers_mut() = response.headers().clone();
    match response.text().await {
        Ok(body) => {
            let again = body.contains("/problems/idempotency-key-in-use");
            (Ok(Response::from(head.map(|()| body))), again)
        }
        Err(error) => (Err(error.into()), true),
    }
}

// What Retry-After says (RFC 9110 10.2.3), or else twice as long each time, and by chance somewhat less, so that callers do
// not come back together.
fn wait(attempt: u32, outcome: &Result<Response>) -> Duration {
    let said = outcome.as_ref().ok().and_then(|response| response.headers().get(RETRY_AFTER)?.to_str().ok());
    if let Some(seconds) = said.and_then(|said| said.parse().ok()) {
        return Duration::from_secs(seconds);
    }
    if let Some(date) = said.and_then(|said| httpdate::parse_http_date(said).ok()) {
        return date.duration_since(SystemTime::now()).unwrap_or_default();
    }
    let most = (250_u64 << attempt.min(6)).min(8000);
    Duration::from_millis(rand::rng().random_range(most / 2..most))
}
