//! Keys of a provider in a test. Those of elliptic curves are made at once; RSA keys take a moment, and are made when
//! a client first needs one, once in the process.

use std::sync::{Arc, Mutex, PoisonError};

use credenza::keys::encryption::{NewKey, seal_keys};
use credenza::keys::{self, Birth, schedule};
use credenza::state::State;
use credenza_protocol::access_token::ALGORITHMS;
use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Seconds;
use credenza_storage::encryption_keys_of;
use credenza_validator::jwe::{DecryptionKey, KeyManagement};
use credenza_validator::{Algorithm, KeyError, SigningKey};

use crate::Error;

/// The algorithms whose keys cost nothing to make.
pub const FAST: [Algorithm; 3] = [Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA];

type Private = (Algorithm, Arc<[u8]>);

/// Private keys (PKCS#8) that a tenant is to have, to be kept for another one in its place.
#[derive(Clone)]
pub struct PrivateKeys {
    signing: Vec<Private>,
    encryption: Vec<NewKey>,
}

impl PrivateKeys {
    /// New keys. Slow where RSA is among them: call it off the reactor then.
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub fn generate(signing: &[Algorithm], encryption: &[KeyManagement]) -> Result<Self, Error> {
        let sign = |algorithm: &Algorithm| {
            SigningKey::generate_pkcs8(*algorithm).map(|der| (*algorithm, der.as_slice().into()))
        };
        let decrypt = |alg: &KeyManagement| DecryptionKey::generate_pkcs8(*alg).map(|der| (*alg, der));
        Ok(Self {
            signing: signing.iter().map(sign).collect::<Result<_, KeyError>>().map_err(Error::failed)?,
            encryption: encryption.iter().map(decrypt).collect::<Result<_, _>>().map_err(Error::failed)?,
        })
    }

    /// Gives them to a tenant that has none.
    ///
    /// # Errors
    /// [`Error::Failed`] when it has keys already.
    pub async fn install(&self, state: &State, tenant: &TenantId) -> Result<(), Error> {
        let now = state.clock.now();
        let (master, rng) = (&state.master, state.rng.as_ref());
        let birth = Birth { now, active_at: now };
        let adopt = |(algorithm, der): &Private| keys::adopt(tenant, *algorithm, der, birth, master, rng);
        let records = self.signing.iter().map(adopt).collect::<Result<_, _>>()?;
        let sealed = seal_keys(tenant, &self.encryption, now, master, rng);
        let name = encryption_keys_of(tenant);
        let done = state.store.keys.create_first(tenant, records).await?
            && state.store.secrets.create(&name, sealed, now).await?;
        if done { Ok(()) } else { Err(Error::failed("the tenant has keys already")) }
    }
}

/// Sees to it that the tenant has a key for the algorithm.
///
/// # Errors
/// [`Error::Invalid`] for an algorithm that the provider does not sign by.
pub(crate) async fn ensure(state: &State, tenant: &TenantId, algorithm: Algorithm) -> Result<(), Error> {
    if !ALGORITHMS.contains(&algorithm) {
        return Err(Error::Invalid(format!("the provider does not sign by {algorithm}")));
    }
    if schedule::algorithms(&state.store.keys.list(tenant).await?).contains(&algorithm) {
        return Ok(());
    }
    let der = tokio::task::spawn_blocking(move || rsa(algorithm)).await.map_err(Error::failed)??;
    let now = state.clock.now();
    let birth = Birth { now, active_at: now };
    let record = keys::adopt(tenant, algorithm, &der, birth, &state.master, state.rng.as_ref())?;
    // Where another one did it at the same time, there is one now: it was the same key.
    state.store.keys.create(tenant, record).await?;
    Ok(())
}

/// Makes new keys sign at once, for every algorithm that there are keys for. The old ones stay published, or go.
///
/// # Errors
/// [`Error::Failed`].
pub(crate) async fn rotate(state: &State, tenant: &TenantId, keep_old: bool) -> Result<(), Error> {
    let store = &state.store.keys;
    let now = state.clock.now();
    let old = store.list(tenant).await?;
    for algorithm in schedule::algorithms(&old) {
        let making = move || SigningKey::generate_pkcs8(algorithm);
        let der = tokio::task::spawn_blocking(making).await.map_err(Error::failed)?.map_err(Error::failed)?;
        let birth = Birth { now, active_at: now };
        let record = keys::adopt(tenant, algorithm, &der, birth, &state.master, state.rng.as_ref())?;
        store.create(tenant, record).await?;
    }
    for record in old.iter().filter(|record| record.disabled_at.is_none()) {
        // Of two that became active in the same second, either might sign.
        store.set_active_at(tenant, &record.kid, record.active_at.min(now - Seconds(1))).await?;
        if !keep_old {
            store.set_disabled(tenant, &record.kid, Some(now)).await?;
        }
    }
    Ok(())
}

/// The RSA key of this process for the algorithm; each has one of its own (RFC 8725 3.1).
fn rsa(algorithm: Algorithm) -> Result<Arc<[u8]>, Error> {
    static MADE: Mutex<Vec<Private>> = Mutex::new(vec![]);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, der)) = made.iter().find(|(known, _)| *known == algorithm) {
        return Ok(Arc::clone(der));
    }
    let der: Arc<[u8]> = SigningKey::generate_pkcs8(algorithm).map_err(Error::failed)?.as_slice().into();
    made.push((algorithm, Arc::clone(&der)));
    Ok(der)
}
