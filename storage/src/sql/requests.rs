//! Requests in progress.

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::requests;
use crate::{RequestRecord, Requests, Result, value};

/// What stands in the column of the state when a request is finished; no JSON is empty.
const FINISHED: &str = "";

#[async_trait]
impl Requests for Db {
    async fn begin(&self, tenant: &TenantId, record: RequestRecord, _now: Time) -> Result<bool> {
        let tenant = tenant.clone();
        self.statement("requests.begin", async move |conn: &mut Conn| {
            let row = (
                requests::tenant_id.eq(tenant.as_str()),
                requests::handle.eq(record.handle.as_bytes()),
                requests::browser.eq(record.browser.as_bytes()),
                requests::expires_at.eq(record.expires_at.seconds()),
                requests::state.eq(record.state.unwrap_or_else(|| FINISHED.to_owned())),
            );
            value::inserted(diesel::insert_into(requests::table).values(row).execute(conn).await)
        })
        .await
    }

    async fn find(&self, tenant: &TenantId, handle: SecretHash, now: Time) -> Result<Option<RequestRecord>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let row = requests::table
                .find((tenant.as_str(), handle.as_bytes()))
                .filter(requests::expires_at.gt(now.seconds()))
                .select((requests::browser, requests::expires_at, requests::state));
            let found: Option<(Vec<u8>, i64, String)> = row.get_result(conn).await.optional()?;
            let record = |(browser, expires_at, state): (Vec<u8>, i64, String)| {
                let (browser, expires_at) = (value::hash(&browser)?, Time::from_seconds(expires_at));
                Ok(RequestRecord {
                    handle,
                    browser,
                    state: Some(state).filter(|s| s != FINISHED),
                    expires_at,
                })
            };
            found.map(record).transpose()
        })
        .await
    }

    async fn advance(
        &self,
        tenant: &TenantId,
        handle: SecretHash,
        from: &str,
        to: String,
        now: Time,
    ) -> Result<bool> {
        let (tenant, from) = (tenant.clone(), from.to_owned());
        self.statement("requests.advance", async move |conn: &mut Conn| {
            let row = requests::table
                .find((tenant.as_str(), handle.as_bytes()))
                .filter(requests::state.eq(from))
                .filter(requests::state.ne(FINISHED))
                .filter(requests::expires_at.gt(now.seconds()));
            Ok(diesel::update(row).set(requests::state.eq(to)).kept().execute(conn).await? == 1)
        })
        .await
    }

    async fn finish(&self, tenant: &TenantId, handle: SecretHash, now: Time) -> Result<bool> {
        let tenant = tenant.clone();
        self.statement("requests.finish", async move |conn: &mut Conn| {
            let row = requests::table
                .find((tenant.as_str(), handle.as_bytes()))
                .filter(requests::state.ne(FINISHED))
                .filter(requests::expires_at.gt(now.seconds()));
            Ok(diesel::update(row).set(requests::state.eq(FINISHED)).kept().execute(conn).await? == 1)
        })
        .await
    }
}
