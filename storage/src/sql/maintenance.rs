//! What concerns the store as a whole.

use async_trait::async_trait;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, Db, sweep};
use crate::kept::Keep;
use crate::schema::revision;
use crate::{Maintenance, Result};

/// The one row of the table.
const ROW: i32 = 1;

/// Passes on whether a tenant, client or key was changed and, if so, tells all caches, in the same
/// transaction.
pub(super) async fn changed(conn: &mut Conn, changed: bool) -> Result<bool> {
    if changed {
        let row = diesel::update(revision::table.find(ROW));
        row.set(revision::value.eq(revision::value + 1)).kept().execute(conn).await?;
    }
    Ok(changed)
}

/// Lets one job in at a time, on databases that run several: the others wait here for its commit.
pub(super) async fn lock(conn: &mut Conn) -> Result<()> {
    let row = diesel::update(revision::table.find(ROW));
    row.set(revision::value.eq(revision::value)).kept().execute(conn).await?;
    Ok(())
}

/// The epoch in which a client begins: one that no client of the same id had before it was deleted, since
/// each change of one moves the revision further than the epoch.
pub(super) async fn epoch(conn: &mut Conn) -> Result<i64> {
    read(conn).await
}

async fn read(conn: &mut Conn) -> Result<i64> {
    Ok(revision::table.find(ROW).select(revision::value).get_result(conn).await?)
}

#[async_trait]
impl Maintenance for Db {
    async fn revision(&self) -> Result<i64> {
        self.seen.get(async || self.read(read).await).await
    }

    async fn check(&self) -> Result<()> {
        self.read(read).await?;
        self.statement("maintenance.check", lock).await
    }

    async fn sweep(&self, now: Time, limit: u32) -> Result<u64> {
        sweep::all(self, now, limit).await
    }

    async fn close(&self) {
        Self::close(self).await;
    }
}
