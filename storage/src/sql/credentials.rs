//! Credentials.

use async_trait::async_trait;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::mails::queue;
use super::shared::new_password;
use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::users;
use crate::{Credentials, PasswordChange, Result};

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

    async fn change_password(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        change: PasswordChange,
        now: Time,
    ) -> Result<bool> {
        let (tenant, user_id, events) = (tenant.clone(), user_id.clone(), self.events.of_this_task());
        self.write("credentials.change_password", async move |conn: &mut Conn| {
            if !new_password::change(conn, &events, &tenant, &user_id, &change, now).await? {
                return Ok(false);
            }
            if let Some(notice) = &change.notice {
                // Where too many mails wait, the new password counts all the same.
                queue(conn, &tenant, notice, now).await?;
            }
            Ok(true)
        })
        .await
    }

    async fn require_password_change(&self, tenant: &TenantId, user_id: &UserId) -> Result<bool> {
        let (tenant, user_id, events) = (tenant.clone(), user_id.clone(), self.events.of_this_task());
        self.write("credentials.require_password_change", async move |conn: &mut Conn| {
            new_password::require(conn, &events, &tenant, &user_id).await
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
