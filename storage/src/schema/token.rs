//! Grants and tokens, and their end.

use diesel::table;

table! {
    grants (tenant_id, grant_id) {
        tenant_id -> Text,
        grant_id -> Text,
        client_id -> Text,
        client_epoch -> BigInt,
        user_id -> Text,
        user_epoch -> BigInt,
        sid -> Text,
        offline -> Integer,
        created_at -> BigInt,
        expires_at -> BigInt,
        ends_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        auth_time -> BigInt,
        scope -> Text,
        details -> Text,
        code_hash -> Nullable<Binary>,
        code_expires_at -> Nullable<BigInt>,
        spent_at -> Nullable<BigInt>,
        code -> Nullable<Text>,
        refresh_hash -> Nullable<Binary>,
        refresh_expires_at -> Nullable<BigInt>,
        previous_hash -> Nullable<Binary>,
        rotated_at -> Nullable<BigInt>,
    }
}

table! {
    access_tokens (tenant_id, hash) {
        tenant_id -> Text,
        hash -> Binary,
        jti -> Text,
        grant_id -> Nullable<Text>,
        client_id -> Text,
        client_epoch -> BigInt,
        user_id -> Nullable<Text>,
        issued_at -> BigInt,
        expires_at -> BigInt,
        scope -> Text,
        audience -> Text,
    }
}

table! {
    revoked_tokens (tenant_id, hash) {
        tenant_id -> Text,
        hash -> Binary,
        expires_at -> BigInt,
    }
}

table! {
    revoked_jwts (tenant_id, jti) {
        tenant_id -> Text,
        jti -> Text,
        client_id -> Text,
        revoked_at -> BigInt,
        expires_at -> BigInt,
    }
}

table! {
    revocations (tenant_id, subject, id) {
        tenant_id -> Text,
        subject -> Text,
        id -> Text,
        at -> BigInt,
        expires_at -> BigInt,
    }
}

table! {
    token_lifetimes (tenant_id) {
        tenant_id -> Text,
        seconds -> BigInt,
        expires_at -> BigInt,
    }
}
