//! The refresh token grant (RFC 6749 6, RFC 9700 4.14).
//!
//! A token is 16 bytes that name its family and 32 bytes of its own. Each use makes the next one from
//! the one presented, by a key that only the provider has: so the same token is always answered with
//! the same child, and a lost reply can be given again within the grace period without anything being
//! kept but hashes, and without two children ever being alive.

use credenza_validator::base64url;
use ring::hmac;

use crate::client::Client;
use crate::grant::Grant;
use crate::scope::Scope;
use crate::secret::{Secret, SecretHash};
use crate::time::{Seconds, Time};

use super::{Error, Redeemed};

/// Bytes that name the family.
const FAMILY_BYTES: usize = 16;
/// Bytes of the token's own.
const OWN_BYTES: usize = 32;

/// A family of refresh tokens as it stands, and its grant.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    /// Hash of the live token.
    pub current: SecretHash,
    /// Hash of the token that was exchanged for it.
    pub previous: Option<SecretHash>,
    /// When that was.
    pub rotated_at: Option<Time>,
    /// When the live token dies unused.
    pub expires_at: Time,
    /// The grant.
    pub grant: Grant,
    /// Whether the grant lives; a dead one gives nothing, but names itself for the log.
    pub live: bool,
}

/// The hash that a token's family is found by; `None` for what cannot be a refresh token.
#[must_use]
pub fn family(token: &Secret) -> Option<SecretHash> {
    let bytes =
        base64url::decode(token.reveal()).ok().filter(|bytes| bytes.len() == FAMILY_BYTES + OWN_BYTES)?;
    bytes.get(..FAMILY_BYTES).map(SecretHash::of)
}

/// Makes refresh tokens: the first of a family from the code that was redeemed, each further one from
/// the one before it. Who lacks the key can make none, whatever tokens they hold.
pub struct Chain {
    key: hmac::Key,
}

impl Chain {
    /// A chain under a key of the tenant's own.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, key) }
    }

    /// The first token of the grant of that code.
    #[must_use]
    pub fn first(&self, code: &Secret) -> Secret {
        let family = self.tag(b"family", code);
        self.token(family.as_ref().get(..FAMILY_BYTES).unwrap_or_default(), &self.tag(b"first", code))
    }

    /// The token that `token` is exchanged for; `None` when that is no refresh token.
    #[must_use]
    pub fn next(&self, token: &Secret) -> Option<Secret> {
        let bytes = base64url::decode(token.reveal()).ok()?;
        Some(self.token(bytes.get(..FAMILY_BYTES)?, &self.tag(b"next", token)))
    }

    fn tag(&self, purpose: &[u8], secret: &Secret) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(purpose);
        context.update(&[0]);
        context.update(secret.reveal().as_bytes());
        context.sign()
    }

    fn token(&self, family: &[u8], own: &hmac::Tag) -> Secret {
        Secret::from_bytes(&[family, own.as_ref()].concat())
    }
}

/// What to do with the token that was presented.
#[derive(Debug)]
#[must_use]
pub enum Verdict {
    /// It is the live one: exchange it.
    Rotate(Redeemed),
    /// It was exchanged a moment ago and its child was not used yet: the reply was lost, or two calls
    /// raced; give the same child again.
    Repeat(Redeemed),
    /// It was spent before: somebody else has it. Revoke the grant.
    Reused,
}

/// Judges a token that names the family.
///
/// # Errors
/// [`Error`]: another client's, expired, its grant dead, or `scope` or `resource` beyond the grant. None
/// of them spends the token.
pub fn judge(
    family: Family,
    presented: SecretHash,
    client: &Client,
    scope: Option<Scope>,
    resource: &[String],
    grace: Seconds,
    now: Time,
) -> Result<Verdict, Error> {
    if family.grant.client_id != client.client_id {
        return Err(Error::RefreshToken);
    }
    if !family.live {
        return Err(Error::GrantDead);
    }
    let is_current = presented == family.current;
    let forgiven = family.previous == Some(presented)
        && family.rotated_at.is_some_and(|at| now >= at && now - at <= grace);
    if !is_current && !forgiven {
        return Ok(Verdict::Reused);
    }
    if family.expires_at <= now {
        return Err(Error::RefreshToken);
    }
    let redeemed = Redeemed::narrowed(family.grant, client, scope, resource, None)?;
    Ok(if is_current { Verdict::Rotate(redeemed) } else { Verdict::Repeat(redeemed) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_one_child_and_its_family_stays() {
        let chain = Chain::new(&[1; 32]);
        let code = Secret::presented("code");
        let first = chain.first(&code);
        let second = chain.next(&first).unwrap();
        assert_eq!(chain.first(&code).reveal(), first.reveal());
        assert_eq!(chain.next(&first).unwrap().reveal(), second.reveal());
        assert_ne!(first.reveal(), second.reveal());
        assert_eq!(family(&first), family(&second));
        assert_ne!(family(&first), family(&chain.first(&Secret::presented("other"))));
        assert_ne!(Chain::new(&[2; 32]).next(&first).unwrap().reveal(), second.reveal());
    }

    #[test]
    fn a036_garbage_names_no_family() {
        let token = Chain::new(&[1; 32]).first(&Secret::presented("code"));
        assert!(family(&token).is_some());
        for text in ["", "x", "%00", &format!("{}A", token.reveal()), &"x".repeat(1_000_000)] {
            assert!(family(&Secret::presented(text)).is_none(), "{text:.40}");
        }
    }
}
