//! Credentials.

use async_trait::async_trait;
use credenza_protocol::event::{Event, OfUser, Revoked};
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::epoch_end::{self, Subject};
use super::shared::events::put;
use super::shared::session_end;
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
            let row = diesel::update(users::table.find((tenant.as_str(), user_id.as_str())));
            let changes = (users::password_hash.eq(hash), users::epoch.eq(users::epoch + 1));
            let count = row.set(changes).kept().execute(conn).await?;
            if count == 0 {
                return Ok(false);
            }
            epoch_end::note(conn, &tenant, Subject::User, user_id.as_str(), now).await?;
            let of = OfUser { user_id: user_id.clone() };
            put(conn, &events, &tenant, Event::UserPasswordChanged(of)).await?;
            session_end::end_of_user(conn, &events, &tenant, &user_id).await?;
            let revoked = Revoked { user_id: Some(user_id), ..Revoked::default() };
            put(conn, &events, &tenant, Event::GrantRevoked(revoked)).await?;
            Ok(true)
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
