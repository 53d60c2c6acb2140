//! Client metadata (RFC 7591, RFC 7592, OpenID Connect Registration): what clients may register, by themselves or
//! through an operator.
//!
//! | file | holds |
//! |---|---|
//! | `policy` | what the tenant allows |
//! | `document` | members of a JSON object, with their types and limits |
//! | `read` | a document as a client: one rule for each field |
//! | `check`, `uris`, `keys`, `algorithms` | what must hold of a client as a whole, an operator's as well |
//! | `software_statement` | metadata asserted by a trusted issuer (RFC 7591 2.3) |
//! | `sector` | the sector of pairwise subjects (OpenID Connect Core 8.1) |
//! | `manage` | what a client must not send in an update (RFC 7592 2.2) |
//! | `answer` | the client information response (RFC 7591 3.2.1) |
//! | `fault`, `error` | why metadata, or a request, are refused |

mod algorithms;
mod answer;
mod check;
mod document;
mod error;
mod fault;
mod keys;
mod manage;
mod policy;
mod read;
pub mod sector;
pub mod software_statement;
mod uris;

pub use answer::{ClientInformation, Credentials};
pub use check::check;
pub use error::Error;
pub use fault::{Code, Fault};
pub use manage::{Presented, presented};
pub use policy::Policy;
pub use read::read;

/// The members of a JSON object, as a client sent them.
pub type Members = serde_json::Map<String, serde_json::Value>;

#[cfg(test)]
mod tests;
