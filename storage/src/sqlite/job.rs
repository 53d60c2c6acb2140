//! A job, whose statements complete at once here.

use futures_util::future::FutureExt;

use crate::conn::Conn;
use crate::{Result, StoreError};

/// Work on a connection. Only its answer has a type, so that what runs it is not compiled for each job.
pub(super) type Job<T> = Box<dyn FnOnce(&mut Conn) -> Result<T> + Send>;

/// A job of a noun, as one that returns when it is done.
pub(super) fn of<T>(job: impl AsyncFnOnce(&mut Conn) -> Result<T> + Send + 'static) -> Job<T> {
    Box::new(move |conn| finish(job(conn)))
}

/// Drives a job to its end, which it reaches at once unless it awaits something other than a statement.
pub(super) fn finish<T>(job: impl Future<Output = Result<T>>) -> Result<T> {
    let stray = || Err(StoreError::new("a job awaited something other than its connection"));
    job.now_or_never().unwrap_or_else(stray)
}
