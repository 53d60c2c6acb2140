//! `credenza key rotate`: the next key, before its time.

use credenza_protocol::ids::{KeyId, TenantId};
use credenza_validator::Algorithm;

use super::{Ring, make};
use crate::cli::Failure;
use crate::cli::office::Office;
use crate::cli::output::Answer;
use crate::keys::schedule::{self, PROPAGATION};
use crate::keys::{Birth, encryption};

/// Sees to it that each algorithm has a next key, and answers these; without an algorithm named, the keys that others
/// encrypt to are replaced too. One that is on its way already is taken,
/// so that saying it twice makes no second one.
pub(super) async fn rotate(
    office: &Office,
    tenant: &TenantId,
    algorithm: Option<Algorithm>,
    now: bool,
) -> Result<Answer, Failure> {
    let ring = Ring::load(office, tenant).await?;
    let known = schedule::algorithms(&ring.records);
    let wanted = match algorithm {
        Some(algorithm) => known.into_iter().filter(|known| *known == algorithm).collect(),
        None => known,
    };
    if wanted.is_empty() {
        return Err(Failure::new("there is no key to rotate: `credenza key create` makes one"));
    }
    let mut next = vec![];
    for algorithm in wanted {
        next.push(match schedule::next(&ring.records, algorithm, ring.now) {
            Some(waiting) => {
                let earliest = ring.now.max(waiting.created_at + PROPAGATION);
                if now && earliest < waiting.active_at {
                    office.store.keys.set_active_at(tenant, &waiting.kid, earliest).await?;
                }
                waiting.kid.clone()
            }
            None => successor(office, tenant, &ring, algorithm, now).await?,
        });
    }
    if algorithm.is_none() {
        let master = office.need_master_key("a key")?;
        let replaced = encryption::replace(&office.store, tenant, ring.now, master, &office.rng).await;
        replaced.map_err(|failure| Failure::new(failure.to_string()))?;
    }
    Ring::load(office, tenant).await?.list(|kid| next.contains(kid))
}

async fn successor(
    office: &Office,
    tenant: &TenantId,
    ring: &Ring,
    algorithm: Algorithm,
    now: bool,
) -> Result<KeyId, Failure> {
    let ahead = if now { PROPAGATION } else { office.schedule.publish_before };
    let birth = Birth { now: ring.now, active_at: ring.now + ahead };
    let record = make(office, tenant, algorithm, birth)?;
    let kid = record.kid.clone();
    let same = ring.records.iter().filter(|record| record.algorithm == algorithm);
    let beside: Vec<_> = same.map(|record| record.kid.clone()).collect();
    if office.store.keys.create_next(tenant, record, &beside).await? {
        return Ok(kid);
    }
    Err(Failure::new(format!(
        "the keys for {algorithm} changed at the same time: look at `credenza key list`"
    )))
}
