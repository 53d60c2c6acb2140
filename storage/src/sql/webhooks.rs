//! Webhooks.

use async_trait::async_trait;
use credenza_protocol::event::{Event, OfWebhook};
use credenza_protocol::ids::{TenantId, WebhookId};
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;
use credenza_protocol::webhook::{MOST_SECRETS, MOST_WEBHOOKS, Paused, Status, Webhook};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::events::put;
use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::{tenants, webhook_deliveries, webhook_secrets, webhooks};
use crate::{Result, StoreError, Update, WebhookMade, WebhookSecretRecord, Webhooks, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhooks)]
struct Row {
    webhook_id: String,
    url: String,
    description: String,
    events: String,
    status: String,
    paused_at: Option<i64>,
    paused_reason: Option<String>,
    failing_since: Option<i64>,
    created_at: i64,
    updated_at: i64,
    version: i64,
}

impl Row {
    fn record(self) -> Result<Webhook> {
        let status = Status::parse(&self.status);
        let since = self.paused_at.map(Time::from_seconds);
        Ok(Webhook {
            webhook_id: WebhookId::new(self.webhook_id),
            url: self.url,
            description: self.description,
            events: value::from_json(&self.events)?,
            status: status.ok_or_else(|| StoreError::new("the status of a webhook is unknown"))?,
            paused: since.map(|since| Paused { since, reason: self.paused_reason.unwrap_or_default() }),
            failing_since: value::time(self.failing_since),
            created_at: Time::from_seconds(self.created_at),
            updated_at: Time::from_seconds(self.updated_at),
            version: Version::new(self.version),
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_secrets)]
struct SecretRow {
    webhook_id: String,
    secret_id: String,
    sealed: Vec<u8>,
    created_at: i64,
    expires_at: Option<i64>,
}

impl SecretRow {
    fn record(self) -> (WebhookId, WebhookSecretRecord) {
        let record = WebhookSecretRecord {
            secret_id: self.secret_id,
            sealed: self.sealed,
            created_at: Time::from_seconds(self.created_at),
            expires_at: value::time(self.expires_at),
        };
        (WebhookId::new(self.webhook_id), record)
    }
}

/// Holds the tenant until the job ends, so that no two webhooks are counted at once, and none outlives it; `false` if
/// there is none.
async fn hold_tenant(conn: &mut Conn, tenant: &TenantId) -> Result<bool> {
    let row = diesel::update(tenants::table.find(tenant.as_str()));
    Ok(row.set(tenants::version.eq(tenants::version)).kept().execute(conn).await? == 1)
}

/// Holds the webhook until the job ends; `false` if there is none.
async fn hold(conn: &mut Conn, tenant: &TenantId, id: &WebhookId) -> Result<bool> {
    let row = diesel::update(webhooks::table.find((tenant.as_str(), id.as_str())));
    Ok(row.set(webhooks::version.eq(webhooks::version)).kept().execute(conn).await? == 1)
}

/// Counts one more change of the webhook.
async fn changed(conn: &mut Conn, tenant: &TenantId, id: &WebhookId) -> Result<()> {
    let row = diesel::update(webhooks::table.find((tenant.as_str(), id.as_str())));
    row.set(webhooks::version.eq(webhooks::version + 1)).kept().execute(conn).await?;
    Ok(())
}

async fn insert_secret(
    conn: &mut Conn,
    tenant: &TenantId,
    id: &WebhookId,
    secret: WebhookSecretRecord,
) -> Result<()> {
    let row = (
        webhook_secrets::tenant_id.eq(tenant.as_str()),
        webhook_secrets::webhook_id.eq(id.as_str()),
        webhook_secrets::secret_id.eq(secret.secret_id),
        webhook_secrets::sealed.eq(secret.sealed),
        webhook_secrets::created_at.eq(secret.created_at.seconds()),
        webhook_secrets::expires_at.eq(value::seconds(secret.expires_at)),
    );
    diesel::insert_into(webhook_secrets::table).values(row).execute(conn).await?;
    Ok(())
}

fn of(id: &WebhookId) -> OfWebhook {
    OfWebhook { webhook_id: id.clone() }
}

#[async_trait]
impl Webhooks for Db {
    async fn create(
        &self,
        tenant: &TenantId,
        webhook: Webhook,
        secret: WebhookSecretRecord,
    ) -> Result<WebhookMade> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("webhooks.create", async move |conn: &mut Conn| {
            if !hold_tenant(conn, &tenant).await? {
                return Ok(WebhookMade::Absent);
            }
            let ids = webhooks::table.filter(webhooks::tenant_id.eq(tenant.as_str()));
            let ids: Vec<String> = ids.select(webhooks::webhook_id).load(conn).await?;
            if ids.iter().any(|id| id == webhook.webhook_id.as_str()) {
                return Ok(WebhookMade::Taken);
            }
            if ids.len() >= MOST_WEBHOOKS {
                return Ok(WebhookMade::TooMany);
            }
            let row = (
                webhooks::tenant_id.eq(tenant.as_str()),
                webhooks::webhook_id.eq(webhook.webhook_id.as_str()),
                webhooks::url.eq(&webhook.url),
                webhooks::description.eq(&webhook.description),
                webhooks::events.eq(value::to_json(&webhook.events)?),
                webhooks::status.eq(webhook.status.as_str()),
                webhooks::paused_at.eq(webhook.paused.as_ref().map(|paused| paused.since.seconds())),
                webhooks::paused_reason.eq(webhook.paused.as_ref().map(|paused| paused.reason.clone())),
                webhooks::created_at.eq(webhook.created_at.seconds()),
                webhooks::updated_at.eq(webhook.updated_at.seconds()),
                webhooks::version.eq(Version::FIRST.number()),
            );
            diesel::insert_into(webhooks::table).values(row).execute(conn).await?;
            insert_secret(conn, &tenant, &webhook.webhook_id, secret).await?;
            put(conn, &events, &tenant, Event::WebhookCreated(of(&webhook.webhook_id))).await?;
            Ok(WebhookMade::Yes)
        })
        .await
    }

    async fn find(&self, tenant: &TenantId, id: &WebhookId) -> Result<Option<Webhook>> {
        let (tenant, id) = (tenant.clone(), id.clone());
        self.read(async move |conn: &mut Conn| {
            let row = webhooks::table.find((tenant.as_str(), id.as_str())).select(Row::as_select());
            row.get_result(conn).await.optional()?.map(Row::record).transpose()
        })
        .await
    }

    async fn list(&self, tenant: &TenantId) -> Result<Vec<Webhook>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let rows = webhooks::table
                .filter(webhooks::tenant_id.eq(tenant.as_str()))
                .order(webhooks::webhook_id)
                .select(Row::as_select());
            let rows: Vec<Row> = rows.load(conn).await?;
            Ok(value::readable("webhooks", rows, Row::record).collect())
        })
        .await
    }

    async fn update(&self, tenant: &TenantId, expected: Version, webhook: Webhook) -> Result<Update> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("webhooks.update", async move |conn: &mut Conn| {
            let row = webhooks::table.find((tenant.as_str(), webhook.webhook_id.as_str()));
            let version: Option<i64> = row.select(webhooks::version).get_result(conn).await.optional()?;
            if version.is_none() {
                return Ok(Update::Absent);
            }
            let changes = (
                webhooks::url.eq(&webhook.url),
                webhooks::description.eq(&webhook.description),
                webhooks::events.eq(value::to_json(&webhook.events)?),
                webhooks::status.eq(webhook.status.as_str()),
                webhooks::paused_at.eq(webhook.paused.as_ref().map(|paused| paused.since.seconds())),
                webhooks::paused_reason.eq(webhook.paused.as_ref().map(|paused| paused.reason.clone())),
                webhooks::failing_since.eq(value::seconds(webhook.failing_since)),
                webhooks::updated_at.eq(webhook.updated_at.seconds()),
                webhooks::version.eq(expected.next().number()),
            );
            let row = row.filter(webhooks::version.eq(expected.number()));
            if diesel::update(row).set(changes).kept().execute(conn).await? == 0 {
                return Ok(Update::Stale);
            }
            put(conn, &events, &tenant, Event::WebhookUpdated(of(&webhook.webhook_id))).await?;
            Ok(Update::Updated)
        })
        .await
    }

    async fn delete(&self, tenant: &TenantId, id: &WebhookId) -> Result<bool> {
        let (tenant, id, events) = (tenant.clone(), id.clone(), self.events.of_this_task());
        self.write("webhooks.delete", async move |conn: &mut Conn| {
            let row = webhooks::table.find((tenant.as_str(), id.as_str()));
            if diesel::delete(row).execute(conn).await? == 0 {
                return Ok(false);
            }
            let secrets = webhook_secrets::table
                .filter(webhook_secrets::tenant_id.eq(tenant.as_str()))
                .filter(webhook_secrets::webhook_id.eq(id.as_str()));
            diesel::delete(secrets).execute(conn).await?;
            let waiting = webhook_deliveries::table
                .filter(webhook_deliveries::tenant_id.eq(tenant.as_str()))
                .filter(webhook_deliveries::webhook_id.eq(id.as_str()));
            diesel::delete(waiting).execute(conn).await?;
            put(conn, &events, &tenant, Event::WebhookDeleted(of(&id))).await?;
            Ok(true)
        })
        .await
    }

    async fn add_secret(
        &self,
        tenant: &TenantId,
        id: &WebhookId,
        secret: WebhookSecretRecord,
        others_until: Time,
        now: Time,
    ) -> Result<WebhookMade> {
        let (tenant, id, events) = (tenant.clone(), id.clone(), self.events.of_this_task());
        self.write("webhooks.add_secret", async move |conn: &mut Conn| {
            if !hold(conn, &tenant, &id).await? {
                return Ok(WebhookMade::Absent);
            }
            let live = webhook_secrets::table
                .filter(webhook_secrets::tenant_id.eq(tenant.as_str()))
                .filter(webhook_secrets::webhook_id.eq(id.as_str()))
                .filter(
                    webhook_secrets::expires_at.is_null().or(webhook_secrets::expires_at.gt(now.seconds())),
                );
            let live: i64 = live.count().get_result(conn).await?;
            if usize::try_from(live).unwrap_or_default() >= MOST_SECRETS {
                return Ok(WebhookMade::TooMany);
            }
            let until = others_until.seconds();
            let others = webhook_secrets::table
                .filter(webhook_secrets::tenant_id.eq(tenant.as_str()))
                .filter(webhook_secrets::webhook_id.eq(id.as_str()))
                .filter(webhook_secrets::expires_at.is_null().or(webhook_secrets::expires_at.gt(until)));
            let ends = diesel::update(others).set(webhook_secrets::expires_at.eq(Some(until)));
            ends.kept().execute(conn).await?;
            changed(conn, &tenant, &id).await?;
            insert_secret(conn, &tenant, &id, secret).await?;
            put(conn, &events, &tenant, Event::WebhookUpdated(of(&id))).await?;
            Ok(WebhookMade::Yes)
        })
        .await
    }

    async fn secrets(
        &self,
        tenant: &TenantId,
        id: &WebhookId,
        now: Time,
    ) -> Result<Vec<WebhookSecretRecord>> {
        let (tenant, id) = (tenant.clone(), id.clone());
        self.read(async move |conn: &mut Conn| {
            let rows = webhook_secrets::table
                .filter(webhook_secrets::tenant_id.eq(tenant.as_str()))
                .filter(webhook_secrets::webhook_id.eq(id.as_str()))
                .filter(
                    webhook_secrets::expires_at.is_null().or(webhook_secrets::expires_at.gt(now.seconds())),
                )
                .order((webhook_secrets::created_at.desc(), webhook_secrets::secret_id))
                .select(SecretRow::as_select());
            let rows: Vec<SecretRow> = rows.load(conn).await?;
            Ok(rows.into_iter().map(|row| row.record().1).collect())
        })
        .await
    }

    async fn delete_secret(&self, tenant: &TenantId, id: &WebhookId, secret_id: &str) -> Result<bool> {
        let (tenant, id, secret_id) = (tenant.clone(), id.clone(), secret_id.to_owned());
        let events = self.events.of_this_task();
        self.write("webhooks.delete_secret", async move |conn: &mut Conn| {
            if !hold(conn, &tenant, &id).await? {
                return Ok(false);
            }
            let row = webhook_secrets::table.find((tenant.as_str(), id.as_str(), secret_id));
            let deleted = diesel::delete(row).execute(conn).await? == 1;
            if deleted {
                changed(conn, &tenant, &id).await?;
                put(conn, &events, &tenant, Event::WebhookUpdated(of(&id))).await?;
            }
            Ok(deleted)
        })
        .await
    }

    async fn sealed(&self, tenant: &TenantId) -> Result<Vec<(WebhookId, WebhookSecretRecord)>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let rows = webhook_secrets::table
                .filter(webhook_secrets::tenant_id.eq(tenant.as_str()))
                .select(SecretRow::as_select());
            let rows: Vec<SecretRow> = rows.load(conn).await?;
            Ok(rows.into_iter().map(SecretRow::record).collect())
        })
        .await
    }
}
