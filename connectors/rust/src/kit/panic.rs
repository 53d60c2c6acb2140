//! Handlers that panic: one request fails, and the log has the stack.

use std::any::Any;
use std::backtrace::Backtrace;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::task::Poll;

/// The answer of a handler, or that it panicked.
pub(super) async fn caught<T>(work: impl Future<Output = T>) -> Result<T, ()> {
    tokio::pin!(work);
    std::future::poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(done)) => Poll::Ready(Ok(done)),
        Err(_) => Poll::Ready(Err(())),
    })
    .await
}

/// Has panics told to the log, with the stack, in place of the standard error.
pub(super) fn tell_the_log() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            let stack = Backtrace::force_capture().to_string();
            let location = panic.location().map(ToString::to_string);
            tracing::error!(target: "credenza", reason = text(panic.payload()), location, stack, "panicked");
        }));
    });
}

fn text(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref().copied()).unwrap_or("no text")
}
