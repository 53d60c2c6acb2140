//! Deletes the accounts whose time has come, and reminds whoever has little time left to keep theirs. One node does it at a
//! time; were there two, each account would still be deleted, and each person reminded, by one of them.

use std::time::Duration;

use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Seconds;
use credenza_storage::{StoreError, UserDeletion};
use tokio::time::{MissedTickBehavior, interval};

use super::deletion_mail::reminder;
use crate::context::Context;
use crate::failure::Failure;
use crate::pages::Lang;
use crate::rng;
use crate::state::State;

/// How often it is looked for them.
const LOOK: Duration = Duration::from_secs(60);
/// The lease of the node that does.
const LEASE: &str = "user-deletions";
/// How long a node that has failed keeps the others waiting.
const LASTS: Seconds = Seconds(150);
/// How many are taken at once.
const AT_ONCE: u32 = 100;

/// Works until it is aborted.
pub async fn run(state: State) {
    let holder = rng::id(state.rng.as_ref());
    let mut turn = interval(LOOK);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        let done = match state.store.leases.take(LEASE, &holder, LASTS, state.clock.now()).await {
            Ok(true) => see_to(&state).await,
            Ok(false) => continue,
            Err(error) => Err(error.into()),
        };
        if let Err(failure) = done {
            state.metrics.store_errors.increment(1);
            tracing::warn!(error = %failure, "accounts that are due could not be deleted");
        }
    }
}

/// Sees to everything that is due.
///
/// # Errors
/// [`Failure`].
pub async fn see_to(state: &State) -> Result<(), Failure> {
    remind(state).await?;
    Ok(erase(state).await?)
}

async fn erase(state: &State) -> Result<(), StoreError> {
    let deletions = &state.store.user_deletions;
    loop {
        let due = deletions.due(AT_ONCE, state.clock.now()).await?;
        let is_last = due.len() < AT_ONCE as usize;
        for (tenant, user_id) in due {
            if deletions.erase(&tenant, &user_id, state.clock.now()).await? {
                tracing::info!(%user_id, "an account was deleted whose time had come");
            }
        }
        state.logouts.notify_one();
        if is_last {
            return Ok(());
        }
    }
}

async fn remind(state: &State) -> Result<(), Failure> {
    loop {
        let due = state.store.user_deletions.to_remind(AT_ONCE, state.clock.now()).await?;
        let is_last = due.len() < AT_ONCE as usize;
        for (tenant, deletion) in due {
            remind_of(state, &tenant, &deletion).await?;
        }
        if is_last {
            return Ok(());
        }
    }
}

/// Reminds a person, if mail reaches them and it is up to them.
async fn remind_of(state: &State, tenant: &TenantId, deletion: &UserDeletion) -> Result<(), Failure> {
    let name = state.store.tenants.name(tenant).await?;
    let context = match name {
        Some(name) => Context::load(state, &name, None).await?,
        None => None,
    };
    let user = state.store.users.find(tenant, &deletion.user_id).await?;
    let told = match (&context, user) {
        (Some(context), Some(user)) if deletion.is_up_to_them() => {
            let lang = Lang::negotiate(Some(&deletion.lang), None);
            reminder(context, &user, deletion.deletes_at, lang)?
        }
        _ => None,
    };
    state.store.user_deletions.remind(tenant, &deletion.user_id, told, state.clock.now()).await?;
    if let Some(mailer) = &state.mail {
        mailer.queued.notify_one();
    }
    Ok(())
}
