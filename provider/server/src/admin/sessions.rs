//! Sessions: where a user is signed in.

use credenza_protocol::ids::{SessionId, TenantId, UserId};
use credenza_protocol::session::Session;
use credenza_protocol::tenant::Tenant;
use credenza_storage::StoreError;

use super::{Administration, Outcome};

/// The sessions of a user that have not ended by the settings of the tenant, the newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn list(
    admin: &Administration<'_>,
    tenant: &Tenant,
    user: &UserId,
) -> Result<Vec<Session>, StoreError> {
    let found = admin.store.sessions.list(&tenant.tenant_id, user, admin.now).await?;
    Ok(found.into_iter().filter_map(|session| session.live(&tenant.settings, admin.now)).collect())
}

/// Ends one session of a user, and revokes what was granted in it.
///
/// # Errors
/// [`StoreError`].
pub async fn end(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &UserId,
    sid: &SessionId,
) -> Result<Outcome<()>, StoreError> {
    Ok(Outcome::whether(admin.store.sessions.end(tenant, user, sid, admin.now).await?))
}

/// Ends every session of a user, and answers how many there were.
///
/// # Errors
/// [`StoreError`].
pub async fn end_all(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &UserId,
) -> Result<u64, StoreError> {
    admin.store.sessions.end_all(tenant, user, admin.now).await
}
