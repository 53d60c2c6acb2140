//! The refresh token grant (RFC 6749 6, RFC 9700 4.14).
//!
//! A token is the 16 bytes that name its grant, 32 bytes of its own, and 16 bytes by which the provider
//! knows that it made them. Each use makes the next one from the one presented, by a key that only the
//! provider has: so the same token is always answered with the same child, and a lost reply can be given
//! again within the grace period without anything being kept but hashes, and without two children ever
//! being alive. A token that was not made here is refused without a look at the store; nobody who knows the
//! name of a grant, which stands in its access tokens, can pass for somebody who reuses its refresh tokens.

use ring::hmac;

use crate::grant::Grant;
use crate::ids::GrantId;
use crate::lifetimes::Lifetimes;
use crate::scope::Scope;
use crate::secret::{Secret, SecretHash};
use crate::tenant::TenantSettings;
use crate::time::Time;

use super::{Asker, Error, Redeemed, grant_secret};

/// Bytes of the token's own.
const OWN_BYTES: usize = 32;
/// Bytes by which the provider knows its own tokens.
const MARK_BYTES: usize = 16;

/// The refresh tokens of a grant as they stand: a family of which one token is live.
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

impl Family {
    /// When the live token dies unused: by the lifetimes of the time at which it was issued, or by those of today if
    /// they end it earlier.
    #[must_use]
    pub fn ends_at(&self, lifetimes: &Lifetimes) -> Time {
        let issued_at = self.rotated_at.unwrap_or(self.grant.created_at);
        let idle = issued_at + lifetimes.refresh_token_idle;
        self.expires_at.min(idle).min(self.grant.ends_at(lifetimes))
    }
}

/// A token request with a refresh token.
#[derive(Debug)]
pub struct Request {
    /// `refresh_token`.
    pub refresh_token: Secret,
    /// `scope`, to narrow what was granted.
    pub scope: Option<Scope>,
    /// `resource` (RFC 8707 2.2).
    pub resource: Vec<String>,
}

/// A refresh token that was made here, which [`Chain::read`] has found out. It may have been spent long ago.
#[derive(Debug)]
pub struct RefreshToken<'a> {
    secret: &'a Secret,
    grant_id: GrantId,
}

impl RefreshToken<'_> {
    /// The grant that it belongs to.
    #[must_use]
    pub fn grant_id(&self) -> &GrantId {
        &self.grant_id
    }
}

/// Makes refresh tokens: the first of a grant from the code that was redeemed, each further one from the
/// one before it. Who lacks the key can make none, whatever tokens they hold.
pub struct Chain {
    key: hmac::Key,
}

impl Chain {
    /// A chain under a key of the tenant's own.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, key) }
    }

    /// The first token of the grant, whose code this is; `None` when the id has another form than those
    /// made here.
    #[must_use]
    pub fn first(&self, grant_id: &GrantId, code: &Secret) -> Option<Secret> {
        self.token(grant_id, &self.tag(b"first", code.reveal().as_bytes()))
    }

    /// The token that `token` is exchanged for.
    #[must_use]
    pub fn next(&self, token: &RefreshToken<'_>) -> Option<Secret> {
        self.token(&token.grant_id, &self.tag(b"next", token.secret.reveal().as_bytes()))
    }

    /// The grant of a token that was made here; `None` for what was not.
    #[must_use]
    pub fn read<'a>(&self, secret: &'a Secret) -> Option<RefreshToken<'a>> {
        let (grant_id, rest) = grant_secret::read(secret, OWN_BYTES + MARK_BYTES)?;
        let (own, mark) = rest.split_at_checked(OWN_BYTES)?;
        // Hashes are compared, so that the time it takes tells nothing about the mark.
        let is_ours = SecretHash::of(mark) == SecretHash::of(&self.mark(&grant_id, own)?);
        is_ours.then_some(RefreshToken { secret, grant_id })
    }

    fn token(&self, grant_id: &GrantId, own: &hmac::Tag) -> Option<Secret> {
        let mark = self.mark(grant_id, own.as_ref())?;
        grant_secret::write(grant_id, &[own.as_ref(), &mark].concat())
    }

    fn mark(&self, grant_id: &GrantId, own: &[u8]) -> Option<[u8; MARK_BYTES]> {
        let made = [&grant_secret::id_bytes(grant_id)?, own].concat();
        self.tag(b"made here", &made).as_ref().first_chunk().copied()
    }

    fn tag(&self, purpose: &[u8], of: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(purpose);
        context.update(&[0]);
        context.update(of);
        context.sign()
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

/// Judges a token that names the grant of the family.
///
/// # Errors
/// [`Error`]: another client's, expired, its grant dead, or `scope` or `resource` beyond the grant. None
/// of them spends the token.
pub fn judge(
    family: Family,
    presented: SecretHash,
    asker: Asker<'_>,
    request: &Request,
    settings: &TenantSettings,
    now: Time,
) -> Result<Verdict, Error> {
    if family.grant.client_id != asker.client.client_id {
        return Err(Error::RefreshToken);
    }
    if !family.live {
        return Err(Error::GrantDead);
    }
    let is_current = presented == family.current;
    // The clock of the node that rotated it may be ahead of this one, by the rest of a second at the least.
    let is_recent = |at: Time| (now - at).0.abs() <= settings.refresh_grace.0;
    let forgiven = family.previous == Some(presented) && family.rotated_at.is_some_and(is_recent);
    if !is_current && !forgiven {
        return Ok(Verdict::Reused);
    }
    let lifetimes = Lifetimes::of(asker.client, settings);
    if family.ends_at(&lifetimes) <= now {
        return Err(Error::RefreshToken);
    }
    let grant = Grant { expires_at: family.grant.ends_at(&lifetimes), ..family.grant };
    let redeemed = Redeemed::narrowed(grant, asker, request.scope.as_ref(), &request.resource, None)?;
    Ok(if is_current { Verdict::Rotate(redeemed) } else { Verdict::Repeat(redeemed) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(last: char) -> GrantId {
        GrantId::new(format!("{}{last}", "0".repeat(31)))
    }

    fn grant_of(chain: &Chain, token: &Secret) -> Option<GrantId> {
        chain.read(token).map(|token| token.grant_id)
    }

    fn next(chain: &Chain, token: &Secret) -> Secret {
        chain.next(&chain.read(token).unwrap()).unwrap()
    }

    #[test]
    fn a_token_has_one_child_and_its_grant_stays() {
        let chain = Chain::new(&[1; 32]);
        let (id, code) = (grant('1'), Secret::presented("code"));
        let first = chain.first(&id, &code).unwrap();
        let second = next(&chain, &first);
        assert_eq!(chain.first(&id, &code).unwrap().reveal(), first.reveal());
        assert_eq!(next(&chain, &first).reveal(), second.reveal());
        assert_ne!(first.reveal(), second.reveal());
        assert_eq!(grant_of(&chain, &first), Some(id.clone()));
        assert_eq!(grant_of(&chain, &second), Some(id.clone()));
        assert_ne!(first.reveal(), chain.first(&id, &Secret::presented("other")).unwrap().reveal());
        assert_ne!(Chain::new(&[2; 32]).first(&id, &code).unwrap().reveal(), first.reveal());
    }

    #[test]
    fn a036_what_was_not_made_here_names_no_grant() {
        let chain = Chain::new(&[1; 32]);
        let token = chain.first(&grant('1'), &Secret::presented("code")).unwrap();
        assert!(chain.read(&token).is_some());
        assert_eq!(grant_of(&Chain::new(&[2; 32]), &token), None, "another tenant's or installation's");
        let forged = grant_secret::write(&grant('1'), &[0; OWN_BYTES + MARK_BYTES]).unwrap();
        assert_eq!(grant_of(&chain, &forged), None);
        for n in 0..token.reveal().len() {
            let mut text = token.reveal().to_owned();
            let changed = if text[n..].starts_with('A') { "B" } else { "A" };
            text.replace_range(n..=n, changed);
            assert_eq!(grant_of(&chain, &Secret::presented(text)), None, "changed at {n}");
        }
        for text in ["", "x", "%00", &format!("{}A", token.reveal()), &"x".repeat(1_000_000)] {
            assert!(chain.read(&Secret::presented(text)).is_none(), "{text:.40}");
        }
    }
}
