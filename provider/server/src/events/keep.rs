//! Numbers the events that are kept, so that they can be listed and followed. Every node does; one at a time works.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

use crate::state::State;

/// How often the queue is looked at.
const POLL: Duration = Duration::from_millis(500);
/// The wait after a failure.
const RETRY: Duration = Duration::from_secs(5);
/// Events that one transaction takes.
const BATCH: u32 = 200;

/// Works until it is stopped; then once more, so that nothing that is done is left unnumbered.
pub(super) async fn run(state: State, mut stopped: watch::Receiver<bool>) {
    let mut failed = false;
    while !*stopped.borrow() {
        let wait = match turn(&state).await {
            Ok(()) => {
                if std::mem::take(&mut failed) {
                    tracing::info!("events are kept again");
                }
                POLL
            }
            Err(error) => {
                state.metrics.store_errors.increment(1);
                if !std::mem::replace(&mut failed, true) {
                    tracing::warn!(%error, "events cannot be numbered, and wait in the database");
                }
                RETRY
            }
        };
        tokio::select! {
            _ = stopped.changed() => {}
            () = sleep(wait) => {}
        }
    }
    let _ = turn(&state).await;
}

/// Takes what waits.
async fn turn(state: &State) -> Result<(), credenza_storage::StoreError> {
    let mut is_new = false;
    loop {
        let taken = state.store.event_log.take_in(BATCH).await?;
        is_new |= taken > 0;
        if taken < BATCH {
            break;
        }
    }
    if is_new {
        state.following.tell();
    }
    Ok(())
}
