//! The store: every noun, listed once.

use std::sync::Arc;

use crate::db::Db;
use crate::{
    AccessTokens, AdminRoles, Approvals, Authenticators, Clients, Codes, Consents, Credentials, Devices,
    EmailChallenges, EmailChanges, EventLog, Grants, Groups, Idempotency, InitialAccessTokens, Invitations,
    Keys, Leases, Logouts, Mails, Maintenance, Outbox, RateLimits, RedisStatus, RefreshTokens, Registrations,
    Replays, Requests, ResourceSecrets, Revocations, Roles, Secrets, Sessions, SignInLinks, SignUps, Tenants,
    UserDeletions, Users, WebhookDeliveries, Webhooks,
};

/// The whole of storage: a struct of nouns, cheap to clone.
#[derive(Clone)]
#[expect(missing_docs, reason = "each field is the noun of its name")]
pub struct Store {
    pub tenants: Arc<dyn Tenants>,
    pub clients: Arc<dyn Clients>,
    pub registrations: Arc<dyn Registrations>,
    pub initial_access_tokens: Arc<dyn InitialAccessTokens>,
    pub keys: Arc<dyn Keys>,
    pub resource_secrets: Arc<dyn ResourceSecrets>,
    pub secrets: Arc<dyn Secrets>,
    pub users: Arc<dyn Users>,
    pub user_deletions: Arc<dyn UserDeletions>,
    pub credentials: Arc<dyn Credentials>,
    pub authenticators: Arc<dyn Authenticators>,
    pub email_challenges: Arc<dyn EmailChallenges>,
    pub sign_in_links: Arc<dyn SignInLinks>,
    pub email_changes: Arc<dyn EmailChanges>,
    pub sign_ups: Arc<dyn SignUps>,
    pub invitations: Arc<dyn Invitations>,
    pub approvals: Arc<dyn Approvals>,
    pub groups: Arc<dyn Groups>,
    pub roles: Arc<dyn Roles>,
    pub sessions: Arc<dyn Sessions>,
    pub devices: Arc<dyn Devices>,
    pub requests: Arc<dyn Requests>,
    pub codes: Arc<dyn Codes>,
    pub grants: Arc<dyn Grants>,
    pub refresh_tokens: Arc<dyn RefreshTokens>,
    pub access_tokens: Arc<dyn AccessTokens>,
    pub revocations: Arc<dyn Revocations>,
    pub consents: Arc<dyn Consents>,
    pub replays: Arc<dyn Replays>,
    pub outbox: Arc<dyn Outbox>,
    pub event_log: Arc<dyn EventLog>,
    pub leases: Arc<dyn Leases>,
    pub logouts: Arc<dyn Logouts>,
    pub mails: Arc<dyn Mails>,
    pub rate_limits: Arc<dyn RateLimits>,
    pub admin_roles: Arc<dyn AdminRoles>,
    pub idempotency: Arc<dyn Idempotency>,
    pub webhooks: Arc<dyn Webhooks>,
    pub webhook_deliveries: Arc<dyn WebhookDeliveries>,
    pub maintenance: Arc<dyn Maintenance>,
    /// The database itself, for the contract's tests.
    #[cfg(feature = "conformance")]
    pub raw: Arc<dyn crate::conformance::raw::Raw>,
    /// Whether Redis is there, where it is used.
    pub redis: Option<RedisStatus>,
}

impl Store {
    /// A database that has every noun, as a store.
    pub(crate) fn of(db: &Arc<Db>) -> Self {
        Self {
            tenants: Arc::<Db>::clone(db),
            clients: Arc::<Db>::clone(db),
            registrations: Arc::<Db>::clone(db),
            initial_access_tokens: Arc::<Db>::clone(db),
            keys: Arc::<Db>::clone(db),
            resource_secrets: Arc::<Db>::clone(db),
            secrets: Arc::<Db>::clone(db),
            users: Arc::<Db>::clone(db),
            user_deletions: Arc::<Db>::clone(db),
            credentials: Arc::<Db>::clone(db),
            authenticators: Arc::<Db>::clone(db),
            email_challenges: Arc::<Db>::clone(db),
            sign_in_links: Arc::<Db>::clone(db),
            email_changes: Arc::<Db>::clone(db),
            sign_ups: Arc::<Db>::clone(db),
            invitations: Arc::<Db>::clone(db),
            approvals: Arc::<Db>::clone(db),
            groups: Arc::<Db>::clone(db),
            roles: Arc::<Db>::clone(db),
            sessions: Arc::<Db>::clone(db),
            devices: Arc::<Db>::clone(db),
            requests: Arc::<Db>::clone(db),
            codes: Arc::<Db>::clone(db),
            grants: Arc::<Db>::clone(db),
            refresh_tokens: Arc::<Db>::clone(db),
            access_tokens: Arc::<Db>::clone(db),
            revocations: Arc::<Db>::clone(db),
            consents: Arc::<Db>::clone(db),
            replays: Arc::<Db>::clone(db),
            outbox: Arc::<Db>::clone(db),
            event_log: Arc::<Db>::clone(db),
            leases: Arc::<Db>::clone(db),
            logouts: Arc::<Db>::clone(db),
            mails: Arc::<Db>::clone(db),
            rate_limits: Arc::<Db>::clone(db),
            admin_roles: Arc::<Db>::clone(db),
            idempotency: Arc::<Db>::clone(db),
            webhooks: Arc::<Db>::clone(db),
            webhook_deliveries: Arc::<Db>::clone(db),
            maintenance: Arc::<Db>::clone(db),
            #[cfg(feature = "conformance")]
            raw: Arc::<Db>::clone(db),
            redis: None,
        }
    }
}
