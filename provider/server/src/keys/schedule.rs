//! When one signing key replaces another: a pure rule over what is stored.
//!
//! A key is published, then signs, then another one signs while it stays published, and once everything that it signed
//! has expired it is deleted. The next step follows from the records alone, so that it does not matter which server takes
//! it, nor whether one died halfway.

use std::cmp::Reverse;

use credenza_protocol::ids::KeyId;
use credenza_protocol::lifetimes::Lifetimes;
use credenza_protocol::tenant::TenantSettings;
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::KeyRecord;
use credenza_validator::Algorithm;

/// How long others may cache the key set of `/jwks` (RFC 9111 5.2.2.1).
pub const JWKS_MAX_AGE: Seconds = Seconds(60);
/// How far the clocks of servers, and of those who check tokens, may differ.
pub const LEEWAY: Seconds = Seconds(60);
/// How long a key is published at least before it signs. By then every cached copy of the key set has it, which takes
/// [`JWKS_MAX_AGE`] and the difference of clocks. The servers themselves see it with their next request.
pub const PROPAGATION: Seconds = Seconds(JWKS_MAX_AGE.0 + LEEWAY.0);
/// A replaced key stays for at least this long: tokens may have been issued before lifetimes were shortened.
const LEAST_RETENTION: Seconds = Seconds(86_400);

/// How often keys are rotated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Schedule {
    /// How long a key signs; zero: until an operator rotates it.
    pub rotate_every: Seconds,
    /// How long the next key is published before it signs.
    pub publish_before: Seconds,
}

impl Default for Schedule {
    fn default() -> Self {
        Self { rotate_every: Seconds(90 * 86_400), publish_before: Seconds(86_400) }
    }
}

/// What must be done with a tenant's keys.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Step {
    /// Make the next key, and publish it.
    Create {
        /// Its algorithm.
        algorithm: Algorithm,
        /// When it will sign.
        active_at: Time,
    },
    /// Note when the key may be deleted, since another one signs; or that it may not, since it signs again.
    Expire {
        /// The key.
        kid: KeyId,
        /// When.
        at: Option<Time>,
    },
    /// Delete the key: what it signed has expired.
    Retire {
        /// The key.
        kid: KeyId,
    },
}

/// The key that signs with that algorithm: of those that are enabled and active, the one that became active last.
/// Where none is active, because the clock was set back or the active one was disabled, it is the published one that
/// becomes active next.
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

/// What must be done now. An algorithm whose keys are all disabled gets no new one: an operator wanted that.
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

/// The next key is made early enough to be published for as long as it should; if that is too late, it signs later.
fn succession(records: &[KeyRecord], signing: &KeyRecord, schedule: Schedule, now: Time) -> Option<Step> {
    if schedule.rotate_every <= Seconds(0) || signing.active_at > now {
        return None;
    }
    let due = signing.active_at + schedule.rotate_every;
    let active_at = due.max(now + schedule.publish_before);
    // One that an operator made for a later day does not count.
    let next = next(records, signing.algorithm, now);
    let is_wanted =
        due <= now + schedule.publish_before && next.is_none_or(|next| next.active_at > active_at);
    is_wanted.then_some(Step::Create { algorithm: signing.algorithm, active_at })
}

/// A key that was replaced gets a time, and is deleted when that has come. Disabled keys are left to whoever disabled
/// them.
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

/// How long tokens that a key has signed may live.
fn retention(settings: &TenantSettings) -> Seconds {
    let longest = Lifetimes::longest(settings);
    let longest = longest.access_token.max(longest.id_token);
    Seconds(longest.0.saturating_add(LEEWAY.0 + JWKS_MAX_AGE.0)).max(LEAST_RETENTION)
}

#[cfg(test)]
mod tests;
