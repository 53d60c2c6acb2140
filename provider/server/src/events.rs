//! Events: from the outbox to other systems, and into the log; see [`crate::manual::events`].
//!
//! | file | contents |
//! |---|---|
//! | `keep` | numbers the events that are kept |
//! | `relay` | delivers the events of the outbox to a sink, in order, from one node at a time |
//! | `sink` | what a sink is; a file per kind |
//! | `webhooks`, `attempt` | sends the messages that the sink of webhooks has made of events |
//! | `lease` | the lease of the node that does so |

use std::sync::Arc;

use credenza_protocol::event::{Form, Stamp};
use credenza_storage::{Events, Sink};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::config::Config;
use crate::rng::{self, Rng};
use crate::state::State;

mod attempt;
mod keep;
mod lease;
mod relay;
mod sink;
mod webhooks;

/// What the store needs to write events for the sinks of the settings, and to keep them.
pub fn written(config: &crate::config::Events, clock: Arc<dyn Clock>, rng: Arc<dyn Rng>) -> Events {
    let stamp = move || Stamp { id: rng::id(rng.as_ref()), at: clock.now() };
    Events::kept(config.sinks(), config.keep, stamp)
}

/// Starts one task per sink and, where events are kept, one that numbers them. They work until `stopped` turns true.
///
/// # Errors
/// What is wrong with the settings of a sink.
pub fn deliver(
    config: &Config,
    state: &State,
    stopped: &watch::Receiver<bool>,
) -> Result<JoinSet<()>, String> {
    let mut tasks = JoinSet::new();
    if config.events.keep.is_some() {
        tasks.spawn(keep::run(state.clone(), stopped.clone()));
    }
    for target in sink::all(config)? {
        tasks.spawn(relay::Relay::new(target, config.events.envelope, state.clone()).run(stopped.clone()));
    }
    tasks.spawn(webhooks(state.clone(), stopped.clone()));
    Ok(tasks)
}

/// Sends events to webhooks, where the store writes events for them, until `stopped` turns true.
pub async fn webhooks(state: State, stopped: watch::Receiver<bool>) {
    if state.store.outbox.sinks().contains(&Sink::Webhooks) {
        let target = Box::new(sink::Webhooks::new(state.clone()));
        let relay = relay::Relay::new(target, Form::CloudEvents, state.clone()).run(stopped.clone());
        tokio::join!(relay, webhooks::run(state, stopped));
    }
}
