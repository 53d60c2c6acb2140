//! Clients that registered themselves.

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::revision;
use super::{Conn, Db, clients, initial_access_tokens};
use crate::kept::Keep;
use crate::schema::registrations;
use crate::{NewRegistration, Registrations, Result, StoreError, value};

#[async_trait]
impl Registrations for Db {
    async fn create(&self, tenant: &TenantId, new: NewRegistration, now: Time) -> Result<bool> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("registrations.create", async move |conn: &mut Conn| {
            if let Some(token) = new.initial_access_token
                && !initial_access_tokens::spend(conn, &tenant, token, now).await?
            {
                return Ok(false);
            }
            let client_id = new.client.client.client_id.clone();
            if clients::insert(conn, &events, &tenant, new.client).await?.is_none() {
                // An error rolls back the use of the token.
                return Err(StoreError::new("the new client_id is taken"));
            }
            let row = (
                registrations::tenant_id.eq(tenant.as_str()),
                registrations::client_id.eq(client_id.as_str()),
                registrations::token_hash.eq(new.token.as_bytes()),
                registrations::created_at.eq(now.seconds()),
                registrations::expires_at.eq(value::seconds(new.expires_at)),
            );
            diesel::insert_into(registrations::table).values(row).execute(conn).await?;
            Ok(true)
        })
        .await
    }

    async fn token(&self, tenant: &TenantId, client_id: &ClientId) -> Result<Option<SecretHash>> {
        let (tenant, client_id) = (tenant.clone(), client_id.clone());
        self.read(async move |conn: &mut Conn| {
            let row = registrations::table.find((tenant.as_str(), client_id.as_str()));
            let hash: Option<Vec<u8>> =
                row.select(registrations::token_hash).get_result(conn).await.optional()?;
            hash.as_deref().map(value::hash).transpose()
        })
        .await
    }

    async fn note_use(&self, tenant: &TenantId, client_id: &ClientId, now: Time) -> Result<bool> {
        let (tenant, client_id) = (tenant.clone(), client_id.clone());
        self.write("registrations.note_use", async move |conn: &mut Conn| {
            let unused = registrations::table
                .find((tenant.as_str(), client_id.as_str()))
                .filter(registrations::used_at.is_null());
            let changes =
                (registrations::used_at.eq(now.seconds()), registrations::expires_at.eq(None::<i64>));
            let count = diesel::update(unused).set(changes).kept().execute(conn).await?;
            revision::changed(conn, &tenant, count == 1).await
        })
        .await
    }
}

/// Deletes a client that was not used in time, with everything of it; `false` if it was used, or is gone.
pub(super) async fn delete_unused(
    conn: &mut Conn,
    events: &crate::Events,
    tenant: &TenantId,
    client_id: &ClientId,
    now: Time,
) -> Result<bool> {
    let ripe = registrations::table
        .find((tenant.as_str(), client_id.as_str()))
        .filter(registrations::expires_at.le(now.seconds()));
    if diesel::delete(ripe).execute(conn).await? == 0 {
        return Ok(false);
    }
    clients::delete(conn, events, tenant, client_id, now).await
}
