//! Where sessions, and notes of those that ended, are kept.

mod memory;
#[cfg(feature = "redis")]
mod redis;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

pub use memory::MemoryStore;

#[cfg(feature = "redis")]
pub use self::redis::RedisStore;

/// The store cannot be asked.
#[derive(Clone, Debug)]
pub struct StoreError(pub String);

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store of sessions: {}", self.0)
    }
}

impl std::error::Error for StoreError {}

/// An answer of a store that is on its way.
pub type Stored<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// What is kept under a key.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Opaque text.
    pub value: String,
    /// The provider's session, by which [`Store::delete_by`] finds it.
    pub sid: Option<String>,
    /// The person, by whom [`Store::delete_by`] finds it.
    pub sub: Option<String>,
    /// For how long it is kept.
    pub ttl: Duration,
    /// Whether to put it only where there is one already. A session that ended meanwhile does not come back.
    pub must_exist: bool,
}

/// Whose entries.
#[derive(Clone, Debug)]
pub enum By<'a> {
    /// Those of one session of the provider.
    Sid(&'a str),
    /// All of one person.
    Sub(&'a str),
}

/// Keeps entries for a while. Keys are hashes: who reads the store cannot take over a session.
pub trait Store: Send + Sync + 'static {
    /// The value under a key.
    fn get<'a>(&'a self, key: &'a str) -> Stored<'a, Option<String>>;

    /// Puts an entry, and says whether it did: see [`Entry::must_exist`].
    fn put<'a>(&'a self, key: &'a str, entry: Entry) -> Stored<'a, bool>;

    /// Deletes an entry.
    fn delete<'a>(&'a self, key: &'a str) -> Stored<'a, ()>;

    /// Deletes all entries of a session of the provider, or of a person.
    fn delete_by<'a>(&'a self, by: By<'a>) -> Stored<'a, ()>;

    /// Takes the lock of this key for at most that long, and says whether it was free. `holder` is random.
    fn lock<'a>(&'a self, key: &'a str, holder: &'a str, ttl: Duration) -> Stored<'a, bool>;

    /// Gives the lock back, where it is still the holder's.
    fn unlock<'a>(&'a self, key: &'a str, holder: &'a str) -> Stored<'a, ()>;
}
