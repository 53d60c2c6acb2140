//! What is recorded when the epoch of a client or user ends.

use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, lifetime};
use crate::Result;
use crate::kept::Keep;
use crate::revocations::LEEWAY;
use crate::schema::revocations;

/// Whose tokens, issued until some time, are dead.
#[derive(Clone, Copy)]
pub(crate) enum Subject {
    /// A client, disabled or deleted.
    Client,
    /// A user who was disabled, deleted or given another password.
    User,
}

impl Subject {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::User => "user",
        }
    }
}

/// Records that the epoch of a client or user ended. Their own row has been written in this transaction, so nobody
/// else does this for them at the same time.
pub(crate) async fn note(
    conn: &mut Conn,
    tenant: &TenantId,
    subject: Subject,
    id: &str,
    now: Time,
) -> Result<()> {
    let expires_at = now + lifetime::longest(conn, tenant, now).await? + LEEWAY;
    let row = || revocations::table.find((tenant.as_str(), subject.as_str(), id));
    let before = row().select((revocations::at, revocations::expires_at));
    let before: Option<(i64, i64)> = before.get_result(conn).await.optional()?;
    // A clock that is behind does not shorten what is on record.
    let (at, until) = before.unwrap_or((i64::MIN, i64::MIN));
    let times = (
        revocations::at.eq(now.seconds().max(at)),
        revocations::expires_at.eq(expires_at.seconds().max(until)),
    );
    if before.is_some() {
        diesel::update(row()).set(times).kept().execute(conn).await?;
    } else {
        let key = (
            revocations::tenant_id.eq(tenant.as_str()),
            revocations::subject.eq(subject.as_str()),
            revocations::id.eq(id),
        );
        diesel::insert_into(revocations::table).values((key, times)).execute(conn).await?;
    }
    Ok(())
}
