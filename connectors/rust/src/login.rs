//! Signing people in: a relying party of OpenID Connect with code, PKCE, `state` and `nonce`; sessions in cookies or in a
//! store; refreshed access tokens; and logout, by this application and by the provider.
//!
//! | module | holds |
//! |---|---|
//! | `config` | the settings |
//! | `provider`, `token` | the provider's metadata and endpoints; the crate `oauth2` makes the requests |
//! | `flow` | to the provider and back |
//! | `id_token` | ID tokens, by our validator |
//! | `session`, `record`, `cookies` | where sessions are, and what is in them |
//! | [`store`](crate::login::Store) | the interface of stores, in memory and in Redis |
//! | `refresh` | one refresh at a time for each session |
//! | `logout` | the three ways out |
//! | `return_to` | where people may be sent |
//! | `visit` | a request and its session |
//! | `routes`, [`axum`], [`actix`] | the routes, and the frameworks |

#[cfg(feature = "actix")]
pub mod actix;
#[cfg(feature = "axum")]
pub mod axum;
mod config;
mod cookies;
mod core;
mod error;
mod flow;
mod id_token;
mod logout;
mod page;
mod provider;
mod record;
mod refresh;
mod return_to;
mod routes;
mod session;
mod store;
mod token;
mod visit;

use std::sync::Arc;

use credenza_validator::SettingsError;

pub use config::{LoginConfig, Sessions};
pub use error::{SignInError, TokenError};
pub use routes::{MAX_BODY, Routed};
#[cfg(feature = "redis")]
pub use store::RedisStore;
pub use store::{By, Entry, MemoryStore, Store, StoreError, Stored};
pub use visit::{Session, Visit};

/// Signs people in. Made once; clones are the same.
#[derive(Clone)]
pub struct Login(Arc<core::Core>);

impl Login {
    /// By these settings. Nothing is fetched yet: an application starts while its provider is down.
    ///
    /// # Errors
    /// [`SettingsError`] names the setting that is missing or wrong.
    pub fn new(config: LoginConfig) -> Result<Self, SettingsError> {
        Ok(Self(Arc::new(core::Core::new(config)?)))
    }

    /// Where the routes are.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.config.path
    }

    /// Answers a request to one of the routes, for a framework that has no module here.
    pub async fn answer(&self, request: Routed<'_>) -> http::Response<String> {
        routes::route(&self.0, request).await
    }

    /// What a request comes with, for a framework that has no module here. After the handler, [`Visit::fields`] go to the
    /// answer.
    #[must_use]
    pub fn visit(&self, headers: &http::HeaderMap) -> Visit {
        Visit::new(&self.0, headers)
    }
}
