//! Credenza's storage: one trait per noun of the specs, one method per event of a protocol.
//!
//! The rules that every backend keeps, and that [`conformance`] checks:
//!
//! 1. The tenant comes first and `now` last, in every method; every table has `tenant_id`, but for
//!    what is the installation's own (its revision, its secrets and its leases).
//! 2. Only hashes of secrets come in, or ciphertext; the plain token type cannot be stored.
//! 3. Absent is `None` or a variant. [`StoreError`] means that the store itself failed.
//! 4. A lost race is an `Ok` answer, so that the revocation that follows it commits.
//! 5. What can be spent once is spent by one `UPDATE … WHERE unspent` whose affected rows are
//!    counted: one winner, no retry, on every database.
//! 6. A grant is revoked, not its tokens: each token names its grant and lives only while that
//!    lives. A grant lives while it is neither revoked nor expired, its tenant, client and user are
//!    enabled, and client and user are in the epoch in which it was born: disabling begins a new one, as
//!    does a new password, so that one short write ends a million grants, and no race revives one.
//!
//! Each method is atomic alone; no transaction reaches across the trait.

#![expect(
    clippy::duplicate_mod,
    reason = "`sql` is compiled once for each database: its text is one, its types are the database's"
)]

use std::sync::Arc;

pub mod access_tokens;
pub mod clients;
pub mod codes;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod consents;
mod counters;
pub mod credentials;
mod error;
mod failpoint;
pub mod grants;
pub mod initial_access_tokens;
mod kept;
pub mod keys;
pub mod leases;
pub mod logouts;
pub mod maintenance;
mod mysql;
pub mod open;
pub mod outbox;
mod pooled;
mod postgres;
pub mod rate_limits;
pub mod redis;
pub mod refresh_tokens;
pub mod registrations;
pub mod replays;
pub mod requests;
pub mod revocations;
mod schema;
pub mod secrets;
mod seen;
pub mod sessions;
mod sqlite;
pub mod tenants;
pub mod users;
mod value;

pub use access_tokens::{AccessTokenRecord, AccessTokens, Jwt, RevokedToken};
pub use clients::{ClientRecord, Clients, Registered};
pub use codes::{Admission, CodeRecord, Codes, NewCode, Spend};
pub use consents::Consents;
pub use counters::Counters;
pub use credentials::Credentials;
pub use error::{Result, StoreError};
pub use grants::{Grants, LiveGrant};
pub use initial_access_tokens::{InitialAccessTokenRecord, InitialAccessTokens};
pub use keys::{KeyRecord, Keys};
pub use leases::Leases;
pub use logouts::{Logout, Logouts};
pub use maintenance::Maintenance;
pub use open::{OpenError, Options, PoolOptions, check_url, migrate, open};
pub use outbox::{Events, Outbox, Sink, Waiting};
pub use rate_limits::{RateLimits, Take};
pub use redis::{RedisOptions, RedisStatus, RedisStream};
pub use refresh_tokens::{NewRefreshToken, RefreshRecord, RefreshTokens, Rotate};
pub use registrations::{NewRegistration, Registrations};
pub use replays::Replays;
pub use requests::{RequestRecord, Requests};
pub use revocations::{Revocation, Revocations};
pub use secrets::{SealedAt, Secrets, encryption_keys_of};
pub use sessions::{SessionRecord, Sessions};
pub use tenants::Tenants;
pub use users::{Created, Users};

/// The whole of storage: a struct of nouns, cheap to clone.
#[derive(Clone)]
#[expect(missing_docs, reason = "each field is the noun of its name")]
pub struct Store {
    pub tenants: Arc<dyn Tenants>,
    pub clients: Arc<dyn Clients>,
    pub registrations: Arc<dyn Registrations>,
    pub initial_access_tokens: Arc<dyn InitialAccessTokens>,
    pub keys: Arc<dyn Keys>,
    pub secrets: Arc<dyn Secrets>,
    pub users: Arc<dyn Users>,
    pub credentials: Arc<dyn Credentials>,
    pub sessions: Arc<dyn Sessions>,
    pub requests: Arc<dyn Requests>,
    pub codes: Arc<dyn Codes>,
    pub grants: Arc<dyn Grants>,
    pub refresh_tokens: Arc<dyn RefreshTokens>,
    pub access_tokens: Arc<dyn AccessTokens>,
    pub revocations: Arc<dyn Revocations>,
    pub consents: Arc<dyn Consents>,
    pub replays: Arc<dyn Replays>,
    pub outbox: Arc<dyn Outbox>,
    pub leases: Arc<dyn Leases>,
    pub logouts: Arc<dyn Logouts>,
    pub rate_limits: Arc<dyn RateLimits>,
    pub maintenance: Arc<dyn Maintenance>,
    /// Whether Redis is there, where it is used.
    pub redis: Option<RedisStatus>,
}
