//! Tends the keys of every tenant: what [`super::schedule`] says is done here, on every server. Each step is one
//! compare-and-swap, so it does not matter that others do the same, or died in the middle of it.

use credenza_protocol::ids::{KeyId, TenantId};
use credenza_protocol::tenant::Tenant;
use credenza_storage::KeyRecord;
use credenza_validator::Algorithm;

use super::schedule::{Step, plan};
use super::{Birth, Error, FIRST_ALGORITHMS, create};
use crate::flow::Failure;
use crate::state::State;

/// Does for every enabled tenant what is to be done now, and answers how much that was. A tenant that fails is
/// logged, and does not hold up the others.
///
/// # Errors
/// [`Failure::Store`] when the tenants cannot be read.
pub async fn tend(state: &State) -> Result<usize, Failure> {
    let mut done = 0;
    for tenant in state.store.tenants.list().await? {
        if tenant.disabled_at.is_some() {
            continue;
        }
        match tend_one(state, &tenant).await {
            Ok(steps) => done += steps,
            Err(error) => {
                if matches!(error, Failure::Store(_)) {
                    state.metrics.store_errors.increment(1);
                }
                tracing::warn!(tenant = tenant.name, %error, "the keys of a tenant could not be tended");
            }
        }
    }
    Ok(done)
}

async fn tend_one(state: &State, tenant: &Tenant) -> Result<usize, Failure> {
    let records = state.store.keys.list(&tenant.tenant_id).await?;
    if records.is_empty() {
        return first_keys(state, &tenant.tenant_id).await.map(|records| records.len());
    }
    let mut done = 0;
    for step in plan(&records, state.schedule, &tenant.settings, state.clock.now()) {
        if carry_out(state, &tenant.tenant_id, &records, &step).await? {
            tracing::info!(tenant = tenant.name, ?step, "signing keys: a step of the schedule");
            done += 1;
        }
    }
    Ok(done)
}

/// Does one step; `false` when another server was there first.
async fn carry_out(
    state: &State,
    tenant: &TenantId,
    records: &[KeyRecord],
    step: &Step,
) -> Result<bool, Failure> {
    let keys = &state.store.keys;
    let done = match step {
        Step::Create { algorithm, active_at } => {
            let birth = Birth { now: state.clock.now(), active_at: *active_at };
            let (make, algorithm) = (making(state, tenant, birth), *algorithm);
            let (record, _) = state.maker.turn().await.run(move || make(algorithm)).await?;
            let same = records.iter().filter(|record| record.algorithm == algorithm);
            let beside: Vec<KeyId> = same.map(|record| record.kid.clone()).collect();
            keys.create_next(tenant, record?, &beside).await?
        }
        Step::Expire { kid, at } => keys.set_retire_at(tenant, kid, *at).await?,
        Step::Retire { kid } => keys.retire(tenant, kid, state.clock.now()).await?,
    };
    Ok(done)
}

/// The keys of a tenant that has none yet. However many requests ask for them, they are made once; of two
/// servers one makes them.
///
/// # Errors
/// [`Failure`] when store or keys fail.
pub async fn first_keys(state: &State, tenant: &TenantId) -> Result<Vec<KeyRecord>, Failure> {
    let keys = &state.store.keys;
    let turn = state.maker.turn().await;
    // Whoever had the turn before may have made them.
    let known = keys.list(tenant).await?;
    if !known.is_empty() {
        return Ok(known);
    }
    let now = state.clock.now();
    let make = making(state, tenant, Birth { now, active_at: now });
    let all = move || FIRST_ALGORITHMS.into_iter().map(make).collect::<Result<Vec<_>, _>>();
    let (made, _turn) = turn.run(all).await?;
    keys.create_first(tenant, made?).await?;
    Ok(keys.list(tenant).await?)
}

/// Makes a key of an algorithm, wherever it is called.
fn making(
    state: &State,
    tenant: &TenantId,
    birth: Birth,
) -> impl Fn(Algorithm) -> Result<KeyRecord, Error> + Send + 'static {
    let (state, tenant) = (state.clone(), tenant.clone());
    move |algorithm| create(&tenant, algorithm, birth, &state.master, state.rng.as_ref())
}
