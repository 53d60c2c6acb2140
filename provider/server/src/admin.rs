//! What operators do: every rule about tenants, clients, users, groups, roles, keys and registration tokens, in
//! one place.
//!
//! The command line, `credenza dev`, dynamic registration and the testing provider all come here, each through its own
//! door: a door parses what it was given, calls a function of one of these files, and turns the [`Outcome`] into its own
//! form (a sentence, JSON, an OAuth error). A function here checks the rules, then calls one method of storage, which
//! writes the record and its event in one transaction.
//!
//! An edit is always the same three steps: the door finds the record, changes it, and hands it back to `update`. The
//! record says which version it was read at, so that of two operators who edit it at the same time the second is told
//! [`Outcome::Stale`]; an HTTP API compares the version with `If-Match` (RFC 9110 13.1.1) between the first two steps.
//!
//! | file | holds |
//! |---|---|
//! | [`tenants`], [`settings`] | issuers, and what is set for each |
//! | [`clients`] | applications: their defaults, checks and secrets; those that register themselves too |
//! | [`users`], [`sessions`], [`devices`] | people, where they are signed in, and where native applications are installed |
//! | [`sign_in_links`] | links by which somebody signs in without a password |
//! | [`approvals`] | accounts on which operators decide |
//! | [`grants`] | what people gave to clients, and what they are not asked again |
//! | [`groups`], [`roles`] | which groups people are in, and what they are at a client |
//! | [`invitations`], [`post`] | who is asked to make an account, and how people are written to |
//! | [`keys`] | signing keys |
//! | [`resources`] | resources in words, and what tokens for them are like |
//! | [`resource_secrets`] | secrets shared with services that cannot read public keys |
//! | [`restores`] | backups that were restored |
//! | [`admin_roles`], [`authority`] | who may administer what, and that nobody gives more than they have |
//! | [`document`] | records as documents, and how they are edited |
//! | [`registration_tokens`] | who may register clients |
//! | [`command_line`] | the client by which people sign in from the command line |
//! | [`webhooks`] | where events are sent |
//! | [`events`] | what has happened: listed and followed |

use credenza_protocol::time::Time;
use credenza_storage::Store;

use crate::accounts::password::Hasher;
use crate::config::{Config, WebhookConfig};
use crate::keys::schedule::Schedule;
use crate::keys::seal::MasterKeys;
use crate::rng::Rng;
use crate::state::State;

pub mod admin_roles;
pub mod approvals;
pub mod authenticators;
pub mod authority;
pub mod clients;
pub mod command_line;
pub mod devices;
pub mod document;
mod error;
pub mod events;
pub mod grants;
pub mod groups;
mod invalid;
pub mod invitations;
pub mod keys;
mod listing;
mod outcome;
pub mod post;
pub mod registration_tokens;
pub mod resource_secrets;
pub mod resources;
pub mod restores;
pub mod roles;
pub mod sessions;
pub mod settings;
pub mod sign_in_links;
pub mod tenants;
mod text;
pub mod users;
pub mod webhooks;

pub use authority::Authority;
pub use error::Error;
pub use invalid::InvalidField;
pub use outcome::{Outcome, Refusal};
pub use text::time;

/// What these use cases need. It borrows everything, and is made anew for each command or request.
#[derive(Clone, Copy)]
pub struct Administration<'a> {
    /// Storage.
    pub store: &'a Store,
    /// Randomness.
    pub rng: &'a dyn Rng,
    /// The time at which everything of this command or request happens.
    pub now: Time,
    /// Encrypts secrets at rest. A command can do without as long as it writes none.
    pub master_keys: Option<&'a MasterKeys>,
    /// How often signing keys are changed.
    pub schedule: Schedule,
    /// Hashes new passwords.
    pub passwords: Hasher<'a>,
    /// How far the rights of whoever asks go.
    pub authority: Authority<'a>,
    /// What webhooks may be.
    pub webhooks: &'a WebhookConfig,
}

impl<'a> Administration<'a> {
    /// That of a server, for a request that came at `now`.
    #[must_use]
    pub fn of_server(state: &'a State, now: Time) -> Self {
        Self {
            store: &state.store,
            rng: state.rng.as_ref(),
            now,
            master_keys: Some(&state.master),
            schedule: state.schedule,
            passwords: Hasher::Pool(&state.passwords),
            authority: Authority::Everything,
            webhooks: &state.webhooks,
        }
    }

    /// That of a command, or of a server before it listens: it hashes passwords itself.
    #[must_use]
    pub fn of_config(config: &'a Config, store: &'a Store, rng: &'a dyn Rng, now: Time) -> Self {
        Self {
            store,
            rng,
            now,
            master_keys: Some(&config.master_keys),
            schedule: config.keys,
            passwords: Hasher::Here(&config.password.cost),
            authority: Authority::Everything,
            webhooks: &config.webhooks,
        }
    }

    /// The master keys, which `what` cannot be written without.
    fn master_keys(&self, what: &'static str) -> Result<&'a MasterKeys, Error> {
        self.master_keys.ok_or(Error::NoMasterKey(what))
    }
}

#[cfg(test)]
pub(crate) mod parts;
#[cfg(test)]
mod tests;
