//! A service that accepts the provider's tokens: the validator, with a plain HTTP client that fetches keys for it.

use credenza_validator::fetch::Method;
use credenza_validator::{
    Decision, Fetch, IdTokenExpectations, Request as Parts, Requirement, Response as Answer, Settings, Step,
    Validator,
};

use crate::{Provider, RelyingParty, Request};

/// A service, or a client that verifies tokens.
pub struct ResourceServer {
    validator: Validator,
}

impl ResourceServer {
    /// A service that accepts the provider's own audience, with other settings than the defaults.
    #[must_use]
    pub fn of(op: &Provider, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::new(&op.issuer, &op.issuer);
        change(&mut settings);
        Self { validator: Validator::new(settings).unwrap() }
    }

    /// A client that checks its ID tokens and logout tokens.
    #[must_use]
    pub fn client(op: &Provider, rp: &RelyingParty) -> Self {
        Self { validator: Validator::new(Settings::for_client(&op.issuer, rp.client_id())).unwrap() }
    }

    /// Checks a token: its claims, or the rule that it breaks.
    pub async fn check(&self, op: &Provider, token: &str) -> Result<serde_json::Value, &'static str> {
        self.check_for(op, token, &Requirement::default()).await
    }

    /// Whether a token passes at a route with further requirements.
    pub async fn check_for(
        &self,
        op: &Provider,
        token: &str,
        requirement: &Requirement,
    ) -> Result<serde_json::Value, &'static str> {
        let authorization = format!("Bearer {token}");
        let authorization = [authorization.as_str()];
        self.decide(op, |now| self.validator.check(&Parts::bearer(&authorization), requirement, now)).await
    }

    /// Whether an ID token is good.
    pub async fn check_id_token(
        &self,
        op: &Provider,
        token: &str,
        expected: &IdTokenExpectations,
    ) -> Result<serde_json::Value, &'static str> {
        self.decide(op, |now| self.validator.check_id_token(token, expected, now)).await
    }

    /// Whether a logout token is good.
    pub async fn check_logout_token(
        &self,
        op: &Provider,
        token: &str,
    ) -> Result<serde_json::Value, &'static str> {
        self.decide(op, |now| self.validator.check_logout_token(token, now)).await
    }

    async fn decide(
        &self,
        op: &Provider,
        check: impl Fn(i64) -> Step,
    ) -> Result<serde_json::Value, &'static str> {
        loop {
            let step = check(op.now());
            if let Some(fetch) = &step.fetch {
                self.fetch(op, fetch).await;
            }
            match step.decision {
                Some(Decision::Allow(allowed)) => {
                    return Ok(serde_json::from_str(allowed.claims_json()).unwrap());
                }
                Some(Decision::Deny(denied)) => return Err(denied.rule.as_str()),
                None => {}
            }
        }
    }

    async fn fetch(&self, op: &Provider, fetch: &Fetch) {
        let method = if fetch.method == Method::Get { "GET" } else { "POST" };
        let body = fetch.body.clone().unwrap_or_default();
        let request = fetch
            .headers
            .iter()
            .fold(Request::new(method, &fetch.url).body(body), |request, (name, value)| {
                request.header(name, value)
            });
        let response = request.send().await;
        let answer = Answer {
            status: response.status.as_u16(),
            content_type: Some(response.header("content-type")),
            cache_control: Some(response.header("cache-control")),
            body: &response.body,
        };
        self.validator.fetched(fetch, Ok(answer), op.now());
    }
}
