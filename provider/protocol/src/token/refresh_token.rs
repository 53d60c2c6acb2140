//! The refresh token grant (RFC 6749 6, RFC 9700 4.14).
//!
//! A token is 16 bytes that name its family and 32 bytes of its own. Each use makes the next one from
//! the one presented, by a key that only the provider has: so the same token is always answered with
//! the same child, and a lost reply can be given again within the grace period without anything being
//! kept but hashes, and without two children ever being alive.

use credenza_validator::base64url;

use crate::grant::Grant;
use crate::ids::ClientId;
use crate::resource;
use crate::scope::Scope;
use crate::secret::{Secret, SecretHash};
use crate::time::{Seconds, Time};

use super::{Error, Redeemed};

/// Bytes that name the family.
pub const FAMILY_BYTES: usize = 16;
/// Bytes of the token's own.
pub const TOKEN_BYTES: usize = 32;

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
    if token.reveal().len() != (FAMILY_BYTES + TOKEN_BYTES) / 3 * 4 {
        return None;
    }
    let bytes = base64url::decode(token.reveal()).ok()?;
    bytes.get(..FAMILY_BYTES).map(SecretHash::of)
}

/// The token of those bytes in the family that `parent` is of; `None` when `parent` is no token.
#[must_use]
pub fn child(parent: &Secret, own: &[u8; TOKEN_BYTES]) -> Option<Secret> {
    let mut bytes = base64url::decode(parent.reveal()).ok()?;
    bytes.truncate(FAMILY_BYTES);
    bytes.extend_from_slice(own);
    (bytes.len() == FAMILY_BYTES + TOKEN_BYTES).then(|| Secret::from_bytes(&bytes))
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
    client_id: &ClientId,
    scope: Option<Scope>,
    resource: &[String],
    grace: Seconds,
    now: Time,
) -> Result<Verdict, Error> {
    if family.grant.client_id != *client_id {
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
    let grant = family.grant;
    let scope = match scope {
        None => grant.scope.clone(),
        Some(asked) if asked.is_subset(&grant.scope) => asked,
        Some(_) => return Err(Error::ScopeTooWide),
    };
    let resource = resource::narrowed(&grant.resource, resource.iter().map(String::as_str))?;
    let redeemed = Redeemed { grant, scope, resource, nonce: None };
    Ok(if is_current { Verdict::Rotate(redeemed) } else { Verdict::Repeat(redeemed) })
}
