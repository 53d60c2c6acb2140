//! The forms in which what users are searched by is compared and ordered.

use crate::precis::{nfc, widths};
use crate::user::User;
use crate::username::email_key;

/// The longest key, in characters. What is longer is compared by its beginning.
const LONGEST: usize = 255;

/// What a user is found by besides id and username.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SearchKeys {
    /// Of their email address, verified or not.
    pub email: Option<String>,
    /// Of their phone number.
    pub phone_number: Option<String>,
    /// Of their name.
    pub name: Option<String>,
}

impl SearchKeys {
    /// Those of a user.
    #[must_use]
    pub fn of(user: &User) -> Self {
        let claims = &user.claims;
        let given = [claims.given_name.as_deref(), claims.family_name.as_deref()];
        let parts: Vec<_> = given.into_iter().flatten().collect();
        let name = claims.name.clone().unwrap_or_else(|| parts.join(" "));
        let some = |key: String| (!key.is_empty()).then_some(key);
        Self {
            email: claims.email.as_deref().map(email).and_then(some),
            phone_number: claims.phone_number.as_deref().map(phone_number).and_then(some),
            name: some(self::name(&name)),
        }
    }
}

/// Of an email address: as it signs in, or of one that could not, in lower case.
#[must_use]
pub fn email(address: &str) -> String {
    shortened(&email_key(address).unwrap_or_else(|| folded(address.trim())))
}

/// Of a phone number: without what only makes it easier to read (RFC 3966 5.1.1).
#[must_use]
pub fn phone_number(number: &str) -> String {
    let separators = |c: char| c.is_whitespace() || ['-', '.', '(', ')', '/'].contains(&c);
    shortened(&folded(number).replace(separators, ""))
}

/// Of a name, or of how one begins: without regard to case, to forms of one letter, and to how much space there is.
#[must_use]
pub fn name(name: &str) -> String {
    shortened(&folded(name).split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Of how a username begins, in the form in which usernames are compared.
#[must_use]
pub fn username_prefix(prefix: &str) -> String {
    shortened(&folded(prefix.trim_start()))
}

fn folded(text: &str) -> String {
    nfc(&widths(text).to_lowercase())
}

/// Without what nobody types, and no database takes in a text: PostgreSQL refuses U+0000.
fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_one_has_one_key() {
        for (one, other) in [
            (email("Ada@Example.COM"), email("ada@example.com")),
            (email("J\u{f6}rg@example.com"), email("jo\u{308}rg@EXAMPLE.com")),
            (email(" nowhere "), email("NOWHERE")),
            (name("Ada\0 Love\u{7}lace"), name("Ada Lovelace")),
            (phone_number("+43 (1) 234-56.78"), phone_number("+4312345678")),
            (name("  Ada   LOVELACE "), name("ada lovelace")),
            (name("J\u{f6}rg"), name("JO\u{308}RG")),
            (name("\u{ff21}da"), name("ada")),
            (username_prefix("JO\u{308}"), username_prefix("j\u{f6}")),
        ] {
            assert_eq!(one, other);
        }
        assert_ne!(email("ada@example.com"), email("eve@example.com"));
        assert_ne!(name("jorg"), name("j\u{f6}rg"));
        assert_eq!(name(&"x".repeat(999)).len(), LONGEST);
        assert_eq!(username_prefix("ada "), "ada ", "the space belongs to it");
    }
}
