//! The reading connections. A read runs on the thread of its caller: a lookup by key takes microseconds,
//! less than handing it to another thread.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Semaphore;

use super::job::finish;
use crate::conn::Conn;
use crate::{Result, StoreError};

/// Idle connections, and a fair queue for them.
pub(super) struct Readers {
    idle: Mutex<Vec<Conn>>,
    free: Semaphore,
    count: u32,
}

impl Readers {
    pub(super) fn new(idle: Vec<Conn>) -> Self {
        let count = u32::try_from(idle.len()).unwrap_or(u32::MAX);
        Self { free: Semaphore::new(idle.len()), idle: Mutex::new(idle), count }
    }

    pub(super) async fn read<T>(&self, job: impl AsyncFnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let _free = self.free.acquire().await.map_err(|_| closed())?;
        let mut borrowed = Borrowed { readers: self, conn: self.with_idle(Vec::pop) };
        let conn = borrowed.conn.as_mut().ok_or_else(closed)?;
        finish(job(conn))
    }

    /// Waits for the reads in progress, refuses later ones, and closes the connections.
    pub(super) async fn close(&self) {
        if let Ok(all) = self.free.acquire_many(self.count).await {
            self.free.close();
            all.forget();
            drop(self.with_idle(std::mem::take));
        }
    }

    fn with_idle<T>(&self, change: impl FnOnce(&mut Vec<Conn>) -> T) -> T {
        change(&mut self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A borrowed connection; it is returned even if the job panics.
struct Borrowed<'a> {
    readers: &'a Readers,
    conn: Option<Conn>,
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.readers.with_idle(|idle| idle.push(conn));
        }
    }
}

fn closed() -> StoreError {
    StoreError::new("the store is closed")
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readers").field("count", &self.count).finish_non_exhaustive()
    }
}
