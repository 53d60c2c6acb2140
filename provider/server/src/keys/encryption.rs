//! The keys to which clients encrypt to a tenant (OpenID Connect Core 10.2): one for each way a key can travel. They are
//! made when somebody first asks for them, lie sealed under the master key, and never sign.

use std::sync::Arc;

use credenza_protocol::ids::TenantId;
use credenza_storage::{SealedAt, encryption_keys_of};
use credenza_validator::jwe::{self, DecryptionKey, Jwe, KeyManagement};
use credenza_validator::{Jwk, KeyError, base64url};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use super::Error;
use super::seal::{self, MasterKeys};
use crate::flow::Failure;
use crate::rng::Rng;
use crate::state::State;

/// A new private key (PKCS#8), and what it is for.
pub type NewKey = (KeyManagement, Zeroizing<Vec<u8>>);

/// A private key as it lies in what is sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    alg: KeyManagement,
    /// PKCS#8, as base64url.
    key: String,
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

/// The keys of a tenant, open.
#[derive(Clone)]
pub struct EncryptionKeys(Arc<Vec<DecryptionKey>>);

/// What was encrypted to the tenant.
pub struct Decrypted {
    /// How it came.
    pub header: jwe::Header,
    /// What it is.
    pub content: Zeroizing<Vec<u8>>,
}

/// New private keys (PKCS#8), one for each way. Slow for RSA: call it off the reactor.
///
/// # Errors
/// [`KeyError::Generation`].
pub fn generate() -> Result<Vec<NewKey>, KeyError> {
    KeyManagement::ALL.into_iter().map(|alg| Ok((alg, DecryptionKey::generate_pkcs8(alg)?))).collect()
}

/// Seals private keys (PKCS#8) as the keys of a tenant.
#[must_use]
pub fn seal_keys(tenant: &TenantId, keys: &[NewKey], master: &MasterKeys, rng: &dyn Rng) -> Vec<u8> {
    let kept = keys.iter().map(|(alg, der)| Kept { alg: *alg, key: base64url::encode(der) });
    let text = Zeroizing::new(serde_json::to_vec(&kept.collect::<Vec<_>>()).unwrap_or_default());
    master.seal(rng, &seal::of_secret(&encryption_keys_of(tenant)), &text)
}

impl EncryptionKeys {
    /// Opens the tenant's keys; makes them if there are none. However many requests ask for them they are made once;
    /// of two servers one makes them, and both have those.
    ///
    /// # Errors
    /// [`Failure`] when store or keys fail.
    pub async fn load(state: &State, tenant: &TenantId) -> Result<Self, Failure> {
        let name = encryption_keys_of(tenant);
        let secrets = &state.store.secrets;
        if let Some(sealed) = secrets.find(&name).await? {
            return Self::open(tenant, &sealed, &state.master);
        }
        let turn = state.maker.turn().await;
        // Whoever had the turn before may have made them.
        if let Some(sealed) = secrets.find(&name).await? {
            return Self::open(tenant, &sealed, &state.master);
        }
        let (made, _turn) = turn.run(generate).await?;
        let keys = made.map_err(Error::Key)?;
        let sealed = seal_keys(tenant, &keys, &state.master, state.rng.as_ref());
        secrets.create(&name, sealed, state.clock.now()).await?;
        let sealed = secrets.find(&name).await?.ok_or(Failure::Internal("the encryption keys are gone"))?;
        Self::open(tenant, &sealed, &state.master)
    }

    fn open(tenant: &TenantId, sealed: &[u8], master: &MasterKeys) -> Result<Self, Failure> {
        let name = encryption_keys_of(tenant);
        let text = master.open(&seal::of_secret(&name), sealed);
        let text = text.map_err(|_| Error::Sealed(SealedAt::Secret(name)))?;
        let unreadable = Failure::Internal("the encryption keys cannot be read");
        let kept: Vec<Kept> = serde_json::from_slice(&text).map_err(|_| unreadable)?;
        let keys: Result<Vec<_>, KeyError> = kept.iter().map(Kept::open).collect();
        Ok(Self(Arc::new(keys.map_err(Error::Key)?)))
    }

    /// The public halves.
    pub fn public(&self) -> impl Iterator<Item = Jwk> {
        self.0.iter().map(DecryptionKey::public_jwk)
    }

    /// Decrypts off the reactor; `None` for whatever does not open, without a reason (RFC 7516 11.5).
    pub async fn decrypt(&self, token: &str) -> Option<Decrypted> {
        let (keys, token) = (Arc::clone(&self.0), token.to_owned());
        tokio::task::spawn_blocking(move || decrypt(&keys, &token)).await.ok().flatten()
    }
}

impl Kept {
    fn open(&self) -> Result<DecryptionKey, KeyError> {
        let der = base64url::decode(&self.key).map_err(|_| KeyError::Rejected)?;
        DecryptionKey::from_pkcs8(self.alg, &Zeroizing::new(der))
    }
}

fn decrypt(keys: &[DecryptionKey], token: &str) -> Option<Decrypted> {
    let jwe = Jwe::parse(token).ok()?;
    let key = keys.iter().find(|key| key.is_meant(&jwe))?;
    let content = key.decrypt(&jwe).ok()?;
    Some(Decrypted { header: jwe.header().clone(), content })
}
