//! Credentials.

use async_trait::async_trait;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::new_password;
use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::users;
use crate::{Credentials, Result};

#[async_trait]
impl Credentials for Db {
    async fn password(&self, tenant: &TenantId, user_id: &UserId) -> Result<Option<String>> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        self.read(async move |conn: &mut Conn| {
            let row = users::table.find((tenant.as_str(), user_id.as_str())).select(users::password_hash);
            Ok(row.get_result(conn).await.optional()?.flatten())
        })
        .await
    }

    async fn set_password(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        hash: String,
        now: Time,
    ) -> Result<bool> {
        let (tenant, user_id, events) = (tenant.clone(), user_id.clone(), self.events.of_this_task());
        self.write("credentials.set_password", async move |conn: &mut Conn| {
            new_password::set(conn, &events, &tenant, &user_id, hash, now).await
        })
        .await
    }

    async fn upgrade_hash(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        old: &str,
        new: String,
        _now: Time,
    ) -> Result<bool> {
        let (tenant, user_id, old) = (tenant.clone(), user_id.clone(), old.to_owned());
        self.statement("credentials.upgrade_hash", async move |conn: &mut Conn| {
            let row =
                users::table.find((tenant.as_str(), user_id.as_str())).filter(users::password_hash.eq(old));
            Ok(diesel::update(row).set(users::password_hash.eq(new)).kept().execute(conn).await? == 1)
        })
        .await
    }
}
