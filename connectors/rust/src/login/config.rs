//! What signing people in depends on.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use credenza_validator::{SettingsError, SigningKey};
use serde_json::{Map, Value};
use url::Url;

use super::error::SignInError;
use super::store::{MemoryStore, Store};

type SignedIn = Arc<dyn Fn(&Map<String, Value>) -> Value + Send + Sync>;
type OnError = Arc<dyn Fn(&SignInError) -> String + Send + Sync>;

/// The settings. `issuer`, `client_id`, `client_secret` (or `private_key`), `origin` and `secret` are all there has to
/// be; the rest has defaults:
///
/// ```
/// use credenza_connectors::login::LoginConfig;
///
/// let config = LoginConfig {
///     issuer: "https://id.example".to_owned(),
///     client_id: "app".to_owned(),
///     client_secret: Some("…".to_owned()),
///     origin: "https://app.example".to_owned(),
///     secret: "32 bytes or more that nobody else knows".to_owned(),
///     ..LoginConfig::default()
/// };
/// ```
#[derive(Clone)]
pub struct LoginConfig {
    /// The issuer, exactly as in its metadata.
    pub issuer: String,
    /// This application's id there.
    pub client_id: String,
    /// Its secret, for `client_secret_basic`.
    pub client_secret: Option<String>,
    /// Its private key, for `private_key_jwt` (OpenID Connect Core section 9), in place of the secret.
    pub private_key: Option<Arc<SigningKey>>,
    /// Scheme, host and port by which browsers see this application.
    pub origin: String,
    /// What seals cookies: 32 bytes at least. Of several, separated by commas, the first seals and all open.
    pub secret: String,
    /// Where the routes are: `/auth`.
    pub path: String,
    /// The scopes that are asked for: `openid profile email offline_access`.
    pub scope: String,
    /// The service that access tokens are for (RFC 8707).
    pub resource: Option<String>,
    /// How long ago people may have authenticated, in seconds (OpenID Connect Core 3.1.2.1).
    pub max_age: Option<i64>,
    /// One of these authentication contexts is required.
    pub acr_values: Vec<String>,
    /// `prompt`, where a request to `/auth/login` does not say.
    pub prompt: Option<String>,
    /// How long a session lasts: eight hours.
    pub lifetime: Duration,
    /// After how long without a request it ends; never, unless set.
    pub idle: Option<Duration>,
    /// Where sessions are: in cookies.
    pub sessions: Sessions,
    /// Where people are after they signed out: `/`. The provider has to know `origin` with this path as a
    /// `post_logout_redirect_uris`.
    pub after_logout: String,
    /// Makes what is kept beside the claims of the ID token, from these.
    pub signed_in: Option<SignedIn>,
    /// Makes the page that tells of a failed sign-in, in place of ours. It escapes what it shows.
    pub on_error: Option<OnError>,
    /// How long the provider may take for an answer: five seconds.
    pub timeout: Duration,
}

/// Where sessions are.
#[derive(Clone)]
pub enum Sessions {
    /// Sealed in cookies. The store has nothing but the sessions that were ended before their time, for which every
    /// request looks there; where there are several instances, they share it.
    Cookies {
        /// What was ended.
        ended: Arc<dyn Store>,
    },
    /// In a store; cookies hold a random id.
    Stored(Arc<dyn Store>),
}

impl Default for LoginConfig {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            client_id: String::new(),
            client_secret: None,
            private_key: None,
            origin: String::new(),
            secret: String::new(),
            path: "/auth".to_owned(),
            scope: "openid profile email offline_access".to_owned(),
            resource: None,
            max_age: None,
            acr_values: Vec::new(),
            prompt: None,
            lifetime: Duration::from_secs(8 * 3600),
            idle: None,
            sessions: Sessions::Cookies { ended: Arc::new(MemoryStore::default()) },
            after_logout: "/".to_owned(),
            signed_in: None,
            on_error: None,
            timeout: Duration::from_secs(5),
        }
    }
}

impl LoginConfig {
    /// The origin as a URL, when all is in order. That of the secret is checked where the key is made.
    pub(super) fn check(&self) -> Result<Url, SettingsError> {
        let wrong = |setting: &'static str, reason: &str| {
            Err(SettingsError { setting: setting.into(), reason: reason.to_owned() })
        };
        if self.client_id.is_empty() {
            return wrong("client_id", "is missing");
        }
        match (&self.client_secret, &self.private_key) {
            (None, None) => return wrong("client_secret", "is missing, and so is private_key"),
            (Some(_), Some(_)) => return wrong("private_key", "is set beside client_secret"),
            (Some(secret), None) if secret.is_empty() => return wrong("client_secret", "is empty"),
            _ => {}
        }
        if !self.path.starts_with('/') || self.path.len() < 2 || self.path.ends_with('/') {
            return wrong("path", "has to begin with a slash, and to end without one");
        }
        if !self.scope.split(' ').any(|scope| scope == "openid") {
            return wrong("scope", "has to have openid in it");
        }
        let Ok(origin) = Url::parse(&self.origin) else { return wrong("origin", "is not a URL") };
        if !matches!(origin.scheme(), "http" | "https") || origin.host().is_none() {
            return wrong("origin", "has to be a URL of http or https");
        }
        if origin.origin().ascii_serialization() != self.origin {
            return wrong("origin", "has to be scheme, host and port alone");
        }
        if super::return_to::sanitize(&self.after_logout, &origin) != self.after_logout {
            return wrong("after_logout", "has to be a path of this application");
        }
        Ok(origin)
    }
}

/// Prints no secrets.
impl fmt::Debug for LoginConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("LoginConfig");
        shown.field("issuer", &self.issuer).field("client_id", &self.client_id);
        shown.field("origin", &self.origin).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> LoginConfig {
        LoginConfig {
            issuer: "https://id.example".to_owned(),
            client_id: "app".to_owned(),
            client_secret: Some("secret".to_owned()),
            origin: "https://app.example".to_owned(),
            ..LoginConfig::default()
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(good().check().is_ok());
        let text = str::to_owned;
        for (config, setting) in [
            (LoginConfig { client_id: String::new(), ..good() }, "client_id"),
            (LoginConfig { client_secret: None, ..good() }, "client_secret"),
            (LoginConfig { client_secret: Some(String::new()), ..good() }, "client_secret"),
            (LoginConfig { path: text("/"), ..good() }, "path"),
            (LoginConfig { path: text("auth"), ..good() }, "path"),
            (LoginConfig { scope: text("profile"), ..good() }, "scope"),
            (LoginConfig { origin: text("app.example"), ..good() }, "origin"),
            (LoginConfig { origin: text("https://app.example/"), ..good() }, "origin"),
            (LoginConfig { origin: text("ftp://app.example"), ..good() }, "origin"),
            (LoginConfig { after_logout: text("https://evil.example"), ..good() }, "after_logout"),
        ] {
            assert_eq!(config.check().unwrap_err().setting, setting, "{config:?}");
        }
    }
}
