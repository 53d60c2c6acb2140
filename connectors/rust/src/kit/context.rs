//! What is known of the request under way. It belongs to the task, so that the log tells it of every record.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::Caller;

tokio::task_local! {
    static CONTEXT: Arc<Context>;
}

/// A request under way.
pub(super) struct Context {
    pub(super) request_id: String,
    pub(super) started: Instant,
    /// When it has to be answered.
    pub(super) deadline: watch::Sender<Instant>,
    caller: Mutex<Option<Caller>>,
}

impl Context {
    pub(super) fn new(request_id: String, timeout: Duration) -> Arc<Self> {
        let started = Instant::now();
        let deadline = watch::Sender::new(started + timeout);
        Arc::new(Self { request_id, started, deadline, caller: Mutex::default() })
    }

    pub(super) fn caller(&self) -> Option<Caller> {
        self.caller.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Does what belongs to this request, at once.
    pub(super) fn within<T>(self: &Arc<Self>, work: impl FnOnce() -> T) -> T {
        CONTEXT.sync_scope(Arc::clone(self), work)
    }

    /// Runs what belongs to this request.
    pub(super) async fn scope<F: Future>(self: Arc<Self>, work: F) -> F::Output {
        CONTEXT.scope(self, work).await
    }
}

/// The request under way in this task.
pub(super) fn current() -> Option<Arc<Context>> {
    CONTEXT.try_with(Arc::clone).ok()
}

/// The id of the request under way in this task: for calls to other services, and for messages.
#[must_use]
pub fn request_id() -> Option<String> {
    current().map(|context| context.request_id.clone())
}

/// The guard has found out whom the request is from.
pub(crate) fn known(caller: &Caller) {
    if let Some(context) = current() {
        *context.caller.lock().unwrap_or_else(PoisonError::into_inner) = Some(caller.clone());
    }
}
