//! Conversions between the types of the protocol and those of columns.

use credenza_protocol::scope::Scope;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Result, StoreError};

/// Writes a structured value.
pub(crate) fn to_json(value: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string(value)?)
}

/// Reads a structured value.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    Ok(serde_json::from_str(text)?)
}

/// Reads a hash.
pub(crate) fn hash(bytes: &[u8]) -> Result<SecretHash> {
    SecretHash::from_slice(bytes).ok_or_else(|| StoreError::new("a stored hash has the wrong length"))
}

/// Reads a scope.
pub(crate) fn scope(text: &str) -> Scope {
    Scope::stored(text)
}

/// Reads a time that may be absent.
pub(crate) fn time(seconds: Option<i64>) -> Option<Time> {
    seconds.map(Time::from_seconds)
}

/// Writes a time that may be absent.
pub(crate) fn seconds(time: Option<Time>) -> Option<i64> {
    time.map(Time::seconds)
}

/// Those of these rows of a table that can be read. One that cannot, since a later version wrote it or it is damaged,
/// must not fail the whole list: it is left out, with a warning.
pub(crate) fn readable<R, T>(
    table: &'static str,
    rows: Vec<R>,
    mut read: impl FnMut(R) -> Result<T>,
) -> impl Iterator<Item = T> {
    rows.into_iter().filter_map(move |row| {
        read(row).inspect_err(|error| tracing::warn!(table, %error, "a row was left out of a list")).ok()
    })
}

/// Whether an insert added a row: `false` if the key is taken.
///
/// Every database but SQLite then refuses further statements in that transaction, so such an insert
/// is the last statement of its job or the job ends here.
pub(crate) fn inserted(result: diesel::QueryResult<usize>) -> Result<bool> {
    counted(result).map(|count| count.is_some())
}

/// How many rows an insert added: `None` if the key is taken, see [`inserted`].
pub(crate) fn counted(result: diesel::QueryResult<usize>) -> Result<Option<usize>> {
    use diesel::result::{DatabaseErrorKind, Error};
    match result {
        Ok(count) => Ok(Some(count)),
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
