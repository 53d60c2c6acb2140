//! The transaction that the jobs of a batch share, and the savepoint of each in it.

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::{QueryResult, SqliteConnection};

use super::Conn;
use crate::{Result, StoreError};

/// How a job is isolated from the others of its batch.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Scope {
    /// By a savepoint.
    Savepoint,
    /// By being one statement, which SQLite rolls back as a whole if it fails.
    Statement,
}

/// Begins the batch, with the write lock: nothing can come between a read and a write of a job.
pub(super) fn begin_immediate(conn: &mut Conn) -> Result<()> {
    Ok(AnsiTransactionManager::begin_transaction_sql(conn.raw(), "BEGIN IMMEDIATE")?)
}

/// Ends the batch: its writes are on disk.
pub(super) fn commit(conn: &mut Conn) -> Result<()> {
    Ok(AnsiTransactionManager::commit_transaction(conn.raw())?)
}

/// Begins a job.
pub(super) fn begin(conn: &mut Conn, scope: Scope) -> Result<()> {
    match scope {
        Scope::Savepoint => Ok(AnsiTransactionManager::begin_transaction(conn.raw())?),
        Scope::Statement => Ok(()),
    }
}

/// Ends a job: keeps what it wrote, or rolls it back. The outer error means that the batch is lost.
pub(super) fn end<T>(conn: &mut Conn, scope: Scope, result: Result<T>) -> Result<Result<T>> {
    let raw = conn.raw();
    let open = depth(raw)?;
    let expected = if scope == Scope::Savepoint { 2 } else { 1 };
    if result.is_ok() && open == expected {
        if scope == Scope::Savepoint {
            AnsiTransactionManager::commit_transaction(raw)?;
        }
        return Ok(result);
    }
    for _ in 1..open {
        if let Err(lost) = AnsiTransactionManager::rollback_transaction(raw) {
            // SQLite may have rolled back all of it; then the job's own error tells why.
            return Err(result.err().unwrap_or_else(|| lost.into()));
        }
    }
    Ok(result.and_then(|_| Err(StoreError::new("a job left a transaction open"))))
}

/// Leaves no transaction open, whatever state the connection is in.
pub(super) fn abandon(conn: &mut Conn) {
    let raw = conn.raw();
    let _ = raw.batch_execute("ROLLBACK"); // fails when SQLite has done so itself
    *AnsiTransactionManager::transaction_manager_status_mut(raw) = Default::default();
}

fn depth(raw: &mut SqliteConnection) -> QueryResult<u32> {
    let status = AnsiTransactionManager::transaction_manager_status_mut(raw);
    Ok(status.transaction_depth()?.map_or(0, std::num::NonZero::get))
}
