//! The keys to which clients encrypt to a tenant (OpenID Connect Core 10.2): one for each way a key can travel. They are
//! made when somebody first asks for them, lie sealed under the master key, and never sign.

use std::sync::Arc;

use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Time;
use credenza_storage::{SealedAt, Store, encryption_keys_of};
use credenza_validator::jwe::{self, DecryptionKey, Jwe, KeyManagement};
use credenza_validator::{Jwk, KeyError, base64url};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use super::Error;
use super::schedule::PROPAGATION;
use super::seal::{self, MasterKeys};
use crate::flow::Failure;
use crate::rng::Rng;
use crate::state::State;

/// A new private key (PKCS#8), and what it is for.
pub type NewKey = (KeyManagement, Zeroizing<Vec<u8>>);

/// A private key as it lies in what is sealed.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    alg: KeyManagement,
    /// PKCS#8, as base64url.
    key: String,
    created_at: Time,
    /// Whether another one is published in its place; it still decrypts.
    #[serde(default)]
    replaced: bool,
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

/// The keys of a tenant, open.
#[derive(Clone)]
pub struct EncryptionKeys(Arc<Vec<Opened>>);

/// A key, and whether another one is published in its place.
type Opened = (DecryptionKey, bool);

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
/// key set. Keys that are younger than [`PROPAGATION`] stay, so that saying it twice changes nothing; `false` then, or
/// when there are none yet. Slow: it makes an RSA key.
///
/// # Errors
/// [`Failure`] when store or keys fail, or another change came in between.
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
    let sealed_anew = seal_kept(tenant, &[new, old].concat(), master, rng);
    match store.secrets.replace(&SealedAt::Secret(name), &sealed, sealed_anew).await? {
        true => Ok(true),
        false => Err(Failure::Internal("the encryption keys changed at the same time")),
    }
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
        let now = state.clock.now();
        let sealed = seal_keys(tenant, &keys, now, &state.master, state.rng.as_ref());
        secrets.create(&name, sealed, now).await?;
        let sealed = secrets.find(&name).await?.ok_or(Failure::Internal("the encryption keys are gone"))?;
        Self::open(tenant, &sealed, &state.master)
    }

    fn open(tenant: &TenantId, sealed: &[u8], master: &MasterKeys) -> Result<Self, Failure> {
        let kept = open_kept(tenant, sealed, master)?;
        let open = |key: &Kept| Ok((key.open()?, key.replaced));
        let keys: Result<Vec<_>, KeyError> = kept.iter().map(open).collect();
        Ok(Self(Arc::new(keys.map_err(Error::Key)?)))
    }

    /// The public halves of those that others are to encrypt to.
    pub fn public(&self) -> impl Iterator<Item = Jwk> {
        self.0.iter().filter(|(_, replaced)| !replaced).map(|(key, _)| key.public_jwk())
    }

    /// Whether this is one of the keys. A JWE without `kid` is for any that fits.
    #[must_use]
    pub fn has(&self, kid: Option<&str>) -> bool {
        kid.is_none_or(|kid| self.0.iter().any(|(key, _)| key.kid() == kid))
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

fn decrypt(keys: &[Opened], token: &str) -> Option<Decrypted> {
    let jwe = Jwe::parse(token).ok()?;
    let mut meant = keys.iter().map(|(key, _)| key).filter(|key| key.is_meant(&jwe));
    let content = meant.find_map(|key| key.decrypt(&jwe).ok())?;
    Some(Decrypted { header: jwe.header().clone(), content })
}
