//! What a password must be that a person chooses for themselves (NIST SP 800-63B-4 3.1.1.2): long enough, nothing that
//! everybody who knows the person knows, and not among the first that somebody would try. There are no rules on its
//! composition.

use credenza_protocol::email::EmailAddress;
use credenza_protocol::password::{InvalidPassword, opaque_string};
use credenza_protocol::tenant::TenantSettings;
use credenza_protocol::username::{email_key, is_named};

/// What a tenant asks of new passwords.
#[derive(Clone, Copy, Debug)]
pub struct NewPasswordPolicy {
    /// The least number of characters.
    pub least_length: usize,
    /// The least score of zxcvbn, from 0 to 4.
    pub least_score: u8,
}

/// Whose password it is to be.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// Their username.
    pub username: &'a str,
    /// Their email address.
    pub email: Option<&'a str>,
    /// The name under which they know the provider.
    pub brand: &'a str,
}

/// What is wrong with a new password.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Unfit {
    /// It is too short.
    #[error("the password is too short")]
    Short,
    /// It is longer than any password.
    #[error("the password is too long")]
    Long,
    /// It has characters that cannot be typed everywhere.
    #[error("the password holds control characters")]
    Control,
    /// It is the name or the address of the person.
    #[error("the password is the username or the email address")]
    Own,
    /// It is among the first that somebody would try.
    #[error("the password is easy to guess")]
    Guessable,
    /// It is known from a breach.
    #[error("the password is known from a breach")]
    Breached,
}

impl NewPasswordPolicy {
    /// That of a tenant.
    #[must_use]
    pub fn of(settings: &TenantSettings) -> Self {
        let least_length = usize::try_from(settings.password_least_length).unwrap_or(usize::MAX);
        Self { least_length, least_score: settings.password_least_score }
    }

    /// Whether the password will do. How hard it is to guess is estimated last, which takes some milliseconds: where that
    /// matters, call this on a thread that may wait.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn check(self, password: &str, owner: Owner<'_>) -> Result<(), Unfit> {
        let password = opaque_string(password).map_err(|invalid| match invalid {
            InvalidPassword::Empty => Unfit::Short,
            InvalidPassword::Long => Unfit::Long,
            InvalidPassword::Control => Unfit::Control,
        })?;
        if password.chars().count() < self.least_length {
            return Err(Unfit::Short);
        }
        if owner.is_named(&password) {
            return Err(Unfit::Own);
        }
        let is_hard = self.least_score == 0 || owner.score(&password) >= self.least_score;
        if is_hard { Ok(()) } else { Err(Unfit::Guessable) }
    }
}

impl Owner<'_> {
    fn is_named(self, password: &str) -> bool {
        let address = email_key(password);
        is_named(password, self.username) || address.is_some() && address == self.email.and_then(email_key)
    }

    /// How hard it is to guess for whoever knows the person.
    fn score(self, password: &str) -> u8 {
        let address = self.email.and_then(|email| EmailAddress::parse(email).ok());
        let parts = address.as_ref().map(|address| (address.as_str(), address.domain()));
        let local = parts.and_then(|(text, _)| text.split_once('@')).map(|(local, _)| local);
        let mut known = vec![self.username, self.brand];
        known.extend(parts.map(|(text, _)| text));
        known.extend(parts.map(|(_, domain)| domain));
        known.extend(local);
        zxcvbn::zxcvbn(password, &known).score().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: Owner<'_> =
        Owner { username: "lovelace", email: Some("ada.byron@analytical.example"), brand: "Acme Workshops" };

    fn check(least_length: usize, least_score: u8, password: &str) -> Result<(), Unfit> {
        NewPasswordPolicy { least_length, least_score }.check(password, OWNER)
    }

    #[test]
    fn nist_800_63b_4_3_1_1_2_length_own_names_and_common_passwords() {
        for good in [
            "seven swans a-swimming",
            "correct horse battery staple",
            "\u{4e2d}\u{6587}\u{5bc6}\u{7801} mit Umlauten \u{e4}\u{f6}\u{fc}",
        ] {
            assert_eq!(check(15, 2, good), Ok(()), "{good}");
        }
        for (password, unfit) in [
            ("", Unfit::Short),
            ("fourteen chars", Unfit::Short),
            ("a\u{1}bcdefghijklmnop", Unfit::Control),
            ("ADA.BYRON@analytical.example", Unfit::Own),
            ("passwordpassword", Unfit::Guessable),
            ("aaaaaaaaaaaaaaaaaaaa", Unfit::Guessable),
            ("123456789012345678", Unfit::Guessable),
            ("qwertyuiopasdfghjkl", Unfit::Guessable),
            ("lovelacelovelace", Unfit::Guessable),
            ("analytical.example", Unfit::Guessable),
            ("ada.byronada.byron", Unfit::Guessable),
            ("acme workshops!1", Unfit::Guessable),
        ] {
            assert_eq!(check(15, 2, password), Err(unfit), "{password}");
        }
        assert_eq!(check(15, 2, &"x".repeat(2000)), Err(Unfit::Long));
        assert_eq!(check(8, 0, "lovelace"), Err(Unfit::Own), "whatever the score");
    }

    #[test]
    fn a_tenant_asks_for_more_or_less() {
        assert_eq!(check(8, 0, "password"), Ok(()));
        assert_eq!(check(8, 1, "password"), Err(Unfit::Guessable));
        assert_eq!(check(1, 0, "x"), Ok(()));
        assert_eq!(check(15, 4, "seven swans a-swimming"), Ok(()));
        assert_eq!(check(30, 2, "seven swans a-swimming"), Err(Unfit::Short));
    }
}
