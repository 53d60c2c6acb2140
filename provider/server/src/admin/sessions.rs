//! Sessions: where a user is signed in.

use credenza_protocol::ids::{SessionId, TenantId, UserId};
use credenza_protocol::session::Session;
use credenza_protocol::tenant::Tenant;
use credenza_protocol::time::Time;
use credenza_storage::StoreError;

use super::{Administration, Outcome, Refusal};

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

/// One page of these: at most `limit`, after the one of that `auth_time` and `sid`. There are fewer than `limit` only at the end.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    admin: &Administration<'_>,
    tenant: &Tenant,
    user: &UserId,
    mut after: Option<(Time, SessionId)>,
    limit: u32,
) -> Result<Vec<Session>, StoreError> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut live = vec![];
    while live.len() < limit {
        let wanted = u32::try_from(limit.saturating_sub(live.len())).unwrap_or(u32::MAX);
        let id = &tenant.tenant_id;
        let found = admin.store.sessions.page(id, user, after, wanted, admin.now).await?;
        let Some(last) = found.last() else { break };
        after = Some((last.auth_time, last.sid.clone()));
        live.extend(found.into_iter().filter_map(|session| session.live(&tenant.settings, admin.now)));
    }
    Ok(live)
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
    if !admin.may_act_on_user(tenant, user).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
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
) -> Result<Outcome<u64>, StoreError> {
    if !admin.may_act_on_user(tenant, user).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    Ok(Outcome::Done(admin.store.sessions.end_all(tenant, user, admin.now).await?))
}
