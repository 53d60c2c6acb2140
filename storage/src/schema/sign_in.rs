//! Signing in and out.

use diesel::table;

table! {
    requests (tenant_id, handle) {
        tenant_id -> Text,
        handle -> Binary,
        browser -> Binary,
        expires_at -> BigInt,
        state -> Text,
    }
}

table! {
    sessions (tenant_id, handle) {
        tenant_id -> Text,
        handle -> Binary,
        sid -> Text,
        user_id -> Text,
        user_epoch -> BigInt,
        auth_time -> BigInt,
        expires_at -> BigInt,
        last_seen_at -> BigInt,
        amr -> Text,
        user_agent -> Text,
        acr -> Nullable<Text>,
        place -> Nullable<Text>,
    }
}

table! {
    session_clients (tenant_id, sid, client_id) {
        tenant_id -> Text,
        sid -> Text,
        client_id -> Text,
        user_id -> Text,
        expires_at -> BigInt,
    }
}

table! {
    devices (tenant_id, user_id, device_id) {
        tenant_id -> Text,
        user_id -> Text,
        device_id -> Text,
        client_id -> Text,
        grant_id -> Text,
        sid -> Text,
        name -> Text,
        platform -> Text,
        app_version -> Nullable<Text>,
        push_sealed -> Nullable<Text>,
        push_hash -> Nullable<Binary>,
        created_at -> BigInt,
        updated_at -> BigInt,
        expires_at -> BigInt,
        version -> BigInt,
    }
}

table! {
    logouts (seq) {
        seq -> BigInt,
        tenant_id -> Text,
        client_id -> Text,
        user_id -> Text,
        sid -> Text,
        next_at -> BigInt,
        attempts -> Integer,
    }
}

table! {
    consents (tenant_id, user_id, client_id) {
        tenant_id -> Text,
        user_id -> Text,
        client_id -> Text,
        scope -> Text,
        updated_at -> BigInt,
    }
}
