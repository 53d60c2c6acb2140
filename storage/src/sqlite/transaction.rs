//! The transaction that the jobs of a batch share, and the savepoint of each in it that is a transaction. A job of one
//! statement needs none: SQLite rolls that back as a whole if it fails.

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::{QueryResult, SqliteConnection};

use crate::conn::Conn;
use crate::scope::Scope;
use crate::{Result, StoreError};

/// Begins the batch, with the write lock: nothing can come between a read and a write of a job.
pub(super) fn begin_immediate(conn: &mut Conn) -> Result<()> {
    Ok(AnsiTransactionManager::begin_transaction_sql(conn.sqlite()?, "BEGIN IMMEDIATE")?)
}

/// Ends the batch: its writes are on disk.
pub(super) fn commit(conn: &mut Conn) -> Result<()> {
    Ok(AnsiTransactionManager::commit_transaction(conn.sqlite()?)?)
}

/// Begins a job.
pub(super) fn begin(conn: &mut Conn, scope: Scope) -> Result<()> {
    match scope {
        Scope::Transaction => Ok(AnsiTransactionManager::begin_transaction(conn.sqlite()?)?),
        Scope::Statement => Ok(()),
    }
}

/// Ends a job: keeps what it wrote, or rolls it back. The outer error means that the batch is lost.
pub(super) fn end<T>(conn: &mut Conn, scope: Scope, result: Result<T>) -> Result<Result<T>> {
    let raw = conn.sqlite()?;
    let open = depth(raw)?;
    let expected = if scope == Scope::Transaction { 2 } else { 1 };
    if result.is_ok() && open == expected {
        if scope == Scope::Transaction {
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
    let Ok(raw) = conn.sqlite() else { return };
    let _ = raw.batch_execute("ROLLBACK"); // fails when SQLite has done so itself
    *AnsiTransactionManager::transaction_manager_status_mut(raw) = Default::default();
}

fn depth(raw: &mut SqliteConnection) -> QueryResult<u32> {
    let status = AnsiTransactionManager::transaction_manager_status_mut(raw);
    Ok(status.transaction_depth()?.map_or(0, std::num::NonZero::get))
}
