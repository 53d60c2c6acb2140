//! Replays.

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::replays;
use crate::{Replays, Result, value};

#[async_trait]
impl Replays for Db {
    async fn claim(
        &self,
        tenant: &TenantId,
        purpose: &str,
        key: SecretHash,
        _issued_at: Time,
        expires_at: Time,
        now: Time,
    ) -> Result<bool> {
        let (of_tenant, space) = (tenant.clone(), purpose.to_owned());
        let new = self.statement("replays.claim", async move |conn: &mut Conn| {
            let row = (
                replays::tenant_id.eq(of_tenant.as_str()),
                replays::purpose.eq(space),
                replays::hash.eq(key.as_bytes()),
                replays::expires_at.eq(expires_at.seconds()),
            );
            value::inserted(diesel::insert_into(replays::table).values(row).execute(conn).await)
        });
        if new.await? {
            return Ok(true);
        }
        // Claimed before; but if that claim has expired, one caller may claim it again.
        let (of_tenant, space) = (tenant.clone(), purpose.to_owned());
        self.statement("replays.claim", async move |conn: &mut Conn| {
            let ended = replays::table
                .find((of_tenant.as_str(), space, key.as_bytes()))
                .filter(replays::expires_at.le(now.seconds()));
            let again = diesel::update(ended).set(replays::expires_at.eq(expires_at.seconds()));
            Ok(again.kept().execute(conn).await? == 1)
        })
        .await
    }
}
