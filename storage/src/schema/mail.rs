//! Mail to people.

use diesel::table;

table! {
    mails (seq) {
        seq -> BigInt,
        tenant_id -> Text,
        kind -> Text,
        sealed -> Binary,
        next_at -> BigInt,
        attempts -> Integer,
        expires_at -> BigInt,
    }
}

table! {
    email_challenges (tenant_id, user_id, purpose) {
        tenant_id -> Text,
        user_id -> Text,
        purpose -> Text,
        secret -> Binary,
        address -> Text,
        user_epoch -> BigInt,
        request -> Nullable<Text>,
        expires_at -> BigInt,
    }
}

table! {
    sign_ups (tenant_id, email_key, kind) {
        tenant_id -> Text,
        email_key -> Text,
        kind -> Text,
        secret -> Binary,
        address -> Text,
        request -> Nullable<Text>,
        expires_at -> BigInt,
    }
}

table! {
    sign_in_links (tenant_id, secret) {
        tenant_id -> Text,
        secret -> Binary,
        user_id -> Text,
        kind -> Text,
        address -> Nullable<Text>,
        user_epoch -> BigInt,
        request -> Nullable<Text>,
        client_id -> Nullable<Text>,
        expires_at -> BigInt,
    }
}

table! {
    invitations (tenant_id, invitation_id) {
        tenant_id -> Text,
        invitation_id -> Text,
        secret -> Binary,
        address -> Text,
        details -> Text,
        invited_by -> Nullable<Text>,
        created_at -> BigInt,
        sent_at -> BigInt,
        good_until -> BigInt,
        accepted_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
        user_id -> Nullable<Text>,
        expires_at -> BigInt,
    }
}

table! {
    email_changes (tenant_id, user_id) {
        tenant_id -> Text,
        user_id -> Text,
        secret -> Binary,
        address -> Text,
        was -> Text,
        user_epoch -> BigInt,
        expires_at -> BigInt,
    }
}

table! {
    email_undos (tenant_id, user_id, secret) {
        tenant_id -> Text,
        user_id -> Text,
        secret -> Binary,
        address -> Text,
        username -> Nullable<Text>,
        expires_at -> BigInt,
    }
}
