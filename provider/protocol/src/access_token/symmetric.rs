//! Access tokens that are signed with a secret shared with one resource (RFC 7518 3.2), for services that cannot read
//! public keys.
//!
//! Whoever checks such a token can make one. So the secret is good for the tokens of its resource alone, and for nothing
//! that the provider itself goes by: not for one that names another audience as well, and not for one whose `jti` could be
//! that of a token signed otherwise.

use credenza_validator::Unverified;
use credenza_validator::algorithm::Algorithm;

use super::{AccessTokenClaims, parse};
use crate::ids::KeyId;
use crate::time::{Seconds, Time};

/// The one algorithm.
pub const ALGORITHM: Algorithm = Algorithm::HS256;

/// What is said of a secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Terms {
    /// `kid` of what it signs.
    pub kid: KeyId,
    /// The resource that it is shared with.
    pub resource: String,
    /// When it begins to sign.
    pub active_at: Time,
    /// When it no longer signs, and what it signed is no longer accepted; without it, never.
    pub expires_at: Option<Time>,
}

impl Terms {
    /// Whether what it signed is accepted.
    #[must_use]
    pub fn is_valid(&self, now: Time) -> bool {
        self.expires_at.is_none_or(|at| at > now)
    }

    /// Whether it may sign.
    #[must_use]
    pub fn is_active(&self, now: Time) -> bool {
        self.active_at <= now && self.is_valid(now)
    }

    /// The claims as this secret signs them: no token outlives the secret that it is checked with, and its `jti` begins
    /// with the secret's `kid`.
    #[must_use]
    pub fn bind(&self, claims: AccessTokenClaims) -> AccessTokenClaims {
        let exp = self.expires_at.map_or(claims.exp, |at| at.min(claims.exp));
        AccessTokenClaims { exp, jti: format!("{}{}", prefix(&self.kid), claims.jti), ..claims }
    }
}

/// The secret that signs a token for that audience: of the active ones of its only name, the one that became so last.
/// `None` where the audience has more names, such as the provider's own: then a key pair signs.
pub fn signer<'a>(all: impl Iterator<Item = &'a Terms>, audience: &[String], now: Time) -> Option<&'a Terms> {
    let [resource] = audience else { return None };
    all.filter(|terms| terms.resource == *resource && terms.is_active(now))
        .max_by_key(|terms| (terms.active_at, &terms.kid))
}

/// Whether a text claims to be a JWT that such a secret signed.
#[must_use]
pub fn is_claimed(token: &str) -> bool {
    Unverified::parse(token).is_ok_and(|token| token.header().alg == ALGORITHM)
}

/// Verifies such a token of this issuer by the secret that its `kid` names (RFC 9068 4): its audience is the resource of
/// that secret and nothing else, its `jti` is one of that secret's, and it does not live for longer than `longest`, since
/// its revocation is kept for as long.
pub fn verify<'a>(
    token: &str,
    secret: impl FnOnce(&str) -> Option<(&'a Terms, &'a [u8])>,
    issuer: &str,
    longest: Seconds,
    now: Time,
) -> Option<AccessTokenClaims> {
    let unverified = parse(token)?;
    let (terms, secret) = secret(unverified.header().kid.as_deref()?)?;
    let verified = unverified.verify_with_secret(secret, &[ALGORITHM]).ok()?;
    let claims: AccessTokenClaims = verified.claims().ok()?;
    let is_for_resource = claims.aud.as_slice() == std::slice::from_ref(&terms.resource);
    let is_own = claims.iss == issuer && claims.jti.starts_with(&prefix(&terms.kid));
    let lives = claims.exp > now && claims.exp <= now + longest && terms.is_valid(now);
    (is_for_resource && is_own && lives).then_some(claims)
}

/// No `jti` of a token that a key pair signs has a full stop.
fn prefix(kid: &KeyId) -> String {
    format!("{kid}.")
}

#[cfg(test)]
mod tests {
    use credenza_validator::{Audience, SigningKey};

    use super::*;
    use crate::ids::ClientId;
    use crate::scope::Scope;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
    const API: &str = "https://api.test/";
    const LONGEST: Seconds = Seconds(600);

    fn at(seconds: i64) -> Time {
        Time::from_seconds(1_000_000 + seconds)
    }

    fn terms(kid: &str, active: i64, expires: Option<i64>) -> Terms {
        let (kid, resource) = (KeyId::new(kid), API.to_owned());
        Terms { kid, resource, active_at: at(active), expires_at: expires.map(at) }
    }

    fn claims() -> AccessTokenClaims {
        AccessTokenClaims {
            iss: "https://id.test".to_owned(),
            sub: "sub".to_owned(),
            aud: Audience::one(API),
            client_id: ClientId::new("client"),
            exp: at(600),
            iat: at(0),
            jti: "jti".to_owned(),
            scope: Scope::default(),
            gid: None,
            auth_time: None,
            acr: None,
            amr: vec![],
            cnf: None,
        }
    }

    fn signed(kid: &str, typ: &str, claims: &AccessTokenClaims) -> String {
        SigningKey::from_secret(ALGORITHM, SECRET).unwrap().named(kid).sign(typ, claims).unwrap()
    }

    fn verified(token: &str, terms: &Terms, now: Time) -> Option<AccessTokenClaims> {
        let found = |kid: &str| (kid == terms.kid.as_str()).then_some((terms, SECRET));
        verify(token, found, "https://id.test", LONGEST, now)
    }

    #[test]
    fn the_newest_active_one_signs_for_its_resource_alone() {
        let all = [terms("old", 0, None), terms("new", 10, Some(100)), terms("next", 1000, None)];
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let signs = |audience: &[&str], now: i64| {
            signer(all.iter(), &names(audience), at(now)).map(|terms| terms.kid.to_string())
        };
        for (now, kid) in [(-1, None), (0, Some("old")), (9, Some("old")), (10, Some("new"))] {
            assert_eq!(signs(&[API], now).as_deref(), kid, "{now}");
        }
        for (now, kid) in [(99, "new"), (100, "old"), (999, "old"), (1000, "next")] {
            assert_eq!(signs(&[API], now).as_deref(), Some(kid), "{now}");
        }
        for audience in
            [&[][..], &["https://other.test/"], &[API, "https://id.test"], &["https://id.test", API]]
        {
            assert_eq!(signs(audience, 50), None, "{audience:?}");
        }
    }

    #[test]
    fn rfc9068_4_what_the_secret_signed_is_good_for_its_resource_alone() {
        let terms = terms("kid", 0, Some(400));
        let own = terms.bind(claims());
        assert_eq!((own.exp, own.jti.as_str()), (at(400), "kid.jti"), "it does not outlive the secret");
        let token = signed("kid", "at+jwt", &own);
        assert_eq!(verified(&token, &terms, at(1)), Some(own.clone()));
        assert!(is_claimed(&token));
        assert_eq!(verified(&token, &terms, at(400)), None);
        assert_eq!(verified(&signed("kid", "JWT", &own), &terms, at(1)), None);
        assert_eq!(verified(&signed("other", "at+jwt", &own), &terms, at(1)), None);
        let two = Audience::try_from(vec![API.to_owned(), "https://id.test".to_owned()]).unwrap();
        let forged = [
            AccessTokenClaims { aud: Audience::one("https://id.test"), ..own.clone() },
            AccessTokenClaims { aud: two, ..own.clone() },
            AccessTokenClaims { jti: "another".to_owned(), ..own.clone() },
            AccessTokenClaims { iss: "https://other.test".to_owned(), ..own.clone() },
            AccessTokenClaims { exp: at(602), ..own },
        ];
        for claims in forged {
            assert_eq!(verified(&signed("kid", "at+jwt", &claims), &terms, at(1)), None, "{claims:?}");
        }
    }
}
