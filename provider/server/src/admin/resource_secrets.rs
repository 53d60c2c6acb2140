//! Secrets shared with services that cannot read public keys: each signs the access tokens for one resource of one client
//! that serves it. A secret made here is shown once, and kept encrypted.

use credenza_protocol::access_token::symmetric::{Terms, signer};
use credenza_protocol::ids::{ClientId, KeyId, TenantId};
use credenza_protocol::secret::Secret;
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::{ResourceSecretRecord, StoreError};
use zeroize::Zeroizing;

use super::{Administration, Error, InvalidField, Outcome, Refusal};
use crate::keys::{resource_secrets, seal};
use crate::rng;

/// How long a secret waits before it signs while another one does: for as long, its service can be given the new one
/// beside the old.
const AHEAD: Seconds = Seconds(3600);

/// A secret to be.
#[derive(Debug)]
pub struct NewSecret {
    /// The client that serves the resource.
    pub client_id: ClientId,
    /// The resource.
    pub resource: String,
    /// The secret as text ([`resource_secrets::parse`]) if it was made elsewhere.
    pub secret: Option<Secret>,
    /// When it begins to sign. Without it: in an hour, or at once if nothing signs for the resource yet.
    pub active_at: Option<Time>,
    /// When it expires; without it, when it is retired.
    pub expires_at: Option<Time>,
}

/// A secret that was made, as it is stored.
#[derive(Debug)]
pub struct MadeSecret {
    /// What is said of it.
    pub record: ResourceSecretRecord,
    /// The secret as text, if it was made here.
    pub shown: Option<Secret>,
}

/// Makes a secret or takes one.
///
/// # Errors
/// [`Error`].
pub async fn create(
    admin: &Administration<'_>,
    tenant: &TenantId,
    new: NewSecret,
) -> Result<Outcome<MadeSecret>, Error> {
    let master_keys = admin.master_keys("a resource secret")?;
    let Some(client) = admin.store.clients.find(tenant, &new.client_id).await? else {
        return Ok(Outcome::Absent);
    };
    // With the secret, whoever asks could make tokens for the resource, as the client could.
    if !admin.may_act_on_client(tenant, &new.client_id).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let given = new.secret.as_ref().map(|secret| resource_secrets::parse(secret.reveal()));
    let given = match given.transpose() {
        Ok(given) => given,
        Err(why) => return Ok(Outcome::Invalid(vec![InvalidField::new("secret", why.to_string())])),
    };
    let active_at = match new.active_at {
        Some(at) => at,
        None => default_start(admin, tenant, &new.resource).await?,
    };
    if let Some(fault) = fault(&new, &client.client.serves, active_at) {
        return Ok(Outcome::Invalid(vec![fault]));
    }
    let is_given = given.is_some();
    let secret = given.unwrap_or_else(|| generate(admin));
    let kid = KeyId::new(rng::id(admin.rng));
    let record = ResourceSecretRecord {
        sealed: master_keys.seal(admin.rng, &seal::of_resource_secret(tenant, &kid), &secret),
        kid,
        client_id: new.client_id,
        resource: new.resource,
        created_at: admin.now,
        active_at,
        expires_at: new.expires_at,
    };
    if !admin.store.resource_secrets.create(tenant, record.clone()).await? {
        return Ok(Outcome::Absent);
    }
    let shown = (!is_given).then(|| Secret::from_bytes(&secret));
    Ok(Outcome::Done(MadeSecret { record, shown }))
}

/// Every secret, the newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn list(
    admin: &Administration<'_>,
    tenant: &TenantId,
) -> Result<Vec<ResourceSecretRecord>, StoreError> {
    admin.store.resource_secrets.list(tenant).await
}

/// One page of them: at most `limit`, after the one that was made then and has that `kid`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    admin: &Administration<'_>,
    tenant: &TenantId,
    after: Option<(Time, &KeyId)>,
    limit: u32,
) -> Result<Vec<ResourceSecretRecord>, StoreError> {
    admin.store.resource_secrets.page(tenant, after, limit).await
}

/// Ends a secret at that time: it no longer signs, and what it signed is no longer accepted.
///
/// # Errors
/// [`StoreError`].
pub async fn retire(
    admin: &Administration<'_>,
    tenant: &TenantId,
    kid: &KeyId,
    expires_at: Time,
) -> Result<Outcome<ResourceSecretRecord>, StoreError> {
    let found = list(admin, tenant).await?.into_iter().find(|record| record.kid == *kid);
    let Some(record) = found else { return Ok(Outcome::Absent) };
    if !admin.may_act_on_client(tenant, &record.client_id).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let expires_at = Some(expires_at);
    Ok(match admin.store.resource_secrets.set_expires_at(tenant, kid, expires_at).await? {
        true => Outcome::Done(ResourceSecretRecord { expires_at, ..record }),
        false => Outcome::Absent,
    })
}

/// At once where nothing signs for the resource yet.
async fn default_start(
    admin: &Administration<'_>,
    tenant: &TenantId,
    resource: &str,
) -> Result<Time, StoreError> {
    let terms: Vec<Terms> = list(admin, tenant).await?.into_iter().map(terms).collect();
    let signs = signer(terms.iter(), &[resource.to_owned()], admin.now).is_some();
    Ok(if signs { admin.now + AHEAD } else { admin.now })
}

fn terms(record: ResourceSecretRecord) -> Terms {
    let ResourceSecretRecord { kid, resource, active_at, expires_at, .. } = record;
    Terms { kid, resource, active_at, expires_at }
}

fn fault(new: &NewSecret, serves: &[String], active_at: Time) -> Option<InvalidField> {
    if !serves.contains(&new.resource) {
        let why = "must be a resource that the client serves (client update --serves)";
        return Some(InvalidField::new("resource", why).of(&*new.resource));
    }
    let never = new.expires_at.is_some_and(|at| at <= active_at);
    never.then(|| InvalidField::new("expires_at", "must be after it begins to sign"))
}

fn generate(admin: &Administration<'_>) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; resource_secrets::SHORTEST]);
    admin.rng.fill(&mut bytes);
    bytes
}
