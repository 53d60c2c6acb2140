//! A client that was edited.

use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::Secret;
use credenza_protocol::tenant::Tenant;
use credenza_storage::ClientRecord;

use super::{Issued, check, secret};
use crate::admin::{Administration, Error, Outcome, Refusal};

/// What becomes of the secrets of a client that is edited.
#[derive(Clone, Debug)]
pub enum SecretChange {
    /// They stay, unless another method of authentication needs another one, or none.
    Keep,
    /// A new one is made; those that there were are worthless at once.
    Rotate,
    /// This one takes their place.
    Given(Secret),
}

/// Stores a client whose metadata were edited.
///
/// # Errors
/// [`Error`].
pub async fn update(
    admin: &Administration<'_>,
    tenant: &Tenant,
    mut record: ClientRecord,
    change: SecretChange,
) -> Result<Outcome<Issued>, Error> {
    // As it will be, and as it is.
    if !admin.authority.covers(&record.client.scope)
        || !admin.may_act_on_client(&tenant.tenant_id, &record.client.client_id).await?
    {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let given = match &change {
        SecretChange::Given(given) => Some(given),
        SecretChange::Keep | SecretChange::Rotate => None,
    };
    if let Err(invalid) = check::check(&mut record.client, given, &tenant.settings) {
        return Ok(Outcome::Invalid(vec![invalid]));
    }
    if matches!(change, SecretChange::Rotate)
        && let Some(invalid) = secret::lacking(record.client.token_endpoint_auth_method)
    {
        return Ok(Outcome::Invalid(vec![invalid]));
    }
    write(admin, &tenant.tenant_id, record, change).await
}

/// Gives a client a new secret in the place of all that it has. Its other metadata stay as they are, and are not checked:
/// settings may have changed since, and that must not stand in the way of somebody whose secret has leaked.
///
/// # Errors
/// [`Error`].
pub async fn rotate_secret(
    admin: &Administration<'_>,
    tenant: &TenantId,
    record: ClientRecord,
) -> Result<Outcome<Issued>, Error> {
    if !admin.authority.covers(&record.client.scope) {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    if let Some(invalid) = secret::lacking(record.client.token_endpoint_auth_method) {
        return Ok(Outcome::Invalid(vec![invalid]));
    }
    write(admin, tenant, record, SecretChange::Rotate).await
}

/// Stores metadata that were checked.
pub(super) async fn write(
    admin: &Administration<'_>,
    tenant: &TenantId,
    mut record: ClientRecord,
    change: SecretChange,
) -> Result<Outcome<Issued>, Error> {
    let secret = match change {
        SecretChange::Keep => secret::settle(admin, tenant, &mut record, false)?,
        SecretChange::Rotate => secret::settle(admin, tenant, &mut record, true)?,
        SecretChange::Given(given) => {
            record.secrets = vec![secret::keep(admin, tenant, &record.client, &given)?];
            // Forgets what another method needed.
            secret::settle(admin, tenant, &mut record, false)?;
            Some(given)
        }
    };
    record.updated_at = admin.now;
    let expected = record.version;
    let updated = admin.store.clients.update(tenant, expected, record.clone()).await?;
    record.version = expected.next();
    Ok(Outcome::of_update(updated, Issued { record, secret }))
}
