//! The access token of a request (RFC 6750 section 2.1, RFC 9449 section 7.1, RFC 9110 section 11.6.2).

use crate::{Request, Rule};

/// How a token is presented.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Scheme {
    Bearer,
    Dpop,
}

/// A token as it is presented.
#[derive(Debug)]
pub(super) struct Credentials<'a> {
    pub(super) scheme: Scheme,
    pub(super) token: &'a str,
}

impl<'a> Credentials<'a> {
    /// Reads the single `Authorization` field. Credentials of another scheme count as none.
    pub(super) fn read(request: &Request<'a>) -> Result<Self, Rule> {
        let field = match request.authorization {
            [field] => field.trim_matches([' ', '\t']),
            fields if fields.iter().all(|field| is_blank(field)) => return Err(Rule::TokenMissing),
            _ => return Err(Rule::CredentialsMany),
        };
        let (scheme, token) = field.split_once(' ').unwrap_or((field, ""));
        let scheme = if scheme.eq_ignore_ascii_case("Bearer") {
            Scheme::Bearer
        } else if scheme.eq_ignore_ascii_case("DPoP") {
            Scheme::Dpop
        } else {
            return Err(Rule::TokenMissing);
        };
        Self::presented(scheme, token.trim_start_matches(' '))
    }

    /// A bearer token that the host has taken out of its field.
    pub(super) fn bearer(token: &'a str) -> Result<Self, Rule> {
        check_bare(token)?;
        Self::presented(Scheme::Bearer, token)
    }

    fn presented(scheme: Scheme, token: &'a str) -> Result<Self, Rule> {
        if is_token68(token) { Ok(Self { scheme, token }) } else { Err(Rule::CredentialsMany) }
    }
}

/// A token that the host has taken out of its field, or out of another message: an empty one is none. What is around it
/// is not taken off: whoever cuts wrongly shall notice.
pub(super) fn check_bare(token: &str) -> Result<(), Rule> {
    if is_blank(token) { Err(Rule::TokenMissing) } else { Ok(()) }
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace())
}

/// RFC 6750 section 2.1 `b64token`.
fn is_token68(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    // No early exit, so that the compiler can vectorise this: tokens are long, and nearly all are well-formed.
    let foreign = body.bytes().fold(false, |foreign, byte| {
        foreign
            | !matches!(byte,
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
    });
    !body.is_empty() && !foreign
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'a>(fields: &'a [&'a str]) -> Result<(Scheme, &'a str), Rule> {
        Credentials::read(&Request::bearer(fields)).map(|it| (it.scheme, it.token))
    }

    #[test]
    fn rfc9110_11_1_schemes_are_case_insensitive() {
        for field in ["Bearer a.b.c", "bearer a.b.c", "BEARER   a.b.c", " Bearer a.b.c "] {
            assert_eq!(read(&[field]), Ok((Scheme::Bearer, "a.b.c")), "{field:?}");
        }
        assert_eq!(read(&["dpop a=="]), Ok((Scheme::Dpop, "a==")));
    }

    #[test]
    fn rfc6750_2_1_a_bare_token_is_nothing_but_the_token() {
        assert_eq!(Credentials::bearer("a.b.c").map(|it| it.token), Ok("a.b.c"));
        for token in ["", " ", "\t\r\n"] {
            assert_eq!(Credentials::bearer(token).map(|it| it.token), Err(Rule::TokenMissing), "{token:?}");
        }
        for token in [" a.b.c", "a.b.c ", "Bearer a.b.c", "a\0", "é", "=", "a.b.c\n", "\u{a0}"] {
            assert_eq!(
                Credentials::bearer(token).map(|it| it.token),
                Err(Rule::CredentialsMany),
                "{token:?}"
            );
        }
    }

    #[test]
    fn rfc6750_3_1_none_is_told_from_malformed() {
        for fields in [&[][..], &["Basic YTpi"], &[""], &["", " "], &["Bearerx y"]] {
            assert_eq!(read(fields), Err(Rule::TokenMissing), "{fields:?}");
        }
        for fields in [
            &["Bearer"][..],
            &["Bearer "],
            &["Bearer a b"],
            &["Bearer a,b"],
            &["Bearer =="],
            &["Bearer a", "Bearer a"],
            &["Bearer a\tb"],
            &["Bearer é"],
            &["Bearer Bearer a"],
        ] {
            assert_eq!(read(fields), Err(Rule::CredentialsMany), "{fields:?}");
        }
        assert_eq!(Credentials::bearer("a.b.c").map(|it| it.token), Ok("a.b.c"));
        for token in [" a.b.c", "a.b.c ", "a.b.c\t", "Bearer a.b.c"] {
            assert_eq!(
                Credentials::bearer(token).map(|it| it.token),
                Err(Rule::CredentialsMany),
                "{token:?}"
            );
        }
    }
}
