//! `WWW-Authenticate` challenges (RFC 6750 section 3, RFC 7617 section 2, RFC 9110 section 11.6.1, RFC 9449 section
//! 7.1, RFC 9470 section 3, RFC 9728 section 5.1).

use std::fmt;

/// A challenge under construction; its text is the value of the header.
///
/// Parameters appear in the order in which they are given. No text can break out of its quotes or of the line.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Challenge {
    text: String,
    has_parameters: bool,
}

impl Challenge {
    /// `Bearer`. On a request without credentials it carries no error (RFC 6750 section 3.1).
    pub fn bearer() -> Self {
        Self { text: "Bearer".to_owned(), has_parameters: false }
    }

    /// `Basic realm="…"`: the scheme requires a realm.
    pub fn basic(realm: &str) -> Self {
        Self { text: "Basic".to_owned(), has_parameters: false }.realm(realm)
    }

    /// `DPoP` (RFC 9449 section 7.1).
    pub fn dpop() -> Self {
        Self { text: "DPoP".to_owned(), has_parameters: false }
    }

    /// What is protected. Quotes and backslashes are escaped (RFC 9110 section 5.6.4).
    pub fn realm(self, realm: &str) -> Self {
        self.parameter("realm", realm, escaped)
    }

    /// The error code, such as `invalid_token`.
    pub fn error(self, code: &str) -> Self {
        self.parameter("error", code, plain)
    }

    /// An explanation for developers, never shown to people.
    pub fn error_description(self, description: &str) -> Self {
        self.parameter("error_description", description, plain)
    }

    /// The scopes that access needs, separated by spaces.
    pub fn scope(self, scope: &str) -> Self {
        self.parameter("scope", scope, plain)
    }

    /// The authentication contexts, one of which is needed (RFC 9470 section 3), separated by spaces.
    pub fn acr_values(self, acr_values: &str) -> Self {
        self.parameter("acr_values", acr_values, plain)
    }

    /// How many seconds ago the user may have signed in (RFC 9470 section 3).
    pub fn max_age(self, seconds: i64) -> Self {
        self.parameter("max_age", &seconds.to_string(), plain)
    }

    /// The algorithms of proofs (RFC 9449 section 7.1), separated by spaces.
    pub fn algs(self, algs: &str) -> Self {
        self.parameter("algs", algs, plain)
    }

    /// The URL of the protected resource's metadata (RFC 9728 section 5.1).
    pub fn resource_metadata(self, url: &str) -> Self {
        self.parameter("resource_metadata", url, escaped)
    }

    fn parameter(mut self, name: &str, value: &str, write: fn(&mut String, char)) -> Self {
        self.text.push_str(if self.has_parameters { ", " } else { " " });
        self.has_parameters = true;
        self.text.push_str(name);
        self.text.push_str("=\"");
        value.chars().for_each(|c| write(&mut self.text, c));
        self.text.push('"');
        self
    }
}

/// Visible ASCII and space as they are, quotes and backslashes escaped, `?` for everything else.
fn escaped(text: &mut String, c: char) {
    match c {
        '"' | '\\' => text.extend(['\\', c]),
        ' '..='~' => text.push(c),
        _ => text.push('?'),
    }
}

/// RFC 6750 section 3 has no escapes: quotes and backslashes may not occur, and become `?` too.
fn plain(text: &mut String, c: char) {
    text.push(if matches!(c, ' '..='~') && !matches!(c, '"' | '\\') { c } else { '?' });
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6750_3_examples() {
        assert_eq!(Challenge::bearer().to_string(), "Bearer");
        assert_eq!(Challenge::bearer().realm("example").to_string(), r#"Bearer realm="example""#);
        let expired = Challenge::bearer().realm("example").error("invalid_token");
        assert_eq!(
            expired.error_description("The access token expired").to_string(),
            r#"Bearer realm="example", error="invalid_token", error_description="The access token expired""#
        );
    }

    #[test]
    fn scope_is_written_as_given() {
        let challenge = Challenge::bearer().error("insufficient_scope").scope("openid read:all");
        assert_eq!(challenge.to_string(), r#"Bearer error="insufficient_scope", scope="openid read:all""#);
    }

    #[test]
    fn basic_names_its_realm() {
        assert_eq!(Challenge::basic("token").to_string(), r#"Basic realm="token""#);
    }

    #[test]
    fn no_text_leaves_its_quotes() {
        let hostile = "a\"b\\c\r\nX: y\u{e9}\0";
        assert_eq!(Challenge::bearer().realm(hostile).to_string(), r#"Bearer realm="a\"b\\c??X: y??""#);
        assert_eq!(Challenge::bearer().error(hostile).to_string(), r#"Bearer error="a?b?c??X: y??""#);
    }
}
