//! What a server does on its own: it deletes what has expired, keeps room for that on the disk, sorts its measurements,
//! rotates keys, fills in what an earlier version did not store, and reads the file of places when it was replaced.

use std::sync::Arc;
use std::time::Duration;

use credenza_storage::{Room, StoreError};
use tokio::time::{MissedTickBehavior, interval};

use crate::admin::{Administration, tenants, users};
use crate::failure::LOOKING_FOR_ROOM;
use crate::keys::reseal::survey;
use crate::state::State;

/// How often measurements are sorted, which take memory until then, and room is looked for.
const UPKEEP: Duration = LOOKING_FOR_ROOM;
/// How often the store is swept.
const SWEEP: Duration = Duration::from_secs(60);
/// How often keys are rotated where that is due.
const KEYS: Duration = Duration::from_secs(60);
/// How often users are looked for whom a node of an earlier version has stored.
const USERS: Duration = Duration::from_secs(3600);
/// How often the file of places is looked at.
const PLACES: Duration = Duration::from_secs(60);
/// Between two pages of them.
const PAUSE: Duration = Duration::from_millis(50);
/// Rows of each kind that one sweep takes, so that it does not hold up others.
const ROWS: u32 = 500;

/// Works until it is aborted.
pub(super) async fn run(state: State) {
    let (mut upkeep, mut sweep) = (interval(UPKEEP), interval(SWEEP));
    upkeep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = upkeep.tick() => {
                if let Some(redis) = &state.store.redis {
                    state.metrics.redis(redis.is_up());
                }
                state.metrics.upkeep();
                keep_room(&state).await;
            }
            _ = sweep.tick() => sweep_out(&state).await,
        }
    }
}

/// Keeps the room that a sweep needs; sweeps at once if there is no more than that.
async fn keep_room(state: &State) {
    match state.store.maintenance.room().await {
        Ok(room) => {
            state.metrics.storage_full(room == Room::Full);
            if room == Room::Full {
                sweep_out(state).await;
            }
        }
        Err(error) => {
            state.metrics.store_errors.increment(1);
            tracing::warn!(%error, "the disk could not be looked at");
        }
    }
}

/// Sweeps until nothing is left.
async fn sweep_out(state: &State) {
    loop {
        match state.store.maintenance.sweep(state.clock.now(), ROWS).await {
            Ok(0) => return,
            Ok(rows) => tracing::debug!(rows, "swept"),
            Err(error) => {
                state.metrics.store_errors.increment(1);
                tracing::warn!(%error, "a sweep failed");
                return;
            }
        }
    }
}

/// Rotates keys until it is aborted. A task of its own, since making a key takes a while.
pub(super) async fn keys(state: State) {
    look_at_sealed(&state).await;
    let mut turn = interval(KEYS);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        if let Err(error) = state.rotate_keys().await {
            state.metrics.store_errors.increment(1);
            tracing::warn!(%error, "the keys could not be rotated");
        }
    }
}

/// Fills in what users are found by whom a node of an earlier version has stored, until it is aborted. A task of its own,
/// since there may be many.
pub(super) async fn users(state: State) {
    let mut turn = interval(USERS);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        if let Err(error) = identify(&state).await {
            state.metrics.store_errors.increment(1);
            tracing::warn!(%error, "users of an earlier version could not be filled in");
        }
    }
}

/// Reads the file of places when it was replaced, until it is aborted.
pub(super) async fn places(state: State) {
    let Some(places) = &state.places else { return };
    let mut turn = interval(PLACES);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        let places = Arc::clone(places);
        match tokio::task::spawn_blocking(move || places.refresh()).await {
            Ok(Ok(false)) => {}
            Ok(Ok(true)) => tracing::info!("the file of places was replaced and is read"),
            Ok(Err(error)) => {
                tracing::error!(%error, "places.database cannot be read again; what was read before stays in use");
            }
            Err(error) => tracing::error!(%error, "places.database could not be looked at"),
        }
    }
}

async fn identify(state: &State) -> Result<(), StoreError> {
    let admin = Administration::of_server(state, state.clock.now());
    for tenant in tenants::list(&admin).await? {
        while users::identify(&admin, &tenant.tenant_id).await? > 0 {
            // Others write meanwhile: nobody waits for this.
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(())
}

/// Says what cannot be opened, and what waits for `credenza key reseal`.
async fn look_at_sealed(state: &State) {
    match survey(&state.store, &state.master).await {
        Ok(survey) => {
            for lost in &survey.lost {
                tracing::error!("{lost} opens under none of the master keys");
            }
            if state.master.previous() > 0 {
                let (waiting, current) = (survey.waiting, survey.current);
                tracing::info!(
                    waiting,
                    current,
                    "values sealed under previous master keys: `credenza key reseal`"
                );
            }
        }
        Err(error) => tracing::warn!(%error, "what is sealed could not be looked at"),
    }
}
