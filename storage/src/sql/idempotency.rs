//! Idempotency.

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, Db};
use crate::idempotency::Spans;
use crate::kept::Keep;
use crate::schema::idempotency;
use crate::{Claimed, Idempotency, Result, StoreError, value};

/// How often a key is looked at again that expired meanwhile.
const ROUNDS: u32 = 8;

/// A key that is taken: taken over where that may be, and told otherwise; `None` if it is gone by now: try again.
async fn taken(
    conn: &mut Conn,
    (tenant, key): (&str, &[u8]),
    body: &[u8],
    spans: Spans,
    now: Time,
) -> Result<Option<Claimed>> {
    let claimed = (
        idempotency::body_hash.eq(body),
        idempotency::claimed_until.eq((now + spans.lease).seconds()),
        idempotency::answer.eq(None::<String>),
        idempotency::expires_at.eq((now + spans.keep).seconds()),
    );
    let expired = idempotency::table.find((tenant, key)).filter(idempotency::expires_at.le(now.seconds()));
    if diesel::update(expired).set(claimed.clone()).kept().execute(conn).await? == 1 {
        return Ok(Some(Claimed::Yes));
    }
    // Whoever did it is gone without an answer.
    let given_up = idempotency::table
        .find((tenant, key))
        .filter(idempotency::answer.is_null())
        .filter(idempotency::claimed_until.le(now.seconds()))
        .filter(idempotency::body_hash.eq(body));
    if diesel::update(given_up).set(claimed).kept().execute(conn).await? == 1 {
        return Ok(Some(Claimed::Yes));
    }
    let found = idempotency::table.find((tenant, key)).select((idempotency::body_hash, idempotency::answer));
    let found = found.get_result::<(Vec<u8>, Option<String>)>(conn).await.optional()?;
    Ok(found.map(|(known, answer)| match answer {
        _ if known != body => Claimed::Another,
        Some(answer) => Claimed::Done(answer),
        None => Claimed::Running,
    }))
}

#[async_trait]
impl Idempotency for Db {
    async fn claim(
        &self,
        tenant: &TenantId,
        key: SecretHash,
        body: SecretHash,
        spans: Spans,
        now: Time,
    ) -> Result<Claimed> {
        for _ in 0..ROUNDS {
            let of_tenant = tenant.clone();
            let new = self.statement("idempotency.claim", async move |conn: &mut Conn| {
                let row = (
                    idempotency::tenant_id.eq(of_tenant.as_str()),
                    idempotency::hash.eq(key.as_bytes()),
                    idempotency::body_hash.eq(body.as_bytes()),
                    idempotency::claimed_until.eq((now + spans.lease).seconds()),
                    idempotency::answer.eq(None::<String>),
                    idempotency::expires_at.eq((now + spans.keep).seconds()),
                );
                value::inserted(diesel::insert_into(idempotency::table).values(row).execute(conn).await)
            });
            if new.await? {
                return Ok(Claimed::Yes);
            }
            let of_tenant = tenant.clone();
            let known = self.write("idempotency.claim", async move |conn: &mut Conn| {
                taken(conn, (of_tenant.as_str(), key.as_bytes()), body.as_bytes(), spans, now).await
            });
            if let Some(claimed) = known.await? {
                return Ok(claimed);
            }
        }
        Err(StoreError::new("an idempotency key was contended for too long"))
    }

    async fn finish(&self, tenant: &TenantId, key: SecretHash, answer: String) -> Result<()> {
        let tenant = tenant.clone();
        self.statement("idempotency.finish", async move |conn: &mut Conn| {
            let row = idempotency::table
                .find((tenant.as_str(), key.as_bytes()))
                .filter(idempotency::answer.is_null());
            diesel::update(row).set(idempotency::answer.eq(Some(answer))).kept().execute(conn).await?;
            Ok(())
        })
        .await
    }

    async fn give_back(&self, tenant: &TenantId, key: SecretHash) -> Result<()> {
        let tenant = tenant.clone();
        self.statement("idempotency.give_back", async move |conn: &mut Conn| {
            let row = idempotency::table
                .find((tenant.as_str(), key.as_bytes()))
                .filter(idempotency::answer.is_null());
            diesel::delete(row).execute(conn).await?;
            Ok(())
        })
        .await
    }
}
