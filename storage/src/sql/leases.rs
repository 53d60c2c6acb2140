//! Leases.

use async_trait::async_trait;
use credenza_protocol::time::{Seconds, Time};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::leases;
use crate::{Leases, Result, value};

#[async_trait]
impl Leases for Db {
    async fn take(&self, name: &str, holder: &str, lasts: Seconds, now: Time) -> Result<bool> {
        let (name, holder) = (name.to_owned(), holder.to_owned());
        self.statement("leases.take", async move |conn: &mut Conn| {
            let until = (now + lasts).seconds();
            let free = leases::holder.eq(&holder).or(leases::expires_at.le(now.seconds()));
            let row = diesel::update(leases::table.find(&name).filter(free));
            let changes = (leases::holder.eq(&holder), leases::expires_at.eq(until));
            if row.set(changes).kept().execute(conn).await? == 1 {
                return Ok(true);
            }
            let known: Option<i64> =
                leases::table.find(&name).select(leases::expires_at).get_result(conn).await.optional()?;
            if known.is_some() {
                return Ok(false);
            }
            let row = (leases::name.eq(&name), leases::holder.eq(&holder), leases::expires_at.eq(until));
            value::inserted(diesel::insert_into(leases::table).values(row).execute(conn).await)
        })
        .await
    }

    async fn release(&self, name: &str, holder: &str) -> Result<()> {
        let (name, holder) = (name.to_owned(), holder.to_owned());
        self.statement("leases.release", async move |conn: &mut Conn| {
            let row = diesel::update(leases::table.find(&name).filter(leases::holder.eq(&holder)));
            row.set(leases::expires_at.eq(i64::MIN)).kept().execute(conn).await?;
            Ok(())
        })
        .await
    }
}
