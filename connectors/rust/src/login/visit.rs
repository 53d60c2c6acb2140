//! A request, and the session that it comes with.

use std::fmt;
use std::sync::Arc;

use http::header::{ACCEPT, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use super::cookies::Jar;
use super::core::{Core, Refreshed};
use super::error::{RETRY_AFTER, TokenError};
use super::page;
use super::record::Record;
use super::refresh::{AHEAD, refreshed};
use super::store::StoreError;
use crate::clock::system_ms;

/// A request. It loads its session when a handler first asks for it.
#[derive(Clone)]
pub struct Visit(Arc<Inner>);

struct Inner {
    core: Arc<Core>,
    jar: Jar,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    session: Option<Option<Arc<Record>>>,
    /// What is to be set in the browser.
    set: Vec<String>,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Session {
    record: Arc<Record>,
    visit: Visit,
}

impl Visit {
    pub(super) fn new(core: &Arc<Core>, headers: &HeaderMap) -> Self {
        let (core, jar) = (Arc::clone(core), Jar::read(headers));
        Self(Arc::new(Inner { core, jar, state: Mutex::default() }))
    }

    /// The session, if there is one.
    ///
    /// # Errors
    /// [`StoreError`]: whether there is one cannot be told, and the request is to be answered by 503.
    pub async fn session(&self) -> Result<Option<Session>, StoreError> {
        let mut state = self.0.state.lock().await;
        let record = self.loaded(&mut state).await?;
        Ok(record.map(|record| Session { record, visit: self.clone() }))
    }

    async fn loaded(&self, state: &mut State) -> Result<Option<Arc<Record>>, StoreError> {
        if let Some(known) = &state.session {
            return Ok(known.clone());
        }
        let Inner { core, jar, .. } = &*self.0;
        let mut record = core.keeper.load(jar).await.inspect_err(|error| {
            tracing::error!(target: "credenza", reason = %error, "sessions cannot be read");
        })?;
        if let Some(seen) = record.as_ref().and_then(|record| core.keeper.seen_now(record)) {
            let seen = core.keeper.touch(seen).await;
            state.set = core.keeper.cookies(jar, &seen);
            record = Some(seen);
        }
        state.session = Some(record.clone());
        Ok(record)
    }

    /// The fields to add to the answer, when it depends on the session.
    pub async fn fields(&self) -> Vec<(HeaderName, HeaderValue)> {
        let state = self.0.state.lock().await;
        if state.session.is_none() {
            return Vec::new();
        }
        let set = state.set.iter().filter_map(|value| HeaderValue::try_from(value).ok());
        set.map(|value| (SET_COOKIE, value)).chain(page::private()).collect()
    }

    /// The answer to a request that needs a session and has none: a page sends the browser to sign in, and to come back;
    /// anything else is told so.
    #[must_use]
    pub fn sign_in(&self, method: &Method, target: &str, headers: &HeaderMap) -> Response<String> {
        if is_navigation(method, headers) {
            let location = page::login_path(&self.0.core.config.path, target);
            return page::redirect(StatusCode::FOUND, &location);
        }
        TokenError::Ended.answer()
    }

    /// The answer when the store of sessions cannot be asked.
    #[must_use]
    pub fn unavailable() -> Response<String> {
        TokenError::Unavailable.answer()
    }
}

impl TokenError {
    /// The answer.
    #[must_use]
    pub fn answer(self) -> Response<String> {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::UNAUTHORIZED);
        let mut answer = page::json(status, &json!({ "error": self.code() }));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            answer.headers_mut().insert(http::header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER));
        }
        answer
    }
}

/// Whether a person opens a page, and no script fetches something.
fn is_navigation(method: &Method, headers: &HeaderMap) -> bool {
    let accepts_html = headers
        .get_all(ACCEPT)
        .iter()
        .any(|accept| accept.to_str().is_ok_and(|accept| accept.to_ascii_lowercase().contains("text/html")));
    let mode = headers.get("sec-fetch-mode");
    matches!(*method, Method::GET | Method::HEAD)
        && accepts_html
        && mode.is_none_or(|mode| mode == "navigate")
}

impl Session {
    /// The person, at the issuer.
    #[must_use]
    pub fn sub(&self) -> &str {
        self.record.sub()
    }

    /// The provider's session.
    #[must_use]
    pub fn sid(&self) -> Option<&str> {
        self.record.text("sid")
    }

    /// The claims of the ID token that are about the person.
    #[must_use]
    pub fn claims(&self) -> &Map<String, Value> {
        &self.record.claims
    }

    /// One of these claims, when it is a text.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&str> {
        self.record.text(name)
    }

    /// What `signed_in` kept beside them.
    ///
    /// # Errors
    /// Whatever does not fit the type.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        T::deserialize(&self.record.data)
    }

    /// An access token that is good for another half minute, unless the provider issues shorter ones: refreshed when it
    /// has to be.
    ///
    /// # Errors
    /// [`TokenError`], which is an answer.
    pub async fn access_token(&self) -> Result<String, TokenError> {
        let Inner { core, jar, state } = &*self.visit.0;
        let mut state = state.lock().await;
        let Some(Some(record)) = state.session.clone() else { return Err(TokenError::Ended) };
        let now = system_ms().div_euclid(1000);
        if !record.is_due(now, AHEAD) {
            return Ok(record.access_token.clone());
        }
        let still_good = || match record.is_due(now, 0) {
            false => Some(record.access_token.clone()),
            true => None,
        };
        if record.refresh_token.is_none() {
            return still_good().ok_or(TokenError::Expired);
        }
        match refreshed(core, &record).await {
            Refreshed::Newer(newer) => {
                state.set = core.keeper.cookies(jar, &newer);
                let token = newer.access_token.clone();
                state.session = Some(Some(newer));
                Ok(token)
            }
            Refreshed::Ended => {
                state.set = core.keeper.removal(jar);
                state.session = Some(None);
                Err(TokenError::Ended)
            }
            Refreshed::Unavailable => still_good().ok_or(TokenError::Unavailable),
        }
    }
}

/// Prints no claims: they are personal data.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}
