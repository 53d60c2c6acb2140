//! Credenza's storage: one trait per noun of the specs, one method per event of a protocol.
//!
//! The rules that every backend keeps, and that [`conformance`] checks:
//!
//! 1. The tenant comes first in every method, and where time matters `now` comes last. Every table has a `tenant_id`,
//!    but for what belongs to the installation (its revision, its secrets and its leases).
//! 2. Only hashes of secrets come in, or ciphertext; the plain token type cannot be stored.
//! 3. Absent is `None` or a variant. [`StoreError`] means that the store itself failed.
//! 4. A lost race is an `Ok` answer, so that the revocation that follows it commits.
//! 5. What can be spent once is spent by one `UPDATE … WHERE unspent` whose affected rows are
//!    counted: one winner, no retry, on every database.
//! 6. A grant is revoked, not its tokens: each token names its grant and lives only while that
//!    lives. A grant lives while it is neither revoked nor expired, its tenant, client and user are
//!    enabled, and client and user are in the epoch in which it was given: disabling begins a new one, as does a new
//!    password, so that one short write ends a million grants, and no race revives one.
//! 7. What is edited has a version. An update names the version that the editor read, and is [`Update::Stale`] if there
//!    is a newer one.
//! 8. What is stored as JSON has forms of its own: a reader ignores members that it does not know, an update keeps them,
//!    and a row that cannot be read fails alone.
//!
//! Each method is atomic by itself; no transaction spans two of them.

pub mod access_tokens;
mod actor;
pub mod admin_roles;
mod any_table;
pub mod approvals;
pub mod authenticators;
mod clash;
pub mod clients;
pub mod codes;
#[cfg(feature = "conformance")]
pub mod conformance;
mod conn;
pub mod consents;
mod counters;
pub mod credentials;
mod db;
pub mod devices;
pub mod email_challenges;
pub mod email_changes;
mod error;
pub mod event_log;
mod failpoint;
pub mod grants;
pub mod groups;
pub mod idempotency;
pub mod initial_access_tokens;
pub mod invitations;
mod kept;
pub mod keys;
pub mod leases;
pub mod logouts;
pub mod mails;
pub mod maintenance;
#[cfg(feature = "mysql")]
mod mysql;
pub mod open;
pub mod outbox;
mod page;
#[cfg(feature = "pooled")]
mod pooled;
#[cfg(feature = "postgres")]
mod postgres;
pub mod rate_limits;
#[cfg(feature = "redis")]
pub mod redis;
mod redis_options;
pub mod refresh_tokens;
pub mod registrations;
pub mod replays;
pub mod requests;
pub mod resource_secrets;
pub mod revocations;
pub mod roles;
mod schema;
mod scope;
pub mod secrets;
mod seen;
pub mod sessions;
pub mod sign_in_links;
pub mod sign_ups;
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
mod stored;
pub mod tenants;
mod update;
pub mod user_deletions;
pub mod users;
mod value;
pub mod webhook_deliveries;
pub mod webhooks;

pub use access_tokens::{AccessTokenRecord, AccessTokens, Jwt, RevokedToken};
pub use actor::{Rights, acting, acting_by};
pub use admin_roles::{AdminRoles, Granted};
pub use approvals::{Approvals, Decided};
pub use authenticators::{AuthenticatorMade, AuthenticatorRecord, Authenticators};
pub use clash::Clash;
pub use clients::{ClientRecord, Clients, Registered};
pub use codes::{Admission, CodeRecord, Codes, NewCode, Spend};
pub use consents::Consents;
pub use counters::Counters;
pub use credentials::{Credentials, PasswordChange};
pub use devices::{DeviceMade, DeviceRecord, Devices, PushToken};
pub use email_challenges::{
    EmailChallenge, EmailChallenges, EmailPurpose, NewEmailChallenge, PendingChallenge,
};
pub use email_changes::{
    EmailChange, EmailChanged, EmailChanges, EmailRestored, EmailUndo, NewEmailChange, NewEmailUndo, NewReset,
};
pub use error::{Result, StoreError};
pub use event_log::{Batch, EventLog, EventOrder, EventPlace, EventsAsked, KeptEvent};
pub use grants::{Grants, LiveGrant, UsedGrant};
pub use groups::{Groups, Linked};
pub use idempotency::{Claimed, Idempotency};
pub use initial_access_tokens::{InitialAccessTokenRecord, InitialAccessTokens};
pub use invitations::{InvitationChange, Invitations};
pub use keys::{KeyRecord, Keys};
pub use leases::Leases;
pub use logouts::{Logout, Logouts};
pub use mails::{Mail, Mails, NewMail};
pub use maintenance::{Changes, Maintenance, Room};
pub use open::{OpenError, Options, PoolOptions, check_url, migrate, open};
pub use outbox::{Events, Outbox, Sink, Waiting};
pub use rate_limits::{Change, Counted, RateLimits, Take};
#[cfg(feature = "redis")]
pub use redis::RedisStream;
pub use redis_options::{RedisOptions, RedisStatus};
pub use refresh_tokens::{NewRefreshToken, RefreshRecord, RefreshTokens, Rotate};
pub use registrations::{NewRegistration, Registrations};
pub use replays::Replays;
pub use requests::{RequestRecord, Requests};
pub use resource_secrets::{ResourceSecretRecord, ResourceSecrets};
pub use revocations::{Revocation, Revocations};
pub use roles::{Asked, Roles, Standing};
pub use secrets::{FurtherSecret, SealedAt, Secrets, encryption_keys_of};
pub use sessions::{SessionRecord, Sessions};
pub use sign_in_links::{NewSignInLink, SignInLink, SignInLinkKind, SignInLinks};
pub use sign_ups::{NewSignUp, SignUp, SignUpKind, SignUps, SignedUp};
pub use store::Store;
pub use tenants::Tenants;
pub use update::{Expected, Update};
pub use user_deletions::{NewUserDeletion, UserDeletion, UserDeletions};
pub use users::{Created, Login, Passed, Step, UserPlace, Users};
pub use webhook_deliveries::{Attempted, Delivery, NewDelivery, WebhookDeliveries};
pub use webhooks::{WebhookMade, WebhookSecretRecord, Webhooks};
