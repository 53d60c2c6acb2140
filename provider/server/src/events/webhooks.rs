//! Sends messages to webhooks: from the node that holds the lease, one at a time to each endpoint, each endpoint in a task
//! of its own, so that one that does not answer holds up no other.
//!
//! Each attempt is claimed before it is made, and the claim postpones the next one: if the node dies halfway, another sends
//! the message again, under the same id. Messages about one subject are due one after the other, whoever sends them.

use std::collections::HashSet;
use std::time::Duration;

use credenza_protocol::ids::{TenantId, WebhookId};
use credenza_protocol::time::Seconds;
use credenza_storage::StoreError;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::attempt::{self, Made};
use super::lease::Lease;
use crate::state::State;

/// The lease of the node that sends.
const LEASE: &str = "webhooks";
/// How often the queue is read when nothing wakes the task: for what other nodes put there, and for what is tried again.
const LOOK: Duration = Duration::from_secs(1);
/// How many endpoints one read of the queue takes.
const ENDPOINTS: u32 = 1000;
/// How many messages an endpoint is sent before the lease is looked at again.
const TURN: usize = 50;
/// How often the messages that wait are counted.
const COUNT: Seconds = Seconds(15);

type Who = (TenantId, WebhookId);

/// Sends until it is told to stop; then finishes the attempts that have begun.
pub(super) async fn run(state: State, mut stopped: watch::Receiver<bool>) {
    let mut lease = Lease::new(LEASE, &state);
    let mut tasks: JoinSet<Who> = JoinSet::new();
    let mut busy: HashSet<Who> = HashSet::new();
    let mut counted_at = None;
    while !*stopped.borrow() {
        match due(&state, &mut lease).await {
            Ok(due) => {
                for who in due {
                    if busy.insert(who.clone()) {
                        tasks.spawn(send_to(state.clone(), who, stopped.clone()));
                    }
                }
            }
            Err(error) => failed(&state, &error),
        }
        let now = state.clock.now();
        if counted_at.is_none_or(|at| now - at >= COUNT) {
            counted_at = Some(now);
            count(&state).await;
        }
        tokio::select! {
            changed = stopped.changed() => if changed.is_err() { break },
            () = state.messages.notified() => {}
            () = sleep(LOOK) => {}
            Some(ended) = tasks.join_next() => match ended {
                Ok(who) => {
                    busy.remove(&who);
                }
                // Which endpoint it was is unknown; if two tasks send to the same one, no message is sent twice.
                Err(_) => busy.clear(),
            },
        }
    }
    while tasks.join_next().await.is_some() {}
    lease.release(&state).await;
}

/// The endpoints for which something is due, if it is this node that sends.
async fn due(state: &State, lease: &mut Lease) -> Result<Vec<Who>, StoreError> {
    if !lease.hold(state).await? {
        return Ok(vec![]);
    }
    state.store.webhook_deliveries.due(ENDPOINTS, state.clock.now()).await
}

/// Sends one endpoint what is due, until it fails or has had its turn.
async fn send_to(state: State, who: Who, stopped: watch::Receiver<bool>) -> Who {
    let mut has_sent = false;
    for _ in 0..TURN {
        if *stopped.borrow() {
            break;
        }
        match attempt::next(&state, &who.0, &who.1).await {
            Ok(Made::Delivered) => has_sent = true,
            Ok(Made::Nothing) => {
                // What is due waits for an earlier message about its subject: there is no use in looking at once again.
                if !has_sent {
                    sleep(LOOK).await;
                }
                break;
            }
            // An endpoint that fails is left alone for a moment.
            Ok(Made::Failed) => {
                sleep(LOOK).await;
                break;
            }
            Err(error) => {
                failed(&state, &error);
                sleep(LOOK).await;
                break;
            }
        }
    }
    who
}

async fn count(state: &State) {
    match state.store.webhook_deliveries.pending().await {
        Ok(count) => state.metrics.messages_pending(count),
        Err(error) => failed(state, &error),
    }
}

fn failed(state: &State, error: &StoreError) {
    state.metrics.store_errors.increment(1);
    tracing::warn!(%error, "the messages to webhooks could not be read or written");
}
