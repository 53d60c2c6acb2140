//! The queries, in one text for every database: each backend includes this module for its own
//! connection, `super::Conn`, and its own handle, `super::Db`.

mod access_tokens;
mod clients;
mod codes;
mod consents;
mod credentials;
mod erase;
mod grants;
mod keys;
mod live;
mod maintenance;
mod rate_limits;
mod refresh_tokens;
mod replays;
mod requests;
mod sessions;
mod sweep;
mod tenants;
mod users;

use super::{Conn, Db};
