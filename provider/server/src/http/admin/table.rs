//! Every operation of the admin API and of the account API.

use super::operation::Operation;
use super::{
    account, admin_roles, approvals, authenticators, client_keys, client_secrets, clients, devices, events,
    grants, groups, invitations, keys, registration_tokens, resource_secrets, resources, roles, sessions,
    set_up, sign_in_links, tenants, user_deletions, user_export, user_import, user_lockout, users,
    webhook_deliveries, webhook_secrets, webhooks,
};

/// The groups of operations, and what they are about.
pub(super) const TAGS: [(&str, &str); 16] = [
    ("Tenants", "Issuers of their own, and their settings."),
    ("Clients", "Applications that people sign in to, and service accounts."),
    ("Users", "The people of a tenant."),
    ("Invitations", "Who is asked to make an account."),
    ("Sessions", "Where people are signed in, and where native applications of theirs are installed."),
    ("Grants", "What people gave to clients."),
    ("Admin roles", "Which people may administer what."),
    ("Keys", "Signing keys."),
    ("Groups", "Groups of people, and who is in them."),
    ("Roles", "What people and groups are at a client."),
    ("Registration tokens", "Who may register clients (RFC 7591)."),
    ("Events", "What has happened, for as long as events are kept."),
    ("Webhooks", "Where events are sent (Standard Webhooks)."),
    ("Resources", "APIs: what their scopes mean to people, and what tokens for them are like (RFC 8707)."),
    ("Apply", "Tenants and what is in them, from one document."),
    ("Account", "The account API: what applications do with the account of a person, in their name."),
];

/// Every operation.
pub(super) fn operations() -> impl Iterator<Item = &'static Operation> {
    let nouns = [
        tenants::OPERATIONS,
        clients::OPERATIONS,
        client_secrets::OPERATIONS,
        client_keys::OPERATIONS,
        users::OPERATIONS,
        user_deletions::OPERATIONS,
        user_import::OPERATIONS,
        user_export::OPERATIONS,
        user_lockout::OPERATIONS,
        authenticators::OPERATIONS,
        sign_in_links::OPERATIONS,
        approvals::OPERATIONS,
        invitations::OPERATIONS,
        sessions::OPERATIONS,
        devices::OPERATIONS,
        grants::OPERATIONS,
        admin_roles::OPERATIONS,
        keys::OPERATIONS,
        groups::OPERATIONS,
        roles::OPERATIONS,
        registration_tokens::OPERATIONS,
        events::OPERATIONS,
        webhooks::OPERATIONS,
        webhook_secrets::OPERATIONS,
        webhook_deliveries::OPERATIONS,
        resources::OPERATIONS,
        resource_secrets::OPERATIONS,
        set_up::OPERATIONS,
    ];
    nouns.into_iter().chain(account::OPERATIONS).flatten()
}
