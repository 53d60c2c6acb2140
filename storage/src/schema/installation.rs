//! The installation and its tenants.

use diesel::table;

table! {
    revision (id) {
        id -> Integer,
        value -> BigInt,
        told -> BigInt,
        restored_at -> Nullable<BigInt>,
        revoked -> BigInt,
    }
}

table! {
    tenant_revisions (tenant_id) {
        tenant_id -> Text,
        value -> BigInt,
        deleted_client_version -> BigInt,
    }
}

table! {
    tenants (tenant_id) {
        tenant_id -> Text,
        name -> Text,
        created_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
        settings -> Text,
        version -> BigInt,
    }
}

table! {
    secrets (name) {
        name -> Text,
        sealed -> Binary,
        created_at -> BigInt,
    }
}

table! {
    leases (name) {
        name -> Text,
        holder -> Text,
        expires_at -> BigInt,
    }
}
