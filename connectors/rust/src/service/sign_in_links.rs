//! Links by which users sign in once, without a password, by the admin API of a tenant.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::admin::{Admin, segment};
use super::{ClientConfig, ServiceError};
use crate::SettingsError;

/// Links for users of the issuer's tenant.
#[derive(Clone)]
pub struct SignInLinks(Admin);

/// A link to be made.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct NewSignInLink {
    /// Whether it is mailed to the verified address of the user; if not, the answer holds it.
    pub mail: bool,
    /// The client that the person goes on to; without one, to their account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// How many seconds it is good, 86400 at most; 600 without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
}

/// A link that was made. It cannot be serialized, as whoever has its URL signs in by it.
#[derive(Clone, Deserialize)]
pub struct SignInLink {
    /// Who signs in by it.
    pub user_id: String,
    /// Until when it is good, in seconds since 1970.
    pub expires_at: i64,
    /// The link itself, which is answered this once; nothing where it was mailed.
    pub url: Option<String>,
}

/// Prints no URL.
impl fmt::Debug for SignInLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("SignInLink");
        shown.field("user_id", &self.user_id).field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl SignInLinks {
    /// By a client with the scope `admin:users:sign_in_links`, which is asked for where `scope` is empty. The resource is the
    /// issuer's admin API, whatever `resource` says.
    ///
    /// # Errors
    /// [`SettingsError`] names the setting that is wrong.
    pub fn new(client: ClientConfig) -> Result<Self, SettingsError> {
        Admin::new(client, "admin:users:sign_in_links").map(Self)
    }

    /// Makes a link for a user, once, however often the request has to be sent.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::Conflict`] where the user is disabled or has no verified address, and
    /// others.
    pub async fn create(&self, user_id: &str, link: &NewSignInLink) -> Result<SignInLink, ServiceError> {
        self.0.create(&format!("/users/{}/sign-in-links", segment(user_id)?), link).await
    }
}
