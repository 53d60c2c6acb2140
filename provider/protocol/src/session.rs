//! A session: one person, signed in once, in one browser.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{SessionId, UserId};
use crate::place::Place;
use crate::tenant::TenantSettings;
use crate::time::Time;

/// What is known of a sign-in. The handle that the browser carries is not here.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct Session {
    /// Its public name.
    pub sid: SessionId,
    /// Who signed in.
    pub user_id: UserId,
    /// When the person last proved who they are (`auth_time`).
    pub auth_time: Time,
    /// How (`amr`, RFC 8176).
    pub amr: Vec<String>,
    /// The authentication context that this reached (`acr`, OpenID Connect Core 2); absent where it reached none that
    /// has a name.
    pub acr: Option<String>,
    /// When the session ends, whatever happens.
    pub expires_at: Time,
    /// When it was last used, to within a few minutes.
    pub last_seen_at: Time,
    /// The browser, as it named itself; for the person's own list of sessions.
    pub user_agent: String,
    /// Where the person was when they signed in, as far as the address of their network tells; null where it is not known.
    pub place: Option<Place>,
}

impl Session {
    /// When it ends, whatever happens: by the settings of the time at which the person signed in, or by those of today
    /// if they end it earlier.
    #[must_use]
    pub fn ends_at(&self, settings: &TenantSettings) -> Time {
        self.expires_at.min(self.auth_time + settings.session_lifetime)
    }

    /// The session as these settings let it go on; `None` when it has ended by them, or was not used for too long.
    #[must_use]
    pub fn live(self, settings: &TenantSettings, now: Time) -> Option<Self> {
        let expires_at = self.ends_at(settings);
        let idle = self.last_seen_at + settings.session_idle_lifetime;
        (expires_at > now && idle > now).then_some(Self { expires_at, ..self })
    }
}
