//! What nouns share. Nothing here depends on a noun.

pub(super) mod client_version;
pub(super) mod enabled_user;
pub(super) mod epoch_end;
pub(super) mod erase;
mod erased_tables;
pub(super) mod events;
pub(super) mod grant_end;
pub(super) mod hold;
pub(super) mod identifiers;
pub(super) mod kept_secrets;
pub(super) mod lifetime;
pub(super) mod live;
pub(super) mod new_grant;
pub(super) mod new_password;
pub(super) mod new_user;
pub(super) mod origins;
pub(super) mod proven_address;
pub(super) mod resources;
pub(super) mod revision;
pub(super) mod rights;
pub(super) mod rows;
pub(super) mod session_end;
pub(super) mod stale;
pub(super) mod terms;
pub(super) mod trusted_browsers;
pub(super) mod user_attributes;
pub(super) mod user_deletion;
pub(super) mod user_update;
pub(super) mod user_walk;

use super::Conn;
