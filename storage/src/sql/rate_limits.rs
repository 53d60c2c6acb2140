//! Rate limits.

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::{Seconds, Time};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::rate_limits;
use crate::{Change, Counted, RateLimits, Result, StoreError, Take, value};

/// How often a window is read again that another caller changed meanwhile.
const ROUNDS: u32 = 8;
/// The same for what [`RateLimits::change`] changes. Of those who try at once one wins each round, so as many take turns.
const TURNS: u32 = 64;

/// Counts in the current window, or in a new one if the last is over.
async fn counted(
    conn: &mut Conn,
    (tenant, hash): (&str, &[u8]),
    limit: u32,
    window: Seconds,
    now: Time,
) -> Result<bool> {
    let ends = (now + window).seconds();
    // A window that began before the clock was set back would last too long.
    let strayed = rate_limits::table.find((tenant, hash)).filter(rate_limits::expires_at.gt(ends));
    diesel::update(strayed).set(rate_limits::expires_at.eq(ends)).kept().execute(conn).await?;
    let running = rate_limits::table
        .find((tenant, hash))
        .filter(rate_limits::expires_at.gt(now.seconds()))
        .filter(rate_limits::count.lt(i64::from(limit)));
    let one_more = rate_limits::count.eq(rate_limits::count + 1);
    if diesel::update(running).set(one_more).kept().execute(conn).await? == 1 {
        return Ok(true);
    }
    let over = rate_limits::table.find((tenant, hash)).filter(rate_limits::expires_at.le(now.seconds()));
    let first = (rate_limits::count.eq(1), rate_limits::expires_at.eq(ends));
    Ok(diesel::update(over).set(first).kept().execute(conn).await? == 1)
}

/// One attempt; `None` if another caller was faster with the first one of a window: try again.
async fn attempt(
    conn: &mut Conn,
    (tenant, hash): (&str, &[u8]),
    limit: u32,
    window: Seconds,
    now: Time,
) -> Result<Option<Take>> {
    if counted(conn, (tenant, hash), limit, window, now).await? {
        return Ok(Some(Take::Allowed));
    }
    let found = rate_limits::table.find((tenant, hash)).select((rate_limits::count, rate_limits::expires_at));
    match found.get_result::<(i64, i64)>(conn).await.optional()? {
        Some((count, ends)) if count >= i64::from(limit) && ends > now.seconds() => {
            let wait = Time::from_seconds(ends) - now;
            Ok(Some(Take::Refused { retry_after: Seconds(wait.0.max(1)) }))
        }
        Some(_) => Ok(None),
        None => {
            let first = (
                rate_limits::tenant_id.eq(tenant),
                rate_limits::hash.eq(hash),
                rate_limits::count.eq(1),
                rate_limits::expires_at.eq((now + window).seconds()),
            );
            let result = diesel::insert_into(rate_limits::table).values(first).execute(conn).await;
            Ok(value::inserted(result)?.then_some(Take::Allowed))
        }
    }
}

fn read(row: (i64, i64), now: Time) -> Option<Counted> {
    let counted = Counted { count: row.0, expires_at: Time::from_seconds(row.1) };
    (counted.expires_at > now).then_some(counted)
}

/// Applies a rule to a row, and answers with what it held; `None` if another caller was faster: try again.
async fn changed(
    conn: &mut Conn,
    (tenant, hash): (&str, &[u8]),
    change: &Change,
    now: Time,
) -> Result<Option<Option<Counted>>> {
    let row = rate_limits::table.find((tenant, hash)).select((rate_limits::count, rate_limits::expires_at));
    let found = row.get_result::<(i64, i64)>(conn).await.optional()?;
    let before = found.and_then(|row| read(row, now));
    let Some(after) = change(before).filter(|after| Some(*after) != before) else {
        return Ok(Some(before));
    };
    let set = (rate_limits::count.eq(after.count), rate_limits::expires_at.eq(after.expires_at.seconds()));
    let written = match found {
        Some((count, expires_at)) => {
            let same = rate_limits::table
                .find((tenant, hash))
                .filter(rate_limits::count.eq(count))
                .filter(rate_limits::expires_at.eq(expires_at));
            diesel::update(same).set(set).kept().execute(conn).await? == 1
        }
        None => {
            let key = (rate_limits::tenant_id.eq(tenant), rate_limits::hash.eq(hash));
            let row = (key.0, key.1, set.0, set.1);
            value::inserted(diesel::insert_into(rate_limits::table).values(row).execute(conn).await)?
        }
    };
    Ok(written.then_some(before))
}

#[async_trait]
impl RateLimits for Db {
    async fn take(
        &self,
        tenant: &TenantId,
        key: SecretHash,
        limit: u32,
        window: Seconds,
        now: Time,
    ) -> Result<Take> {
        if limit == 0 {
            return Ok(Take::Refused { retry_after: window });
        }
        for _ in 0..ROUNDS {
            let tenant = tenant.clone();
            let attempt = self.write("rate_limits.take", async move |conn: &mut Conn| {
                attempt(conn, (tenant.as_str(), key.as_bytes()), limit, window, now).await
            });
            if let Some(take) = attempt.await? {
                return Ok(take);
            }
        }
        Err(StoreError::new("a rate limit was contended for too long"))
    }

    async fn give_back(&self, tenant: &TenantId, key: SecretHash, _now: Time) -> Result<()> {
        let tenant = tenant.clone();
        self.statement("rate_limits.give_back", async move |conn: &mut Conn| {
            let row =
                rate_limits::table.find((tenant.as_str(), key.as_bytes())).filter(rate_limits::count.gt(0));
            let one_less = rate_limits::count.eq(rate_limits::count - 1);
            diesel::update(row).set(one_less).kept().execute(conn).await?;
            Ok(())
        })
        .await
    }

    async fn forget(&self, tenant: &TenantId, key: SecretHash, _now: Time) -> Result<()> {
        let tenant = tenant.clone();
        self.statement("rate_limits.forget", async move |conn: &mut Conn| {
            diesel::delete(rate_limits::table.find((tenant.as_str(), key.as_bytes()))).execute(conn).await?;
            Ok(())
        })
        .await
    }

    async fn find(&self, tenant: &TenantId, key: SecretHash, now: Time) -> Result<Option<Counted>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let row = rate_limits::table
                .find((tenant.as_str(), key.as_bytes()))
                .select((rate_limits::count, rate_limits::expires_at));
            let found = row.get_result::<(i64, i64)>(conn).await.optional()?;
            Ok(found.and_then(|row| read(row, now)))
        })
        .await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        key: SecretHash,
        change: Change,
        now: Time,
    ) -> Result<Option<Counted>> {
        for _ in 0..TURNS {
            let (tenant, change) = (tenant.clone(), Change::clone(&change));
            let turn = self.write("rate_limits.change", async move |conn: &mut Conn| {
                changed(conn, (tenant.as_str(), key.as_bytes()), &change, now).await
            });
            if let Some(before) = turn.await? {
                return Ok(before);
            }
        }
        Err(StoreError::new("a rate limit was contended for too long"))
    }
}
