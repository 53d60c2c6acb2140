//! Faults on demand: endpoints that answer late, with an error, or not at all; and request counts.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Deserialize;

use crate::Error;

/// The longest delay.
const LONGEST_MS: u64 = 600_000;

/// An endpoint, of whichever tenant.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// The provider metadata, by both of its names.
    Discovery,
    /// The key set.
    Jwks,
    /// `/authorize`.
    Authorize,
    /// `/token`.
    Token,
    /// `/userinfo`.
    Userinfo,
    /// `/introspect`.
    Introspect,
    /// `/revoke`.
    Revoke,
    /// `/revocations`, the feed.
    Revocations,
    /// `/register`.
    Register,
    /// Every other path: the pages.
    Pages,
}

/// How an endpoint fails.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// A delay in milliseconds.
    pub delay_ms: u64,
    /// A status that is returned with an OAuth error in place of the endpoint's answer.
    pub status: Option<u16>,
    /// Whether the connection is closed without an answer.
    pub drop: bool,
    /// How many requests it affects; all if absent.
    pub times: Option<u32>,
}

/// The active faults, and the request counts.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    inner: Mutex<Inner>,
    stopped: AtomicBool,
}

#[derive(Debug, Default)]
struct Inner {
    set: HashMap<Endpoint, Fault>,
    asked: HashMap<Endpoint, u64>,
}

impl Endpoint {
    /// The endpoint of a path.
    #[must_use]
    pub fn of(path: &str) -> Self {
        if path.contains("/.well-known/") {
            return Self::Discovery;
        }
        let path = match path.strip_prefix("/t/").and_then(|rest| rest.split_once('/')) {
            Some((_, rest)) => rest,
            None => path.strip_prefix('/').unwrap_or(path),
        };
        match path.split('/').next().unwrap_or_default() {
            "jwks" => Self::Jwks,
            "authorize" => Self::Authorize,
            "token" => Self::Token,
            "userinfo" => Self::Userinfo,
            "introspect" => Self::Introspect,
            "revoke" => Self::Revoke,
            "revocations" => Self::Revocations,
            "register" => Self::Register,
            _ => Self::Pages,
        }
    }
}

impl Faults {
    /// Sets a fault in place of the one that the endpoint had.
    pub(crate) fn set(&self, endpoint: Endpoint, fault: Fault) -> Result<(), Error> {
        let wrong = |why: &str| Err(Error::Invalid(why.to_owned()));
        if fault.delay_ms > LONGEST_MS {
            return wrong("a delay is ten minutes at most");
        }
        if fault.status.is_some_and(|status| !(400..600).contains(&status)) {
            return wrong("the status of a fault is one from 400 to 599");
        }
        if fault.delay_ms == 0 && fault.status.is_none() && !fault.drop {
            return wrong("a fault delays, answers a status or drops the connection: name one");
        }
        self.inner().set.insert(endpoint, fault);
        Ok(())
    }

    /// Answers no further request: open connections are closed at their next request.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    /// Removes all faults.
    pub(crate) fn clear(&self) {
        self.inner().set.clear();
    }

    /// Removes all faults and resets the counts.
    pub(crate) fn reset(&self) {
        *self.inner() = Inner::default();
    }

    /// How many requests an endpoint had.
    pub(crate) fn asked(&self, endpoint: Endpoint) -> u64 {
        self.inner().asked.get(&endpoint).copied().unwrap_or_default()
    }

    /// Counts a request and applies the fault; `None` if it goes on to the endpoint.
    pub(crate) async fn apply(&self, path: &str) -> Option<Response> {
        if self.stopped.load(Ordering::Acquire) {
            return Some(cut());
        }
        let fault = self.next(Endpoint::of(path))?;
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
        if fault.drop {
            return Some(cut());
        }
        fault.status.map(refusal)
    }

    fn next(&self, endpoint: Endpoint) -> Option<Fault> {
        let mut inner = self.inner();
        *inner.asked.entry(endpoint).or_default() += 1;
        let fault = inner.set.get_mut(&endpoint)?;
        match &mut fault.times {
            Some(0) => return None,
            Some(left) => *left -= 1,
            None => {}
        }
        Some(fault.clone())
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body that fails before its first byte, so that the server closes the connection.
fn cut() -> Response {
    let broken: io::Result<Vec<u8>> = Err(io::Error::from(io::ErrorKind::ConnectionReset));
    Response::new(Body::from_stream(stream::iter([broken])))
}

fn refusal(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let error = if status.is_server_error() { "server_error" } else { "invalid_request" };
    let body = format!(r#"{{"error":"{error}","error_description":"a fault that the test has set"}}"#);
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_is_of_an_endpoint() {
        for (path, endpoint) in [
            ("/.well-known/openid-configuration", Endpoint::Discovery),
            ("/t/acme/.well-known/openid-configuration", Endpoint::Discovery),
            ("/jwks", Endpoint::Jwks),
            ("/t/acme/jwks", Endpoint::Jwks),
            ("/token", Endpoint::Token),
            ("/register/abc", Endpoint::Register),
            ("/login", Endpoint::Pages),
            ("/", Endpoint::Pages),
        ] {
            assert_eq!(Endpoint::of(path), endpoint, "{path}");
        }
    }

    #[tokio::test]
    async fn a_fault_applies_as_often_as_it_was_set_to() {
        let faults = Faults::default();
        let fault = Fault { status: Some(503), times: Some(1), ..Fault::default() };
        faults.set(Endpoint::Jwks, fault).unwrap();
        assert!(faults.apply("/token").await.is_none());
        assert_eq!(faults.apply("/jwks").await.unwrap().status(), 503);
        assert!(faults.apply("/jwks").await.is_none());
        assert_eq!((faults.asked(Endpoint::Jwks), faults.asked(Endpoint::Token)), (2, 1));
        faults.reset();
        assert_eq!(faults.asked(Endpoint::Jwks), 0);
    }

    #[test]
    fn faults_that_are_none_are_refused() {
        let faults = Faults::default();
        for fault in [
            Fault::default(),
            Fault { status: Some(200), ..Fault::default() },
            Fault { delay_ms: LONGEST_MS + 1, ..Fault::default() },
        ] {
            assert!(faults.set(Endpoint::Jwks, fault).is_err());
        }
    }
}
