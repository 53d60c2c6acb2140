//! Refresh tokens: columns of their grant.

use async_trait::async_trait;
use credenza_protocol::ids::{GrantId, TenantId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::live::grant_lives;
use super::shared::rows::GrantRow;
use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::grants;
use crate::{NewRefreshToken, RefreshRecord, RefreshTokens, Result, Rotate, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = grants)]
struct Row {
    refresh_hash: Option<Vec<u8>>,
    refresh_expires_at: Option<i64>,
    previous_hash: Option<Vec<u8>>,
    rotated_at: Option<i64>,
}

impl Row {
    /// `None` for a grant without refresh tokens.
    fn record(self, grant: GrantRow, live: bool) -> Result<Option<RefreshRecord>> {
        let (Some(current), Some(expires_at)) = (self.refresh_hash, self.refresh_expires_at) else {
            return Ok(None);
        };
        Ok(Some(RefreshRecord {
            current: value::hash(&current)?,
            previous: self.previous_hash.as_deref().map(value::hash).transpose()?,
            rotated_at: value::time(self.rotated_at),
            expires_at: Time::from_seconds(expires_at),
            grant: grant.record()?,
            live,
        }))
    }
}

#[async_trait]
impl RefreshTokens for Db {
    async fn find(&self, tenant: &TenantId, grant_id: &GrantId, now: Time) -> Result<Option<RefreshRecord>> {
        let (tenant, grant_id) = (tenant.clone(), grant_id.clone());
        self.read(async move |conn: &mut Conn| {
            let row = grants::table.find((tenant.as_str(), grant_id.as_str())).select((
                Row::as_select(),
                GrantRow::as_select(),
                grant_lives(now.seconds()),
            ));
            let found: Option<(Row, GrantRow, bool)> = row.get_result(conn).await.optional()?;
            found.map_or(Ok(None), |(token, grant, live)| token.record(grant, live))
        })
        .await
    }

    async fn rotate(
        &self,
        tenant: &TenantId,
        grant_id: &GrantId,
        presented: SecretHash,
        next: NewRefreshToken,
        now: Time,
    ) -> Result<Rotate> {
        let (tenant, grant_id) = (tenant.clone(), grant_id.clone());
        self.statement("refresh_tokens.rotate", async move |conn: &mut Conn| {
            let live = grants::table
                .find((tenant.as_str(), grant_id.as_str()))
                .filter(grants::refresh_hash.eq(presented.as_bytes()))
                .filter(grants::refresh_expires_at.gt(now.seconds()))
                .filter(grant_lives(now.seconds()));
            let changes = (
                grants::previous_hash.eq(presented.as_bytes()),
                grants::refresh_hash.eq(next.token.as_bytes()),
                grants::rotated_at.eq(now.seconds()),
                grants::refresh_expires_at.eq(next.expires_at.seconds()),
            );
            let count = diesel::update(live).set(changes).kept().execute(conn).await?;
            Ok(if count == 1 { Rotate::Rotated } else { Rotate::Lost })
        })
        .await
    }
}
