//! A tenant's keys: made, sealed, opened, published and rotated.
//!
//! | file | holds |
//! |---|---|
//! | `seal` | the master keys, under which private keys and other secrets are encrypted in the database |
//! | `reseal` | a change of the master key |
//! | `root` | the root secret, from which every symmetric key is derived |
//! | `ring` | the signing keys of a tenant, opened |
//! | `encryption` | the keys to which clients encrypt |
//! | `schedule` | when a signing key replaces another: a pure rule |
//! | `resource_secrets` | the secrets shared with services that cannot read public keys |
//! | `rotation` | carries the schedule out |
//! | `maker` | makes keys outside of the reactor, one at a time |
//! | `admin_key`, `shared_key` | the keys of the configuration that open the admin API, all of it or a part |
//! | `pem` | reads keys that were made elsewhere |

use std::sync::Arc;

use credenza_protocol::ids::{KeyId, TenantId};
use credenza_protocol::time::Time;
use credenza_storage::{KeyRecord, SealedAt, Store};
use credenza_validator::{Algorithm, KeyError, SignError, SigningKey};

use crate::clock::Clock;
use crate::rng::Rng;
use maker::Maker;
use seal::MasterKeys;

pub mod admin_key;
pub mod encryption;
mod hkdf;
pub mod maker;
pub mod pem;
pub mod reseal;
pub mod resource_secrets;
mod ring;
pub mod root;
pub mod rotation;
pub mod schedule;
pub mod seal;
pub mod sealed_handle;
pub mod shared_key;
pub mod webhook_keys;

pub use ring::KeyRing;

/// The algorithms that a new tenant has a key for.
pub const FIRST_ALGORITHMS: [Algorithm; 5] = credenza_protocol::access_token::ALGORITHMS;

/// Why a key could not be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key could not be generated or read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It was sealed under another master key.
    #[error("{0} opens under none of the master keys")]
    Sealed(SealedAt),
    /// There is nothing to sign with.
    #[error("there is no active key for {0}")]
    NoKey(Algorithm),
    /// Signing failed.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl Error {
    /// What an operator can do about it, as a part of a sentence.
    #[must_use]
    pub const fn next_step(&self) -> &'static str {
        match self {
            Self::Key(_) => {
                "use a key of the algorithm that is named, not encrypted, or let `credenza key create` make one"
            }
            Self::Sealed(_) => {
                "set master_key to the key that this database was used with; if the master key was changed, add the previous \
                 one to master_keys_previous"
            }
            Self::NoKey(_) => {
                "look at `credenza key list`, and enable a key or create one with `credenza key create`"
            }
            Self::Sign(_) => "look at `credenza key list`, and disable the key that signs if it is damaged",
        }
    }
}

/// What it takes to make keys of a tenant and to store them.
#[derive(Clone, Copy)]
pub struct KeyMaking<'a> {
    /// Where keys are stored.
    pub store: &'a Store,
    /// What private keys are sealed under.
    pub master: &'a MasterKeys,
    /// Where they are made.
    pub maker: &'a Maker,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub rng: &'a Arc<dyn Rng>,
}

/// When a new key is made, and when it begins to sign.
#[derive(Clone, Copy, Debug)]
pub struct Birth {
    /// When it is made.
    pub now: Time,
    /// When it begins to sign; until then it is only published.
    pub active_at: Time,
}

/// Makes a key for `algorithm` and seals it. Slow for RSA: do not call it on the reactor.
///
/// # Errors
/// [`Error::Key`] if tokens are not signed with that algorithm.
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
/// [`Error::Key`] if it is not a key for that algorithm.
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
