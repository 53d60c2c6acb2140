//! Limits of time. That of a route replaces the one around all routes, be it longer or shorter.

use std::time::Duration;

use super::context::{Context, current};

/// A request took too long.
#[derive(Debug)]
pub(super) struct Late;

/// Waits for the answer, until the deadline as it stands then.
pub(super) async fn within<T>(context: &Context, work: impl Future<Output = T>) -> Result<T, Late> {
    let mut deadline = context.deadline.subscribe();
    tokio::pin!(work);
    loop {
        let until = *deadline.borrow_and_update();
        tokio::select! {
            biased;
            done = &mut work => return Ok(done),
            // The sender is in the context, which is there.
            _ = deadline.changed() => {}
            () = tokio::time::sleep_until(until) => return Err(Late),
        }
    }
}

/// Gives the request under way this long, from its start.
pub(super) fn replace(timeout: Duration) {
    if let Some(context) = current() {
        context.deadline.send_replace(context.started + timeout);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_inner_limit_replaces_the_outer_one() {
        let run = |takes: u64, inner: Option<u64>| async move {
            let context = Context::new("id".to_owned(), Duration::from_millis(300));
            let own = std::sync::Arc::clone(&context);
            let work = async {
                if let Some(inner) = inner {
                    replace(Duration::from_millis(inner));
                }
                tokio::time::sleep(Duration::from_millis(takes)).await;
            };
            context.scope(async move { within(&own, work).await }).await.is_ok()
        };
        assert!(run(200, None).await && !run(400, None).await);
        assert!(run(800, Some(1_000)).await && !run(1_200, Some(1_000)).await);
        assert!(!run(200, Some(100)).await);
    }
}
