//! The one error of the store.

use std::sync::Arc;

/// The store failed: the answer is unknown. The response is a 503, never a verdict; but for what it cannot be asked for.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// It failed for this reason.
    #[error("storage: {0}")]
    Failed(Arc<str>),
    /// There is no room for what was to be written, and nothing of it was.
    #[error("storage: the disk is full: {0}")]
    Full(Arc<str>),
    /// What was asked for holds U+0000, which this database takes in no text. There is nothing of that name in it, and
    /// nothing was stored.
    #[error("storage: what was asked for holds U+0000")]
    Nul,
}

/// What every method returns.
pub type Result<T> = std::result::Result<T, StoreError>;

/// How databases say that their disk is full: SQLite, PostgreSQL (`disk_full`), MariaDB (1021 and 1114).
const FULL: [&str; 4] =
    ["database or disk is full", "No space left on device", "Disk full", "The table is full"];

/// How PostgreSQL ends what it says of a text that holds U+0000, in whichever language.
const NUL: &str = ": 0x00";

/// How SQLite says that another process holds the file.
pub(crate) const LOCKED: &str = "database is locked";

impl StoreError {
    /// What an operator can do about it, as a part of a sentence.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Failed(reason) if reason.contains(LOCKED) => {
                "another process is writing to the database file: wait for it or stop it, then try again"
            }
            Self::Failed(_) => {
                "nothing is known about what was asked for: see that the database is up and reachable \
                 (`credenza check-config --database`), then try again"
            }
            Self::Nul => "leave out the character U+0000",
            Self::Full(_) => "make room on the disk of the database, then try again: nothing was changed",
        }
    }

    /// A failure with its reason, for the log.
    pub(crate) fn new(reason: impl std::fmt::Display) -> Self {
        Self::Failed(reason.to_string().into())
    }
}

impl From<diesel::result::Error> for StoreError {
    fn from(error: diesel::result::Error) -> Self {
        let reason: Arc<str> = error.to_string().into();
        let says = |text: &&str| reason.contains(*text);
        let is_full =
            FULL.iter().any(says) || reason.starts_with("The table '") && reason.ends_with("' is full");
        match is_full {
            true => Self::Full(reason),
            false if reason.ends_with(NUL) => Self::Nul,
            false => Self::Failed(reason),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::new(format_args!("JSON in a column: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use diesel::result::{DatabaseErrorKind, Error};

    use super::*;

    #[test]
    fn a_full_disk_is_told_apart() {
        for (reason, full) in [
            ("database or disk is full", true),
            ("could not extend file \"base/5/16417\": No space left on device", true),
            ("The table 'grants' is full", true),
            ("disk I/O error", false),
            ("cannot execute UPDATE in a read-only transaction", false),
        ] {
            let error = Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(reason.to_owned()));
            assert_eq!(matches!(StoreError::from(error), StoreError::Full(_)), full, "{reason}");
        }
    }

    #[test]
    fn a_text_that_cannot_be_asked_for_is_told_apart() {
        for (reason, nul) in [
            ("invalid byte sequence for encoding \"UTF8\": 0x00", true),
            ("ung\u{fc}ltige Byte-Sequenz f\u{fc}r Kodierung \u{bb}UTF8\u{ab}: 0x00", true),
            ("invalid byte sequence for encoding \"UTF8\": 0xff", false),
        ] {
            let error = Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(reason.to_owned()));
            assert_eq!(matches!(StoreError::from(error), StoreError::Nul), nul, "{reason}");
        }
    }
}
