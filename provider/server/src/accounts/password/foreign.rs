//! Hashes that another provider made, for people who move here from there: read, bounded in cost, and checked until the
//! password is known once and hashed anew by argon2id.
//!
//! | file | hashes |
//! |---|---|
//! | `bcrypt` | `$2a$`, `$2b$`, `$2x$`, `$2y$`, and Django's |
//! | `scrypt` | PHC strings, and Django's |
//! | `firebase` | scrypt as Firebase has changed it |
//! | `pbkdf2` | PHC strings, passlib's, Django's; what Keycloak exports is brought to that form by `document` |
//! | `sha_crypt` | `$5$`, `$6$` |
//! | `phpass` | `$P$`, `$H$` |
//! | `salted` | `{SSHA}`, `{SSHA256}`, `{SSHA512}` of LDAP |
//!
//! Hashes by argon2 are checked where our own are. What would cost more than a few seconds or 128 MiB to check is refused
//! both where it comes in and where it is checked, so that no stored hash can hold up those who wait behind it.

mod bcrypt;
mod document;
mod encoding;
mod firebase;
mod pbkdf2;
mod phpass;
mod salted;
mod scrypt;
mod sha_crypt;

#[cfg(test)]
mod tests;

pub use document::text_of;

/// The kinds that are known, for people.
pub const KNOWN: &str = "argon2i and argon2id, bcrypt, scrypt (Firebase's too), PBKDF2 (Django's and Keycloak's too), \
                         SHA-crypt ($5$, $6$), phpass ($P$, $H$), and {SSHA}, {SSHA256}, {SSHA512}";
/// A longer password, in bytes, is that of no foreign hash: what some of them cost grows with it.
const LONGEST: usize = 512;

/// Why a hash cannot be taken over.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Unusable {
    /// Nobody here knows how it was made.
    #[error("is of a kind that is not known here: known are {KNOWN}")]
    Unknown,
    /// It is cut off or damaged.
    #[error("is not a complete hash by {0}")]
    Malformed(&'static str),
    /// It would take too long, or too much memory, to check it.
    #[error("costs too much to check: the parameters of {0} are out of bounds")]
    Costly(&'static str),
}

/// A hash that can be checked.
pub(super) enum Foreign {
    Bcrypt(bcrypt::Bcrypt),
    Scrypt(scrypt::Scrypt),
    Firebase(firebase::Firebase),
    Pbkdf2(pbkdf2::Pbkdf2),
    ShaCrypt(sha_crypt::ShaCrypt),
    Phpass(phpass::Phpass),
    Salted(salted::Salted),
}

impl Foreign {
    /// Reads a hash; its beginning tells the kind.
    pub(super) fn read(text: &str) -> Result<Self, Unusable> {
        // LDAP servers mark the hashes of crypt(3).
        let text = text.strip_prefix("{CRYPT}").unwrap_or(text);
        if text.starts_with('{') {
            return salted::Salted::read(text).map(Self::Salted);
        }
        let (kind, rest) = match text.strip_prefix('$') {
            Some(text) => text.split_once('$').ok_or(Unusable::Unknown)?,
            None => return Self::of_django(text),
        };
        match kind {
            "2a" | "2b" | "2x" | "2y" => bcrypt::Bcrypt::read(text).map(Self::Bcrypt),
            "scrypt" => scrypt::Scrypt::read(rest).map(Self::Scrypt),
            "firebase-scrypt" => firebase::Firebase::read(rest).map(Self::Firebase),
            "5" | "6" => sha_crypt::ShaCrypt::read(text).map(Self::ShaCrypt),
            "P" | "H" => phpass::Phpass::read(rest).map(Self::Phpass),
            kind => pbkdf2::Pbkdf2::read(kind, rest).map(Self::Pbkdf2),
        }
    }

    fn of_django(text: &str) -> Result<Self, Unusable> {
        let (kind, rest) = text.split_once('$').ok_or(Unusable::Unknown)?;
        match kind {
            "bcrypt" => bcrypt::Bcrypt::read(rest).map(Self::Bcrypt),
            "bcrypt_sha256" => bcrypt::Bcrypt::of_digest(rest).map(Self::Bcrypt),
            "scrypt" => scrypt::Scrypt::of_django(rest).map(Self::Scrypt),
            kind => pbkdf2::Pbkdf2::of_django(kind, rest).map(Self::Pbkdf2),
        }
    }

    /// Whether it is the hash of that password.
    pub(super) fn matches(&self, password: &[u8]) -> bool {
        if password.len() > LONGEST {
            return false;
        }
        match self {
            Self::Bcrypt(hash) => hash.matches(password),
            Self::Scrypt(hash) => hash.matches(password),
            Self::Firebase(hash) => hash.matches(password),
            Self::Pbkdf2(hash) => hash.matches(password),
            Self::ShaCrypt(hash) => hash.matches(password),
            Self::Phpass(hash) => hash.matches(password),
            Self::Salted(hash) => hash.matches(password),
        }
    }
}
