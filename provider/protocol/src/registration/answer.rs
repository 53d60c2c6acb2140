//! The client information response (RFC 7591 3.2.1, RFC 7592 3): credentials and registered metadata.

use serde::Serialize;
use serde_json::Value;

use super::Members;
use crate::client::Client;
use crate::secret::Secret;
use crate::time::Time;

/// Members that only operators set, which the client does not see.
const UNTOLD: [&str; 20] = [
    "resources",
    "serves",
    "roles",
    "claim_mappings",
    "claims_in_id_token",
    "brand",
    "consent",
    "access_token_signed_response_alg",
    "access_token_format",
    "token_endpoint_auth_method_pinned",
    "local_network_redirects",
    "allowed_origins",
    "refresh_token_cookie",
    "native_sign_in",
    "service_account",
    "access_token_lifetime",
    "id_token_lifetime",
    "refresh_token_idle_lifetime",
    "grant_lifetime",
    "session_lifetime",
];

/// The credentials of a client in the clear, for the one answer that hands them out.
#[derive(Debug)]
pub struct Credentials<'a> {
    /// Its secret, if it was created just now: of an older one only a hash is stored.
    pub client_secret: Option<&'a Secret>,
    /// When that secret expires or, if none was created, the last of those that the client has.
    pub client_secret_expires_at: Option<Time>,
    /// The registration access token.
    pub registration_access_token: &'a Secret,
    /// The client configuration endpoint.
    pub registration_client_uri: String,
    /// When the `client_id` was issued.
    pub client_id_issued_at: Time,
}

/// The client information response.
#[derive(Serialize)]
#[serde(transparent)]
pub struct ClientInformation(Members);

impl ClientInformation {
    /// The answer: every value that is registered, with its default where the client said nothing. Lists that are
    /// empty are left out (RFC 7591 2.2), but for the one that says that no response type may be asked for.
    #[must_use]
    pub fn new(client: &Client, credentials: &Credentials<'_>) -> Self {
        let metadata = serde_json::to_value(client).ok();
        let mut members = match metadata {
            Some(Value::Object(members)) => members,
            _ => Members::new(),
        };
        members.retain(|name, value| {
            let is_empty = value.as_array().is_some_and(Vec::is_empty) && name != "response_types";
            !is_empty && !UNTOLD.contains(&name.as_str())
        });
        let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
        add("client_id_issued_at", credentials.client_id_issued_at.seconds().into());
        if let Some(secret) = credentials.client_secret {
            add("client_secret", secret.reveal().into());
        }
        if client.token_endpoint_auth_method.has_secret() {
            // 0 means that it does not (RFC 7591 3.2.1).
            let expires_at = credentials.client_secret_expires_at.map_or(0, Time::seconds);
            add("client_secret_expires_at", expires_at.into());
        }
        add("registration_access_token", credentials.registration_access_token.reveal().into());
        add("registration_client_uri", credentials.registration_client_uri.clone().into());
        Self(members)
    }
}
