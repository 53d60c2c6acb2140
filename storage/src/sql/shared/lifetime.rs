//! How long access tokens of a tenant live, and lived.

use credenza_protocol::ids::TenantId;
use credenza_protocol::lifetimes::Lifetimes;
use credenza_protocol::time::{Seconds, Time};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::revocations::LEEWAY;
use crate::schema::{tenants, token_lifetimes};
use crate::{Result, stored};

/// The longest lifetime of any access token of the tenant that was issued until now, under the present settings or
/// earlier ones.
pub(crate) async fn longest(conn: &mut Conn, tenant: &TenantId, now: Time) -> Result<Seconds> {
    let row = tenants::table.find(tenant.as_str()).select(tenants::settings);
    let settings: Option<String> = row.get_result(conn).await.optional()?;
    let Some(settings) = settings else { return Ok(Seconds(0)) };
    let settings = stored::read::<stored::Settings>(&settings)?;
    let earlier = token_lifetimes::table
        .find(tenant.as_str())
        .filter(token_lifetimes::expires_at.gt(now.seconds()))
        .select(token_lifetimes::seconds);
    let earlier: Option<i64> = earlier.get_result(conn).await.optional()?;
    Ok(Lifetimes::longest(&settings).access_token.max(Seconds(earlier.unwrap_or_default())))
}

/// Remembers a lifetime that is being lowered, for as long as a token that has it may be accepted.
pub(crate) async fn remember(conn: &mut Conn, tenant: &TenantId, longest: Seconds, now: Time) -> Result<()> {
    let expires_at = now + longest + LEEWAY;
    diesel::delete(token_lifetimes::table.find(tenant.as_str())).execute(conn).await?;
    let row = (
        token_lifetimes::tenant_id.eq(tenant.as_str()),
        token_lifetimes::seconds.eq(longest.0),
        token_lifetimes::expires_at.eq(expires_at.seconds()),
    );
    diesel::insert_into(token_lifetimes::table).values(row).execute(conn).await?;
    Ok(())
}
