//! The secrets of a client: several at once, so that the next one is handed out while the last one still works.

use credenza_protocol::client_secret::{ClientSecret, MOST};
use credenza_protocol::ids::{ClientId, ClientSecretId, TenantId};
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Time;
use credenza_storage::{ClientRecord, StoreError};

use super::revise::revise;
use super::{find, secret};
use crate::admin::{Administration, Error, InvalidField, Outcome, Refusal};

/// A secret to be.
#[derive(Clone, Debug, Default)]
pub struct NewClientSecret {
    /// The secret, if it was made elsewhere.
    pub given: Option<Secret>,
    /// When it expires; without it, when it is deleted.
    pub expires_at: Option<Time>,
}

/// A secret that was made: the one occasion when it is shown.
#[derive(Debug)]
pub struct IssuedSecret {
    /// What is kept of it.
    pub kept: ClientSecret,
    /// It itself.
    pub secret: Secret,
}

/// Makes one more secret, or takes one. Those that the client has stay.
///
/// # Errors
/// [`Error`].
pub async fn create_secret(
    admin: &Administration<'_>,
    tenant: &TenantId,
    client_id: &ClientId,
    new: &NewClientSecret,
) -> Result<Outcome<IssuedSecret>, Error> {
    revise(admin, tenant, client_id, |record| {
        if let Some(invalid) = fault(admin, record, new) {
            return Ok(Outcome::Invalid(vec![invalid]));
        }
        if record.secrets.len() >= MOST {
            return Ok(Outcome::Refused(Refusal::TooManySecrets));
        }
        let method = record.client.token_endpoint_auth_method;
        let secret = new.given.clone().unwrap_or_else(|| secret::generate(admin, method));
        let kept = secret::keep(admin, tenant, &record.client, &secret)?;
        let kept = ClientSecret { expires_at: new.expires_at, ..kept };
        record.secrets.push(kept.clone());
        Ok(Outcome::Done(IssuedSecret { kept, secret }))
    })
    .await
}

/// The secrets of a client, the oldest first; none of them is shown. `None` if there is no such client.
///
/// # Errors
/// [`StoreError`].
pub async fn list_secrets(
    admin: &Administration<'_>,
    tenant: &TenantId,
    client_id: &ClientId,
) -> Result<Option<Vec<ClientSecret>>, StoreError> {
    Ok(find(admin, tenant, client_id).await?.map(|record| record.secrets))
}

/// Has a secret expire at that time, which ends it at once if it has passed.
///
/// # Errors
/// [`Error`].
pub async fn expire_secret(
    admin: &Administration<'_>,
    tenant: &TenantId,
    client_id: &ClientId,
    secret_id: &ClientSecretId,
    expires_at: Time,
) -> Result<Outcome<ClientSecret>, Error> {
    revise(admin, tenant, client_id, |record| {
        let Some(kept) = record.secrets.iter_mut().find(|kept| kept.secret_id == *secret_id) else {
            return Ok(Outcome::Absent);
        };
        kept.expires_at = Some(expires_at);
        Ok(Outcome::Done(kept.clone()))
    })
    .await
}

/// Deletes a secret, which is worthless at once. The last one only if `force` says so, since the client could not
/// authenticate without it.
///
/// # Errors
/// [`Error`].
pub async fn delete_secret(
    admin: &Administration<'_>,
    tenant: &TenantId,
    client_id: &ClientId,
    secret_id: &ClientSecretId,
    force: bool,
) -> Result<Outcome<()>, Error> {
    revise(admin, tenant, client_id, |record| {
        let before = record.secrets.len();
        record.secrets.retain(|kept| kept.secret_id != *secret_id);
        if record.secrets.len() == before {
            return Ok(Outcome::Absent);
        }
        if record.secrets.is_empty() && !force {
            return Ok(Outcome::Refused(Refusal::LastSecret));
        }
        Ok(Outcome::Done(()))
    })
    .await
}

/// What is wrong with a secret that is to be.
fn fault(admin: &Administration<'_>, record: &ClientRecord, new: &NewClientSecret) -> Option<InvalidField> {
    let method = record.client.token_endpoint_auth_method;
    if let Some(invalid) = secret::lacking(method) {
        return Some(invalid);
    }
    if new.expires_at.is_some_and(|expires_at| expires_at <= admin.now) {
        return Some(InvalidField::new("expires_at", "must be in the future"));
    }
    let given = new.given.as_ref()?;
    let unfit = secret::check(given, method).err().or_else(|| {
        let is_there = record.secrets.iter().any(|kept| kept.hash == given.hash());
        is_there.then_some("must be another than those that the client has")
    });
    unfit.map(|why| InvalidField::new("client_secret", why))
}
