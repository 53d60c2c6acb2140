//! A password in the clear, between where it was typed and where it is hashed.

use std::fmt;

use credenza_protocol::password::opaque_string;
use zeroize::Zeroizing;

/// Fewer characters than this are easily guessed (ASVS 6.2.1).
pub const SHORT: usize = 8;

/// A password in the clear. It prints as its type name, and its memory is cleared when it is dropped.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// The password itself, for hashing it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The form in which it is hashed (RFC 8265 4.2), or the password as it is where it has none: such a password cannot
    /// be set.
    pub(super) fn in_form(&self) -> Zeroizing<String> {
        opaque_string(&self.0).unwrap_or_else(|_| self.0.clone())
    }

    /// Whether it has fewer than [`SHORT`] characters. Such a password is accepted: the operator decides.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.0.chars().count() < SHORT
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for Password {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

#[cfg(test)]
mod tests {
    use super::Password;

    #[test]
    fn it_does_not_print_and_knows_when_it_is_short() {
        let password = Password::from("a secret");
        assert_eq!(format!("{password:?}"), "Password");
        assert!(!password.is_short());
        // Characters, not bytes.
        assert!(Password::from("ünf ünf").is_short());
    }
}
