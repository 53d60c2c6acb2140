//! Browsers that a person trusts no longer.

use credenza_protocol::authenticator::AuthenticatorKind;
use credenza_protocol::event::{Event, OfAuthenticator};
use credenza_protocol::ids::{AuthenticatorId, TenantId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use super::events::put;
use crate::schema::authenticators;
use crate::{Events, Result};

/// Removes all of them: whoever ends every session, or has no factor left, is asked everywhere again.
pub(crate) async fn forget(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    user_id: &UserId,
) -> Result<()> {
    let own = || {
        authenticators::table
            .filter(authenticators::tenant_id.eq(tenant.as_str()))
            .filter(authenticators::user_id.eq(user_id.as_str()))
            .filter(authenticators::kind.eq(AuthenticatorKind::TrustedBrowser.as_str()))
    };
    let ids: Vec<String> = own().select(authenticators::authenticator_id).load(conn).await?;
    if ids.is_empty() {
        return Ok(());
    }
    diesel::delete(own()).execute(conn).await?;
    for id in ids {
        let authenticator_id = AuthenticatorId::new(id);
        let kind = AuthenticatorKind::TrustedBrowser;
        let of = OfAuthenticator { authenticator_id, user_id: user_id.clone(), kind };
        put(conn, events, tenant, Event::UserAuthenticatorRemoved(of)).await?;
    }
    Ok(())
}
