//! Axum: a layer in front of routes, and an extractor of the caller.
//!
//! ```
//! use axum::{Router, routing::{get, post}};
//! use credenza_connectors::axum::{Caller, metadata, optional, protect};
//! use credenza_connectors::{Guard, Needs, Settings};
//!
//! # async fn list() {}
//! # async fn create(_: Caller) {}
//! # async fn home(_: Option<Caller>) {}
//! let guard = Guard::new(Settings::new("https://id.example", "https://api.example"))?;
//! let app: Router = Router::new()
//!     .route("/orders", get(list).layer(protect(&guard, Needs::new().scope("orders:read"))))
//!     .route("/orders", post(create).layer(protect(&guard, Needs::new().scope("orders:write").max_age(300))))
//!     .route("/", get(home).layer(optional(&guard, Needs::new())))
//!     .merge(metadata(&guard.metadata()));
//! # Ok::<(), credenza_connectors::SettingsError>(())
//! ```
//!
//! A WebSocket is guarded like any route: a handshake that is refused is answered, and not upgraded. Behind `nest`, URLs
//! are compared as the client sent them.

use axum::Router;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::request::Parts;

pub use crate::Caller;
use crate::tower::{Anonymous, Answers, Plain};
pub use crate::tower::{Guarded, Protect};
use crate::{Guard, Metadata, Needs, Protection, Refusal};

/// Lets requests through that fulfil the needs, and answers all others. With `Router::route_layer`, for all routes that
/// are there so far.
#[must_use]
pub fn protect(guard: &Guard, needs: impl Into<Needs>) -> Protect<Plain> {
    Protect::new(guard, Protection::required(needs))
}

/// Lets requests without credentials through too; bad credentials are refused.
#[must_use]
pub fn optional(guard: &Guard, needs: impl Into<Needs>) -> Protect<Plain> {
    Protect::new(guard, Protection::optional(needs))
}

/// The route of the metadata (RFC 9728 section 3).
pub fn metadata<S: Clone + Send + Sync + 'static>(metadata: &Metadata) -> Router<S> {
    let document = metadata.to_json();
    Router::new().route(&metadata.path(), get(|| async move { (Metadata::FIELDS, document) }))
}

/// Why there is no caller to extract.
#[derive(Debug)]
pub enum NoCaller {
    /// The route is optional, and the request has no credentials.
    Anonymous(Box<Refusal>),
    /// No guard stands in front of this route: a fault of the application, answered by 500.
    NoGuard,
}

impl IntoResponse for NoCaller {
    fn into_response(self) -> Response {
        match self {
            Self::Anonymous(refusal) => refusal.into_response(),
            Self::NoGuard => {
                tracing::error!(target: "credenza", "a handler asks for a caller, and no guard stands in front of its route");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        Plain::refuse(&self)
    }
}

/// The caller. On an optional route, a request without credentials is refused here; ask for `Option<Caller>` to have
/// `None`.
impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = NoCaller;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, NoCaller> {
        match (parts.extensions.get::<Self>(), parts.extensions.get::<Anonymous>()) {
            (Some(caller), _) => Ok(caller.clone()),
            (None, Some(Anonymous(refusal))) => Err(NoCaller::Anonymous(refusal.clone())),
            (None, None) => Err(NoCaller::NoGuard),
        }
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Caller {
    type Rejection = NoCaller;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, NoCaller> {
        match <Self as FromRequestParts<S>>::from_request_parts(parts, state).await {
            Ok(caller) => Ok(Some(caller)),
            Err(NoCaller::Anonymous(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
