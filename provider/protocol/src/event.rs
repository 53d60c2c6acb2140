//! Events: what other systems are told of changes, in the envelope of CloudEvents 1.0.
//!
//! An event names what changed and how, by ids. It holds no secret and nothing about a person but their ids: who
//! needs more asks for it, and so sees it as it is then. An ended session or a revoked grant is told once for
//! all that it covers, however many there were.

use chrono::{DateTime, SecondsFormat};
use credenza_validator::algorithm::Algorithm;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{ClientId, GrantId, KeyId, SessionId, TenantId, UserId};
use crate::time::Time;

/// `specversion` of CloudEvents 1.0.
pub const SPEC_VERSION: &str = "1.0";
/// `source`: the same on every node, and whatever the issuer's host is called.
pub const SOURCE: &str = "credenza";
/// `dataversion`: fields may be added to `data` and types of events to the list; whatever else changes moves it.
pub const DATA_VERSION: &str = "1";

/// What happened: `type` and `data` of the envelope.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    /// A tenant was made.
    #[serde(rename = "tenant.created")]
    TenantCreated(OfTenant),
    /// Its settings changed.
    #[serde(rename = "tenant.updated")]
    TenantUpdated(OfTenant),
    /// It can do nothing until it is enabled.
    #[serde(rename = "tenant.disabled")]
    TenantDisabled(OfTenant),
    /// It can do again what it could; its grants count again.
    #[serde(rename = "tenant.enabled")]
    TenantEnabled(OfTenant),
    /// It is gone, and everything of it.
    #[serde(rename = "tenant.deleted")]
    TenantDeleted(OfTenant),
    /// An account was made.
    #[serde(rename = "user.created")]
    UserCreated(OfUser),
    /// Its username or its claims changed.
    #[serde(rename = "user.updated")]
    UserUpdated(OfUser),
    /// It has a new password.
    #[serde(rename = "user.password_changed")]
    UserPasswordChanged(OfUser),
    /// It can do nothing until it is enabled.
    #[serde(rename = "user.disabled")]
    UserDisabled(OfUser),
    /// It can sign in again.
    #[serde(rename = "user.enabled")]
    UserEnabled(OfUser),
    /// It is gone, and everything of it.
    #[serde(rename = "user.deleted")]
    UserDeleted(OfUser),
    /// The person proved who they are, in a new session or again in one.
    #[serde(rename = "user.signed_in")]
    UserSignedIn(SignIn),
    /// A session began.
    #[serde(rename = "session.started")]
    SessionStarted(SignIn),
    /// One session was ended, or every session of a user. That one expired is not told.
    #[serde(rename = "session.ended")]
    SessionEnded(Ended),
    /// Grants were revoked, and every token of them.
    #[serde(rename = "grant.revoked")]
    GrantRevoked(Revoked),
    /// A client was made.
    #[serde(rename = "client.created")]
    ClientCreated(OfClient),
    /// Its metadata or its secret changed.
    #[serde(rename = "client.updated")]
    ClientUpdated(OfClient),
    /// It can do nothing until it is enabled.
    #[serde(rename = "client.disabled")]
    ClientDisabled(OfClient),
    /// It can be used again.
    #[serde(rename = "client.enabled")]
    ClientEnabled(OfClient),
    /// It is gone, and everything of it.
    #[serde(rename = "client.deleted")]
    ClientDeleted(OfClient),
    /// A signing key was made.
    #[serde(rename = "key.created")]
    KeyCreated(NewKey),
    /// It was decided when the key begins to sign, or when it goes.
    #[serde(rename = "key.scheduled")]
    KeyScheduled(KeySchedule),
    /// It neither signs nor is published until it is enabled.
    #[serde(rename = "key.disabled")]
    KeyDisabled(OfKey),
    /// It is published again.
    #[serde(rename = "key.enabled")]
    KeyEnabled(OfKey),
    /// It is gone, since its time had come: what it signed is dead.
    #[serde(rename = "key.retired")]
    KeyRetired(OfKey),
    /// It is gone, and what it signed is no longer good.
    #[serde(rename = "key.deleted")]
    KeyDeleted(OfKey),
}

/// A tenant.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct OfTenant {
    /// Its id.
    pub tenant_id: TenantId,
}

/// A user.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct OfUser {
    /// `sub`.
    pub user_id: UserId,
}

/// A client.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct OfClient {
    /// Its id.
    pub client_id: ClientId,
}

/// A signing key.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct OfKey {
    /// Its id.
    pub kid: KeyId,
}

/// How a person proved who they are.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct SignIn {
    /// Who.
    pub user_id: UserId,
    /// In which session.
    pub sid: SessionId,
    /// By what (RFC 8176).
    pub amr: Vec<String>,
}

/// Sessions that ended.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct Ended {
    /// Whose.
    pub user_id: UserId,
    /// Which one; every session of the user without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<SessionId>,
}

/// Grants that were revoked: all that have every id that is named here.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct Revoked {
    /// This grant alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<GrantId>,
    /// Those of this client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// Those that this user gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// Those that were given in this session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<SessionId>,
    /// Those with `offline_access` live on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub except_offline: bool,
}

/// A new signing key.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct NewKey {
    /// Its id.
    pub kid: KeyId,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// When it begins to sign, in seconds since the epoch.
    pub active_at: Time,
}

/// A change of what a key is to do when, in seconds since the epoch.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct KeySchedule {
    /// Its id.
    pub kid: KeyId,
    /// When it begins to sign, if that was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_at: Option<Time>,
    /// When it goes, if it is to go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retire_at: Option<Time>,
}

impl Event {
    /// `subject`: the id of what it is about. Events of one subject are told in the order in which they happened.
    #[must_use]
    pub fn subject(&self) -> &str {
        match self {
            Self::TenantCreated(of)
            | Self::TenantUpdated(of)
            | Self::TenantDisabled(of)
            | Self::TenantEnabled(of)
            | Self::TenantDeleted(of) => of.tenant_id.as_str(),
            Self::UserCreated(of)
            | Self::UserUpdated(of)
            | Self::UserPasswordChanged(of)
            | Self::UserDisabled(of)
            | Self::UserEnabled(of)
            | Self::UserDeleted(of) => of.user_id.as_str(),
            Self::UserSignedIn(of) => of.user_id.as_str(),
            Self::SessionStarted(of) => of.sid.as_str(),
            Self::SessionEnded(of) => of.sid.as_ref().map_or(of.user_id.as_str(), SessionId::as_str),
            Self::GrantRevoked(of) => of.subject(),
            Self::ClientCreated(of)
            | Self::ClientUpdated(of)
            | Self::ClientDisabled(of)
            | Self::ClientEnabled(of)
            | Self::ClientDeleted(of) => of.client_id.as_str(),
            Self::KeyCreated(of) => of.kid.as_str(),
            Self::KeyScheduled(of) => of.kid.as_str(),
            Self::KeyDisabled(of) | Self::KeyEnabled(of) | Self::KeyRetired(of) | Self::KeyDeleted(of) => {
                of.kid.as_str()
            }
        }
    }
}

impl Revoked {
    fn subject(&self) -> &str {
        let grant = self.grant_id.as_ref().map(GrantId::as_str);
        let session = || self.sid.as_ref().map(SessionId::as_str);
        let user = || self.user_id.as_ref().map(UserId::as_str);
        let client = || self.client_id.as_ref().map(ClientId::as_str);
        grant.or_else(session).or_else(user).or_else(client).unwrap_or_default()
    }
}

/// What an event gets when it happens.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stamp {
    /// `id`: random, the same in each delivery and on every way.
    pub id: String,
    /// When it happened.
    pub at: Time,
}

/// An event as it is delivered (CloudEvents 1.0, section 3; JSON event format).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct Envelope {
    /// Always `1.0`.
    pub specversion: String,
    /// Tells it from all others; who saw it before has seen this event.
    pub id: String,
    /// Always `credenza`.
    pub source: String,
    /// What it is about.
    pub subject: String,
    /// When it happened (RFC 3339, UTC).
    pub time: String,
    /// Always `application/json`.
    pub datacontenttype: String,
    /// The tenant in which it happened.
    pub tenantid: TenantId,
    /// The version of `data`.
    pub dataversion: String,
    /// `type` and `data`.
    #[serde(flatten)]
    pub event: Event,
}

impl Envelope {
    /// The event of that tenant.
    #[must_use]
    pub fn new(stamp: &Stamp, tenant: &TenantId, event: Event) -> Self {
        let time = DateTime::from_timestamp(stamp.at.seconds(), 0).unwrap_or_default();
        Self {
            specversion: SPEC_VERSION.to_owned(),
            id: stamp.id.clone(),
            source: SOURCE.to_owned(),
            subject: event.subject().to_owned(),
            time: time.to_rfc3339_opts(SecondsFormat::Secs, true),
            datacontenttype: "application/json".to_owned(),
            tenantid: tenant.clone(),
            dataversion: DATA_VERSION.to_owned(),
            event,
        }
    }
}

/// `type` of an envelope that was written as JSON, without reading the rest of it.
#[must_use]
pub fn type_of(body: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Type {
        r#type: String,
    }
    serde_json::from_str::<Type>(body).ok().map(|found| found.r#type)
}

#[cfg(test)]
mod tests;
