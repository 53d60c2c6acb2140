//! Events: from the outbox to other systems, and into the log; see [`crate::manual::events`].
//!
//! | file | contents |
//! |---|---|
//! | `keep` | numbers the events that are kept |
//! | `relay` | delivers the events of the outbox to a sink, in order, from one node at a time |
//! | `sink` | what a sink is; a file per kind |

use std::sync::Arc;

use credenza_protocol::event::Stamp;
use credenza_storage::Events;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::config::Config;
use crate::rng::{self, Rng};
use crate::state::State;

mod keep;
mod relay;
mod sink;

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
    Ok(tasks)
}
