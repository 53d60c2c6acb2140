//! Refreshing tokens: one at a time for each session, whatever happens to the request that asked for it.

use std::sync::Arc;
use std::time::Duration;

use credenza_validator::IdTokenExpectations;

use super::core::{Core, Refreshed};
use super::id_token;
use super::record::{Record, personal};
use super::session;
use super::store::{Store, StoreError};
use super::token::{Refused, Tokens};
use crate::clock::system_ms;
use crate::random;

/// How long before its end an access token is refreshed, in seconds.
pub(super) const AHEAD: i64 = 30;
/// How long one instance may take, while others wait.
const LOCKED: Duration = Duration::from_secs(15);
/// How often those who wait look.
const LOOK: Duration = Duration::from_millis(50);

/// Refreshes the tokens of a session, or waits for whoever does. It goes on when the request is gone, as a refresh token
/// that was used and whose successor nobody has is the end of a session.
pub(super) async fn refreshed(core: &Arc<Core>, record: &Arc<Record>) -> Refreshed {
    let (own, old) = (Arc::clone(core), Arc::clone(record));
    let refreshing = core.refreshing.join(&record.id, async move {
        match own.keeper.store().cloned() {
            Some(store) => across_instances(&own, &*store, &old).await,
            None => match own.keeper.newer(&old) {
                Some(newer) if is_usable(&newer) => Refreshed::Newer(newer),
                newer => refresh(&own, newer.unwrap_or(old)).await,
            },
        }
    });
    refreshing.await.unwrap_or(Refreshed::Unavailable)
}

fn now() -> i64 {
    system_ms().div_euclid(1000)
}

fn is_usable(record: &Record) -> bool {
    !record.is_due(now(), 0)
}

/// One of several instances refreshes, under the lock of the store.
async fn across_instances(core: &Core, store: &dyn Store, old: &Arc<Record>) -> Refreshed {
    let Ok(holder) = random::token() else { return Refreshed::Unavailable };
    let name = session::key("lock", &old.id);
    let waited = tokio::time::timeout(LOCKED, async {
        loop {
            let is_ours = store.lock(&name, &holder, LOCKED).await?;
            match core.keeper.read(&old.id).await? {
                None => return Ok((is_ours, Err(Refreshed::Ended))),
                Some(newer) if newer.rotation > old.rotation && is_usable(&newer) => {
                    return Ok((is_ours, Err(Refreshed::Newer(Arc::new(newer)))));
                }
                Some(current) if is_ours => return Ok((true, Ok(Arc::new(current)))),
                Some(_) => tokio::time::sleep(LOOK).await,
            }
        }
    });
    let (is_ours, found) = match waited.await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => return unavailable(&error),
        Err(_) => return unavailable(&StoreError("the lock of a session is held for too long".to_owned())),
    };
    let outcome = match found {
        Ok(current) => refresh(core, current).await,
        Err(outcome) => outcome,
    };
    if is_ours {
        // It ends by itself otherwise.
        drop(store.unlock(&name, &holder).await);
    }
    outcome
}

fn unavailable(error: &StoreError) -> Refreshed {
    tracing::warn!(target: "credenza", reason = %error, "tokens cannot be refreshed");
    Refreshed::Unavailable
}

async fn refresh(core: &Core, record: Arc<Record>) -> Refreshed {
    let Some(refresh_token) = &record.refresh_token else { return Refreshed::Ended };
    let tokens = match core.provider.refresh(refresh_token).await {
        Ok(tokens) => tokens,
        Err(Refused::InvalidGrant(_)) => return forgotten(core, &record).await,
        Err(refused) => {
            tracing::warn!(target: "credenza", reason = %refused, "tokens cannot be refreshed");
            return Refreshed::Unavailable;
        }
    };
    let newer = match renewed(core, &record, tokens).await {
        Ok(newer) => Arc::new(newer),
        Err(reason) => {
            tracing::error!(target: "credenza", reason, "the answer to a refresh is not accepted");
            return end(core, &record).await;
        }
    };
    match core.keeper.update(&newer).await {
        Ok(true) => Refreshed::Newer(newer),
        // It was ended while this was under way.
        Ok(false) => Refreshed::Ended,
        // The tokens are good, and their successors will have to be found by those of the store.
        Err(error) => {
            tracing::error!(target: "credenza", reason = %error, "refreshed tokens are not stored");
            Refreshed::Newer(newer)
        }
    }
}

/// The provider does not know the refresh token. Somebody else may have used it first, and have its successor.
async fn forgotten(core: &Core, record: &Record) -> Refreshed {
    let newer = match core.keeper.store() {
        Some(_) => match core.keeper.read(&record.id).await {
            Ok(current) => current.filter(|current| current.rotation > record.rotation).map(Arc::new),
            Err(error) => return unavailable(&error),
        },
        None => core.keeper.newer(record),
    };
    if let Some(newer) = newer {
        return Refreshed::Newer(newer);
    }
    tracing::info!(target: "credenza", reason = "invalid_grant", "a session has ended");
    end(core, record).await
}

async fn end(core: &Core, record: &Record) -> Refreshed {
    match core.keeper.end(record).await {
        Ok(()) => Refreshed::Ended,
        Err(error) => unavailable(&error),
    }
}

/// The session with the tokens that were issued. A new ID token is for the same person (OpenID Connect Core 12.2).
async fn renewed(core: &Core, old: &Record, tokens: Tokens) -> Result<Record, String> {
    let mut newer = old.clone();
    if let Some(id_token) = tokens.id_token {
        let expected = IdTokenExpectations::default();
        let claims = id_token::check(&core.validator, &id_token, &tokens.access_token, expected).await;
        let claims = claims.map_err(|denied| denied.detail.reason.clone())?;
        if claims.get("sub").and_then(|sub| sub.as_str()) != Some(old.sub()) {
            return Err("the ID token is for somebody else".to_owned());
        }
        newer.claims.extend(personal(claims));
        newer.id_token = id_token;
    }
    newer.access_token = tokens.access_token;
    newer.expires_at = tokens.expires_at;
    newer.refresh_token = tokens.refresh_token.or(newer.refresh_token);
    newer.rotation = newer.rotation.saturating_add(1);
    Ok(newer)
}
