//! The cookies in which refresh tokens stay, one for each client that has `refresh_token_cookie`. Their names tell the tenant
//! and, by a hash, the client. The rules are in `protocol/refresh_token_cookie`.

use std::fmt::Write as _;

use credenza_protocol::error::Refusal as _;
use credenza_protocol::ids::ClientId;
use credenza_protocol::refresh_token_cookie::{Caller, Place};
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::token::{Error, TokenResponse};
use http::header::{ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderMap, ORIGIN, SET_COOKIE};
use http::{HeaderName, HeaderValue};

use super::browser::{BrowserHeaders, cookie, cookie_name, cookie_path};
use crate::context::Context;
use crate::flow::Halt;
use crate::flow::refresh_token_cookie::{Access, Kept, access, keep};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// What the names have in common, and what stands between the tenant and the client.
const KIND: &str = "refresh";
/// Half of a hash tells the clients of a tenant apart.
const TAG_BYTES: usize = 16;
/// Longer than any refresh token.
const LONGEST: usize = 256;

/// The cookie of the client that a request names.
pub(crate) struct RefreshCookie<'a> {
    context: &'a Context,
    name: String,
    access: Access,
    value: Option<Secret>,
}

impl<'a> RefreshCookie<'a> {
    /// That of a request, as far as the page may use it.
    ///
    /// # Errors
    /// The store fails.
    pub(crate) async fn of(
        context: &'a Context,
        headers: &HeaderMap,
        client_id: &ClientId,
    ) -> Result<Self, Halt<Error>> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let caller = Caller { origin: text(ORIGIN), fetch_site: text(SEC_FETCH_SITE) };
        let access = access(context, client_id, caller).await?;
        let name = format!("{}.{}", cookie_name(context, KIND), tag(client_id));
        let value = cookie(headers, &name).filter(|value| may_be(value)).map(Secret::presented);
        Ok(Self { context, name, access, value })
    }

    /// Where the refresh token of the request is.
    ///
    /// # Errors
    /// [`Error::Cookie`] for a page that may not use the cookie.
    pub(crate) fn place(&self) -> Result<Place, Error> {
        match &self.access {
            Access::NoCookie => Ok(Place::Parameter),
            Access::Refused(why) => Err((*why).into()),
            Access::Permitted(_) => Ok(Place::Cookie(self.value.clone())),
        }
    }

    /// What of the answer goes into the cookie, and no longer into the answer.
    pub(crate) fn take(&self, tokens: &mut TokenResponse) -> Option<Kept> {
        match &self.access {
            Access::Permitted(client) => keep(self.context, client, tokens),
            Access::NoCookie | Access::Refused(_) => None,
        }
    }

    /// Sets the cookie, and lets the page read the answer, though it comes with cookies (Fetch 3.2.3).
    pub(crate) fn set(&self, kept: Option<&Kept>, headers: &mut HeaderMap) {
        self.share(headers);
        if let Some(Kept { token, lifetime }) = kept {
            let life = lifetime.map(|life| format!("; Max-Age={}", life.0)).unwrap_or_default();
            set(self.context, headers, &self.name, token.reveal(), &life);
        }
    }

    /// As [`Self::set`], for a request that was refused: a token that is worth nothing is cleared.
    pub(crate) fn refused(&self, halt: &Halt<Error>, headers: &mut HeaderMap) {
        let is_dead = matches!(halt, Halt::Refused(error) if error.code() == "invalid_grant");
        if is_dead && self.value.is_some() {
            self.clear(headers);
        }
        self.share(headers);
    }

    /// Clears the cookie, if the page may use it.
    pub(crate) fn clear(&self, headers: &mut HeaderMap) {
        if matches!(self.access, Access::Permitted(_)) {
            set(self.context, headers, &self.name, "", "; Max-Age=0");
        }
    }

    pub(crate) fn share(&self, headers: &mut HeaderMap) {
        if matches!(self.access, Access::Permitted(_)) {
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
    }
}

/// Clears those of all clients of the tenant that the browser sent: nobody is signed in here any longer.
pub(crate) fn clear_all(context: &Context, sent: &BrowserHeaders, headers: &mut HeaderMap) {
    let prefix = format!("{}.", cookie_name(context, KIND));
    for name in sent.names(&prefix) {
        let is_tag =
            |tag: &str| tag.len() == 2 * TAG_BYTES && tag.bytes().all(|byte| byte.is_ascii_hexdigit());
        if name.strip_prefix(&prefix).is_some_and(is_tag) {
            set(context, headers, name, "", "; Max-Age=0");
        }
    }
}

fn set(context: &Context, headers: &mut HeaderMap, name: &str, value: &str, more: &str) {
    let secure = if context.state.is_https() { "; Secure" } else { "" };
    let path = cookie_path(context);
    let cookie = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Strict{secure}{more}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.append(SET_COOKIE, cookie);
    }
}

fn tag(client_id: &ClientId) -> String {
    let hash = SecretHash::of(client_id.as_str().as_bytes());
    hash.as_bytes().iter().take(TAG_BYTES).fold(String::new(), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Whether it can be a refresh token: base64url.
fn may_be(value: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=LONGEST).contains(&value.len()) && value.bytes().all(is_letter)
}
