//! What becomes of accounts by the will of those who have them, and of passwords that would no longer be accepted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::{Seconds, Time};

/// A day.
const DAY: i64 = 86_400;
/// How long before the end a person is reminded, at most.
const REMINDED_BEFORE: Seconds = Seconds(3 * DAY);

/// Whether people may delete their own account.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountDeletion {
    /// They may not: operators delete accounts.
    #[default]
    Off,
    /// They may.
    On,
}

/// What happens at a sign-in with a password that could not be chosen today: it is known from a breach, or the tenant asks for
/// a better one by now.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnfitPassword {
    /// Nothing.
    #[default]
    Allow,
    /// The person has to change it before they are signed in.
    Change,
}

/// When an account goes whose deletion is asked for now, with so many days to keep it; and when the person is reminded: not
/// where there is less than a day until then.
#[must_use]
pub fn schedule(now: Time, grace_days: u32) -> (Time, Option<Time>) {
    let grace = Seconds(i64::from(grace_days).saturating_mul(DAY));
    let before = Seconds(REMINDED_BEFORE.0.min(grace.0 / 2));
    (now + grace, (grace.0 >= 2 * DAY).then(|| now + Seconds(grace.0 - before.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_comes_three_days_before_the_end_or_half_way() {
        let now = Time::from_seconds(1_800_000_000);
        for (days, end, reminder) in [
            (0, 0, None),
            (1, 1, None),
            (2, 2, Some(1)),
            (4, 4, Some(2)),
            (14, 14, Some(11)),
            (365, 365, Some(362)),
        ] {
            let at = |days: i64| now + Seconds(days * DAY);
            assert_eq!(schedule(now, days), (at(end), reminder.map(at)), "{days} days");
        }
    }
}
