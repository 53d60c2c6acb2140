//! A tenant's signing keys: made, sealed, opened, published; and what keeps them.
//!
//! | file | holds |
//! |---|---|
//! | `seal` | the master keys, under which private keys and other secrets lie in the database |
//! | `reseal` | a change of the master key |
//! | `root` | the root secret, from which all that is no key pair is derived |
//! | `ring` | the keys of a tenant, open |
//! | `encryption` | the keys to which clients encrypt to a tenant |
//! | `schedule` | when keys change places: a pure rule |
//! | `tend` | carries that out |
//! | `maker` | makes keys beside the requests |
//! | `pem` | reads keys that were made elsewhere |

use credenza_protocol::ids::{KeyId, TenantId};
use credenza_protocol::time::Time;
use credenza_storage::{KeyRecord, SealedAt};
use credenza_validator::{Algorithm, KeyError, SignError, SigningKey};

use crate::rng::Rng;
use seal::MasterKeys;

pub mod encryption;
mod hkdf;
pub mod maker;
pub mod pem;
pub mod reseal;
mod ring;
pub mod root;
pub mod schedule;
pub mod seal;
pub mod tend;

pub use ring::KeyRing;

/// The algorithms that a new tenant has a key for.
pub const FIRST_ALGORITHMS: [Algorithm; 5] = credenza_protocol::access_token::ALGORITHMS;

/// Why a key could not be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key could not be made or read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It was sealed under another master key.
    #[error(
        "{0} opens under none of the master keys: if that was changed, name the one before in master_keys_previous"
    )]
    Sealed(SealedAt),
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
    master: &MasterKeys,
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
    master: &MasterKeys,
    rng: &dyn Rng,
) -> Result<KeyRecord, Error> {
    let key = SigningKey::from_pkcs8(algorithm, private)?;
    let kid = KeyId::new(key.kid().unwrap_or_default());
    let sealed = master.seal(rng, &seal::of_signing_key(tenant, &kid), private);
    Ok(KeyRecord {
        kid,
        algorithm,
        sealed,
        created_at: birth.now,
        active_at: birth.active_at,
        disabled_at: None,
        retire_at: None,
    })
}
