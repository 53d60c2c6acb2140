//! Grants and consents of a user: what they gave to clients, and what they need not be asked again.

use credenza_protocol::consent::Consent;
use credenza_protocol::ids::{ClientId, GrantId, TenantId, UserId};
use credenza_storage::{StoreError, UsedGrant};

use super::{Administration, Outcome, Refusal};

/// One page of the live grants of a user, the latest id first: at most `limit`, after the id `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &UserId,
    after: Option<&GrantId>,
    limit: u32,
) -> Result<Vec<UsedGrant>, StoreError> {
    admin.store.grants.page(tenant, user, after, limit, admin.now).await
}

/// Revokes one grant of a user, and every token of it.
///
/// # Errors
/// [`StoreError`].
pub async fn revoke(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &UserId,
    grant: &GrantId,
) -> Result<Outcome<()>, StoreError> {
    if !admin.may_act_on_user(tenant, user).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    Ok(Outcome::whether(admin.store.grants.revoke_of_user(tenant, user, grant, admin.now).await?))
}

/// Revokes what a user gave to one client, and answers how many grants there were. The client need not ask for consent
/// again.
///
/// # Errors
/// [`StoreError`].
pub async fn revoke_of_client(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &UserId,
    client: &ClientId,
) -> Result<Outcome<u64>, StoreError> {
    if !admin.may_act_on_user(tenant, user).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    Ok(Outcome::Done(admin.store.grants.revoke_of_client(tenant, user, client, admin.now).await?))
}

/// One page of the consents of a user, by client: at most `limit`, after the client `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn consents_page(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &UserId,
    after: Option<&ClientId>,
    limit: u32,
) -> Result<Vec<Consent>, StoreError> {
    admin.store.consents.list(tenant, user, after, limit).await
}

/// Withdraws the consent of a user to a client, and revokes what they gave it. They are asked anew.
///
/// # Errors
/// [`StoreError`].
pub async fn withdraw_consent(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &UserId,
    client: &ClientId,
) -> Result<Outcome<()>, StoreError> {
    if !admin.may_act_on_user(tenant, user).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    Ok(Outcome::whether(admin.store.consents.forget(tenant, user, client, admin.now).await?))
}
