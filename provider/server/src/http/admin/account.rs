//! The account API, `/api/v1/me`: what an application does with the account of a person, in their name. It goes in where the
//! admin API does, by a token of another kind ([`crate::flow::account_token`]), and never further than that person.
//!
//! Ids of others are ids of nothing: each use case takes the person from the token, and the id from the path only beside it.

mod applications;
mod authenticators;
mod data;
mod deletion;
mod devices;
mod email;
mod password;
mod profile;
mod sessions;

use super::operation::Operation;

/// The group of the operations.
const TAG: &str = "Account";

/// The operations of each file.
pub(super) const OPERATIONS: [&[Operation]; 9] = [
    profile::OPERATIONS,
    email::OPERATIONS,
    sessions::OPERATIONS,
    applications::OPERATIONS,
    password::OPERATIONS,
    authenticators::OPERATIONS,
    devices::OPERATIONS,
    data::OPERATIONS,
    deletion::OPERATIONS,
];
