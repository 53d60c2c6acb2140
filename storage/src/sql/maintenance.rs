//! Maintenance of the store as a whole.

use async_trait::async_trait;
use credenza_protocol::time::Time;

use super::shared::revision;
use super::{Conn, Db, sweep};
use crate::{Changes, Maintenance, Result, Room, StoreError};

#[async_trait]
impl Maintenance for Db {
    async fn changes(&self, tenant: &str) -> Result<Changes> {
        let look =
            async |before| self.read(async move |conn: &mut Conn| revision::look(conn, before).await).await;
        self.seen.get(tenant, look).await
    }

    async fn check(&self) -> Result<()> {
        self.read(revision::read).await?;
        self.statement("maintenance.check", revision::lock).await?;
        match self.last_room() {
            Room::Enough => Ok(()),
            Room::Full => Err(StoreError::Full("only what frees or revokes something is written".into())),
        }
    }

    async fn room(&self) -> Result<Room> {
        self.keep_room().await
    }

    async fn note_restore(&self, now: Time) -> Result<()> {
        self.write("maintenance.note_restore", async move |conn: &mut Conn| {
            revision::restored(conn, now).await
        })
        .await
    }

    async fn restored_at(&self) -> Result<Option<Time>> {
        self.read(revision::restored_at).await
    }

    async fn sweep(&self, now: Time, limit: u32) -> Result<u64> {
        sweep::all(self, now, limit).await
    }

    async fn close(&self) {
        Self::close(self).await;
    }
}
