//! oxide-auth: tokens of an issuer behind its trait `Issuer`, so that the resource flow of an application that is built
//! on it goes by our validator.
//!
//! ```
//! use credenza_connectors::oxide_auth::Tokens;
//! use credenza_connectors::{Settings, Validator};
//!
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! let validator = Validator::new(Settings::new("https://id.example", "https://api.example"))?;
//! if let Err(trouble) = validator.ready().await {
//!     eprintln!("the issuer cannot be reached: {trouble}");
//! }
//! let tokens = Tokens::new(validator); // the `issuer` of an endpoint
//! # Ok(())
//! # }
//! ```
//!
//! What that interface loses, against the guards of this crate:
//!
//! - It is handed the token alone: there is no DPoP (RFC 9449) and no TLS certificate (RFC 8705). Tokens bound to their
//!   sender are refused.
//! - It answers with a grant, or nothing, or `()`: why a token is refused does not come through. The log has it. The
//!   challenge is oxide-auth's own.
//! - A grant has an owner, a client, scopes and an end. Its `redirect_uri`, which a token does not have, is the issuer's
//!   URL. Roles, tenant and all else are in the extension `claims`, as JSON.
//! - The check is not asynchronous, so that nothing can be fetched within it: [`Tokens`] fails with `()` until the keys
//!   are there, and begins to fetch them. [`AsyncTokens`], for oxide-auth-async, waits.
//! - Issuing and refreshing is the issuer's: it fails here.

use async_trait::async_trait;
use chrono::DateTime;
use credenza_validator::{Allowed, Decision, NumericDate, Requirement};
use oxide_auth::primitives::grant::{Extensions, Grant, Value};
use oxide_auth::primitives::issuer::{IssuedToken, Issuer, RefreshedToken};
use oxide_auth::primitives::scope::Scope;
use url::Url;

use crate::{Caller, Validator};

/// Tokens for the endpoints of oxide-auth.
#[derive(Clone)]
pub struct Tokens(Validator);

/// Tokens for the endpoints of oxide-auth-async.
#[derive(Clone)]
pub struct AsyncTokens(Validator);

impl Tokens {
    /// Those that this validator accepts.
    #[must_use]
    pub const fn new(validator: Validator) -> Self {
        Self(validator)
    }
}

impl AsyncTokens {
    /// Those that this validator accepts.
    #[must_use]
    pub const fn new(validator: Validator) -> Self {
        Self(validator)
    }
}

impl Issuer for Tokens {
    fn issue(&mut self, _: Grant) -> Result<IssuedToken, ()> {
        Err(())
    }

    fn refresh(&mut self, _: &str, _: Grant) -> Result<RefreshedToken, ()> {
        Err(())
    }

    fn recover_token<'a>(&'a self, token: &'a str) -> Result<Option<Grant>, ()> {
        let decision = self.0.check_token_now(token, &Requirement::default()).ok_or(())?;
        grant(&self.0, decision)
    }

    fn recover_refresh<'a>(&'a self, _: &'a str) -> Result<Option<Grant>, ()> {
        Ok(None)
    }
}

#[async_trait]
impl oxide_auth_async::primitives::Issuer for AsyncTokens {
    async fn issue(&mut self, _: Grant) -> Result<IssuedToken, ()> {
        Err(())
    }

    async fn refresh(&mut self, _: &str, _: Grant) -> Result<RefreshedToken, ()> {
        Err(())
    }

    async fn recover_token(&mut self, token: &str) -> Result<Option<Grant>, ()> {
        let decision = self.0.check_token(token, &Requirement::default()).await;
        grant(&self.0, decision)
    }

    async fn recover_refresh(&mut self, _: &str) -> Result<Option<Grant>, ()> {
        Ok(None)
    }
}

/// The grant of a token that is accepted, nothing for one that is not, and an error where that could not be decided.
fn grant(validator: &Validator, decision: Decision) -> Result<Option<Grant>, ()> {
    match decision {
        Decision::Allow(allowed) => of_claims(validator, allowed).map(Some),
        Decision::Deny(denied) => {
            let (rule, reason) = (denied.rule.as_str(), &denied.detail.reason);
            tracing::info!(target: "credenza", rule, status = denied.status, reason, "refused");
            if denied.status == 503 { Err(()) } else { Ok(None) }
        }
    }
}

fn of_claims(validator: &Validator, allowed: Allowed) -> Result<Grant, ()> {
    let issuer = validator.about().issuer_of(allowed.claims().iss.as_deref());
    let mut extensions = Extensions::new();
    extensions.set_raw("claims".to_owned(), Value::private(Some(allowed.claims_json().to_owned())));
    let caller = Caller::new(allowed, std::sync::Arc::clone(&issuer.claim_names));
    let scope: Scope = caller.known().scope.as_deref().unwrap_or_default().parse().map_err(drop)?;
    let NumericDate(exp) = caller.known().times.exp.ok_or(())?;
    Ok(Grant {
        owner_id: caller.sub().ok_or(())?.to_owned(),
        client_id: caller.client_id().ok_or(())?.to_owned(),
        scope,
        redirect_uri: Url::parse(&issuer.issuer).map_err(drop)?,
        until: DateTime::from_timestamp(exp, 0).ok_or(())?,
        extensions,
    })
}
