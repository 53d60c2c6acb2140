//! Mails that wait to be sent.

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, Db};
use crate::kept::Keep;
use crate::mails::MOST_WAITING;
use crate::schema::mails;
use crate::{Mail, Mails, NewMail, Result};

#[derive(Queryable, Selectable)]
#[diesel(table_name = mails)]
struct Row {
    seq: i64,
    tenant_id: String,
    kind: String,
    sealed: Vec<u8>,
    attempts: i32,
    expires_at: i64,
}

impl Row {
    fn record(self) -> Mail {
        Mail {
            seq: self.seq,
            tenant_id: TenantId::new(self.tenant_id),
            kind: self.kind,
            sealed: self.sealed,
            attempts: self.attempts,
            expires_at: Time::from_seconds(self.expires_at),
        }
    }
}

/// Queues a mail in a job; `false` when too many of the tenant wait. Of many who queue at once, a few may be too many.
pub(super) async fn queue(conn: &mut Conn, tenant: &TenantId, mail: &NewMail, now: Time) -> Result<bool> {
    if !has_room(conn, tenant).await? {
        return Ok(false);
    }
    put(conn, tenant, mail, now).await?;
    Ok(true)
}

/// Whether one more mail of the tenant may wait.
pub(super) async fn has_room(conn: &mut Conn, tenant: &TenantId) -> Result<bool> {
    let waiting = mails::table.filter(mails::tenant_id.eq(tenant.as_str())).count();
    Ok(waiting.get_result::<i64>(conn).await? < MOST_WAITING)
}

/// Queues a mail in a job that has looked for room.
pub(super) async fn put(conn: &mut Conn, tenant: &TenantId, mail: &NewMail, now: Time) -> Result<()> {
    let row = (
        mails::tenant_id.eq(tenant.as_str()),
        mails::kind.eq(&mail.kind),
        mails::sealed.eq(&mail.sealed),
        mails::next_at.eq(now.seconds()),
        mails::attempts.eq(0),
        mails::expires_at.eq(mail.expires_at.seconds()),
    );
    diesel::insert_into(mails::table).values(row).execute(conn).await?;
    Ok(())
}

#[async_trait]
impl Mails for Db {
    async fn put(&self, tenant: &TenantId, mail: NewMail, now: Time) -> Result<bool> {
        let tenant = tenant.clone();
        self.write("mails.put", async move |conn: &mut Conn| queue(conn, &tenant, &mail, now).await).await
    }

    async fn due(&self, limit: u32, now: Time) -> Result<Vec<Mail>> {
        self.read(async move |conn: &mut Conn| {
            let rows = mails::table
                .filter(mails::next_at.le(now.seconds()))
                .filter(mails::expires_at.gt(now.seconds()))
                .order((mails::next_at, mails::seq))
                .limit(limit.into())
                .select(Row::as_select());
            Ok(rows.load(conn).await?.into_iter().map(Row::record).collect())
        })
        .await
    }

    async fn claim(&self, mail: &Mail, next_at: Time) -> Result<bool> {
        let (seq, attempts) = (mail.seq, mail.attempts);
        self.statement("mails.claim", async move |conn: &mut Conn| {
            let row = mails::table.find(seq).filter(mails::attempts.eq(attempts));
            let changes =
                (mails::attempts.eq(attempts.saturating_add(1)), mails::next_at.eq(next_at.seconds()));
            Ok(diesel::update(row).set(changes).kept().execute(conn).await? == 1)
        })
        .await
    }

    async fn done(&self, mail: &Mail) -> Result<()> {
        let seq = mail.seq;
        self.statement("mails.done", async move |conn: &mut Conn| {
            diesel::delete(mails::table.find(seq)).execute(conn).await?;
            Ok(())
        })
        .await
    }

    async fn pending(&self) -> Result<u64> {
        self.read(async move |conn: &mut Conn| {
            let count: i64 = mails::table.count().get_result(conn).await?;
            Ok(u64::try_from(count).unwrap_or_default())
        })
        .await
    }
}
