//! What a line about a refusal cannot tell by its rule alone, and what the answer does not say: which method and which URI
//! somebody used, which are registered, and how far apart the clocks are. Nothing of it is secret.

use credenza_protocol::client_auth::{AuthMethod, Clocks};

use super::fields::cut;

/// Why a client was not authenticated whose secret was right until lately.
pub const SECRET_EXPIRED: &str = "the secret has expired";

/// A client that was not authenticated (RFC 6749 2.3).
#[derive(Clone, Copy, Debug)]
pub struct RefusedClient<'a> {
    /// Why.
    pub fault: &'a str,
    /// The method that was used.
    pub used: AuthMethod,
    /// The method that the client registered, if there is such a client.
    pub registered: Option<AuthMethod>,
    /// How far the times of its assertion lie from ours.
    pub clocks: Option<Clocks>,
}

impl RefusedClient<'_> {
    /// Logs it.
    pub fn log(self) {
        let clocks = self.clocks.unwrap_or_default();
        tracing::info!(
            fault = self.fault,
            method_used = self.used.as_str(),
            method_registered = self.registered.map(AuthMethod::as_str),
            exp_from_now = clocks.exp.map(|span| span.0),
            nbf_from_now = clocks.nbf.map(|span| span.0),
            iat_from_now = clocks.iat.map(|span| span.0),
            "the client was not authenticated"
        );
    }
}

/// The redirect URI of an authorization request is not registered (RFC 6749 3.1.2.3); of `registered` many, this one is
/// the nearest.
pub fn redirect_uri_not_registered(sent: &str, nearest: Option<&str>, registered: usize) {
    tracing::info!(
        redirect_uri = cut(sent),
        nearest = nearest.map(cut),
        registered,
        "the redirect URI is not registered"
    );
}

/// The redirect URI of a token request is not that of the authorization request (RFC 6749 4.1.3).
pub fn redirect_uri_differs(sent: Option<&str>, asked: Option<&str>) {
    tracing::info!(redirect_uri = sent.map(cut), authorized = asked.map(cut), "the redirect URI differs");
}
