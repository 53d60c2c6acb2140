//! Public keys of clients: those that a client registered (`jwks`), or publishes at a URL of its own (`jwks_uri`,
//! OpenID Connect Registration 2, Core 10.1.1).
//!
//! What is published is fetched once for all who wait for it, kept for as long as the host says (within bounds),
//! and fetched again before that when a signature is by no key of it: a client that rotates its keys is
//! understood at once. What was fetched last stays good for a day longer when the host does not answer.

use std::sync::Arc;

use credenza_protocol::client::Client;
use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Seconds;
use credenza_validator::JwkSet;
use credenza_validator::jwk::JwkSetError;
use moka::sync::Cache;
use tokio::sync::Mutex;

use crate::egress::{EgressError, Fetched};
use crate::realm::Context;

mod kept;

use kept::Kept;

/// Documents that are kept at most.
const CAPACITY: u64 = 1000;
/// The longest document, in bytes.
const LONGEST: usize = 65_536;
const MEDIA_TYPES: &str = "application/jwk-set+json, application/json";

/// The documents that were fetched.
pub struct RemoteKeys(Cache<(TenantId, String), Arc<Mutex<Kept>>>);

impl Default for RemoteKeys {
    fn default() -> Self {
        Self(Cache::new(CAPACITY))
    }
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysFault {
    /// The client has registered none.
    #[error("the client has no keys")]
    Nowhere,
    /// What it registered, or publishes, is no key set.
    #[error("the keys of the client cannot be read: {0}")]
    Unreadable(#[from] JwkSetError),
    /// They could not be fetched, and what was fetched before is too old.
    #[error("the keys of the client cannot be fetched")]
    Unreachable,
}

/// The keys of a client.
///
/// # Errors
/// [`KeysFault`]; why a fetch failed stands in the log.
pub async fn client_keys(context: &Context, client: &Client) -> Result<Arc<JwkSet>, KeysFault> {
    if let Some(jwks) = &client.jwks {
        return Ok(Arc::new(JwkSet::parse(jwks.to_string().as_bytes())?));
    }
    let uri = client.jwks_uri.as_deref().ok_or(KeysFault::Nowhere)?;
    let place = place(context, uri);
    // Whoever holds it fetches; the others find what came.
    let mut kept = place.lock().await;
    if kept.is_due(context.now) {
        kept.renew(fetch(context, client, uri).await, context.now);
    }
    kept.keys(context.now).ok_or(KeysFault::Unreachable)
}

/// The keys of a client that has published others than these since; `None` when it has not, or when it was asked
/// not long ago.
///
/// # Errors
/// Never: who has keys goes on with them.
pub async fn newer_keys(context: &Context, client: &Client, known: &Arc<JwkSet>) -> Option<Arc<JwkSet>> {
    let uri = client.jwks_uri.as_deref().filter(|_| client.jwks.is_none())?;
    let place = place(context, uri);
    let mut kept = place.lock().await;
    let others = |kept: &Kept| kept.keys(context.now).filter(|keys| !Arc::ptr_eq(keys, known));
    if let Some(others) = others(&kept) {
        return Some(others);
    }
    if !kept.may_be_asked(context.now) {
        return None;
    }
    kept.renew(fetch(context, client, uri).await, context.now);
    others(&kept)
}

/// Does something by the keys of a client, and once more by newer ones if other keys could make it right.
///
/// # Errors
/// [`KeysFault`] when there are none to check by.
pub async fn check<T, E>(
    context: &Context,
    client: &Client,
    check: impl Fn(&JwkSet) -> Result<T, E>,
    by_other_key: impl Fn(&E) -> bool,
) -> Result<Result<T, E>, KeysFault> {
    let keys = client_keys(context, client).await?;
    let done = check(&keys);
    if !done.as_ref().is_err_and(by_other_key) {
        return Ok(done);
    }
    match newer_keys(context, client, &keys).await {
        Some(newer) => Ok(check(&newer)),
        None => Ok(done),
    }
}

fn place(context: &Context, uri: &str) -> Arc<Mutex<Kept>> {
    let key = (context.realm.tenant.tenant_id.clone(), uri.to_owned());
    context.state.remote_keys.0.get_with(key, Arc::default)
}

/// The document as it is now, and for how long it may be kept.
async fn fetch(context: &Context, client: &Client, uri: &str) -> Option<(JwkSet, Option<Seconds>)> {
    let fetched = context.state.egress.get(uri, MEDIA_TYPES, LONGEST).await;
    match read(fetched) {
        Ok(keys) => Some(keys),
        Err(reason) => {
            tracing::warn!(client_id = client.client_id.as_str(), reason, "jwks_uri cannot be fetched");
            None
        }
    }
}

fn read(fetched: Result<Fetched, EgressError>) -> Result<(JwkSet, Option<Seconds>), String> {
    let fetched = fetched.map_err(|error| error.to_string())?;
    let keys = JwkSet::parse(&fetched.body).map_err(|error| error.to_string())?;
    Ok((keys, fetched.max_age))
}
