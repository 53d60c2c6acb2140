//! The queries, written and compiled once for every database.

mod access_tokens;
mod admin_roles;
mod client_secrets;
mod clients;
mod codes;
mod consents;
mod credentials;
mod devices;
mod email_challenges;
mod event_intake;
mod event_log;
mod grants;
mod groups;
mod idempotency;
mod initial_access_tokens;
mod invitations;
mod keys;
mod leases;
mod logouts;
mod mails;
mod maintenance;
mod outbox;
mod rate_limits;
#[cfg(feature = "conformance")]
mod raw;
mod refresh_tokens;
mod registrations;
mod replays;
mod requests;
mod resource_secrets;
mod revocations;
mod roles;
mod secrets;
mod sessions;
mod shared;
mod sign_in_links;
mod sign_ups;
mod sweep;
mod tenants;
mod users;
mod webhook_deliveries;
mod webhook_queue;
mod webhooks;

use crate::conn::Conn;
use crate::db::Db;
