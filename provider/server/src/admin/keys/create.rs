//! A new signing key: made here, or made elsewhere and brought in.

use credenza_protocol::ids::TenantId;
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::KeyRecord;
use credenza_validator::{Algorithm, SigningKey};
use zeroize::Zeroizing;

use super::ring::Ring;
use super::{Key, find};
use crate::admin::{Administration, Error, InvalidField, Outcome};
use crate::failure::Failure;
use crate::keys::{self, Birth, FIRST_ALGORITHMS};

/// How long a key is published before it signs while another one does: clients may keep a copy of the keys for that
/// long.
const AHEAD: Seconds = Seconds(3600);

/// A key to be.
#[derive(Debug)]
pub struct NewKey {
    /// The one algorithm that it is for.
    pub algorithm: Algorithm,
    /// The private key (PKCS#8, DER) if it was made elsewhere; [`keys::pem`] reads it from a file.
    pub private: Option<Zeroizing<Vec<u8>>>,
    /// When it begins to sign. Without it: in an hour, or at once if nothing signs with that algorithm yet.
    pub active_at: Option<Time>,
}

/// Makes a key or takes one. A server makes the first keys of a tenant only where there are none, so the first key
/// comes with one for each of the other algorithms. [`Outcome::Taken`] when the tenant has this very key.
///
/// # Errors
/// [`Error`].
pub async fn create(
    admin: &Administration<'_>,
    tenant: &TenantId,
    new: NewKey,
) -> Result<Outcome<Key>, Error> {
    admin.master_keys("a key")?;
    let NewKey { algorithm, private, active_at } = new;
    let mut ring = Ring::load(admin, tenant).await?;
    if ring.records.is_empty() && private.is_none() {
        let first = generate_first(admin, tenant, |_| true).await?;
        admin.store.keys.create_first(tenant, first).await?;
        ring = Ring::load(admin, tenant).await?;
    }
    let ahead = if ring.signer(algorithm).is_some() { AHEAD } else { Seconds(0) };
    let active_at = active_at.unwrap_or(admin.now + ahead);
    let adopted = match private {
        None => generate(admin, tenant, algorithm, active_at).await,
        Some(private) => adopt(admin, tenant, algorithm, &private, active_at),
    };
    let record = match adopted {
        Err(Error::Failed(Failure::Keys(keys::Error::Key(error)))) => {
            return Ok(Outcome::Invalid(vec![InvalidField::new("private_key", error.to_string())]));
        }
        adopted => adopted?,
    };
    let kid = record.kid.clone();
    let made = if ring.records.is_empty() {
        let mut first = generate_first(admin, tenant, |other| other != algorithm).await?;
        first.push(record);
        admin.store.keys.create_first(tenant, first).await?
    } else {
        admin.store.keys.create(tenant, record).await?
    };
    if made { Ok(Outcome::found(find(admin, tenant, &kid).await?)) } else { Ok(Outcome::Taken) }
}

/// Gives private keys (PKCS#8, DER) to a tenant that has none; they sign at once. [`Outcome::Taken`] when it has keys.
///
/// # Errors
/// [`Error`].
pub async fn adopt_first(
    admin: &Administration<'_>,
    tenant: &TenantId,
    keys: &[(Algorithm, &[u8])],
) -> Result<Outcome<()>, Error> {
    let adopt =
        |(algorithm, private): &(Algorithm, &[u8])| adopt(admin, tenant, *algorithm, private, admin.now);
    let records = keys.iter().map(adopt).collect::<Result<_, _>>()?;
    match admin.store.keys.create_first(tenant, records).await? {
        true => Ok(Outcome::Done(())),
        false => Ok(Outcome::Taken),
    }
}

/// New keys of a new tenant, for those algorithms that are `wanted`.
async fn generate_first(
    admin: &Administration<'_>,
    tenant: &TenantId,
    wanted: impl Fn(Algorithm) -> bool,
) -> Result<Vec<KeyRecord>, Error> {
    let mut records = vec![];
    for algorithm in FIRST_ALGORITHMS.into_iter().filter(|algorithm| wanted(*algorithm)) {
        records.push(generate(admin, tenant, algorithm, admin.now).await?);
    }
    Ok(records)
}

/// A new key, not stored yet. An RSA key takes a moment, so it is made off the reactor.
pub(super) async fn generate(
    admin: &Administration<'_>,
    tenant: &TenantId,
    algorithm: Algorithm,
    active_at: Time,
) -> Result<KeyRecord, Error> {
    let making = tokio::task::spawn_blocking(move || SigningKey::generate_pkcs8(algorithm));
    let made = making.await.map_err(|_| Failure::Internal("a key could not be made"))?;
    adopt(admin, tenant, algorithm, &made.map_err(keys::Error::Key)?, active_at)
}

fn adopt(
    admin: &Administration<'_>,
    tenant: &TenantId,
    algorithm: Algorithm,
    private: &[u8],
    active_at: Time,
) -> Result<KeyRecord, Error> {
    let birth = Birth { now: admin.now, active_at };
    Ok(keys::adopt(tenant, algorithm, private, birth, admin.master_keys("a key")?, admin.rng)?)
}
