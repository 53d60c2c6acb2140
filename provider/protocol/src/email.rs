//! E-mail addresses (RFC 5321 4.1.2, RFC 6531 3.3): the one parser for all that are typed, imported or registered.
//!
//! It is narrower than the grammar. What a mail server might accept, but a person cannot tell apart from another address
//! or a log cannot show, is refused: quoted local parts, address literals, invisible characters and those that reorder
//! text, and characters that look like a dot or an `@`.

use url::Host;

use crate::precis;
use crate::text::is_unseen;

/// The longest local part, in bytes (RFC 5321 4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;
/// The longest address, in bytes, with its domain as it is sent (RFC 5321 4.5.3.1.3, less the angle brackets).
const LONGEST: usize = 254;
/// What an atom may hold besides letters and digits (RFC 5322 3.2.3).
const SYMBOLS: &[u8] = b"!#$%&'*+-/=?^_`{|}~";
/// What looks like a dot, or stands for one where a domain is looked up (UTS 46).
const DOTS: [char; 5] = ['\u{3002}', '\u{ff0e}', '\u{ff61}', '\u{fe52}', '\u{2024}'];
/// What looks like an `@`.
const AT_SIGNS: [char; 2] = ['\u{ff20}', '\u{fe6b}'];
/// An address that can be written to: a local part, one `@`, and a domain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EmailAddress {
    text: String,
    /// The domain as it is looked up.
    domain: String,
}

/// Why a text is not an address.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("is not an email address: {0}")]
pub struct InvalidEmail(&'static str);

impl EmailAddress {
    /// Reads an address, which stays as it was typed: the local part belongs to its server, which may tell capital
    /// letters from small ones.
    ///
    /// # Errors
    /// [`InvalidEmail`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        if let Some(why) = text.chars().find_map(misleading) {
            return Err(InvalidEmail(why));
        }
        if text.contains('"') {
            return Err(InvalidEmail("a quoted part before the @ is not accepted"));
        }
        let (local, domain) = text.split_once('@').ok_or(InvalidEmail("it has no @"))?;
        if domain.contains('@') {
            return Err(InvalidEmail("it has more than one @"));
        }
        check_local(local)?;
        let sent = ascii_domain(domain)?;
        if text.len() > LONGEST || local.len() + 1 + sent.len() > LONGEST {
            return Err(InvalidEmail("it has more than 254 bytes"));
        }
        Ok(Self { text: text.to_owned(), domain: sent })
    }

    /// The address as it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands after the @, as it is sent and compared: in ASCII and lower case.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// What two spellings of one mailbox have in common: the local part without regard to case and form, and the domain
    /// as it is looked up. A server may tell capital letters apart before the `@`; none that people use does. `None` where
    /// a character would become another one of ASCII, such as the Kelvin sign: whoever has such an address must not pass
    /// for the owner of the plain one.
    #[must_use]
    pub fn key(&self) -> Option<String> {
        let local = self.text.rsplit_once('@').map_or(self.text.as_str(), |(local, _)| local);
        let folded = |text: &str| precis::nfc(&text.to_lowercase());
        let becomes_ascii = |character: char| {
            let mut buffer = [0; 4];
            !character.is_ascii() && folded(character.encode_utf8(&mut buffer)).is_ascii()
        };
        (!local.chars().any(becomes_ascii)).then(|| format!("{}@{}", folded(local), self.domain))
    }
}

fn misleading(character: char) -> Option<&'static str> {
    if character.is_control() {
        Some("it has a control character")
    } else if character.is_whitespace() {
        Some("it has a space")
    } else if DOTS.contains(&character) {
        Some("it has a character that looks like a dot")
    } else if AT_SIGNS.contains(&character) {
        Some("it has a character that looks like an @")
    } else if is_unseen(character) {
        Some("it has a character that cannot be seen")
    } else {
        None
    }
}

/// A dot-atom (RFC 5322 3.2.3), of any script (RFC 6531 3.3).
fn check_local(local: &str) -> Result<(), InvalidEmail> {
    let is_atom = |character: char| match u8::try_from(character) {
        Ok(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric() || SYMBOLS.contains(&byte),
        _ => true,
    };
    if local.is_empty() {
        Err(InvalidEmail("nothing stands before the @"))
    } else if local.len() > LONGEST_LOCAL {
        Err(InvalidEmail("more than 64 bytes stand before the @"))
    } else if local.split('.').any(str::is_empty) {
        Err(InvalidEmail("a dot before the @ stands alone, at the beginning or at the end"))
    } else if !local.chars().all(|character| character == '.' || is_atom(character)) {
        Err(InvalidEmail("a character before the @ is not allowed there"))
    } else {
        Ok(())
    }
}

/// The domain as it is looked up: labels of ASCII letters, digits and hyphens (RFC 5321 4.1.2), into which labels of
/// other scripts are converted (RFC 5891).
fn ascii_domain(domain: &str) -> Result<String, InvalidEmail> {
    const NO_NAME: InvalidEmail = InvalidEmail("what stands after the @ is not the name of a host");
    if domain.starts_with('[') {
        return Err(InvalidEmail("an address of a host in brackets is not accepted"));
    }
    // The parser of hosts would decode a percent sign, and take other characters for nothing.
    let is_part = |character: char| character.is_ascii_alphanumeric() || "-.".contains(character);
    if !domain.chars().all(|character| !character.is_ascii() || is_part(character)) {
        return Err(NO_NAME);
    }
    let Ok(Host::Domain(sent)) = Host::parse(domain) else { return Err(NO_NAME) };
    if sent.split('.').all(is_label) { Ok(sent) } else { Err(NO_NAME) }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc5321_4_1_2_addresses() {
        let long_local = format!("{}@b.example", "x".repeat(64));
        let long =
            format!("{}@{}.{}.{}.{}", "x".repeat(64), "a".repeat(63), "b".repeat(63), "c".repeat(49), "de");
        assert_eq!(long.len(), 64 + 1 + 63 + 1 + 63 + 1 + 49 + 1 + 2);
        for text in [
            "a@b.c",
            "Ada.Lovelace+notes@Example.com",
            "!#$%&'*+-/=?^_`{|}~@example.com",
            "root@localhost",
            "a@xn--bcher-kva.example",
            "a@1and1.example",
            "jörg@bücher.example",
            "用户@例子.测试",
            "अजय@डाटा.भारत",
            &long_local,
            &long,
        ] {
            assert_eq!(EmailAddress::parse(text).map(|address| address.text), Ok(text.to_owned()));
        }
    }

    #[test]
    fn a129_spellings_of_one_mailbox_and_of_others() {
        let key = |text: &str| EmailAddress::parse(text).unwrap().key();
        for same in ["Ada@Example.COM", "ADA@example.com", "ada@EXAMPLE.com"] {
            assert_eq!(key(same).as_deref(), Some("ada@example.com"));
        }
        let spelt = ["jo\u{308}rg@B\u{dc}CHER.example", "J\u{d6}RG@xn--bcher-kva.example"].map(key);
        assert!(spelt[0].is_some() && spelt[0] == spelt[1]);
        assert_eq!(key("\u{212a}evin@example.com"), None);
        let mike = key("mike@example.org");
        for other in
            ["m\u{131}ke@example.org", "m\u{130}ke@example.org", "mike+x@example.org", "m.ike@example.org"]
        {
            assert_ne!(key(other), mike, "{other}");
        }
    }

    #[test]
    fn what_is_no_address_or_misleads() {
        let cases = [
            ("", "no @"),
            ("nobody", "no @"),
            ("a@b@c.example", "more than one"),
            ("@b.example", "nothing"),
            (".a@b.example", "dot"),
            ("a.@b.example", "dot"),
            ("a..b@b.example", "dot"),
            ("\"a b\"@b.example", "space"),
            ("\"a\"@b.example", "quoted"),
            ("a b@c.example", "space"),
            ("a\u{a0}b@c.example", "space"),
            ("a@b.example ", "space"),
            ("a,b@c.example", "not allowed"),
            ("<a@b.example>", "not allowed"),
            ("a(b)@c.example", "not allowed"),
            ("a\u{0}@b.example", "control"),
            ("a@b.example\r\nBcc: x@y.z", "control"),
            ("a\u{85}@b.example", "control"),
            ("a@b\u{3002}example", "like a dot"),
            ("a@b\u{ff0e}example", "like a dot"),
            ("a@b\u{ff61}example", "like a dot"),
            ("a\u{ff20}b.example", "like an @"),
            ("a\u{202e}@b.example", "cannot be seen"),
            ("a@b\u{2067}.example", "cannot be seen"),
            ("a\u{200d}@b.example", "cannot be seen"),
            ("a@\u{ad}b.example", "cannot be seen"),
            ("a\u{feff}@b.example", "cannot be seen"),
            ("a@", "name of a host"),
            ("a@b..example", "name of a host"),
            ("a@b.example.", "name of a host"),
            ("a@.example", "name of a host"),
            ("a@-b.example", "name of a host"),
            ("a@b-.example", "name of a host"),
            ("a@b_c.example", "name of a host"),
            ("a@ex%61mple.com", "name of a host"),
            ("a@b:25", "name of a host"),
            ("a@127.0.0.1", "name of a host"),
            ("a@2130706433", "name of a host"),
            ("a@[127.0.0.1]", "brackets"),
        ];
        for (text, why) in cases {
            let invalid = EmailAddress::parse(text).unwrap_err().to_string();
            assert!(invalid.contains(why), "{text:?}: {invalid}");
        }
        let long = [
            (format!("{}@b.example", "x".repeat(65)), "64"),
            (format!("{}@b.example", "ü".repeat(33)), "64"),
            (format!("a@{}.example", "b".repeat(64)), "name of a host"),
            (
                format!("a@{}", ["b".repeat(63), "c".repeat(63), "d".repeat(63), "e".repeat(61)].join(".")),
                "254",
            ),
        ];
        for (text, why) in long {
            let invalid = EmailAddress::parse(&text).unwrap_err().to_string();
            assert!(invalid.contains(why), "{text:?}: {invalid}");
        }
    }
}
