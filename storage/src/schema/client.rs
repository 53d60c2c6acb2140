//! Clients, and how they register.

use diesel::table;

table! {
    clients (tenant_id, client_id) {
        tenant_id -> Text,
        client_id -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
        epoch -> BigInt,
        secret_hash -> Nullable<Binary>,
        secret_sealed -> Nullable<Binary>,
        metadata -> Text,
        version -> BigInt,
        service_account -> Nullable<BigInt>,
    }
}

table! {
    client_secrets (tenant_id, client_id, secret_id) {
        tenant_id -> Text,
        client_id -> Text,
        secret_id -> Text,
        hash -> Binary,
        sealed -> Nullable<Binary>,
        hint -> Nullable<Text>,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
    }
}

table! {
    client_origins (tenant_id, origin, client_id) {
        tenant_id -> Text,
        origin -> Text,
        client_id -> Text,
    }
}

table! {
    registrations (tenant_id, client_id) {
        tenant_id -> Text,
        client_id -> Text,
        token_hash -> Binary,
        created_at -> BigInt,
        used_at -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
    }
}

table! {
    initial_access_tokens (tenant_id, hash) {
        tenant_id -> Text,
        hash -> Binary,
        token_id -> Text,
        name -> Text,
        remaining -> Nullable<BigInt>,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
    }
}
