//! Keys of a provider in a test. Elliptic-curve keys are generated at the start; RSA keys take a moment, and are
//! generated when a client first needs one, once in the process.

use std::sync::{Arc, Mutex, PoisonError};

use credenza::admin::keys::{self, Key, NewKey, Status};
use credenza::admin::{Administration, Outcome};
use credenza::keys::encryption::{NewKey as NewEncryptionKey, seal_keys};
use credenza::state::State;
use credenza_protocol::access_token::ALGORITHMS;
use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Seconds;
use credenza_storage::encryption_keys_of;
use credenza_validator::jwe::{DecryptionKey, KeyManagement};
use credenza_validator::{Algorithm, KeyError, SigningKey};

use crate::Error;
use crate::error::accept;

/// The algorithms whose keys are fast to generate.
pub const FAST: [Algorithm; 3] = [Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA];

type Private = (Algorithm, Arc<[u8]>);

/// Private keys (PKCS#8) to install in a tenant, and again in its successor after a reset.
#[derive(Clone)]
pub struct PrivateKeys {
    signing: Vec<Private>,
    encryption: Vec<NewEncryptionKey>,
}

impl PrivateKeys {
    /// Generates keys. RSA is slow: then call it off the reactor.
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

    /// Installs them in a tenant that has none.
    ///
    /// # Errors
    /// [`Error::Failed`] when it has keys already.
    pub async fn install(&self, state: &State, tenant: &TenantId) -> Result<(), Error> {
        let admin = Administration::of_server(state, state.clock.now());
        let signing: Vec<_> =
            self.signing.iter().map(|(algorithm, der)| (*algorithm, der.as_ref())).collect();
        let sealed = seal_keys(tenant, &self.encryption, admin.now, &state.master, admin.rng);
        let name = encryption_keys_of(tenant);
        let done = keys::adopt_first(&admin, tenant, &signing).await? == Outcome::Done(())
            && state.store.secrets.create(&name, sealed, admin.now).await?;
        if done { Ok(()) } else { Err(Error::failed("the tenant has keys already")) }
    }
}

/// Makes sure that the tenant has a key for the algorithm.
///
/// # Errors
/// [`Error::Invalid`] for an algorithm that the provider does not sign with.
pub(crate) async fn ensure(
    admin: &Administration<'_>,
    tenant: &TenantId,
    algorithm: Algorithm,
) -> Result<(), Error> {
    if !ALGORITHMS.contains(&algorithm) {
        return Err(Error::Invalid(format!("the provider does not sign with {algorithm}")));
    }
    if enabled(admin, tenant).await?.iter().any(|key| key.algorithm == algorithm) {
        return Ok(());
    }
    let der = tokio::task::spawn_blocking(move || rsa(algorithm)).await.map_err(Error::failed)??;
    let new = NewKey { algorithm, private: Some(der.to_vec().into()), active_at: Some(admin.now) };
    match keys::create(admin, tenant, new).await? {
        // Where another one did it at the same time, it was the same key.
        Outcome::Taken => Ok(()),
        created => accept(created, "key", algorithm.as_str()).map(drop),
    }
}

/// Replaces the keys of every algorithm at once. The old ones stay published or are disabled.
///
/// # Errors
/// [`Error::Failed`].
pub(crate) async fn rotate(
    admin: &Administration<'_>,
    tenant: &TenantId,
    keep_old: bool,
) -> Result<(), Error> {
    let old = enabled(admin, tenant).await?;
    let mut algorithms = vec![];
    for key in &old {
        if !algorithms.contains(&key.algorithm) {
            algorithms.push(key.algorithm);
        }
    }
    for algorithm in algorithms {
        let new = NewKey { algorithm, private: None, active_at: Some(admin.now) };
        accept(keys::create(admin, tenant, new).await?, "key", algorithm.as_str())?;
    }
    for key in old {
        // Of two that became active in the same second, either might sign.
        let before = key.active_at.min(admin.now - Seconds(1));
        accept(keys::set_active_at(admin, tenant, &key.kid, before).await?, "key", key.kid.as_str())?;
        if !keep_old {
            accept(keys::disable(admin, tenant, &key.kid, true).await?, "key", key.kid.as_str())?;
        }
    }
    Ok(())
}

async fn enabled(admin: &Administration<'_>, tenant: &TenantId) -> Result<Vec<Key>, Error> {
    let mut keys = keys::list(admin, tenant).await?;
    keys.retain(|key| key.status != Status::Disabled);
    Ok(keys)
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
