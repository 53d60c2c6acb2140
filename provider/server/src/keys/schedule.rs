//! When signing keys change places: a pure rule over what is stored.
//!
//! A key is published, then signs, then another signs in its place while it stays published, and when all
//! that it signed is dead it is deleted. What is to be done follows from the records alone, so that it does not
//! matter which server does it, nor whether one died in the middle.

use std::cmp::Reverse;

use credenza_protocol::ids::KeyId;
use credenza_protocol::tenant::TenantSettings;
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::KeyRecord;
use credenza_validator::Algorithm;

/// How long others may keep the key set of `/jwks` before they ask again (RFC 9111 5.2.2.1).
pub const JWKS_MAX_AGE: Seconds = Seconds(60);
/// How far the clocks of servers, and of those who check tokens, may differ.
pub const LEEWAY: Seconds = Seconds(60);
/// How long a key is published at least before it signs: by then no copy of the key set is without it, which
/// takes [`JWKS_MAX_AGE`], on whosever clock. The servers themselves see it with their next request.
pub const PROPAGATION: Seconds = Seconds(JWKS_MAX_AGE.0 + LEEWAY.0);
/// A predecessor stays for this long at least: tokens may have been made before lifetimes were cut.
const LEAST_RETENTION: Seconds = Seconds(86_400);

/// How often keys are changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Schedule {
    /// How long a key signs; zero: until somebody changes it.
    pub rotate_every: Seconds,
    /// How long the next key is published before it signs.
    pub publish_before: Seconds,
}

impl Default for Schedule {
    fn default() -> Self {
        Self { rotate_every: Seconds(90 * 86_400), publish_before: Seconds(86_400) }
    }
}

/// What is to be done with a tenant's keys.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Step {
    /// Make the next key, and publish it.
    Create {
        /// Its algorithm.
        algorithm: Algorithm,
        /// When it will sign.
        active_at: Time,
    },
    /// Note when the key may go, since another signs in its place; or that it may not, since it signs again.
    Expire {
        /// The key.
        kid: KeyId,
        /// When.
        at: Option<Time>,
    },
    /// Delete the key: what it signed is dead.
    Retire {
        /// The key.
        kid: KeyId,
    },
}

/// The key that signs with that algorithm: of those that are enabled and active, the one that became so last.
/// Where none is active yet, because the clock was put back or the active one was taken away, it is the
/// published one whose turn is next.
#[must_use]
pub fn signer(records: &[KeyRecord], algorithm: Algorithm, now: Time) -> Option<&KeyRecord> {
    let enabled =
        || records.iter().filter(move |record| record.algorithm == algorithm && record.disabled_at.is_none());
    let turn = |record: &&KeyRecord| (record.active_at, record.created_at, Reverse(record.kid.clone()));
    let active = enabled().filter(|record| record.active_at <= now).max_by_key(turn);
    active.or_else(|| enabled().min_by_key(turn))
}

/// The key that is published to sign next.
#[must_use]
pub fn next(records: &[KeyRecord], algorithm: Algorithm, now: Time) -> Option<&KeyRecord> {
    let signing = signer(records, algorithm, now);
    records
        .iter()
        .filter(|record| record.algorithm == algorithm && record.disabled_at.is_none())
        .filter(|record| record.active_at > now && signing.is_none_or(|signing| signing.kid != record.kid))
        .min_by_key(|record| (record.active_at, record.created_at))
}

/// The algorithms that there are enabled keys for.
#[must_use]
pub fn algorithms(records: &[KeyRecord]) -> Vec<Algorithm> {
    let mut found = vec![];
    for record in records.iter().filter(|record| record.disabled_at.is_none()) {
        if !found.contains(&record.algorithm) {
            found.push(record.algorithm);
        }
    }
    found
}

/// What is to be done now. An algorithm whose keys are all disabled stays without: somebody wanted that.
#[must_use]
pub fn plan(records: &[KeyRecord], schedule: Schedule, settings: &TenantSettings, now: Time) -> Vec<Step> {
    let mut steps = vec![];
    for algorithm in algorithms(records) {
        let Some(signing) = signer(records, algorithm, now) else { continue };
        steps.extend(succession(records, signing, schedule, now));
        let of_algorithm = records.iter().filter(|record| record.algorithm == algorithm);
        steps.extend(of_algorithm.filter_map(|record| retirement(record, signing, settings, now)));
    }
    steps
}

/// The next key is made in time to be published for as long as it should; too late, and it signs later.
fn succession(records: &[KeyRecord], signing: &KeyRecord, schedule: Schedule, now: Time) -> Option<Step> {
    if schedule.rotate_every <= Seconds(0) || signing.active_at > now {
        return None;
    }
    let due = signing.active_at + schedule.rotate_every;
    let active_at = due.max(now + schedule.publish_before);
    // One that somebody made for a later day does not count.
    let next = next(records, signing.algorithm, now);
    let is_wanted =
        due <= now + schedule.publish_before && next.is_none_or(|next| next.active_at > active_at);
    is_wanted.then_some(Step::Create { algorithm: signing.algorithm, active_at })
}

/// A key that another signs in place of gets a time, and goes when that has come. Disabled keys are left to
/// whoever disabled them.
fn retirement(record: &KeyRecord, signing: &KeyRecord, settings: &TenantSettings, now: Time) -> Option<Step> {
    let kid = record.kid.clone();
    let was_replaced = record.kid != signing.kid && record.active_at <= now;
    match record.retire_at {
        _ if record.disabled_at.is_some() => None,
        None => was_replaced.then(|| Step::Expire { kid, at: Some(now + retention(settings)) }),
        Some(_) if !was_replaced => Some(Step::Expire { kid, at: None }),
        Some(at) => (at <= now).then_some(Step::Retire { kid }),
    }
}

/// How long what a key has signed may live.
fn retention(settings: &TenantSettings) -> Seconds {
    let longest = settings.access_token_lifetime.max(settings.id_token_lifetime);
    Seconds(longest.0.saturating_add(LEEWAY.0 + JWKS_MAX_AGE.0)).max(LEAST_RETENTION)
}

#[cfg(test)]
mod tests;
