//! Events, and who is told of them.

use diesel::table;

table! {
    outbox (seq) {
        seq -> BigInt,
        tenant_id -> Text,
        sink -> Text,
        event_id -> Text,
        at -> BigInt,
        body -> Text,
    }
}

table! {
    event_intake (seq) {
        seq -> BigInt,
        tenant_id -> Text,
        at -> BigInt,
        body -> Text,
    }
}

table! {
    event_log_head (id) {
        id -> Integer,
        value -> BigInt,
    }
}

table! {
    event_log (tenant_id, position) {
        tenant_id -> Text,
        position -> BigInt,
        event_id -> Text,
        at -> BigInt,
        noun -> Text,
        kind -> Text,
        subject -> Text,
        actor -> Nullable<Text>,
        user_id -> Nullable<Text>,
        client_id -> Nullable<Text>,
        body -> Text,
    }
}

table! {
    webhooks (tenant_id, webhook_id) {
        tenant_id -> Text,
        webhook_id -> Text,
        url -> Text,
        description -> Text,
        events -> Text,
        status -> Text,
        paused_at -> Nullable<BigInt>,
        paused_reason -> Nullable<Text>,
        failing_since -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        version -> BigInt,
    }
}

table! {
    webhook_secrets (tenant_id, webhook_id, secret_id) {
        tenant_id -> Text,
        webhook_id -> Text,
        secret_id -> Text,
        sealed -> Binary,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
    }
}

table! {
    webhook_deliveries (seq) {
        seq -> BigInt,
        tenant_id -> Text,
        webhook_id -> Text,
        event_id -> Text,
        kind -> Text,
        subject -> Text,
        at -> BigInt,
        body -> Text,
        state -> Text,
        attempts -> Integer,
        next_at -> Nullable<BigInt>,
        attempted_at -> Nullable<BigInt>,
        status -> Nullable<Integer>,
        response -> Nullable<Text>,
        expires_at -> BigInt,
    }
}
