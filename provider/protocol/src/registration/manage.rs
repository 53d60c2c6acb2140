//! What a client may send to update its registration (RFC 7592 2.2).

use super::document::Document;
use super::{Fault, Members};
use crate::client_secret::{self, ClientSecret};
use crate::ids::ClientId;
use crate::secret::Secret;
use crate::time::Time;

/// Members that only the server sets, and the client must not send back.
const GIVEN: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// The credentials in an update.
#[derive(Debug)]
pub struct Presented {
    /// The secret, if it is sent: it must be one of those that the client has.
    pub client_secret: Option<Secret>,
}

/// Reads the credentials of an update.
///
/// # Errors
/// [`Fault`]: `client_id` is missing or another one, or a member stands there that only the server gives.
pub fn presented(members: &Members, client_id: &ClientId) -> Result<Presented, Fault> {
    let doc = Document(members);
    if doc.text("client_id")?.as_deref() != Some(client_id.as_str()) {
        return Err(Fault::metadata("client_id", "must be that of the client (RFC 7592 2.2)"));
    }
    if let Some(given) = GIVEN.into_iter().find(|name| members.contains_key(*name)) {
        return Err(Fault::metadata(given, "must not be sent (RFC 7592 2.2)"));
    }
    Ok(Presented { client_secret: doc.text("client_secret")?.map(Secret::presented) })
}

impl Presented {
    /// A secret that is sent must be a present one: a client does not choose its own.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn check(&self, kept: &[ClientSecret], now: Time) -> Result<(), Fault> {
        match &self.client_secret {
            Some(secret) if !client_secret::is_right(secret, kept, now) => {
                Err(Fault::metadata("client_secret", "must be the present one (RFC 7592 2.2)"))
            }
            _ => Ok(()),
        }
    }
}
