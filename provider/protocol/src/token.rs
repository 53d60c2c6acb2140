//! The token endpoint (RFC 6749 3.2).
//!
//! [`TokenRequest::read`] parses; one file per grant decides. Tokens are minted from [`Redeemed`] or
//! [`client_credentials::Allowed`] alone, and only the rules of the grants can make one: no code that
//! was not spent, no refresh token that was not judged, and no request that was not allowed, ever becomes a token.

pub mod authorization_code;
pub mod client_credentials;
mod error;
mod grant_secret;
pub mod refresh_token;
mod request;
mod response;

pub use error::Error;
pub use request::TokenRequest;
pub use response::TokenResponse;

use std::collections::BTreeSet;

use crate::client::Client;
use crate::grant::Grant;
use crate::resource;
use crate::scope::Scope;

/// The client of a token request, with what the provider knows beside its record.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// The client, authenticated.
    pub client: &'a Client,
    /// The resources that are closed: every client that serves one of them is disabled.
    pub closed: &'a BTreeSet<String>,
}

/// A grant that was redeemed, by a code or a refresh token, with what this answer is for.
#[derive(Debug)]
#[must_use]
pub struct Redeemed {
    grant: Grant,
    scope: Scope,
    resource: Vec<String>,
    nonce: Option<String>,
}

impl Redeemed {
    /// Narrows a grant to what a token request names, of what was granted and is still the client's to ask
    /// for: an operator may have taken a scope or a resource from it since, or closed a resource.
    fn narrowed(
        grant: Grant,
        asker: Asker<'_>,
        scope: Option<&Scope>,
        resource: &[String],
        nonce: Option<String>,
    ) -> Result<Self, Error> {
        let Asker { client, closed } = asker;
        let left = grant.scope.intersection(&client.scope);
        let scope = scope.unwrap_or(&left).clone();
        if scope.is_empty() || !scope.is_subset(&left) {
            return Err(Error::ScopeTooWide);
        }
        let named = resource.iter().map(String::as_str);
        let resource = resource::narrowed(&grant.resource, client, closed, named)?;
        Ok(Self { grant, scope, resource, nonce })
    }

    /// The whole of a grant that is being given at this very moment.
    pub(crate) fn whole(grant: Grant, nonce: Option<String>) -> Self {
        Self { scope: grant.scope.clone(), resource: grant.resource.clone(), nonce, grant }
    }

    /// The grant.
    #[must_use]
    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    /// What the access token allows: the grant's scope, or less.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Where the access token may be used.
    #[must_use]
    pub fn resource(&self) -> &[String] {
        &self.resource
    }

    /// The `nonce` of the request whose code was redeemed; a refreshed ID token has none
    /// (OpenID Connect Core 12.2).
    #[must_use]
    pub fn nonce(&self) -> Option<&str> {
        self.nonce.as_deref()
    }
}
