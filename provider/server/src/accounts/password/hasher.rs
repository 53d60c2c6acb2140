//! Where a new password is hashed: a server has a pool for it, a command does it itself.

use credenza_protocol::password::is_long;

use super::{Cost, Password, PasswordPool, Refused, hash_now, verify_now};
use crate::rng::Rng;

/// Where new passwords are hashed.
#[derive(Clone, Copy)]
pub enum Hasher<'a> {
    /// On the calling thread at this cost, for a command that serves nobody else.
    Here(&'a Cost),
    /// In the server's pool.
    Pool(&'a PasswordPool),
}

impl Hasher<'_> {
    /// Whether a password has that hash, ours or that of another provider. A busy pool knows nothing: `false`.
    pub async fn matches(self, password: &Password, stored: String) -> bool {
        let verdict = match self {
            Self::Here(_) => verify_now(password.reveal(), &stored),
            Self::Pool(pool) => pool.verify(password.reveal().to_owned(), Some(stored)).await,
        };
        verdict.is_right()
    }

    /// Hashes a new password: a PHC string.
    ///
    /// # Errors
    /// [`Refused`] when it is too long, or the pool's queue is full.
    pub async fn hash(self, password: &Password, rng: &dyn Rng) -> Result<String, Refused> {
        match self {
            Self::Here(_) if is_long(password.reveal()) => Err(Refused::TooLong),
            Self::Here(cost) => Ok(hash_now(&password.in_form(), cost, rng)),
            Self::Pool(pool) => pool.hash(password.reveal().to_owned()).await,
        }
    }
}
