//! The refresh token grant (RFC 6749 6, RFC 9700 4.14).
//!
//! A token is the 16 bytes that name its grant, 32 bytes of its own, and 16 bytes by which the provider
//! knows that it made them. Each use makes the next one from the one presented, by a key that only the
//! provider has: so the same token is always answered with the same child, and a lost reply can be given
//! again within the grace period without anything being kept but hashes, and without two children ever
//! being alive. A token that was not made here is refused without a look at the store; nobody who knows the
//! name of a grant, which stands in its access tokens, can pass for somebody who reuses its refresh tokens.
//!
//! Among the bytes of its own is the time at which it was made, but for the first of a grant, which nothing comes before. A
//! token that is younger than the live one of its grant tells that the store has forgotten what happened since: a backup was
//! restored. Whoever has it is no thief.

use ring::hmac;

use crate::grant::Grant;
use crate::ids::GrantId;
use crate::lifetimes::Lifetimes;
use crate::scope::Scope;
use crate::secret::{Secret, SecretHash};
use crate::tenant::TenantSettings;
use crate::time::{Seconds, Time};

use super::{Asker, Error, Redeemed, grant_secret};

/// Bytes of the token's own: when it was made, what no other token has, and by what the provider knows the time.
const OWN_BYTES: usize = TIME_BYTES + UNIQUE_BYTES + CHECK_BYTES;
/// Seconds since the epoch, for eight million years.
const TIME_BYTES: usize = 6;
/// 144 bits; check and mark cannot be guessed either.
const UNIQUE_BYTES: usize = 18;
/// A token without a time has random bytes here. By chance it has a check once in 2^64.
const CHECK_BYTES: usize = 8;
/// Bytes by which the provider knows its own tokens.
const MARK_BYTES: usize = 16;
/// By how much the clocks of two nodes may differ without anything being misjudged.
const SKEW: Seconds = Seconds(60);

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
    /// When the live token was issued.
    #[must_use]
    pub fn issued_at(&self) -> Time {
        self.rotated_at.unwrap_or(self.grant.created_at)
    }

    /// When the live token dies unused: by the lifetimes of the time at which it was issued, or by those of today if
    /// they end it earlier.
    #[must_use]
    pub fn ends_at(&self, lifetimes: &Lifetimes) -> Time {
        let idle = self.issued_at() + lifetimes.refresh_token_idle;
        self.expires_at.min(idle).min(self.grant.ends_at(lifetimes))
    }
}

/// A token request with a refresh token.
#[derive(Debug)]
pub struct Request {
    /// `refresh_token`, or that of the client's cookie.
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
    /// When it was made; the first of a grant, and those of an earlier version, do not tell.
    made_at: Option<Time>,
}

impl RefreshToken<'_> {
    /// The grant that it belongs to.
    #[must_use]
    pub fn grant_id(&self) -> &GrantId {
        &self.grant_id
    }

    /// Its hash.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        self.secret.hash()
    }

    /// When its child is made, if it is exchanged now: not before itself, though the clock of the node that made it may be
    /// ahead of this one.
    #[must_use]
    pub fn exchanged_at(&self, now: Time) -> Time {
        self.made_at.filter(|at| *at <= now + SKEW).map_or(now, |at| at.max(now))
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
        self.marked(grant_id, self.tag(b"first", code.reveal().as_bytes()).as_ref())
    }

    /// The token that `token` is exchanged for at `made_at`.
    #[must_use]
    pub fn next(&self, token: &RefreshToken<'_>, made_at: Time) -> Option<Secret> {
        self.token(&token.grant_id, &self.tag(b"next", token.secret.reveal().as_bytes()), made_at)
    }

    /// The child that `token` was exchanged for at `made_at`, by its hash, once more. A node of an earlier version may have
    /// made it, which wrote no time.
    #[must_use]
    pub fn again(&self, token: &RefreshToken<'_>, made_at: Time, child: SecretHash) -> Option<Secret> {
        let unique = self.tag(b"next", token.secret.reveal().as_bytes());
        let dated = self.token(&token.grant_id, &unique, made_at);
        let undated = self.marked(&token.grant_id, unique.as_ref());
        dated.into_iter().chain(undated).find(|made| made.hash() == child)
    }

    /// The grant of a token that was made here; `None` for what was not.
    #[must_use]
    pub fn read<'a>(&self, secret: &'a Secret) -> Option<RefreshToken<'a>> {
        let (grant_id, rest) = grant_secret::read(secret, OWN_BYTES + MARK_BYTES)?;
        let (own, mark) = rest.split_at_checked(OWN_BYTES)?;
        // Hashes are compared, so that the time it takes tells nothing about the mark.
        let is_ours = SecretHash::of(mark) == SecretHash::of(&self.mark(&grant_id, own)?);
        let made_at = self.made_at(&grant_id, own);
        is_ours.then_some(RefreshToken { secret, grant_id, made_at })
    }

    fn token(&self, grant_id: &GrantId, unique: &hmac::Tag, made_at: Time) -> Option<Secret> {
        let time = made_at.seconds().to_be_bytes();
        let time = time.last_chunk::<TIME_BYTES>()?.as_slice();
        let dated = [time, unique.as_ref().get(..UNIQUE_BYTES)?].concat();
        self.marked(grant_id, &[dated.as_slice(), &self.check(grant_id, &dated)?].concat())
    }

    /// The token with these bytes of its own.
    fn marked(&self, grant_id: &GrantId, own: &[u8]) -> Option<Secret> {
        grant_secret::write(grant_id, &[own, &self.mark(grant_id, own)?].concat())
    }

    /// When the token with these bytes of its own was made; `None` where they do not tell.
    fn made_at(&self, grant_id: &GrantId, own: &[u8]) -> Option<Time> {
        let (dated, check) = own.split_at_checked(TIME_BYTES + UNIQUE_BYTES)?;
        if SecretHash::of(check) != SecretHash::of(&self.check(grant_id, dated)?) {
            return None;
        }
        let time = dated.first_chunk::<TIME_BYTES>()?.iter();
        Some(Time::from_seconds(time.fold(0, |seconds, byte| (seconds << 8) | i64::from(*byte))))
    }

    fn check(&self, grant_id: &GrantId, dated: &[u8]) -> Option<[u8; CHECK_BYTES]> {
        self.of_grant(b"made at", grant_id, dated)?.as_ref().first_chunk().copied()
    }

    fn mark(&self, grant_id: &GrantId, own: &[u8]) -> Option<[u8; MARK_BYTES]> {
        self.of_grant(b"made here", grant_id, own)?.as_ref().first_chunk().copied()
    }

    fn of_grant(&self, purpose: &[u8], grant_id: &GrantId, of: &[u8]) -> Option<hmac::Tag> {
        Some(self.tag(purpose, &[&grant_secret::id_bytes(grant_id)?, of].concat()))
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
    /// It was made after the live one, so that the store has forgotten the exchanges that led to it, and the live one was
    /// spent in one of them. Its holder signs in again; revoke the grant, so that nobody goes on with the spent one.
    Ahead,
}

/// Whether a token was made after the live one of its grant. Its own time says so. Where it has none, or that of the live one
/// to the second, it may have been, if a backup was restored since the live one was issued; once that was exchanged again,
/// somebody has both.
fn is_ahead(made_at: Option<Time>, issued_at: Time, restored_at: Option<Time>) -> bool {
    let may_be = restored_at.is_some_and(|at| issued_at <= at);
    made_at.map_or(may_be, |at| at > issued_at || (may_be && at == issued_at))
}

/// Judges a token that names the grant of the family. `restored_at` is when a backup of the store was last restored.
///
/// # Errors
/// [`Error`]: another client's, expired, its grant dead, or `scope` or `resource` beyond the grant. None
/// of them spends the token.
pub fn judge(
    family: Family,
    presented: &RefreshToken<'_>,
    asker: Asker<'_>,
    request: &Request,
    settings: &TenantSettings,
    restored_at: Option<Time>,
    now: Time,
) -> Result<Verdict, Error> {
    if family.grant.client_id != asker.client.client_id {
        return Err(Error::RefreshToken);
    }
    if !family.live {
        return Err(Error::GrantDead);
    }
    let hash = presented.hash();
    let is_current = hash == family.current;
    // The clock of the node that rotated it may be ahead of this one, by the rest of a second at the least.
    let is_recent = |at: Time| (now - at).0.abs() <= settings.refresh_grace.0;
    let forgiven = family.previous == Some(hash) && family.rotated_at.is_some_and(is_recent);
    if !is_current && !forgiven {
        let is_ahead = is_ahead(presented.made_at, family.issued_at(), restored_at);
        return Ok(if is_ahead { Verdict::Ahead } else { Verdict::Reused });
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
        chain.next(&chain.read(token).unwrap(), at(1)).unwrap()
    }

    fn at(seconds: i64) -> Time {
        Time::from_seconds(1_800_000_000 + seconds)
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

    #[test]
    fn a_token_is_ahead_by_its_time_or_else_by_a_restore_since() {
        let issued = at(10);
        for (made, restored, ahead) in [
            (Some(11), None, true),
            (Some(10), None, false),
            (Some(9), None, false),
            (None, None, false),
            (Some(10), Some(20), true),
            (Some(9), Some(20), false),
            (None, Some(20), true),
            (None, Some(10), true),
            (None, Some(9), false),
            (Some(10), Some(9), false),
            (Some(11), Some(9), true),
        ] {
            assert_eq!(is_ahead(made.map(at), issued, restored.map(at)), ahead, "{made:?} {restored:?}");
        }
    }

    #[test]
    fn a_token_tells_when_it_was_made_and_the_first_of_a_grant_does_not() {
        let chain = Chain::new(&[1; 32]);
        let (id, code) = (grant('1'), Secret::presented("code"));
        let first = chain.first(&id, &code).unwrap();
        let read = chain.read(&first).unwrap();
        assert_eq!((read.made_at, read.exchanged_at(at(5))), (None, at(5)));
        for seconds in [0, 1, -1_800_000_000, 100_000_000_000_000] {
            let token = chain.next(&read, at(seconds)).unwrap();
            assert_eq!(chain.read(&token).unwrap().made_at, Some(at(seconds)));
            assert_eq!(token.reveal().len(), first.reveal().len(), "an earlier version reads it");
        }
        // The clock of the node that made it was ahead, by a little or out of all bounds.
        for (made, now, child) in [(0, 5, 5), (5, 0, 5), (60, 0, 60), (61, 0, 0)] {
            let token = chain.next(&read, at(made)).unwrap();
            assert_eq!(chain.read(&token).unwrap().exchanged_at(at(now)), at(child), "{made} {now}");
        }
    }

    #[test]
    fn a_reply_is_repeated_whichever_version_gave_it() {
        let chain = Chain::new(&[1; 32]);
        let first = chain.first(&grant('1'), &Secret::presented("code")).unwrap();
        let read = chain.read(&first).unwrap();
        let undated = chain.tag(b"next", first.reveal().as_bytes());
        let (dated, undated) =
            (chain.next(&read, at(5)).unwrap(), chain.marked(&grant('1'), undated.as_ref()).unwrap());
        for child in [&dated, &undated] {
            assert_eq!(chain.again(&read, at(5), child.hash()).unwrap().reveal(), child.reveal());
        }
        assert!(chain.again(&read, at(6), dated.hash()).is_none());
    }
}
