//! Access tokens of OpenID Connect and OAuth 2 issuers, checked in front of the routes of Axum, Actix and tonic.
//!
//! The decision is made by [`credenza_validator`], which does no I/O. This crate fetches what it asks for (the issuer's
//! metadata, keys and revoked tokens), hands requests to it, and its answers to the framework.
//!
//! ```
//! use credenza_connectors::{Guard, Needs, Settings};
//!
//! let guard = Guard::new(Settings::new("https://id.example", "https://api.example"))?;
//! # #[cfg(feature = "axum")] {
//! use credenza_connectors::axum::{Caller, protect};
//!
//! async fn orders(caller: Caller) -> String {
//!     format!("Hello {}", caller.sub().unwrap_or_default())
//! }
//! let orders = axum::routing::get(orders).layer(protect(&guard, Needs::new().scope("orders:read")));
//! let app: axum::Router = axum::Router::new().route("/orders", orders);
//! # }
//! # Ok::<(), credenza_connectors::SettingsError>(())
//! ```
//!
//! | module | holds |
//! |---|---|
//! | `keys` | the validator with everything it fetches: one fetch for all who wait, the rest in the background |
//! | `http` | the client that fetches, by reqwest (feature `reqwest`) |
//! | `about` | what is remembered of settings: the issuers, and where their claims stand |
//! | `issuers` | the validators of a guard, by request where tenants have hosts |
//! | `introspection`, `assertion` | clients that have a private key in place of a secret (feature `reqwest`) |
//! | `config` | all settings in one document |
//! | `guard`, `needs`, `refusal` | what every framework's guard does, what a route asks for, what is answered |
//! | `caller` | whom a request is from |
//! | `metadata` | the document about this service (RFC 9728) |
//! | [`axum`], [`actix`], [`tonic`], [`oxide_auth`] | one file for each framework, by features of these names |
//! | [`login`] | signing people in (feature `login`) |
//! | [`kit`] | what every service writes again (feature `kit`) |
//! | [`service`] | calls to other services, and users (feature `service`) |
//! | [`events`] | webhooks and streams (feature `events`) |
//! | `discovery`, `web`, `flight`, `sealed`, `random`, `redis_client` | what these share |
//! | [`tower`] | the layer that Axum and tonic share |
//! | [`testing`] | an issuer in memory, for the tests of applications (feature `testing`) |

mod about;
#[cfg(feature = "actix")]
pub mod actix;
#[cfg(all(feature = "actix", any(feature = "login", feature = "kit")))]
mod actix_http;
#[cfg(feature = "reqwest")]
mod assertion;
#[cfg(feature = "axum")]
pub mod axum;
mod caller;
mod clock;
mod config;
#[cfg(any(feature = "login", feature = "service"))]
mod discovery;
#[cfg(feature = "events")]
pub mod events;
mod fetch;
#[cfg(any(feature = "login", feature = "kit", feature = "service"))]
mod flight;
mod guard;
#[cfg(feature = "reqwest")]
mod http;
mod incoming;
#[cfg(feature = "reqwest")]
mod introspection;
mod issuers;
mod keys;
#[cfg(feature = "kit")]
pub mod kit;
#[cfg(feature = "login")]
pub mod login;
mod metadata;
mod needs;
#[cfg(feature = "oxide-auth")]
pub mod oxide_auth;
#[cfg(any(feature = "reqwest", all(feature = "events", feature = "redis")))]
mod random;
mod rarely;
#[cfg(all(feature = "redis", any(feature = "login", feature = "kit", feature = "events")))]
mod redis_client;
mod refusal;
#[cfg(any(feature = "login", feature = "kit"))]
mod sealed;
#[cfg(feature = "service")]
pub mod service;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "tonic")]
pub mod tonic;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(any(feature = "login", feature = "kit", feature = "service"))]
mod web;

pub use credenza_validator as validator;
pub use credenza_validator::{Denied, Profile, Requirement, Rule, Settings, SettingsError};

#[cfg(feature = "reqwest")]
pub use self::http::HttpFetcher;
pub use caller::Caller;
pub use clock::Clock;
pub use config::Config;
pub use fetch::{Answer, Fetched, Fetcher};
pub use guard::{Admitted, Guard, Outcome};
pub use incoming::{Asked, ClientCertificate, Incoming};
pub use issuers::Issuers;
pub use keys::Validator;
pub use metadata::Metadata;
pub use needs::{Needs, Protection};
pub use refusal::Refusal;

/// The programs of the README are compiled, and those of its tests run.
#[cfg(all(
    doctest,
    feature = "axum",
    feature = "actix",
    feature = "tonic",
    feature = "testing",
    feature = "login",
    feature = "kit",
    feature = "service",
    feature = "nats",
    feature = "redis"
))]
#[doc = include_str!("../README.md")]
pub struct Readme;
