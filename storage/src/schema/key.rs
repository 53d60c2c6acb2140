//! Keys that sign.

use diesel::table;

table! {
    signing_keys (tenant_id, kid) {
        tenant_id -> Text,
        kid -> Text,
        algorithm -> Text,
        sealed -> Binary,
        created_at -> BigInt,
        active_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
        retire_at -> Nullable<BigInt>,
    }
}

table! {
    resource_secrets (tenant_id, kid) {
        tenant_id -> Text,
        kid -> Text,
        client_id -> Text,
        resource -> Text,
        sealed -> Binary,
        created_at -> BigInt,
        active_at -> BigInt,
        expires_at -> Nullable<BigInt>,
    }
}
