//! The answer of the authorization endpoint (RFC 6749 4.1.2, RFC 9207, Form Post Response Mode).

use crate::error::Refusal;
use crate::redirect_uri::{with_fragment, with_query};
use crate::response_mode::ResponseMode;
use crate::secret::Secret;

use super::{Fault, Return};

/// An answer on its way to the client.
#[derive(Debug)]
pub struct Answer {
    redirect_uri: String,
    mode: ResponseMode,
    is_direct: bool,
    parameters: Vec<(&'static str, String)>,
}

/// What a successful answer holds, by its `response_type`.
#[derive(Default)]
pub struct Given {
    /// `code`.
    pub code: Option<Secret>,
    /// `access_token` and what goes with it.
    pub access_token: Option<AccessToken>,
    /// `id_token`.
    pub id_token: Option<String>,
    /// `session_state` (OpenID Connect Session Management 2).
    pub session_state: Option<String>,
}

/// An access token and its properties (RFC 6749 4.2.2).
pub struct AccessToken {
    /// The token.
    pub access_token: String,
    /// Seconds until it expires.
    pub expires_in: i64,
    /// Its scope.
    pub scope: String,
}

/// How an [`Answer`] is sent.
#[derive(Debug)]
pub enum Delivery {
    /// By a redirect to this URI.
    Redirect(String),
    /// By a form that the browser posts to `action`.
    FormPost {
        /// The redirect URI.
        action: String,
        /// The parameters.
        fields: Vec<(&'static str, String)>,
    },
    /// In the answer to the client's own request: these parameters.
    Direct(Vec<(&'static str, String)>),
}

impl Answer {
    /// The requested code and tokens (RFC 6749 4.1.2, 4.2.2; OpenID Connect Core 3.2.2.5, 3.3.2.5).
    #[must_use]
    pub fn success(to: Return, issuer: &str, given: Given) -> Self {
        let mut parameters = vec![];
        parameters.extend(given.code.map(|code| ("code", code.reveal().to_owned())));
        if let Some(token) = given.access_token {
            parameters.push(("access_token", token.access_token));
            parameters.push(("token_type", "Bearer".to_owned()));
            parameters.push(("expires_in", token.expires_in.to_string()));
            parameters.push(("scope", token.scope));
        }
        parameters.extend(given.id_token.map(|id_token| ("id_token", id_token)));
        parameters.extend(given.session_state.map(|state| ("session_state", state)));
        Self::new(to, issuer, parameters)
    }

    /// An error (RFC 6749 4.1.2.1).
    #[must_use]
    pub fn error(to: Return, issuer: &str, fault: &Fault) -> Self {
        Self::new(
            to,
            issuer,
            vec![("error", fault.code().to_owned()), ("error_description", fault.to_string())],
        )
    }

    /// Every answer carries `iss` (RFC 9207 2), and `state` exactly when there was one.
    fn new(to: Return, issuer: &str, mut parameters: Vec<(&'static str, String)>) -> Self {
        parameters.extend(to.state.map(|state| ("state", state)));
        parameters.push(("iss", issuer.to_owned()));
        Self { redirect_uri: to.redirect_uri, mode: to.response_mode, is_direct: to.is_direct, parameters }
    }

    /// Writes it in its response mode.
    #[must_use]
    pub fn deliver(self) -> Delivery {
        match self.mode {
            _ if self.is_direct => Delivery::Direct(self.parameters),
            ResponseMode::Query => Delivery::Redirect(with_query(&self.redirect_uri, &self.parameters)),
            ResponseMode::Fragment => Delivery::Redirect(with_fragment(&self.redirect_uri, &self.parameters)),
            ResponseMode::FormPost => {
                Delivery::FormPost { action: self.redirect_uri, fields: self.parameters }
            }
        }
    }
}
