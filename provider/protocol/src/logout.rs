//! RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0).

use crate::client::Client;
use crate::id_token::Hint;
use crate::ids::{ClientId, SessionId};
use crate::params::Params;
use crate::redirect_uri::with_query;

/// A logout request, read (section 2).
#[derive(Clone, Debug, Default)]
pub struct LogoutRequest {
    /// `id_token_hint`, as it came.
    pub id_token_hint: Option<String>,
    /// `client_id`.
    pub client_id: Option<ClientId>,
    /// `post_logout_redirect_uri`.
    pub post_logout_redirect_uri: Option<String>,
    /// `state`.
    pub state: Option<String>,
    /// `ui_locales`.
    pub ui_locales: Option<String>,
}

impl LogoutRequest {
    /// Reads the request; `None` when a parameter is repeated.
    #[must_use]
    pub fn read(params: &Params) -> Option<Self> {
        let text = |name| params.get(name).map(str::to_owned);
        params.repeated().is_none().then(|| Self {
            id_token_hint: text("id_token_hint"),
            client_id: text("client_id").map(ClientId::new),
            post_logout_redirect_uri: text("post_logout_redirect_uri"),
            state: text("state"),
            ui_locales: text("ui_locales"),
        })
    }

    /// The requesting client: the hint's, or the one named; `None` when they differ (section 2) or
    /// neither is there.
    #[must_use]
    pub fn client_id(&self, hint: Option<&Hint>) -> Option<ClientId> {
        match (hint, &self.client_id) {
            (Some(hint), Some(named)) if hint.client_id != *named => None,
            (Some(hint), _) => Some(hint.client_id.clone()),
            (None, named) => named.clone(),
        }
    }
}

/// What a logout request leads to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Plan {
    /// Whether the person is asked first: unless the request proves that it comes from a client of this
    /// very session, anybody could have sent it (OpenID Connect RP-Initiated Logout 6).
    pub ask: bool,
    /// Where the person goes afterwards; `None` for a page of the provider.
    pub redirect: Option<String>,
}

/// Decides, from the request, its hint (signature checked), its client and the live session, with who its person is
/// to that client. The session is named as that client knows it ([`crate::subject`]).
#[must_use]
pub fn plan(
    request: &LogoutRequest,
    hint: Option<&Hint>,
    client: Option<&Client>,
    session: Option<(&SessionId, Option<&str>)>,
) -> Plan {
    let hint = hint.filter(|hint| client.is_some_and(|client| client.client_id == hint.client_id));
    let ask = session.is_some_and(|(sid, sub)| {
        !hint.is_some_and(|hint| {
            Some(hint.sub.as_str()) == sub && hint.sid.as_ref().is_none_or(|named| named == sid)
        })
    });
    // Only a client that is proven by its hint may redirect people: a bare client_id proves nothing.
    let redirect = match (hint, client, &request.post_logout_redirect_uri) {
        (Some(_), Some(client), Some(uri)) if client.post_logout_redirect_uris.contains(uri) => {
            let state: Vec<_> = request.state.iter().map(|state| ("state", state.clone())).collect();
            Some(with_query(uri, &state))
        }
        _ => None,
    };
    Plan { ask, redirect }
}
