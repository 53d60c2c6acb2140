//! The whole provider in the test process of an application: the real router and listener on a loopback port, a store
//! in memory, a clock that the test sets, people and clients made in a line, and switches for what goes wrong.
//!
//! ```no_run
//! # async fn test() -> Result<(), credenza_testing::Error> {
//! use credenza_testing::{Browser, NewUser, Options, Person, Provider};
//! let op = Provider::start(Options::default()).await?;
//! op.add_user(NewUser::named("alice")).await?;
//! let client = op.add_client(&serde_json::json!({ "redirect_uris": ["http://127.0.0.1:3000/callback"] })).await?;
//! // What the application would send its user to:
//! let url = format!(
//!     "{}/authorize?client_id={}&response_type=code&scope=openid&redirect_uri=http://127.0.0.1:3000/callback",
//!     op.issuer(),
//!     client.client.client_id,
//! );
//! let answer = Browser::default().authorize(&op, &url, &Person::named("alice")).await?;
//! assert!(answer.params.contains_key("code"));
//! op.advance(3600)?; // everything short-lived is dead now
//! # Ok(())
//! # }
//! ```
//!
//! | module | holds |
//! |---|---|
//! | `provider` | starting, resetting, time |
//! | `users`, `clients` | who takes part |
//! | `tokens`, `revoke` | tokens without a browser, and their end |
//! | [`browser`], [`page`] | a person who walks the pages |
//! | [`faults`] | what goes wrong |
//! | [`keys`] | signing keys, and their change |
//! | [`ground`] | what any provider in a test stands on |
//! | [`command`] | all of it by names and JSON, for other languages |

pub mod browser;
mod clients;
pub mod clock;
pub mod command;
mod error;
pub mod faults;
pub mod ground;
pub mod keys;
mod options;
pub mod page;
mod provider;
mod revoke;
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
