//! RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0).

use crate::client::Client;
use crate::error::Refusal;
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
    /// What of the request is not followed, if anything. The page says so.
    pub refused: Option<Refused>,
}

/// What of a logout request is not followed (OpenID Connect RP-Initiated Logout 2, 3). The session may end all the same,
/// if the person confirms it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refused {
    /// The hint is no ID token of this issuer: it was changed, has no signature, or is another issuer's.
    #[error("id_token_hint was not issued by this provider, was changed or has no signature")]
    Hint,
    /// The client is unknown or disabled, or is not the one that the hint was issued to.
    #[error("the client is unknown or disabled, or client_id is not the client of id_token_hint")]
    Client,
    /// The address is not one of the client's.
    #[error("post_logout_redirect_uri is not registered for the client")]
    RedirectUri,
    /// Nothing says which client asks.
    #[error("post_logout_redirect_uri came without id_token_hint and without client_id")]
    Unnamed,
    /// Only `client_id` says which client asks, and nobody is there to confirm it.
    #[error("post_logout_redirect_uri came without id_token_hint, and nobody confirmed the logout")]
    Unconfirmed,
}

impl Refusal for Refused {
    fn code(&self) -> &'static str {
        "invalid_request"
    }

    fn rule(&self) -> &'static str {
        match self {
            Self::Hint | Self::Client => "OpenID Connect RP-Initiated Logout 2",
            Self::RedirectUri | Self::Unnamed | Self::Unconfirmed => "OpenID Connect RP-Initiated Logout 3",
        }
    }
}

/// Decides, from the request, its hint (signature checked), its client and the live session, with who its person is
/// to that client. The session is named as that client knows it ([`crate::subject`]). `confirmed` says that the person
/// was asked about this request and agreed.
#[must_use]
pub fn plan(
    request: &LogoutRequest,
    hint: Option<&Hint>,
    client: Option<&Client>,
    session: Option<(&SessionId, Option<&str>)>,
    confirmed: bool,
) -> Plan {
    let proof = hint.filter(|hint| client.is_some_and(|client| client.client_id == hint.client_id));
    let ask = session.is_some_and(|(sid, sub)| {
        !proof.is_some_and(|hint| {
            Some(hint.sub.as_str()) == sub && hint.sid.as_ref().is_none_or(|named| named == sid)
        })
    });
    match redirect(request, hint, client, ask || confirmed) {
        Ok(redirect) => Plan { ask, redirect, refused: None },
        Err(refused) => Plan { ask, redirect: None, refused: Some(refused) },
    }
}

/// Where the person goes afterwards. A client that is proven by its hint may say so. A bare `client_id` proves nothing:
/// there the person decides (section 3).
fn redirect(
    request: &LogoutRequest,
    hint: Option<&Hint>,
    client: Option<&Client>,
    is_up_to_person: bool,
) -> Result<Option<String>, Refused> {
    match (&request.id_token_hint, hint, client) {
        (Some(_), None, _) => return Err(Refused::Hint),
        (Some(_), Some(_), None) => return Err(Refused::Client),
        _ => {}
    }
    let Some(uri) = &request.post_logout_redirect_uri else {
        return Ok(None);
    };
    let unknown = if request.client_id.is_some() { Refused::Client } else { Refused::Unnamed };
    if !client.ok_or(unknown)?.post_logout_redirect_uris.contains(uri) {
        return Err(Refused::RedirectUri);
    }
    if hint.is_none() && !is_up_to_person {
        return Err(Refused::Unconfirmed);
    }
    let state: Vec<_> = request.state.iter().map(|state| ("state", state.clone())).collect();
    Ok(Some(with_query(uri, &state)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const URI: &str = "https://rp.test/out";

    fn client() -> Client {
        let mut client = Client::new(ClientId::new("c"));
        client.post_logout_redirect_uris = vec![URI.to_owned()];
        client
    }

    fn request(hint: Option<&str>, client_id: Option<&str>, uri: Option<&str>) -> LogoutRequest {
        LogoutRequest {
            id_token_hint: hint.map(str::to_owned),
            client_id: client_id.map(ClientId::new),
            post_logout_redirect_uri: uri.map(str::to_owned),
            ..LogoutRequest::default()
        }
    }

    #[test]
    fn what_is_refused_has_a_name() {
        let client = client();
        let hint = Hint { sub: "s".to_owned(), client_id: ClientId::new("c"), sid: None };
        let other = Some("https://rp.test/other");
        for (request, hint, client, refused) in [
            (request(Some("h"), None, Some(URI)), None, None, Refused::Hint),
            (request(Some("h"), Some("c"), None), None, Some(&client), Refused::Hint),
            (request(Some("h"), Some("d"), Some(URI)), Some(&hint), None, Refused::Client),
            (request(None, Some("d"), Some(URI)), None, None, Refused::Client),
            (request(Some("h"), None, other), Some(&hint), Some(&client), Refused::RedirectUri),
            (request(None, Some("c"), other), None, Some(&client), Refused::RedirectUri),
            (request(None, None, Some(URI)), None, None, Refused::Unnamed),
            (request(None, Some("c"), Some(URI)), None, Some(&client), Refused::Unconfirmed),
        ] {
            let plan = plan(&request, hint, client, None, false);
            assert_eq!((plan.refused, plan.redirect), (Some(refused), None), "{request:?}");
        }
    }

    #[test]
    fn a_bare_client_id_leads_back_only_by_way_of_the_person() {
        let (client, sid) = (client(), SessionId::new("sid"));
        let request = request(None, Some("c"), Some(URI));
        let here = |session, confirmed| plan(&request, None, Some(&client), session, confirmed);
        let asked = here(Some((&sid, Some("s"))), false);
        assert_eq!((asked.ask, asked.redirect.as_deref()), (true, Some(URI)));
        // The second of two presses of the button: the session has ended already.
        let again = here(None, true);
        assert_eq!((again.ask, again.redirect.as_deref()), (false, Some(URI)));
        assert_eq!(here(None, false).redirect, None);
    }

    #[test]
    fn nothing_is_refused_where_nothing_was_asked() {
        let client = client();
        for (request, client) in
            [(request(None, None, None), None), (request(None, Some("c"), None), Some(&client))]
        {
            let plan = plan(&request, None, client, None, false);
            assert_eq!((plan.refused, plan.redirect), (None, None), "{request:?}");
        }
    }
}
