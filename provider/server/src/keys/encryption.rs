//! The keys to which clients encrypt (OpenID Connect Core 10.2): one for each key management algorithm. They are
//! made when somebody first asks for them, are sealed under the master key, and never sign.

use std::sync::Arc;

use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Time;
use credenza_storage::{SealedAt, Store, encryption_keys_of};
use credenza_validator::jwe::{self, DecryptionKey, Jwe, KeyManagement};
use credenza_validator::{Jwk, KeyError, base64url};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use super::schedule::PROPAGATION;
use super::seal::{self, MasterKeys};
use super::{Error, KeyMaking};
use crate::failure::Failure;
use crate::rng::Rng;

/// A new private key (PKCS#8), and what it is for.
pub type NewKey = (KeyManagement, Zeroizing<Vec<u8>>);

/// A private key as it is stored, under the seal.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    alg: KeyManagement,
    /// PKCS#8, as base64url.
    key: String,
    created_at: Time,
    /// Whether another one is published in its place; this one still decrypts.
    #[serde(default)]
    replaced: bool,
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

/// The encryption keys of a tenant, opened.
#[derive(Clone)]
pub struct EncryptionKeys(Arc<Vec<Opened>>);

/// A key, and whether another one is published in its place.
type Opened = (DecryptionKey, bool);

/// What was encrypted to the tenant.
pub struct Decrypted {
    /// The header of the JWE.
    pub header: jwe::Header,
    /// The plaintext.
    pub content: Zeroizing<Vec<u8>>,
}

/// New private keys (PKCS#8), one for each key management algorithm. Slow for RSA: do not call it on the reactor.
///
/// # Errors
/// [`KeyError::Generation`].
pub fn generate() -> Result<Vec<NewKey>, KeyError> {
    KeyManagement::ALL.into_iter().map(|alg| Ok((alg, DecryptionKey::generate_pkcs8(alg)?))).collect()
}

/// Seals private keys (PKCS#8) as the keys of a tenant.
#[must_use]
pub fn seal_keys(
    tenant: &TenantId,
    keys: &[NewKey],
    now: Time,
    master: &MasterKeys,
    rng: &dyn Rng,
) -> Vec<u8> {
    seal_kept(tenant, &kept(keys, now), master, rng)
}

fn kept(keys: &[NewKey], now: Time) -> Vec<Kept> {
    let kept = |(alg, der): &NewKey| {
        let key = base64url::encode(der);
        Kept { alg: *alg, key, created_at: now, replaced: false }
    };
    keys.iter().map(kept).collect()
}

fn seal_kept(tenant: &TenantId, kept: &[Kept], master: &MasterKeys, rng: &dyn Rng) -> Vec<u8> {
    let text = Zeroizing::new(serde_json::to_vec(kept).unwrap_or_default());
    master.seal(rng, &seal::of_secret(&encryption_keys_of(tenant)), &text)
}

fn open_kept(tenant: &TenantId, sealed: &[u8], master: &MasterKeys) -> Result<Vec<Kept>, Failure> {
    let name = encryption_keys_of(tenant);
    let text = master.open(&seal::of_secret(&name), sealed);
    let text = text.map_err(|_| Error::Sealed(SealedAt::Secret(name)))?;
    serde_json::from_slice(&text).map_err(|_| Failure::Internal("the encryption keys cannot be read"))
}

/// Publishes new keys in place of the present ones, which decrypt until the next change: others may hold copies of the
/// key set. Keys that are younger than [`PROPAGATION`] stay, so that repeating the command changes nothing; `false`
/// then, or when there are none yet. Slow: it makes an RSA key.
///
/// # Errors
/// [`Failure`] when the store or the keys fail, or another change was made at the same time.
pub async fn replace(
    store: &Store,
    tenant: &TenantId,
    now: Time,
    master: &MasterKeys,
    rng: &dyn Rng,
) -> Result<bool, Failure> {
    let name = encryption_keys_of(tenant);
    let Some(sealed) = store.secrets.find(&name).await? else { return Ok(false) };
    let mut old = open_kept(tenant, &sealed, master)?;
    old.retain(|key| !key.replaced);
    if old.iter().any(|key| key.created_at + PROPAGATION > now) {
        return Ok(false);
    }
    old.iter_mut().for_each(|key| key.replaced = true);
    let new = kept(&generate().map_err(Error::Key)?, now);
    let resealed = seal_kept(tenant, &[new, old].concat(), master, rng);
    match store.secrets.replace(&SealedAt::Secret(name), &sealed, resealed).await? {
        true => Ok(true),
        false => Err(Failure::Internal("the encryption keys changed at the same time")),
    }
}

impl EncryptionKeys {
    /// Opens the tenant's keys; makes them if there are none. However many requests ask for them, they are made once;
    /// of two servers one makes them, and both use those.
    ///
    /// # Errors
    /// [`Failure`] when the store or the keys fail.
    pub async fn load(making: KeyMaking<'_>, tenant: &TenantId) -> Result<Self, Failure> {
        let name = encryption_keys_of(tenant);
        let KeyMaking { store, master, .. } = making;
        if let Some(sealed) = store.secrets.find(&name).await? {
            return Self::open(tenant, &sealed, master);
        }
        let turn = making.maker.turn().await;
        // Whoever had the turn before may have made them.
        if let Some(sealed) = store.secrets.find(&name).await? {
            return Self::open(tenant, &sealed, master);
        }
        let (made, _turn) = turn.run(generate).await?;
        let keys = made.map_err(Error::Key)?;
        let now = making.clock.now();
        let sealed = seal_keys(tenant, &keys, now, master, making.rng.as_ref());
        store.secrets.create(&name, sealed, now).await?;
        let sealed = store.secrets.find(&name).await?;
        let sealed = sealed.ok_or(Failure::Internal("the encryption keys are missing from the store"))?;
        Self::open(tenant, &sealed, master)
    }

    fn open(tenant: &TenantId, sealed: &[u8], master: &MasterKeys) -> Result<Self, Failure> {
        let kept = open_kept(tenant, sealed, master)?;
        let open = |key: &Kept| Ok((key.open()?, key.replaced));
        let keys: Result<Vec<_>, KeyError> = kept.iter().map(open).collect();
        Ok(Self(Arc::new(keys.map_err(Error::Key)?)))
    }

    /// The public keys that others are to encrypt to.
    pub fn public(&self) -> impl Iterator<Item = Jwk> {
        self.0.iter().filter(|(_, replaced)| !replaced).map(|(key, _)| key.public_jwk())
    }

    /// Whether one of the keys has that `kid`. A JWE without `kid` may be for any of them.
    #[must_use]
    pub fn has(&self, kid: Option<&str>) -> bool {
        kid.is_none_or(|kid| self.0.iter().any(|(key, _)| key.kid() == kid))
    }

    /// Decrypts outside of the reactor; `None` for whatever cannot be decrypted, without a reason (RFC 7516 11.5).
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

fn decrypt(keys: &[Opened], token: &str) -> Option<Decrypted> {
    let jwe = Jwe::parse(token).ok()?;
    let mut meant = keys.iter().map(|(key, _)| key).filter(|key| key.is_meant(&jwe));
    let content = meant.find_map(|key| key.decrypt(&jwe).ok())?;
    Some(Decrypted { header: jwe.header().clone(), content })
}
