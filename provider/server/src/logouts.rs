//! Tells clients that sessions ended: takes what waits in the queue, on whatever node it was put there, and tells each
//! client by a task of its own, so that one that does not answer keeps no other waiting.
//!
//! Each attempt is claimed before it is made, and puts the next one off: so one node makes it, and when that node dies
//! in the middle, another makes the next. See [`crate::manual::logout`].

use std::collections::HashSet;
use std::time::Duration;

use credenza_protocol::backchannel_logout::{ATTEMPTS, Verdict, wait};
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_storage::{Logout, StoreError};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::flow::backchannel_logout::{self, Untold};
use crate::realm::Context;
use crate::state::State;
use crate::telemetry::LogoutOutcome;

/// How often the queue is looked into while nobody says that there is something: for what other nodes and the command
/// line put there, and what is to be tried again.
const LOOK: Duration = Duration::from_secs(1);
/// Clients that one look takes in hand.
const CLIENTS: u32 = 1000;
/// What one client is told at once. Less than egress gives one host.
const AT_ONCE: u32 = 2;

type Who = (TenantId, ClientId);

/// Tells clients until it is told to stop; then ends what it has in hand.
pub async fn run(state: State, mut stopped: watch::Receiver<bool>) {
    let mut tasks: JoinSet<Who> = JoinSet::new();
    let mut busy: HashSet<Who> = HashSet::new();
    while !*stopped.borrow() {
        match state.store.logouts.due(CLIENTS, state.clock.now()).await {
            Ok(due) => {
                for who in due {
                    if busy.insert(who.clone()) {
                        tasks.spawn(tell_client(state.clone(), who, stopped.clone()));
                    }
                }
            }
            Err(error) => failed(&state, &error),
        }
        tokio::select! {
            changed = stopped.changed() => if changed.is_err() { break },
            () = state.logouts.notified() => {}
            () = sleep(LOOK) => {}
            Some(ended) = tasks.join_next() => match ended {
                Ok(who) => {
                    busy.remove(&who);
                }
                // Who it was is not known; that two tasks tell one client does no harm.
                Err(_) => busy.clear(),
            },
        }
    }
    while tasks.join_next().await.is_some() {}
}

/// Tells one client all that waits for it.
async fn tell_client(state: State, who: Who, stopped: watch::Receiver<bool>) -> Who {
    while !*stopped.borrow() {
        match tell_some(&state, &who).await {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => {
                failed(&state, &error);
                sleep(LOOK).await;
                break;
            }
        }
    }
    who
}

/// Tells one client some of it; answers how many attempts that were.
async fn tell_some(state: &State, (tenant, client_id): &Who) -> Result<usize, StoreError> {
    let batch = state.store.logouts.next(tenant, client_id, AT_ONCE, state.clock.now()).await?;
    let attempts: JoinSet<_> = batch
        .into_iter()
        .map(|logout| {
            let state = state.clone();
            async move { attempt(&state, &logout).await }
        })
        .collect();
    let made = attempts.join_all().await;
    let count = made.len();
    made.into_iter().collect::<Result<(), _>>().map(|()| count)
}

/// Makes one attempt, unless another node makes it.
async fn attempt(state: &State, logout: &Logout) -> Result<(), StoreError> {
    let logouts = &state.store.logouts;
    let (client_id, sid) = (&logout.client_id, &logout.sid);
    let attempt = logout.attempts.saturating_add(1);
    if attempt > ATTEMPTS {
        return logouts.done(logout).await;
    }
    if !logouts.claim(logout, state.clock.now() + wait(attempt)).await? {
        return Ok(());
    }
    match tell(state, logout).await {
        Ok(told) => {
            let outcome = match told {
                Some(Verdict::Told) => LogoutOutcome::Told,
                Some(Verdict::Refused | Verdict::Unknown) => LogoutOutcome::Refused,
                None => LogoutOutcome::Nobody,
            };
            state.metrics.logout(outcome);
            tracing::info!(%client_id, %sid, attempt, ?outcome, "a client was told of a logout");
            logouts.done(logout).await
        }
        Err(untold) if attempt == ATTEMPTS => {
            state.metrics.logout(LogoutOutcome::GivenUp);
            tracing::error!(%client_id, %sid, attempt, error = %untold, "a client was not told of a logout");
            logouts.done(logout).await
        }
        Err(untold) => {
            state.metrics.logout(LogoutOutcome::Failed);
            tracing::warn!(%client_id, %sid, attempt, error = %untold, "a client is told of a logout again");
            Ok(())
        }
    }
}

async fn tell(state: &State, logout: &Logout) -> Result<Option<Verdict>, Untold> {
    let name = state.store.tenants.name(&logout.tenant_id).await.map_err(crate::flow::Failure::from)?;
    let Some(name) = name else { return Ok(None) };
    match Context::load(state, &name, None).await? {
        Some(context) => backchannel_logout::tell(&context, logout).await,
        None => Err(Untold::Unreached("the tenant is disabled".to_owned())),
    }
}

fn failed(state: &State, error: &StoreError) {
    state.metrics.store_errors.increment(1);
    tracing::warn!(%error, "the queue of logouts could not be read or written");
}
