//! A grant: what a person allowed a client at one time. Revoking it revokes all its tokens.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::claims::ClaimsRequest;
use crate::ids::{ClientId, GrantId, SessionId, UserId};
use crate::lifetimes::Lifetimes;
use crate::scope::Scope;
use crate::time::Time;

/// A grant, and how the person had signed in.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct Grant {
    /// Its id.
    pub grant_id: GrantId,
    /// The client that may use it.
    pub client_id: ClientId,
    /// The person who gave it.
    pub user_id: UserId,
    /// The session in which it was given.
    pub sid: SessionId,
    /// Whether it outlives that session (`offline_access`, OpenID Connect Core 11).
    pub offline: bool,
    /// The granted scope.
    pub scope: Scope,
    /// The resources it may be used at (RFC 8707); empty when none was named.
    pub resource: Vec<String>,
    /// The claims requested by name (OpenID Connect Core 5.5).
    pub claims: ClaimsRequest,
    /// `auth_time` of the session when it was given.
    pub auth_time: Time,
    /// Whether ID tokens carry `auth_time`: `max_age` was asked, or the client always wants it.
    pub wants_auth_time: bool,
    /// `amr` of the session.
    pub amr: Vec<String>,
    /// `acr` of the session.
    pub acr: Option<String>,
    /// When it was given.
    pub created_at: Time,
    /// When it ends, however often it is refreshed.
    pub expires_at: Time,
}

impl Grant {
    /// When it ends, however often it is refreshed: by the lifetimes of the time at which it was given, or by those of
    /// today if they end it earlier. One that is bound to its session is bound to the session's lifetime as well.
    #[must_use]
    pub fn ends_at(&self, lifetimes: &Lifetimes) -> Time {
        let ends_at = self.expires_at.min(self.created_at + lifetimes.grant);
        if self.offline { ends_at } else { ends_at.min(self.auth_time + lifetimes.session) }
    }
}
