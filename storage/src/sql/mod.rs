//! The queries, in one text for every database: each backend includes this module for its own
//! connection, `super::Conn`, and its own handle, `super::Db`.

mod access_tokens;
mod clients;
mod codes;
mod consents;
mod credentials;
mod erase;
mod grants;
mod initial_access_tokens;
mod keys;
mod leases;
mod live;
mod logouts;
mod maintenance;
mod outbox;
mod rate_limits;
mod refresh_tokens;
mod registrations;
mod replays;
mod requests;
mod revocations;
mod secrets;
mod sessions;
mod sweep;
mod tenants;
mod users;

use std::sync::Arc;

use super::{Conn, Db};
use crate::Store;

/// The database as a store.
pub(super) fn store(db: &Arc<Db>) -> Store {
    Store {
        tenants: Arc::<Db>::clone(db),
        clients: Arc::<Db>::clone(db),
        registrations: Arc::<Db>::clone(db),
        initial_access_tokens: Arc::<Db>::clone(db),
        keys: Arc::<Db>::clone(db),
        secrets: Arc::<Db>::clone(db),
        users: Arc::<Db>::clone(db),
        credentials: Arc::<Db>::clone(db),
        sessions: Arc::<Db>::clone(db),
        requests: Arc::<Db>::clone(db),
        codes: Arc::<Db>::clone(db),
        grants: Arc::<Db>::clone(db),
        refresh_tokens: Arc::<Db>::clone(db),
        access_tokens: Arc::<Db>::clone(db),
        revocations: Arc::<Db>::clone(db),
        consents: Arc::<Db>::clone(db),
        replays: Arc::<Db>::clone(db),
        outbox: Arc::<Db>::clone(db),
        leases: Arc::<Db>::clone(db),
        logouts: Arc::<Db>::clone(db),
        rate_limits: Arc::<Db>::clone(db),
        maintenance: Arc::<Db>::clone(db),
        redis: None,
    }
}
