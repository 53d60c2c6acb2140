//! The lease of the node that does what only one does at a time.

use std::time::{Duration, Instant};

use credenza_protocol::time::Seconds;
use credenza_storage::StoreError;

use crate::rng;
use crate::state::State;

/// How long a node that has failed keeps the others waiting.
const LASTS: Seconds = Seconds(10);
/// How often it is renewed.
const RENEW: Duration = Duration::from_secs(3);

/// A lease that may be held.
pub(super) struct Lease {
    name: &'static str,
    holder: String,
    /// When it was taken, while it is held.
    held: Option<Instant>,
}

impl Lease {
    pub(super) fn new(name: &'static str, state: &State) -> Self {
        Self { name, holder: rng::id(state.rng.as_ref()), held: None }
    }

    /// Takes, renews or keeps it; whether it is held.
    pub(super) async fn hold(&mut self, state: &State) -> Result<bool, StoreError> {
        if self.held.is_some_and(|held| held.elapsed() < RENEW) {
            return Ok(true);
        }
        self.held = None;
        let began = Instant::now();
        let taken = state.store.leases.take(self.name, &self.holder, LASTS, state.clock.now()).await?;
        self.held = taken.then_some(began);
        Ok(taken)
    }

    /// Gives it to another node. If that fails, it expires.
    pub(super) async fn release(&mut self, state: &State) {
        if self.held.take().is_some() {
            let _ = state.store.leases.release(self.name, &self.holder).await;
        }
    }
}
