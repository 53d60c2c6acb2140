//! The next keys, before their time.

use credenza_protocol::ids::{KeyId, TenantId};
use credenza_storage::{KeyRecord, StoreError};
use credenza_validator::Algorithm;

use super::create::generate;
use super::ring::Ring;
use super::{Key, list};
use crate::admin::{Administration, Error, Outcome, Refusal};
use crate::keys::encryption;
use crate::keys::schedule::{self, PROPAGATION};

/// When a key begins to sign that is made out of turn.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Start {
    /// After it was published for as long as the schedule says.
    Scheduled,
    /// As soon as no copy of the published keys can be without it.
    Soonest,
}

/// The next keys.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rotation {
    /// The next key of each algorithm.
    pub keys: Vec<Key>,
    /// Whether anything was done: a key made, replaced, or brought forward. Otherwise all of them were waiting already.
    pub changed: bool,
}

/// Makes the next key of each algorithm, or of the one that is named, and answers these keys; without a named one,
/// the keys that others encrypt to are replaced too. A next key that exists already is taken, so that a command which
/// is repeated makes no second one. [`Outcome::Stale`] when the keys changed at the same time.
///
/// # Errors
/// [`Error`].
pub async fn rotate(
    admin: &Administration<'_>,
    tenant: &TenantId,
    algorithm: Option<Algorithm>,
    start: Start,
) -> Result<Outcome<Rotation>, Error> {
    let ring = Ring::load(admin, tenant).await?;
    let known = schedule::algorithms(&ring.records);
    let wanted = known.into_iter().filter(|known| algorithm.is_none_or(|named| named == *known));
    let (mut next, mut changed) = (vec![], false);
    for algorithm in wanted {
        let kid = match schedule::next(&ring.records, algorithm, admin.now) {
            Some(waiting) => {
                changed |= start == Start::Soonest && bring_forward(admin, tenant, waiting).await?;
                waiting.kid.clone()
            }
            None => {
                let Some(kid) = successor(admin, tenant, &ring, algorithm, start).await? else {
                    return Ok(Outcome::Stale);
                };
                changed = true;
                kid
            }
        };
        next.push(kid);
    }
    if next.is_empty() {
        return Ok(Outcome::Refused(Refusal::NoKey));
    }
    if algorithm.is_none() {
        let master_keys = admin.master_keys("a key")?;
        changed |= encryption::replace(admin.store, tenant, admin.now, master_keys, admin.rng).await?;
    }
    let mut keys = list(admin, tenant).await?;
    keys.retain(|key| next.contains(&key.kid));
    Ok(Outcome::Done(Rotation { keys, changed }))
}

/// Lets a waiting key sign as soon as it may; `false` when it does so anyway.
async fn bring_forward(
    admin: &Administration<'_>,
    tenant: &TenantId,
    waiting: &KeyRecord,
) -> Result<bool, StoreError> {
    let earliest = admin.now.max(waiting.created_at + PROPAGATION);
    Ok(earliest < waiting.active_at && admin.store.keys.set_active_at(tenant, &waiting.kid, earliest).await?)
}

/// Makes the next key of an algorithm; `None` when somebody else did at the same time.
async fn successor(
    admin: &Administration<'_>,
    tenant: &TenantId,
    ring: &Ring,
    algorithm: Algorithm,
    start: Start,
) -> Result<Option<KeyId>, Error> {
    let ahead = match start {
        Start::Scheduled => admin.schedule.publish_before,
        Start::Soonest => PROPAGATION,
    };
    let record = generate(admin, tenant, algorithm, admin.now + ahead).await?;
    let kid = record.kid.clone();
    let same = ring.records.iter().filter(|record| record.algorithm == algorithm);
    let beside: Vec<_> = same.map(|record| record.kid.clone()).collect();
    Ok(admin.store.keys.create_next(tenant, record, &beside).await?.then_some(kid))
}
