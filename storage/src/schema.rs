//! The tables, for every database: the migrations of each create the same ones.
//!
//! Columns are `BigInt` (times, in seconds), `Integer`, `Text` and `Binary` only, which every
//! database has, with the same meaning.

use diesel::{allow_tables_to_appear_in_same_query, table};

#[cfg(test)]
mod tests;

table! {
    revision (id) {
        id -> Integer,
        value -> BigInt,
        told -> BigInt,
        restored_at -> Nullable<BigInt>,
    }
}

table! {
    tenant_revisions (tenant_id) {
        tenant_id -> Text,
        value -> BigInt,
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

table! {
    secrets (name) {
        name -> Text,
        sealed -> Binary,
        created_at -> BigInt,
    }
}

table! {
    users (tenant_id, user_id) {
        tenant_id -> Text,
        user_id -> Text,
        username -> Text,
        username_key -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
        epoch -> BigInt,
        password_hash -> Nullable<Text>,
        claims -> Text,
        version -> BigInt,
        attributes -> Nullable<Text>,
        email_key -> Nullable<Text>,
        email_search -> Nullable<Text>,
        phone_search -> Nullable<Text>,
        name_search -> Nullable<Text>,
        attributes_search -> Nullable<BigInt>,
    }
}

table! {
    user_attributes (tenant_id, name, value_hash, user_id) {
        tenant_id -> Text,
        name -> Text,
        value_hash -> Binary,
        user_id -> Text,
    }
}

table! {
    groups (tenant_id, group_id) {
        tenant_id -> Text,
        group_id -> Text,
        name -> Text,
        name_key -> Text,
        description -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        version -> BigInt,
    }
}

table! {
    group_members (tenant_id, group_id, user_id) {
        tenant_id -> Text,
        group_id -> Text,
        user_id -> Text,
    }
}

table! {
    role_assignments (tenant_id, holder_type, holder_id, client_id, role) {
        tenant_id -> Text,
        holder_type -> Text,
        holder_id -> Text,
        client_id -> Text,
        role -> Text,
    }
}

table! {
    username_looks (tenant_id, look) {
        tenant_id -> Text,
        look -> Binary,
        user_id -> Text,
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
    requests (tenant_id, handle) {
        tenant_id -> Text,
        handle -> Binary,
        browser -> Binary,
        expires_at -> BigInt,
        state -> Text,
    }
}

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

table! {
    consents (tenant_id, user_id, client_id) {
        tenant_id -> Text,
        user_id -> Text,
        client_id -> Text,
        scope -> Text,
        updated_at -> BigInt,
    }
}

table! {
    replays (tenant_id, purpose, hash) {
        tenant_id -> Text,
        purpose -> Text,
        hash -> Binary,
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

table! {
    admin_roles (tenant_id, user_id, role, installation) {
        tenant_id -> Text,
        user_id -> Text,
        role -> Text,
        installation -> BigInt,
        created_at -> BigInt,
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

table! {
    leases (name) {
        name -> Text,
        holder -> Text,
        expires_at -> BigInt,
    }
}

allow_tables_to_appear_in_same_query!(
    tenants,
    tenant_revisions,
    client_origins,
    clients,
    client_secrets,
    registrations,
    users,
    user_attributes,
    groups,
    group_members,
    role_assignments,
    sessions,
    session_clients,
    logouts,
    grants,
    access_tokens,
    revoked_tokens,
    revocations,
    webhooks,
    webhook_deliveries,
);
