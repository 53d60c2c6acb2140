//! Rotates the keys of every tenant: carries out what [`super::schedule`] asks for, on every server. Each step is
//! one compare-and-swap, so it does not matter that others do the same, or that one died halfway.

use std::sync::Arc;

use credenza_protocol::ids::{KeyId, TenantId};
use credenza_protocol::tenant::Tenant;
use credenza_storage::KeyRecord;
use credenza_validator::Algorithm;

use super::schedule::{Schedule, Step, plan};
use super::{Birth, Error, FIRST_ALGORITHMS, KeyMaking, create};
use crate::failure::Failure;
use crate::telemetry::Metrics;

/// Does what is due for every enabled tenant, and answers how many steps that took. A tenant that fails is logged,
/// and does not hold up the others.
///
/// # Errors
/// [`Failure::Store`] when the tenants cannot be read.
pub async fn rotate(making: KeyMaking<'_>, schedule: Schedule, metrics: &Metrics) -> Result<usize, Failure> {
    let mut done = 0;
    for tenant in making.store.tenants.list().await? {
        if tenant.disabled_at.is_some() {
            continue;
        }
        match rotate_keys_of(making, schedule, &tenant).await {
            Ok(steps) => done += steps,
            Err(error) => {
                if matches!(error, Failure::Store(_)) {
                    metrics.store_errors.increment(1);
                }
                tracing::warn!(tenant = tenant.name, %error, "the keys of a tenant could not be rotated");
            }
        }
    }
    Ok(done)
}

async fn rotate_keys_of(
    making: KeyMaking<'_>,
    schedule: Schedule,
    tenant: &Tenant,
) -> Result<usize, Failure> {
    let records = making.store.keys.list(&tenant.tenant_id).await?;
    if records.is_empty() {
        return first_keys(making, &tenant.tenant_id).await.map(|records| records.len());
    }
    let mut done = 0;
    for step in plan(&records, schedule, &tenant.settings, making.clock.now()) {
        if carry_out(making, &tenant.tenant_id, &records, &step).await? {
            tracing::info!(tenant = tenant.name, ?step, "signing keys: a step of the schedule");
            done += 1;
        }
    }
    Ok(done)
}

/// Does one step; `false` when another server was faster.
async fn carry_out(
    making: KeyMaking<'_>,
    tenant: &TenantId,
    records: &[KeyRecord],
    step: &Step,
) -> Result<bool, Failure> {
    let keys = &making.store.keys;
    let done = match step {
        Step::Create { algorithm, active_at } => {
            let birth = Birth { now: making.clock.now(), active_at: *active_at };
            let (make, algorithm) = (maker_of(making, tenant, birth), *algorithm);
            let (record, _) = making.maker.turn().await.run(move || make(algorithm)).await?;
            let same = records.iter().filter(|record| record.algorithm == algorithm);
            let beside: Vec<KeyId> = same.map(|record| record.kid.clone()).collect();
            keys.create_next(tenant, record?, &beside).await?
        }
        Step::Expire { kid, at } => keys.set_retire_at(tenant, kid, *at).await?,
        Step::Retire { kid } => keys.retire(tenant, kid, making.clock.now()).await?,
    };
    Ok(done)
}

/// The first keys of a tenant that has none. However many requests ask for them, they are made once; of two servers
/// one makes them.
///
/// # Errors
/// [`Failure`] when the store or the keys fail.
pub async fn first_keys(making: KeyMaking<'_>, tenant: &TenantId) -> Result<Vec<KeyRecord>, Failure> {
    let keys = &making.store.keys;
    let turn = making.maker.turn().await;
    // Whoever had the turn before may have made them.
    let known = keys.list(tenant).await?;
    if !known.is_empty() {
        return Ok(known);
    }
    let now = making.clock.now();
    let make = maker_of(making, tenant, Birth { now, active_at: now });
    let all = move || FIRST_ALGORITHMS.into_iter().map(make).collect::<Result<Vec<_>, _>>();
    let (made, _turn) = turn.run(all).await?;
    keys.create_first(tenant, made?).await?;
    Ok(keys.list(tenant).await?)
}

/// Makes keys on whatever thread it is called.
fn maker_of(
    making: KeyMaking<'_>,
    tenant: &TenantId,
    birth: Birth,
) -> impl Fn(Algorithm) -> Result<KeyRecord, Error> + Send + 'static + use<> {
    let (master, rng, tenant) = (making.master.clone(), Arc::clone(making.rng), tenant.clone());
    move |algorithm| create(&tenant, algorithm, birth, &master, rng.as_ref())
}
