//! Where a new password is hashed: a server has a pool for it, a command does it itself.

use super::{Cost, MAX_LENGTH, Password, PasswordPool, Refused, hash_now};
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
    /// Hashes a new password: a PHC string.
    ///
    /// # Errors
    /// [`Refused`] when it is too long, or the pool's queue is full.
    pub async fn hash(self, password: &Password, rng: &dyn Rng) -> Result<String, Refused> {
        match self {
            Self::Here(_) if password.reveal().len() > MAX_LENGTH => Err(Refused::TooLong),
            Self::Here(cost) => Ok(hash_now(password.reveal(), cost, rng)),
            Self::Pool(pool) => pool.hash(password.reveal().to_owned()).await,
        }
    }
}
