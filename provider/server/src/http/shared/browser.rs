//! Cookies: the session's handle, what binds pending requests to one browser, and the marks of known devices.
//!
//! Each tenant has cookie names of its own, and each value is looked up within its tenant alone, so that a
//! cookie of one tenant is worthless at another.
//!
//! Over https the names begin with `__Host-`: nothing but this host can set them. Browsers accept that prefix for the path
//! `/` alone. Where the issuer has a path, other applications live on the host, and they must not be sent the session's
//! handle with each request: there the cookies have that path, and the prefix `__Secure-`. A host of the same domain could
//! then plant a cookie, which is ignored beside the right one, and worthless without what the server stored for it.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use credenza_protocol::secret::Secret;
use credenza_protocol::tenant::DEFAULT_TENANT;
use credenza_protocol::time::{Seconds, Time};
use http::header::{ACCEPT, ACCEPT_LANGUAGE, COOKIE, HeaderMap, SET_COOKIE, USER_AGENT};
use http::request::Parts;
use http::{HeaderName, HeaderValue};

use super::address;
use crate::accounts::known_device;
use crate::context::Context;
use crate::flow::outcome::Browser;
use crate::listener::limit_key;
use crate::pages::Lang;
use crate::state::State;

/// Length of the values of most of our cookies: 32 bytes in base64url.
const VALUE_LENGTH: usize = 43;
/// Longer than the marks of as many accounts as a browser remembers.
const LONGEST_MARKS: usize = 256;
/// As long as the secrets of as many accounts as a browser is trusted by.
const LONGEST_TRUSTED: usize = 4 * (VALUE_LENGTH + 1) - 1;
/// The cookie with the language that the person chose. It is the same for all tenants, and no secret: whoever plants one
/// changes the language of the pages.
const LANGUAGE: &str = "credenza-language";
/// How long the choice is remembered.
const LANGUAGE_LIFETIME: Seconds = Seconds(365 * 86_400);
/// Where the page is from that sends a request.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The headers of a request that tell about the browser, and where it is.
pub(crate) struct BrowserHeaders {
    kept: HeaderMap,
    address: Option<IpAddr>,
}

/// The value of a cookie. One that is sent twice is ignored, since somebody may have planted one of the two.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = cookies(headers).filter(|(known, _)| *known == name).map(|(_, value)| value);
    let value = found.next()?;
    found.next().is_none().then_some(value)
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let headers = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    headers.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

/// The name of the tenant's cookie for this.
pub(super) fn cookie_name(context: &Context, kind: &str) -> String {
    let prefix = match (context.state.is_https(), context.state.path()) {
        (true, "") => "__Host-",
        (true, _) => "__Secure-",
        (false, _) => "",
    };
    match context.realm.tenant.name.as_str() {
        DEFAULT_TENANT => format!("{prefix}credenza-{kind}"),
        tenant => format!("{prefix}credenza-{kind}-{tenant}"),
    }
}

/// Where the tenant's cookies are sent.
pub(super) fn cookie_path(context: &Context) -> &str {
    match context.state.path() {
        "" => "/",
        path => path,
    }
}

#[derive(Clone, Copy)]
enum Cookie {
    Session,
    Binding,
    State,
    Devices,
    Trusted,
    Notice,
}

impl FromRequestParts<State> for BrowserHeaders {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        let mut kept = HeaderMap::new();
        for name in [COOKIE, ACCEPT, ACCEPT_LANGUAGE, USER_AGENT, FETCH_SITE] {
            for value in parts.headers.get_all(&name) {
                kept.append(name.clone(), value.clone());
            }
        }
        Ok(Self { kept, address: address::exact(parts, state) })
    }
}

impl BrowserHeaders {
    /// The browser, with the cookies of this tenant.
    pub(crate) fn browser(&self, context: &Context) -> Browser {
        Browser {
            session: self.value(Cookie::Session, context),
            binding: self.value(Cookie::Binding, context),
            devices: self.value(Cookie::Devices, context),
            trusted: self.value(Cookie::Trusted, context),
            address: self.address.map(limit_key),
            exact_address: self.address,
        }
    }

    /// The language to answer in: of what the application asks for, what the person chose on a page, and what the browser
    /// prefers, the first that there is.
    pub(crate) fn lang(&self, ui_locales: Option<&str>) -> Lang {
        let chosen = self.chosen_language();
        let wanted = [ui_locales, chosen.as_ref().map(|(tag, _)| *tag)];
        wanted.into_iter().flatten().find_map(Lang::asked).unwrap_or_else(|| self.preferred())
    }

    /// The same in an interaction that began then. What the person chose in it counts more than what the application asked
    /// for when it began.
    pub(crate) fn lang_since(&self, ui_locales: Option<&str>, began_at: Time) -> Lang {
        match self.chosen_language() {
            Some((tag, at)) if at >= began_at => Lang::asked(tag).unwrap_or_else(|| self.lang(ui_locales)),
            _ => self.lang(ui_locales),
        }
    }

    /// What the browser prefers.
    fn preferred(&self) -> Lang {
        Lang::negotiate(None, self.text(&ACCEPT_LANGUAGE))
    }

    /// The language that the person chose, and when.
    fn chosen_language(&self) -> Option<(&str, Time)> {
        let (tag, at) = self.cookie(LANGUAGE)?.split_once('.')?;
        Some((tag, Time::from_seconds(at.parse().ok()?)))
    }

    /// Whether a page of another site sent this (Fetch Metadata).
    pub(crate) fn is_cross_site(&self) -> bool {
        self.text(&FETCH_SITE).is_some_and(|site| site == "cross-site")
    }

    /// What the sign-in page is to say once, encrypted.
    pub(crate) fn notice(&self, context: &Context) -> Option<String> {
        self.cookie(&Cookie::Notice.name(context)).map(str::to_owned)
    }

    /// Whether it says that it shows pages (RFC 9110 12.5.1).
    pub(crate) fn shows_pages(&self) -> bool {
        self.text(&ACCEPT).is_some_and(|accept| accept.contains("text/html"))
    }

    /// `User-Agent`.
    pub(crate) fn user_agent(&self) -> &str {
        self.text(&USER_AGENT).unwrap_or_default()
    }

    fn text(&self, name: &http::HeaderName) -> Option<&str> {
        self.kept.get(name).and_then(|value| value.to_str().ok())
    }

    /// The value of a cookie that may have it.
    fn value(&self, cookie: Cookie, context: &Context) -> Option<Secret> {
        self.cookie(&cookie.name(context)).filter(|value| cookie.may_be(value)).map(Secret::presented)
    }

    fn cookie(&self, name: &str) -> Option<&str> {
        cookie(&self.kept, name)
    }

    /// The cookies whose names begin like this, by name.
    pub(super) fn names(&self, prefix: &str) -> impl Iterator<Item = &str> {
        cookies(&self.kept).map(|(name, _)| name).filter(move |name| name.starts_with(prefix))
    }
}

impl Cookie {
    fn name(self, context: &Context) -> String {
        let kind = match self {
            Self::Session => "session",
            Self::Binding => "browser",
            Self::State => "state",
            Self::Devices => "devices",
            Self::Trusted => "trusted",
            Self::Notice => "notice",
        };
        cookie_name(context, kind)
    }

    /// Whether the cookie can have this value.
    fn may_be(self, value: &str) -> bool {
        let (has_length, others) = match self {
            Self::Devices => ((1..=LONGEST_MARKS).contains(&value.len()), &b"-_."[..]),
            Self::Trusted => ((1..=LONGEST_TRUSTED).contains(&value.len()), &b"-_."[..]),
            Self::Session | Self::Binding | Self::State => (value.len() == VALUE_LENGTH, &b"-_"[..]),
            Self::Notice => (!value.is_empty(), &b"-_"[..]),
        };
        has_length && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte))
    }

    fn set(self, context: &Context, headers: &mut HeaderMap, value: &str, more: &str) {
        let attributes = match (self, context.state.is_https()) {
            // The script of the check-session iframe reads it, on other sites' pages. It grants no access.
            (Self::State, true) => "SameSite=None; Secure",
            (Self::State, false) => "SameSite=Lax",
            (_, true) => "HttpOnly; SameSite=Lax; Secure",
            (_, false) => "HttpOnly; SameSite=Lax",
        };
        let (name, path) = (self.name(context), cookie_path(context));
        let cookie = format!("{name}={value}; Path={path}; {attributes}{more}");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            headers.append(SET_COOKIE, cookie);
        }
    }
}

/// Sets the cookie of the session, which lasts until the browser is closed.
pub(crate) fn set_session(context: &Context, headers: &mut HeaderMap, handle: &Secret) {
    Cookie::Session.set(context, headers, handle.reveal(), "");
}

/// Sets the cookie by which the check-session iframe recognises the sign-in.
pub(crate) fn set_state(context: &Context, headers: &mut HeaderMap, browser_state: &str) {
    Cookie::State.set(context, headers, browser_state, "");
}

/// The name of the cookie of [`set_state`].
pub(crate) fn state_cookie(context: &Context) -> String {
    Cookie::State.name(context)
}

/// Clears both.
pub(crate) fn clear_session(context: &Context, headers: &mut HeaderMap) {
    Cookie::Session.set(context, headers, "", "; Max-Age=0");
    Cookie::State.set(context, headers, "", "; Max-Age=0");
}

/// Sets the cookie by which the accounts that sign in here know the device. It outlives the session and signing out.
pub(crate) fn set_devices(context: &Context, headers: &mut HeaderMap, devices: &Secret) {
    let life = format!("; Max-Age={}", known_device::LIFETIME.0);
    Cookie::Devices.set(context, headers, devices.reveal(), &life);
}

/// Sets the cookie by which accounts know a browser that they trust. It outlives the session and signing out.
pub(crate) fn set_trusted(context: &Context, headers: &mut HeaderMap, secrets: &Secret, lifetime: Seconds) {
    Cookie::Trusted.set(context, headers, secrets.reveal(), &format!("; Max-Age={}", lifetime.0));
}

/// Sets the cookie that binds pending requests to this browser.
pub(crate) fn set_binding(context: &Context, headers: &mut HeaderMap, binding: &Secret) {
    Cookie::Binding.set(context, headers, binding.reveal(), "");
}

/// Sets the cookie with the language that the person chose.
pub(crate) fn set_language(context: &Context, headers: &mut HeaderMap, lang: Lang) {
    let secure = if context.state.is_https() { "; Secure" } else { "" };
    let path = match context.state.path() {
        "" => "/",
        path => path,
    };
    let (tag, at, life) = (lang.tag(), context.now.seconds(), LANGUAGE_LIFETIME.0);
    let cookie =
        format!("{LANGUAGE}={tag}.{at}; Path={path}; HttpOnly; SameSite=Lax{secure}; Max-Age={life}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.append(SET_COOKIE, cookie);
    }
}

/// Sets the cookie that tells the sign-in page what to say once.
pub(crate) fn set_notice(context: &Context, headers: &mut HeaderMap, sealed: &Secret, lifetime: Seconds) {
    Cookie::Notice.set(context, headers, sealed.reveal(), &format!("; Max-Age={}", lifetime.0));
}

/// Clears it.
pub(crate) fn clear_notice(context: &Context, headers: &mut HeaderMap) {
    Cookie::Notice.set(context, headers, "", "; Max-Age=0");
}
