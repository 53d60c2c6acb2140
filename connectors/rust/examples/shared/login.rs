//! The settings of the applications that the runner of the shared cases starts, by the environment.

use std::sync::Arc;

use credenza_connectors::login::{LoginConfig, MemoryStore, RedisStore, Sessions, Store};

pub(crate) type Failure = Box<dyn std::error::Error>;

/// A setting, unless it is empty.
pub(crate) fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// All of them.
pub(crate) fn config(origin: String) -> Result<LoginConfig, Failure> {
    let needed = |name: &str| setting(name).ok_or(format!("{name} is missing"));
    let mut config = LoginConfig {
        issuer: needed("ISSUER")?,
        client_id: needed("CLIENT_ID")?,
        client_secret: Some(needed("CLIENT_SECRET")?),
        origin,
        secret: needed("SECRET")?,
        resource: setting("RESOURCE"),
        ..LoginConfig::default()
    };
    if let Some(scope) = setting("SCOPE") {
        config.scope = scope;
    }
    if let Some(seconds) = setting("MAX_AGE") {
        config.max_age = Some(seconds.parse()?);
    }
    if let Some(values) = setting("ACR_VALUES") {
        config.acr_values = values.split(' ').map(str::to_owned).collect();
    }
    config.sessions = match setting("SESSIONS").as_deref() {
        None | Some("cookie") => {
            let ended: Arc<dyn Store> = match setting("ENDED") {
                Some(url) => Arc::new(RedisStore::new(&url)?),
                None => Arc::new(MemoryStore::default()),
            };
            Sessions::Cookies { ended }
        }
        Some("memory") => Sessions::Stored(Arc::new(MemoryStore::default())),
        Some(url) => Sessions::Stored(Arc::new(RedisStore::new(url)?)),
    };
    Ok(config)
}
