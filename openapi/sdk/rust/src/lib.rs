#![doc = include_str!("../README.md")]

pub mod apis;
#[expect(unused_imports, reason = "generated for every schema alike")]
pub mod models;

mod calls;
mod facts;
mod pages;
mod problem;
mod tokens;

pub use apis::configuration::Configuration;
pub use calls::{admin, Retries};
pub use pages::{paginate, Page};
pub use problem::{kind, problem};
pub use tokens::{ServiceAccount, StaticToken, TokenError, TokenSource};

/// The version of this library.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The entity tag of a version that was read, for `If-Match`.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}
