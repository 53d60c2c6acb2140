//! The store: every noun, listed once.

use std::sync::Arc;

use crate::{
    AccessTokens, Clients, Codes, Consents, Credentials, Grants, InitialAccessTokens, Keys, Leases, Logouts,
    Maintenance, Outbox, RateLimits, RedisStatus, RefreshTokens, Registrations, Replays, Requests,
    Revocations, Secrets, Sessions, Tenants, Users,
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
    /// The database itself, for the contract's tests.
    #[cfg(feature = "conformance")]
    pub raw: Arc<dyn crate::conformance::raw::Raw>,
    /// Whether Redis is there, where it is used.
    pub redis: Option<RedisStatus>,
}

impl Store {
    /// A database that has every noun, as a store.
    pub(crate) fn of<D>(db: &Arc<D>) -> Self
    where
        D: Tenants
            + Clients
            + Registrations
            + InitialAccessTokens
            + Keys
            + Secrets
            + Users
            + Credentials
            + Sessions
            + Requests
            + Codes
            + Grants
            + RefreshTokens
            + AccessTokens
            + Revocations
            + Consents
            + Replays
            + Outbox
            + Leases
            + Logouts
            + RateLimits
            + Maintenance
            + AnyTable
            + 'static,
    {
        Self {
            tenants: Arc::<D>::clone(db),
            clients: Arc::<D>::clone(db),
            registrations: Arc::<D>::clone(db),
            initial_access_tokens: Arc::<D>::clone(db),
            keys: Arc::<D>::clone(db),
            secrets: Arc::<D>::clone(db),
            users: Arc::<D>::clone(db),
            credentials: Arc::<D>::clone(db),
            sessions: Arc::<D>::clone(db),
            requests: Arc::<D>::clone(db),
            codes: Arc::<D>::clone(db),
            grants: Arc::<D>::clone(db),
            refresh_tokens: Arc::<D>::clone(db),
            access_tokens: Arc::<D>::clone(db),
            revocations: Arc::<D>::clone(db),
            consents: Arc::<D>::clone(db),
            replays: Arc::<D>::clone(db),
            outbox: Arc::<D>::clone(db),
            leases: Arc::<D>::clone(db),
            logouts: Arc::<D>::clone(db),
            rate_limits: Arc::<D>::clone(db),
            maintenance: Arc::<D>::clone(db),
            #[cfg(feature = "conformance")]
            raw: Arc::<D>::clone(db),
            redis: None,
        }
    }
}

/// What tests ask of a database beside its nouns, and nothing else does.
#[cfg(feature = "conformance")]
pub(crate) use crate::conformance::raw::Raw as AnyTable;

#[cfg(not(feature = "conformance"))]
pub(crate) trait AnyTable {}

#[cfg(not(feature = "conformance"))]
impl<D> AnyTable for D {}
