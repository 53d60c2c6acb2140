//! A session: one person, signed in once, in one browser.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{SessionId, UserId};
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
    /// The authentication context that this reached (`acr`, OpenID Connect Core 2); `None` where it reached none that
    /// has a name.
    pub acr: Option<String>,
    /// When the session ends, whatever happens.
    pub expires_at: Time,
    /// When it was last used, to within a few minutes.
    pub last_seen_at: Time,
    /// The browser, as it named itself; for the person's own list of sessions.
    pub user_agent: String,
}
