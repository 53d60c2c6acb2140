//! Fixtures: a whole provider in the test's process, on a loopback port of its own, with a clock that
//! stands still; clients and users with good defaults; a browser that keeps cookies and fills in forms.
//!
//! ```no_run
//! # async fn test() {
//! use credenza_tests::{Provider, RelyingParty};
//! let op = Provider::start().await;
//! let alice = op.user("alice").await;
//! let rp = RelyingParty::confidential(&op).await;
//! let tokens = rp.sign_in(&op, &alice).await;
//! assert!(tokens.id_token.is_some());
//! # }
//! ```

mod administrator;
mod answer;
mod authenticator_app;
mod breaks;
mod browser;
mod client_keys;
mod cluster;
pub mod consumers;
mod database;
pub mod described;
mod effects;
mod event_schemas;
mod hostile_strings;
mod http_client;
mod jwt;
mod lifecycle;
mod mailbox;
mod master_keys;
mod meanwhile;
mod nginx;
pub mod node;
mod outage;
pub mod outside;
mod own_account;
mod page_of_app;
mod people;
mod provider;
mod random;
mod registrant;
mod relying_party;
mod request_object;
mod resource_server;
mod routes;
pub mod served;
pub mod services;
mod stall;
mod terminal;
mod unproven;

pub use administrator::{Administrator, give};
pub use answer::{Step, query_of};
pub use authenticator_app::{AuthenticatorApp, recovery_codes};
pub use breaks::breaks;
pub use browser::{Browser, Form, Page};
pub use client_keys::{decryption_key, jwks_of, jwks_to_encrypt_to, opened, signing_key};
pub use cluster::Cluster;
pub use database::Database;
pub use event_schemas::EventSchemas;
pub use hostile_strings::HOSTILE_STRINGS;
pub use http_client::{Request, Response, at_once, changed};
pub use jwt::{assertion, claims_of, header_of, jws, names_of, verified};
pub use mailbox::{code_in, link_in};
pub use master_keys::MasterKeyTexts;
pub use meanwhile::{Meanwhile, store_with_meanwhile};
pub use nginx::Nginx;
pub use outage::{Outage, failing_store};
pub use outside::{Outside, Reply};
pub use own_account::OwnAccount;
pub use page_of_app::{APP_ORIGIN, ISSUER_OF_APPS, PageOfApp};
pub use provider::{Builder, Person, Provider, egress};
pub use random::Random;
pub use registrant::{Registrant, merged, web_client};
pub use relying_party::{Authorization, CHALLENGE, FORMATS, RelyingParty, Tokens, VERIFIER};
pub use request_object::unsigned;
pub use resource_server::ResourceServer;
pub use routes::{Route, routes};
pub use served::Served;
pub use stall::{Stall, stalling_store};
pub use terminal::{Printed, Terminal};

/// What most tests begin with: a provider, a person, and a confidential client that may do everything.
pub async fn setup() -> (Provider, Person, RelyingParty) {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    (op, alice, rp)
}
