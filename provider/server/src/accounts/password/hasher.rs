//! Where a new password is hashed: a server has a pool for it, a command does it itself.

use super::{Cost, MAX_LENGTH, Password, PasswordPool, Refused, Verdict, hash_now, matches_now};
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
    /// Whether a password has that hash (a PHC string). A busy pool knows nothing: `false`.
    pub async fn matches(self, password: &Password, phc: String) -> bool {
        match self {
            Self::Here(_) => matches_now(password.reveal(), &phc),
            Self::Pool(pool) => pool.verify(password.reveal().to_owned(), Some(phc)).await == Verdict::Right,
        }
    }

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
