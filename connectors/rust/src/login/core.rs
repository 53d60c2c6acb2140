//! What all parts of signing in share.

use std::sync::Arc;

use credenza_validator::SettingsError;
use url::Url;

use super::config::LoginConfig;
use super::cookies::Cookies;
use super::provider::{Fetches, Provider};
use super::record::Record;
use super::session::Keeper;
use crate::flight::Flights;
use crate::sealed::Sealer;
use crate::{Clock, HttpFetcher, Settings, Validator};

/// Everything that is made once.
pub(super) struct Core {
    pub(super) config: LoginConfig,
    pub(super) origin: Url,
    pub(super) provider: Provider,
    pub(super) validator: Validator,
    pub(super) cookies: Cookies,
    pub(super) keeper: Keeper,
    /// Seals what is remembered of a sign-in that is under way.
    pub(super) sealer: Sealer,
    pub(super) refreshing: Flights<Refreshed>,
}

/// What became of a refresh.
#[derive(Clone)]
pub(super) enum Refreshed {
    /// The session with its new tokens.
    Newer(Arc<Record>),
    /// The provider no longer knows the session.
    Ended,
    /// It cannot be asked. The session stays as it is.
    Unavailable,
}

impl Core {
    pub(super) fn new(config: LoginConfig) -> Result<Self, SettingsError> {
        let origin = config.check()?;
        let cookies = Cookies::new(origin.scheme() == "https");
        let mut settings = Settings::for_client(&config.issuer, &config.client_id);
        // ID tokens come from the provider itself: one by a new key is worth a look at the keys.
        settings.key_cache.cooldown = 1;
        let provider = Provider::new(config.clone())?;
        let fetches = Fetches { provider: provider.clone(), http: HttpFetcher::new()? };
        Ok(Self {
            origin,
            provider,
            validator: Validator::with(settings, fetches, Clock::system())?,
            keeper: Keeper::new(&config, cookies.clone())?,
            cookies,
            sealer: Sealer::new(&config.secret, "flow")?,
            refreshing: Flights::default(),
            config,
        })
    }
}
