//! Between the types of the specs and those of columns.

use credenza_protocol::scope::Scope;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Result, StoreError};

/// A structured value as it is stored.
pub(crate) fn to_json(value: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string(value)?)
}

/// A structured value as it was stored.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    Ok(serde_json::from_str(text)?)
}

/// A hash as it was stored.
pub(crate) fn hash(bytes: &[u8]) -> Result<SecretHash> {
    SecretHash::from_slice(bytes).ok_or_else(|| StoreError::new("a stored hash has the wrong length"))
}

/// A scope as it was stored.
pub(crate) fn scope(text: &str) -> Scope {
    Scope::stored(text)
}

/// A time that may be absent, as it was stored.
pub(crate) fn time(seconds: Option<i64>) -> Option<Time> {
    seconds.map(Time::from_seconds)
}

/// A time that may be absent, as it is stored.
pub(crate) fn seconds(time: Option<Time>) -> Option<i64> {
    time.map(Time::seconds)
}

/// Whether an insert made a row: `false` when the key is taken.
///
/// Every database but SQLite then refuses further statements in that transaction, so such an insert
/// is the last statement of its job or the job ends here.
pub(crate) fn inserted(result: diesel::QueryResult<usize>) -> Result<bool> {
    counted(result).map(|count| count.is_some())
}

/// How many rows an insert made: `None` when the key is taken, as of [`inserted`].
pub(crate) fn counted(result: diesel::QueryResult<usize>) -> Result<Option<usize>> {
    use diesel::result::{DatabaseErrorKind, Error};
    match result {
        Ok(count) => Ok(Some(count)),
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
