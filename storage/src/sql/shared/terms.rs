//! How it is stored that a user accepts the tenant's terms.

use credenza_protocol::event::{AcceptedTerms, Event};
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::terms::TermsAcceptance;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use super::events::put;
use crate::kept::Keep;
use crate::schema::users;
use crate::{Events, Result};

/// Stores it; `false` when there is no such user who is enabled, or they have accepted that version already. Who has read the user
/// before does not write over it.
pub(crate) async fn accept(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    user_id: UserId,
    terms: TermsAcceptance,
) -> Result<bool> {
    let row = users::table.find((tenant.as_str(), user_id.as_str())).filter(users::disabled_at.is_null());
    let is_new = users::terms_version.is_null().or(users::terms_version.ne(&terms.version));
    let changes = (
        users::terms_version.eq(&terms.version),
        users::terms_accepted_at.eq(terms.accepted_at.seconds()),
        users::version.eq(users::version + 1),
    );
    if diesel::update(row.filter(is_new)).set(changes).kept().execute(conn).await? == 0 {
        return Ok(false);
    }
    told(conn, events, tenant, user_id, terms.version).await?;
    Ok(true)
}

/// Says so.
pub(crate) async fn told(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    user_id: UserId,
    terms_version: String,
) -> Result<()> {
    put(conn, events, tenant, Event::UserTermsAccepted(AcceptedTerms { user_id, terms_version })).await
}
