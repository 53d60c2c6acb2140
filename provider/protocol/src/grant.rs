//! A grant: what a person allowed a client at one time. Revoke it, and every token of it is dead.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::claims::ClaimsRequest;
use crate::ids::{ClientId, GrantId, SessionId, UserId};
use crate::scope::Scope;
use crate::time::Time;

/// What was allowed, and how the person had signed in.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct Grant {
    /// Its own name.
    pub grant_id: GrantId,
    /// Who may use it.
    pub client_id: ClientId,
    /// Who allowed it.
    pub user_id: UserId,
    /// The session in which it was allowed.
    pub sid: SessionId,
    /// Whether it outlives that session (`offline_access`, OpenID Connect Core 11).
    pub offline: bool,
    /// What was allowed.
    pub scope: Scope,
    /// The resources it may be used at (RFC 8707); empty when none was named.
    pub resource: Vec<String>,
    /// The claims asked for one by one (OpenID Connect Core 5.5).
    pub claims: ClaimsRequest,
    /// `auth_time` of the session when it was allowed.
    pub auth_time: Time,
    /// Whether ID tokens carry `auth_time`: `max_age` was asked, or the client always wants it.
    pub wants_auth_time: bool,
    /// `amr` of the session.
    pub amr: Vec<String>,
    /// `acr` that the sign-in reached, when one was asked for.
    pub acr: Option<String>,
    /// When it was allowed.
    pub created_at: Time,
    /// When it ends, however often it is refreshed.
    pub expires_at: Time,
}
