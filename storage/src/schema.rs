//! The tables, for every database: the migrations of each create the same ones. A file for each theme; what may be joined is
//! said once, here.
//!
//! Columns are `BigInt` (times, in seconds), `Integer`, `Text` and `Binary` only, which every
//! database has, with the same meaning.

use diesel::allow_tables_to_appear_in_same_query;

mod client;
mod event;
mod installation;
mod key;
mod mail;
mod once;
mod people;
mod sign_in;
#[cfg(test)]
mod tests;
mod token;

pub(crate) use self::client::*;
pub(crate) use self::event::*;
pub(crate) use self::installation::*;
pub(crate) use self::key::*;
pub(crate) use self::mail::*;
pub(crate) use self::once::*;
pub(crate) use self::people::*;
pub(crate) use self::sign_in::*;
pub(crate) use self::token::*;

/// The declarations as text, since tests hold every table to some rules.
#[cfg(any(test, feature = "conformance"))]
pub(crate) const DECLARED: [&str; 9] = [
    include_str!("schema/client.rs"),
    include_str!("schema/event.rs"),
    include_str!("schema/installation.rs"),
    include_str!("schema/key.rs"),
    include_str!("schema/mail.rs"),
    include_str!("schema/once.rs"),
    include_str!("schema/people.rs"),
    include_str!("schema/sign_in.rs"),
    include_str!("schema/token.rs"),
];

allow_tables_to_appear_in_same_query!(
    tenants,
    tenant_revisions,
    client_origins,
    clients,
    client_secrets,
    registrations,
    users,
    approvals,
    authenticators,
    recovery_codes,
    user_attributes,
    user_deletions,
    groups,
    group_members,
    role_assignments,
    sessions,
    session_clients,
    logouts,
    devices,
    grants,
    access_tokens,
    revoked_tokens,
    revocations,
    webhooks,
    webhook_deliveries,
);
