//! Events that are kept: what has happened at a tenant, listed and followed.

use std::time::{Duration, Instant};

use credenza_protocol::event::index::Kinds;
use credenza_protocol::ids::TenantId;
use credenza_storage::{Batch, EventOrder, EventPlace, EventsAsked, KeptEvent, StoreError};

use super::Administration;

/// Events that one transaction numbers.
const BATCH: u32 = 200;
/// How many of such transactions a reader waits for at most; the servers do the rest.
const ROUNDS: u32 = 10;

/// What a follower asks for.
#[derive(Clone, Copy, Debug)]
pub struct Follower<'a> {
    /// Which events.
    pub asked: &'a EventsAsked,
    /// The number after which they come.
    pub after: i64,
    /// How many at most.
    pub limit: u32,
    /// How long to wait for the first of them.
    pub wait: Duration,
}

/// The same search, for events of these types.
#[must_use]
pub fn of_kinds(asked: EventsAsked, kinds: Option<Kinds>) -> EventsAsked {
    match kinds {
        None => asked,
        Some(Kinds::One(kind)) => EventsAsked { kind: Some(kind), ..asked },
        Some(Kinds::Of(noun)) => EventsAsked { noun: Some(noun), ..asked },
    }
}

/// Events in their places, those that have just happened too.
///
/// # Errors
/// [`StoreError`].
pub async fn list(
    admin: &Administration<'_>,
    tenant: &TenantId,
    asked: &EventsAsked,
    order: EventOrder,
    after: Option<EventPlace>,
    limit: u32,
) -> Result<Vec<KeptEvent>, StoreError> {
    settle(admin).await;
    admin.store.event_log.list(tenant, asked, order, after, limit).await
}

/// The event of that id.
///
/// # Errors
/// [`StoreError`].
pub async fn find(
    admin: &Administration<'_>,
    tenant: &TenantId,
    event_id: &str,
) -> Result<Option<KeptEvent>, StoreError> {
    settle(admin).await;
    admin.store.event_log.find(tenant, event_id).await
}

/// The number of the last event.
///
/// # Errors
/// [`StoreError`].
pub async fn last(admin: &Administration<'_>, tenant: &TenantId) -> Result<i64, StoreError> {
    settle(admin).await;
    admin.store.event_log.last(tenant).await
}

/// What comes after a number: at once if there is something, and otherwise as soon as there is. Between two looks `turn`
/// waits, and says whether to look again.
///
/// # Errors
/// [`StoreError`], and whatever `turn` fails with: then nothing is told any more.
pub async fn follow<E: From<StoreError>, F: Future<Output = Result<bool, E>>>(
    admin: &Administration<'_>,
    tenant: &TenantId,
    follower: Follower<'_>,
    turn: impl Fn() -> F,
) -> Result<Batch, E> {
    let (began, mut position) = (Instant::now(), follower.after);
    loop {
        settle(admin).await;
        let log = &admin.store.event_log;
        let batch = log.after(tenant, follower.asked, position, follower.limit).await?;
        position = batch.position;
        if !batch.events.is_empty() || began.elapsed() >= follower.wait || !turn().await? {
            return Ok(batch);
        }
    }
}

/// Numbers what was written, so that whoever has just changed something finds that. Where that fails, as on a disk that is
/// full, what was numbered before can be read all the same.
async fn settle(admin: &Administration<'_>) {
    for _ in 0..ROUNDS {
        match admin.store.event_log.take_in(BATCH).await {
            Ok(taken) if taken >= BATCH => {}
            Ok(_) => return,
            Err(error) => {
                tracing::warn!(%error, "events cannot be numbered, and wait in the database");
                return;
            }
        }
    }
}
