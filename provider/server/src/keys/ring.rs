//! The signing keys of a tenant, opened.

use std::sync::Arc;

use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Time;
use credenza_storage::{KeyRecord, SealedAt};
use credenza_validator::{Algorithm, JwkSet, SignError, SigningKey};
use serde::Serialize;

use super::seal::{self, MasterKeys};
use super::{Error, schedule};

/// The signing keys of a tenant, ready for use.
pub struct KeyRing {
    signing: Vec<Arc<SigningKey>>,
    public: JwkSet,
    /// When a key that is already published begins to sign; then the ring must be opened again.
    pub changes_at: Option<Time>,
}

impl KeyRing {
    /// Opens the keys. Every enabled key is published, even before it signs; of each algorithm the newest active one
    /// signs ([`schedule::signer`]).
    ///
    /// # Errors
    /// [`Error::Sealed`] when a key opens under none of the master keys.
    pub fn open(
        tenant: &TenantId,
        mut records: Vec<KeyRecord>,
        master: &MasterKeys,
        now: Time,
    ) -> Result<Self, Error> {
        records.retain(|record| record.disabled_at.is_none());
        let mut ring = Self { signing: vec![], public: JwkSet { keys: vec![] }, changes_at: None };
        ring.changes_at = records.iter().map(|record| record.active_at).filter(|at| *at > now).min();
        for record in &records {
            let context = seal::of_signing_key(tenant, &record.kid);
            let sealed = || Error::Sealed(SealedAt::SigningKey(tenant.clone(), record.kid.clone()));
            let private = master.open(&context, &record.sealed).map_err(|_| sealed())?;
            let key = SigningKey::from_pkcs8(record.algorithm, &private)?;
            ring.public.keys.extend(key.public_jwk());
            if schedule::signer(&records, record.algorithm, now).is_some_and(|one| one.kid == record.kid) {
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

    /// Signs claims; with slow algorithms outside of the reactor.
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
