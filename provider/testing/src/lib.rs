//! The whole provider in the test process of an application: the real router and listener on a loopback port, a store
//! in memory, a clock that the test sets, people and clients created in one line, and faults on demand.
//!
//! ```no_run
//! # async fn test() -> Result<(), credenza_testing::Error> {
//! use credenza_testing::{Browser, NewUser, Options, Person, Provider};
//! let op = Provider::start(Options::default()).await?;
//! op.add_user(NewUser::named("alice")).await?;
//! let client = op.add_client(&serde_json::json!({ "redirect_uris": ["http://127.0.0.1:3000/callback"] })).await?;
//! // The URL to which the application would send its user:
//! let url = format!(
//!     "{}/authorize?client_id={}&response_type=code&scope=openid&redirect_uri=http://127.0.0.1:3000/callback",
//!     op.issuer(),
//!     client.client.client_id,
//! );
//! let answer = Browser::default().authorize(&op, &url, &Person::named("alice")).await?;
//! assert!(answer.params.contains_key("code"));
//! op.advance(3600)?; // everything short-lived has expired now
//! # Ok(())
//! # }
//! ```
//!
//! | module | holds |
//! |---|---|
//! | `provider` | starting, resetting, time |
//! | `users`, `clients` | people and applications |
//! | `tokens`, `revoke` | tokens without a browser, and their revocation |
//! | [`browser`], [`page`] | a person who goes through the pages |
//! | [`faults`] | faults on demand |
//! | [`keys`] | signing keys and their rotation |
//! | [`setup`] | what every provider in a test is built from |
//! | [`command`] | every operation by name and JSON, for other languages |

pub mod browser;
mod clients;
pub mod clock;
pub mod command;
mod error;
pub mod faults;
pub mod keys;
mod options;
pub mod page;
mod provider;
mod revoke;
pub mod setup;
mod tokens;
mod users;

pub use browser::{Browser, Callback, Person, SignedOut};
pub use clients::NewClient;
pub use error::Error;
pub use faults::{Endpoint, Fault};
pub use options::Options;
pub use provider::Provider;
pub use tokens::Ask;
pub use users::{NewUser, TestUser};
