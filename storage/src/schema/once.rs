//! What happens once, or so many times: replays, repeated requests, limits.

use diesel::table;

table! {
    replays (tenant_id, purpose, hash) {
        tenant_id -> Text,
        purpose -> Text,
        hash -> Binary,
        expires_at -> BigInt,
    }
}

table! {
    idempotency (tenant_id, hash) {
        tenant_id -> Text,
        hash -> Binary,
        body_hash -> Binary,
        claimed_until -> BigInt,
        answer -> Nullable<Text>,
        expires_at -> BigInt,
    }
}

table! {
    rate_limits (tenant_id, hash) {
        tenant_id -> Text,
        hash -> Binary,
        count -> BigInt,
        expires_at -> BigInt,
    }
}
