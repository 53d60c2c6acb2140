//! Invariants of the tables at any moment, in SQL: every query returns the rows that violate one.

use credenza_tests::Database;

const BROKEN: [(&str, &str); 6] = [
    (
        "a code stands for one grant",
        "SELECT 1 FROM grants WHERE code_hash IS NOT NULL GROUP BY tenant_id, code_hash HAVING count(*) > 1",
    ),
    (
        "a live refresh token is of one grant",
        "SELECT 1 FROM grants WHERE refresh_hash IS NOT NULL GROUP BY tenant_id, refresh_hash HAVING count(*) > 1",
    ),
    ("a refresh token is live or spent", "SELECT 1 FROM grants WHERE refresh_hash = previous_hash"),
    (
        "nothing is refreshed before its code was redeemed",
        "SELECT 1 FROM grants WHERE spent_at IS NULL AND (rotated_at IS NOT NULL OR previous_hash IS NOT NULL)",
    ),
    (
        "an access token comes of a code that was redeemed",
        "SELECT 1 FROM access_tokens t JOIN grants g ON g.tenant_id = t.tenant_id AND g.grant_id = t.grant_id
         WHERE g.spent_at IS NULL",
    ),
    (
        "a session is somebody's",
        "SELECT 1 FROM sessions s LEFT JOIN users u ON u.tenant_id = s.tenant_id AND u.user_id = s.user_id
         WHERE u.user_id IS NULL",
    ),
];

/// Asserts that all of them hold.
pub(crate) fn assert_hold(database: &Database) {
    for (invariant, broken) in BROKEN {
        assert_eq!(database.count(broken), 0, "broken: {invariant}");
    }
}
