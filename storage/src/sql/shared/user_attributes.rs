//! What users are found by of their attributes: a row for each value, by its hash.
//!
//! The rows are written with their user. What a node of an earlier version wrote or deleted meanwhile may have left them
//! behind, so whatever they lead to is compared with the record itself.

use credenza_protocol::attribute::Attributes;
use credenza_protocol::attribute::search::{AttributeKey, keys};
use credenza_protocol::ids::TenantId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use super::rows::UserRow;
use crate::Result;
use crate::kept::Keep;
use crate::schema::{user_attributes, users};

/// What is stored in `users.attributes_search` of a user whose attributes have their rows.
pub(crate) const DONE: i64 = 1;

/// Makes these the attributes that a user is found by. Where there were none and are none, nothing is asked of the database.
pub(crate) async fn replace(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &str,
    before: &Attributes,
    now: &Attributes,
) -> Result<()> {
    if before.is_empty() && now.is_empty() {
        return Ok(());
    }
    delete(conn, tenant, user_id).await?;
    for AttributeKey { name, hash } in keys(now) {
        let row = (
            user_attributes::tenant_id.eq(tenant.as_str()),
            user_attributes::name.eq(name),
            user_attributes::value_hash.eq(hash.as_bytes()),
            user_attributes::user_id.eq(user_id),
        );
        diesel::insert_into(user_attributes::table).values(row).execute(conn).await?;
    }
    Ok(())
}

/// Deletes the rows of a user.
pub(crate) async fn delete(conn: &mut Conn, tenant: &TenantId, user_id: &str) -> Result<()> {
    let rows = user_attributes::table
        .filter(user_attributes::tenant_id.eq(tenant.as_str()))
        .filter(user_attributes::user_id.eq(user_id));
    diesel::delete(rows).execute(conn).await?;
    Ok(())
}

/// Those who have that value, by id, beyond that one.
pub(crate) async fn found(
    conn: &mut Conn,
    tenant: &TenantId,
    key: &AttributeKey,
    after: &str,
    desc: bool,
    wanted: i64,
) -> Result<Vec<UserRow>> {
    let id = user_attributes::user_id;
    let same_user =
        users::tenant_id.eq(user_attributes::tenant_id).and(users::user_id.eq(user_attributes::user_id));
    let all = user_attributes::table
        .inner_join(users::table.on(same_user))
        .filter(user_attributes::tenant_id.eq(tenant.as_str()))
        .filter(user_attributes::name.eq(key.name.as_str()))
        .filter(user_attributes::value_hash.eq(key.hash.as_bytes()))
        .limit(wanted)
        .select(UserRow::as_select());
    Ok(match desc {
        false => all.filter(id.gt(after)).order(id.asc()).load(conn).await?,
        true => all.filter(id.lt(after)).order(id.desc()).load(conn).await?,
    })
}

/// Writes the rows of those who were stored without them.
pub(crate) async fn fill(conn: &mut Conn, tenant: &TenantId, limit: i64) -> Result<u64> {
    let rows = users::table
        .filter(users::tenant_id.eq(tenant.as_str()))
        .filter(users::attributes_search.is_null())
        .limit(limit)
        .select(UserRow::as_select());
    let rows: Vec<UserRow> = rows.load(conn).await?;
    let count = rows.len();
    for row in rows {
        let user_id = row.user_id.clone();
        // One that cannot be read is found by its id alone.
        let attributes = row.record().map(|user| user.attributes).unwrap_or_default();
        let row = users::table.find((tenant.as_str(), user_id.as_str()));
        let row = row.filter(users::attributes_search.is_null());
        let marked = diesel::update(row).set(users::attributes_search.eq(DONE)).kept().execute(conn).await?;
        // Whoever changed the user meanwhile has written the rows of what they are now.
        if marked > 0 {
            replace(conn, tenant, &user_id, &Attributes::new(), &attributes).await?;
        }
    }
    Ok(u64::try_from(count).unwrap_or(u64::MAX))
}
