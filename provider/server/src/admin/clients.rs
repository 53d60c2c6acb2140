//! Clients: applications that people sign in to, and services.

mod check;
mod create;
mod document;
mod edit;
mod keys;
mod register;
mod revise;
mod secret;
mod secrets;
mod update;

use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::secret::Secret;
use credenza_storage::{ClientRecord, Expected, StoreError, Update};

use super::{Administration, Outcome, Refusal, listing};
use crate::rng::{self, Rng};

pub use check::{check, check_id};
pub use create::{NewClient, NewSecret, complete, create, defaults};
pub use document::{from_members, with_changes};
pub use edit::{edited, set_method};
pub use keys::{NewClientKey, add_key, delete_key, generate_key, list_keys};
pub use register::{Registered, register, reregister};
pub use secret::needs_new;
pub use secrets::{IssuedSecret, NewClientSecret, create_secret, delete_secret, expire_secret, list_secrets};
pub use update::{SecretChange, rotate_secret, update};

/// A client as it was stored, and its secret if one was made: the one occasion when that is shown.
#[derive(Debug)]
pub struct Issued {
    /// The client.
    pub record: ClientRecord,
    /// Its new secret.
    pub secret: Option<Secret>,
}

/// A new `client_id`.
#[must_use]
pub fn new_id(rng: &dyn Rng) -> ClientId {
    ClientId::new(rng::id(rng))
}

/// The client of that id, enabled or not.
///
/// # Errors
/// [`StoreError`].
pub async fn find(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &ClientId,
) -> Result<Option<ClientRecord>, StoreError> {
    admin.store.clients.find(tenant, id).await
}

/// One page of clients, by id: at most `limit`, after the id `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    admin: &Administration<'_>,
    tenant: &TenantId,
    after: Option<&ClientId>,
    limit: u32,
) -> Result<Vec<ClientRecord>, StoreError> {
    admin.store.clients.list(tenant, after, limit).await
}

/// One page of service accounts, by id.
///
/// # Errors
/// [`StoreError`].
pub async fn page_of_service_accounts(
    admin: &Administration<'_>,
    tenant: &TenantId,
    after: Option<&ClientId>,
    limit: u32,
) -> Result<Vec<ClientRecord>, StoreError> {
    admin.store.clients.service_accounts(tenant, after, limit).await
}

/// Every service account, by id.
///
/// # Errors
/// [`StoreError`].
pub async fn all_service_accounts(
    admin: &Administration<'_>,
    tenant: &TenantId,
) -> Result<Vec<ClientRecord>, StoreError> {
    let id = |record: &ClientRecord| record.client.client_id.clone();
    let page = |after: Option<ClientId>| async move {
        page_of_service_accounts(admin, tenant, after.as_ref(), listing::PAGE).await
    };
    listing::all(id, page).await
}

/// Every client, by id.
///
/// # Errors
/// [`StoreError`].
pub async fn all(admin: &Administration<'_>, tenant: &TenantId) -> Result<Vec<ClientRecord>, StoreError> {
    let id = |record: &ClientRecord| record.client.client_id.clone();
    listing::all(id, |after| async move { page(admin, tenant, after.as_ref(), listing::PAGE).await }).await
}

/// Disables the client, which revokes what people have granted it; or enables it again, which brings nothing back.
///
/// # Errors
/// [`StoreError`].
pub async fn set_disabled(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &ClientId,
    expected: Expected,
    disabled: bool,
) -> Result<Outcome<ClientRecord>, StoreError> {
    if !admin.may_act_on_client(tenant, id).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let disabled_at = disabled.then_some(admin.now);
    match admin.store.clients.set_disabled_at(tenant, id, expected, disabled_at).await? {
        Update::Stale => Ok(Outcome::Stale),
        _ => Ok(Outcome::found(find(admin, tenant, id).await?)),
    }
}

/// Deletes the client with its grants, codes, tokens and consents.
///
/// # Errors
/// [`StoreError`].
pub async fn delete(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &ClientId,
    expected: Expected,
) -> Result<Outcome<()>, StoreError> {
    if !admin.may_act_on_client(tenant, id).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    Ok(Outcome::of_change(admin.store.clients.delete_at(tenant, id, expected, admin.now).await?))
}
