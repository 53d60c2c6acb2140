//! The public keys of a client, by which it authenticates without a secret (`private_key_jwt`): several at once, so that it
//! changes from one to the next without an outage.

use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::client_keys::{self, ClientKey};
use credenza_protocol::ids::{ClientId, KeyId, TenantId};
use credenza_protocol::secret::Secret;
use credenza_protocol::tenant::Tenant;
use credenza_protocol::time::Time;
use credenza_storage::{ClientRecord, StoreError};
use credenza_validator::{Algorithm, SigningKey};
use serde_json::{Map, Value};

use super::revise::revise;
use super::{check, find};
use crate::admin::{Administration, Error, InvalidField, Outcome, Refusal};
use crate::failure::Failure;
use crate::keys::{self, pem};

/// A key to be.
#[derive(Clone, Debug)]
pub struct NewClientKey {
    /// The public key (RFC 7517).
    pub jwk: Map<String, Value>,
    /// When it expires; without it, when it is deleted.
    pub expires_at: Option<Time>,
}

/// Adds a key to those that the client has. Keys that have expired go.
///
/// # Errors
/// [`Error`].
pub async fn add_key(
    admin: &Administration<'_>,
    tenant: &Tenant,
    client_id: &ClientId,
    new: &NewClientKey,
) -> Result<Outcome<ClientKey>, Error> {
    let invalid = |field, why: &str| Ok(Outcome::Invalid(vec![InvalidField::new(field, why)]));
    revise(admin, &tenant.tenant_id, client_id, |record| {
        if new.expires_at.is_some_and(|expires_at| expires_at <= admin.now) {
            return invalid("expires_at", "must be in the future");
        }
        if record.client.jwks_uri.is_some() {
            return invalid("jwk", "cannot be added: the client publishes its keys at its jwks_uri");
        }
        drop_expired(admin, record);
        let (jwks, added) =
            match client_keys::add(record.client.jwks.as_ref(), new.jwk.clone(), new.expires_at) {
                Ok(added) => added,
                Err(why) => return invalid("jwk", why),
            };
        record.client.jwks = Some(jwks);
        match check::check(&mut record.client, None, &tenant.settings) {
            Ok(()) => Ok(Outcome::Done(added)),
            Err(fault) => Ok(Outcome::Invalid(vec![fault])),
        }
    })
    .await
}

/// Makes a key pair for ES256: the public half, to be registered, and the private one.
///
/// # Errors
/// [`Error`].
pub fn generate_key() -> Result<(Map<String, Value>, Secret), Error> {
    let pkcs8 = SigningKey::generate_pkcs8(Algorithm::ES256).map_err(keys::Error::from)?;
    let pair = SigningKey::from_pkcs8(Algorithm::ES256, &pkcs8).map_err(keys::Error::from)?;
    match serde_json::to_value(pair.public_jwk()) {
        Ok(Value::Object(jwk)) => Ok((jwk, Secret::presented(pem::of_pkcs8(&pkcs8).as_str()))),
        _ => Err(Failure::Internal("a public key is not a JSON object").into()),
    }
}

/// The keys of a client, in the order in which they were added; those that have expired too, until others come. `None` if
/// there is no such client.
///
/// # Errors
/// [`StoreError`].
pub async fn list_keys(
    admin: &Administration<'_>,
    tenant: &TenantId,
    client_id: &ClientId,
) -> Result<Option<Vec<ClientKey>>, StoreError> {
    let found = find(admin, tenant, client_id).await?;
    Ok(found.map(|record| client_keys::list(record.client.jwks.as_ref())))
}

/// Deletes a key; what it signs is refused at once. The last one stays where the client could not authenticate without it.
///
/// # Errors
/// [`Error`].
pub async fn delete_key(
    admin: &Administration<'_>,
    tenant: &Tenant,
    client_id: &ClientId,
    kid: &KeyId,
) -> Result<Outcome<()>, Error> {
    revise(admin, &tenant.tenant_id, client_id, |record| {
        let Some(rest) = client_keys::without(record.client.jwks.as_ref(), kid) else {
            return Ok(Outcome::Absent);
        };
        let is_empty = client_keys::list(Some(&rest)).is_empty();
        let by_keys = record.client.token_endpoint_auth_method == AuthMethod::PrivateKeyJwt;
        if by_keys && client_keys::list(Some(&client_keys::live(&rest, admin.now))).is_empty() {
            return Ok(Outcome::Refused(Refusal::LastKey));
        }
        record.client.jwks = (!is_empty).then_some(rest);
        match check::check(&mut record.client, None, &tenant.settings) {
            Ok(()) => Ok(Outcome::Done(())),
            Err(fault) => Ok(Outcome::Invalid(vec![fault])),
        }
    })
    .await
}

fn drop_expired(admin: &Administration<'_>, record: &mut ClientRecord) {
    if let Some(jwks) = &mut record.client.jwks {
        *jwks = client_keys::live(jwks, admin.now).into_owned();
    }
}
