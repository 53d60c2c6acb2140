//! What must hold for everybody else while a handful of addresses do their worst, and the numbers of a trial.

use std::time::Duration;

use credenza_tests::services::is_long;

/// Connections that any attack makes; with fewer, it did not take place.
pub(crate) const CONNECTIONS: u64 = 8;
/// The share of the requests of ordinary users that are answered as ever, at least.
pub(crate) const ANSWERED: f64 = 0.999;
/// The 99th percentile of the time that their answers take, as a multiple of what it is without the attack, at most.
pub(crate) const SLOWER: u32 = 3;
/// A percentile below this is good enough whatever it is without the attack. Attackers, users and a build without
/// optimization share the machine here, so this is far from what is usual, and far from an outage.
pub(crate) const FLOOR: Duration = Duration::from_millis(2000);
/// The most memory that the process takes beside its program, in KiB: 150 MiB with a release of 20.
pub(crate) const RSS_KIB: u64 = 130 * 1024;

/// Whether the time that answers take is judged. In the short run it is printed alone: the tests beside this one decide
/// about it as much as the attack, and whoever waits for more than ten seconds counts as not answered there too.
pub(crate) fn times_are_judged() -> bool {
    is_long()
}
/// For how long something may be left over once an attack has ended.
pub(crate) const CALM: Duration = Duration::from_secs(10);
/// How many more descriptors than before the attack may be open after that: those of a last answer under way.
pub(crate) const DESCRIPTORS: usize = 16;
/// Tables that anonymous callers can reach, and the rows that may be left in them: requests that are too long for their
/// handle, at most twenty from one address, beside those of users who are about to sign in; and the throttle, which
/// remembers for an hour two counts for each name, of which an address can try a hundred at once and ten more in the
/// time of the longest attack, and the address itself.
pub(crate) const ROWS: [(&str, i64); 5] = [
    ("requests WHERE state <> ''", 20 * ATTACKERS as i64 + 16),
    ("rate_limits", (2 * 112 + 2) * ATTACKERS as i64),
    ("replays", 0),
    ("clients", 0),
    ("users", 0),
];

/// Addresses that attack.
pub(crate) const ATTACKERS: u8 = 4;
/// Addresses of ordinary users.
pub(crate) const USERS: u8 = 4;
/// How long ordinary users are alone before an attack.
pub(crate) const QUIET: Duration = Duration::from_millis(1000);

/// How long an attack lasts.
pub(crate) fn attack() -> Duration {
    Duration::from_secs(if is_long() { 90 } else { 3 })
}
