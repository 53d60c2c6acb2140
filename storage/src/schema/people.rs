//! People, their groups and their roles.

use diesel::table;

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
        password_change_required -> Nullable<BigInt>,
        terms_version -> Nullable<Text>,
        terms_accepted_at -> Nullable<BigInt>,
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
    user_deletions (tenant_id, user_id) {
        tenant_id -> Text,
        user_id -> Text,
        requested_at -> BigInt,
        deletes_at -> BigInt,
        own -> BigInt,
        disabled_before -> Nullable<BigInt>,
        secret -> Nullable<Binary>,
        reminder_secret -> Nullable<Binary>,
        reminds_at -> Nullable<BigInt>,
        lang -> Text,
    }
}

table! {
    authenticators (tenant_id, user_id, authenticator_id) {
        tenant_id -> Text,
        user_id -> Text,
        authenticator_id -> Text,
        kind -> Text,
        name -> Text,
        state -> Text,
        credential -> Nullable<Binary>,
        time_step -> BigInt,
        aaguid -> Nullable<Text>,
        backed_up -> Nullable<BigInt>,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
    }
}

table! {
    recovery_codes (tenant_id, user_id, code) {
        tenant_id -> Text,
        user_id -> Text,
        code -> Binary,
        created_at -> BigInt,
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
    admin_roles (tenant_id, user_id, role, installation) {
        tenant_id -> Text,
        user_id -> Text,
        role -> Text,
        installation -> BigInt,
        created_at -> BigInt,
    }
}

table! {
    approvals (tenant_id, user_id) {
        tenant_id -> Text,
        user_id -> Text,
        state -> Text,
        asked_at -> BigInt,
        decided_at -> Nullable<BigInt>,
        expires_at -> BigInt,
    }
}
