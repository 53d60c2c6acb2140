//! Tells clients that sessions ended: takes what waits in the queue, whichever node put it there, and tells each client
//! in a task of its own, so that a client that does not answer holds up no other one.
//!
//! Each attempt is claimed before it is made, and the claim postpones the next one: so one node makes it, and if that
//! node dies halfway, another makes the next. See [`crate::manual::logout`].

use std::collections::HashSet;
use std::time::Duration;

use credenza_protocol::backchannel_logout::{ATTEMPTS, Verdict, wait};
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_storage::{Logout, StoreError};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::context::Context;
use crate::flow::backchannel_logout::{self, Untold};
use crate::state::State;
use crate::telemetry::LogoutOutcome;

/// How often the queue is read when nothing wakes the task: for what other nodes and the command line put there, and for
/// what must be tried again.
const LOOK: Duration = Duration::from_secs(1);
/// How many clients one read of the queue takes.
const CLIENTS: u32 = 1000;
/// How many attempts are made at one client at the same time. Fewer than egress allows for one host.
const AT_ONCE: u32 = 2;

type Who = (TenantId, ClientId);

/// Tells clients until it is told to stop; then finishes the attempts that have begun.
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
                // Which client it was is unknown; if two tasks tell the same one, that does no harm.
                Err(_) => busy.clear(),
            },
        }
    }
    while tasks.join_next().await.is_some() {}
}

/// Tells one client everything that waits for it.
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

/// Tells one client a part of it; answers how many attempts that took.
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
    let name = state.store.tenants.name(&logout.tenant_id).await.map_err(crate::failure::Failure::from)?;
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
