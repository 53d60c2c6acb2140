//! A tenant's signing keys: made, sealed, opened, published.

use std::sync::Arc;

use credenza_protocol::ids::{KeyId, TenantId};
use credenza_protocol::time::Time;
use credenza_storage::KeyRecord;
use credenza_validator::{Algorithm, JwkSet, KeyError, SignError, SigningKey};
use serde::Serialize;

use crate::rng::Rng;
use seal::MasterKey;

pub mod seal;

/// The algorithms that a new tenant has a key for.
pub const FIRST_ALGORITHMS: [Algorithm; 5] = credenza_protocol::access_token::ALGORITHMS;

/// Why a key could not be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key could not be made or read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The master key is not the one that the key was sealed under.
    #[error("key {0} does not open under this master key")]
    Sealed(KeyId),
    /// There is nothing to sign with.
    #[error("there is no active key for {0}")]
    NoKey(Algorithm),
    /// Signing failed.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// When a new key begins to sign, and when it is made.
#[derive(Clone, Copy, Debug)]
pub struct Birth {
    /// When it is made.
    pub now: Time,
    /// When it begins to sign; until then it is only published.
    pub active_at: Time,
}

/// Makes a key for `algorithm` and seals it. Slow for RSA: call it off the reactor.
///
/// # Errors
/// [`Error::Key`] if the algorithm is no signature algorithm for tokens.
pub fn create(
    tenant: &TenantId,
    algorithm: Algorithm,
    birth: Birth,
    master: &MasterKey,
    rng: &dyn Rng,
) -> Result<KeyRecord, Error> {
    let private = SigningKey::generate_pkcs8(algorithm)?;
    adopt(tenant, algorithm, &private, birth, master, rng)
}

/// Takes a private key (PKCS#8, DER) that was made elsewhere, and seals it.
///
/// # Errors
/// [`Error::Key`] if it is no key for the algorithm.
pub fn adopt(
    tenant: &TenantId,
    algorithm: Algorithm,
    private: &[u8],
    birth: Birth,
    master: &MasterKey,
    rng: &dyn Rng,
) -> Result<KeyRecord, Error> {
    let key = SigningKey::from_pkcs8(algorithm, private)?;
    let kid = KeyId::new(key.kid().unwrap_or_default());
    let sealed = master.seal(rng, &["signing-key", tenant.as_str(), kid.as_str()], private);
    Ok(KeyRecord {
        kid,
        algorithm,
        sealed,
        created_at: birth.now,
        active_at: birth.active_at,
        disabled_at: None,
    })
}

/// The keys of a tenant, ready for use.
pub struct KeyRing {
    signing: Vec<Arc<SigningKey>>,
    public: JwkSet,
    /// When a key that is published already begins to sign; then the ring must be made anew.
    pub changes_at: Option<Time>,
}

impl KeyRing {
    /// Opens the keys. Published is every enabled key, also before it signs; what signs is the newest
    /// active one of each algorithm.
    ///
    /// # Errors
    /// [`Error::Sealed`] under another master key.
    pub fn open(
        tenant: &TenantId,
        mut records: Vec<KeyRecord>,
        master: &MasterKey,
        now: Time,
    ) -> Result<Self, Error> {
        records.retain(|record| record.disabled_at.is_none());
        records.sort_by_key(|record| std::cmp::Reverse((record.active_at, record.created_at)));
        let mut ring = Self { signing: vec![], public: JwkSet { keys: vec![] }, changes_at: None };
        for record in records {
            let context = ["signing-key", tenant.as_str(), record.kid.as_str()];
            let private =
                master.open(&context, &record.sealed).map_err(|_| Error::Sealed(record.kid.clone()))?;
            let key = SigningKey::from_pkcs8(record.algorithm, &private)?;
            ring.public.keys.extend(key.public_jwk());
            if record.active_at > now {
                ring.changes_at = Some(record.active_at);
            } else if !ring.signing.iter().any(|other| other.algorithm() == record.algorithm) {
                ring.signing.push(Arc::new(key));
            }
        }
        Ok(ring)
    }

    /// The public keys.
    #[must_use]
    pub fn public(&self) -> &JwkSet {
        &self.public
    }

    /// Signs claims. RSA is slow and goes off the reactor.
    ///
    /// # Errors
    /// [`Error::NoKey`], [`Error::Sign`].
    pub async fn sign<C>(&self, algorithm: Algorithm, typ: &'static str, claims: C) -> Result<String, Error>
    where
        C: Serialize,
    {
        let key =
            self.signing.iter().find(|key| key.algorithm() == algorithm).ok_or(Error::NoKey(algorithm))?;
        if !is_slow(algorithm) {
            return Ok(key.sign(typ, &claims)?);
        }
        let claims = serde_json::value::to_raw_value(&claims).map_err(SignError::Claims)?;
        let key = Arc::clone(key);
        let signed = tokio::task::spawn_blocking(move || key.sign(typ, &claims)).await;
        Ok(signed.map_err(|_| Error::NoKey(algorithm))??)
    }
}

const fn is_slow(algorithm: Algorithm) -> bool {
    matches!(
        algorithm,
        Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512
            | Algorithm::ES384
    )
}
