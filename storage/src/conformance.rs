//! The contract that every backend keeps, as functions that a test calls with an empty store.
//!
//! [`conformance!`](crate::conformance!) makes a test of each.
#![expect(clippy::unwrap_used, reason = "these functions are tests, and fail by panicking")]

pub mod access_tokens;
pub mod clients;
pub mod codes;
pub mod consents;
pub mod credentials;
pub mod fixtures;
pub mod grants;
pub mod keys;
pub mod maintenance;
pub mod races;
pub mod refresh_tokens;
pub mod replays;
pub mod requests;
pub mod sessions;
pub mod tenants;
pub mod text;
pub mod users;
