//! Public keys of clients: those that a client registered (`jwks`), or publishes at a URL of its own (`jwks_uri`,
//! OpenID Connect Registration 2, Core 10.1.1).
//!
//! A published document is fetched once for all who wait for it, and kept for as long as its host says, within bounds.
//! It is fetched earlier when a signature matches none of its keys, so that a client may rotate its keys at any time.
//! When the host does not answer, the last document is used for one more day.
//!
//! Nobody whose key is in the document waits while a newer one is fetched, so that forged signatures hold up only those
//! that are forged as well.

use std::sync::{Arc, MutexGuard, PoisonError};

use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::time::{Seconds, Time};
use credenza_validator::JwkSet;
use credenza_validator::jwk::JwkSetError;
use moka::sync::Cache;
use tokio::sync::Mutex;

use crate::egress::{Egress, EgressError, Fetched};
use crate::in_flight::{Busy, Waiters, aside};
use crate::loaded_client::LoadedClient;

mod kept;

use kept::Kept;

/// How many documents are kept at most.
const CAPACITY: u64 = 1000;
/// How many requests wait at most for the keys of one client, beside the one that fetches them.
pub const WAITING: u32 = 64;
/// The longest document, in bytes.
const LONGEST: usize = 65_536;
const MEDIA_TYPES: &str = "application/jwk-set+json, application/json";

/// The documents that were fetched, and who waits for one.
pub struct RemoteKeys {
    documents: Cache<(TenantId, String), Arc<Document>>,
    waiting: Waiters<(TenantId, ClientId)>,
}

#[derive(Default)]
struct Document {
    kept: std::sync::Mutex<Kept>,
    /// Held by the one who fetches.
    turn: Mutex<()>,
}

impl Document {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for RemoteKeys {
    fn default() -> Self {
        Self { documents: Cache::new(CAPACITY), waiting: Waiters::new(WAITING) }
    }
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysFault {
    /// The client has registered none.
    #[error("the client has no keys")]
    NoKeys,
    /// The document that it registered is not a key set.
    #[error("the keys of the client cannot be read: {0}")]
    Unreadable(#[from] JwkSetError),
    /// The document could not be fetched, and the last one is too old.
    #[error("the keys of the client cannot be fetched")]
    Unreachable,
    /// Too many requests wait for them, which says nothing about the client.
    #[error("too many requests wait for the keys of the client")]
    Busy,
}

impl From<Busy> for KeysFault {
    fn from(Busy: Busy) -> Self {
        Self::Busy
    }
}

/// Finds the public keys of a tenant's clients.
#[derive(Clone, Copy)]
pub struct ClientKeys<'a> {
    /// The documents that were fetched.
    pub cache: &'a RemoteKeys,
    /// Fetches others.
    pub egress: &'a Egress,
    /// The tenant.
    pub tenant: &'a TenantId,
    /// The time.
    pub now: Time,
}

impl ClientKeys<'_> {
    /// The keys of a client.
    ///
    /// # Errors
    /// [`KeysFault`]; why a fetch failed is logged.
    pub async fn of(self, client: &LoadedClient) -> Result<Arc<JwkSet>, KeysFault> {
        if let Some(registered) = client.registered_keys(self.now) {
            return Ok(registered?);
        }
        let uri = client.client.jwks_uri.as_deref().ok_or(KeysFault::NoKeys)?;
        let document = self.document(uri);
        if document.kept().is_due(self.now) {
            // One caller fetches; those who wait for their turn find what it fetched.
            let _turn = self.turn(&document, client).await?;
            if document.kept().is_due(self.now) {
                self.renew(&document, client, uri).await;
            }
        }
        document.kept().keys(self.now).ok_or(KeysFault::Unreachable)
    }

    /// Keys that a client has published in place of these; `None` when it has not, or was asked only moments ago.
    async fn newer(
        self,
        client: &LoadedClient,
        known: &Arc<JwkSet>,
    ) -> Result<Option<Arc<JwkSet>>, KeysFault> {
        let uri = client.client.jwks_uri.as_deref().filter(|_| client.client.jwks.is_none());
        let Some(uri) = uri else { return Ok(None) };
        let document = self.document(uri);
        let _turn = self.turn(&document, client).await?;
        let others = || document.kept().keys(self.now).filter(|keys| !Arc::ptr_eq(keys, known));
        let found = others();
        if found.is_some() || !document.kept().may_be_asked(self.now) {
            return Ok(found);
        }
        self.renew(&document, client, uri).await;
        Ok(others())
    }

    /// Checks something with the keys of a client, and once more with newer ones if the error is one that another key
    /// could mend.
    ///
    /// # Errors
    /// [`KeysFault`] when there are no keys to check with, or too many requests wait for others.
    pub async fn check<T, E>(
        self,
        client: &LoadedClient,
        check: impl Fn(&JwkSet) -> Result<T, E>,
        by_other_key: impl Fn(&E) -> bool,
    ) -> Result<Result<T, E>, KeysFault> {
        let keys = self.of(client).await?;
        let checked = check(&keys);
        if !checked.as_ref().is_err_and(by_other_key) {
            return Ok(checked);
        }
        match self.newer(client, &keys).await? {
            Some(newer) => Ok(check(&newer)),
            None => Ok(checked),
        }
    }

    fn document(self, uri: &str) -> Arc<Document> {
        self.cache.documents.get_with((self.tenant.clone(), uri.to_owned()), Arc::default)
    }

    /// Waits until nobody else fetches the document.
    async fn turn<'d>(
        self,
        document: &'d Document,
        client: &LoadedClient,
    ) -> Result<tokio::sync::MutexGuard<'d, ()>, Busy> {
        if let Ok(turn) = document.turn.try_lock() {
            return Ok(turn);
        }
        let who = (self.tenant.clone(), client.client.client_id.clone());
        let _waiting = self.cache.waiting.join(who)?;
        aside(document.turn.lock()).await
    }

    /// Fetches the present document. What was not asked for because too many wait says nothing about the host.
    async fn renew(self, document: &Document, client: &LoadedClient, uri: &str) {
        let fetched = self.egress.get(uri, MEDIA_TYPES, LONGEST).await;
        let was_asked = !matches!(fetched, Err(EgressError::Busy));
        let fetched = read(fetched).map_err(|reason| {
            let client_id = client.client.client_id.as_str();
            tracing::warn!(client_id, reason, "jwks_uri cannot be fetched");
        });
        if was_asked {
            document.kept().renew(fetched.ok(), self.now);
        }
    }
}

fn read(fetched: Result<Fetched, EgressError>) -> Result<(JwkSet, Option<Seconds>), String> {
    let fetched = fetched.map_err(|error| error.to_string())?;
    let keys = JwkSet::parse(&fetched.body).map_err(|error| error.to_string())?;
    Ok((keys, fetched.max_age))
}
