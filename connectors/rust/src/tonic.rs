//! tonic: an asynchronous layer, as an interceptor cannot wait for keys.
//!
//! ```
//! use credenza_connectors::tonic::{caller, protect};
//! use credenza_connectors::{Guard, Needs, Settings};
//!
//! # struct Request; struct Reply;
//! let guard = Guard::new(Settings::new("https://id.example", "https://api.example"))?;
//! let orders = protect(&guard, Needs::new().scope("orders:read"));
//! // tonic::transport::Server::builder().layer(orders).add_service(…)
//!
//! async fn list(request: tonic::Request<Request>) -> Result<tonic::Response<Reply>, tonic::Status> {
//!     let subject = caller(&request)?.sub();
//!     // …
//!     # let _ = subject;
//!     Ok(tonic::Response::new(Reply))
//! }
//! # Ok::<(), credenza_connectors::SettingsError>(())
//! ```
//!
//! A refusal is a status of gRPC, with the challenge and, for DPoP, the nonce in its metadata: `UNAUTHENTICATED` for 400
//! and 401, `PERMISSION_DENIED` for 403, `UNAVAILABLE` for 503. For some services alone, put the layer around them:
//! `protect(&guard, needs).around(OrdersServer::new(orders))`.

use http::Response;
use tonic::metadata::MetadataMap;
use tonic::server::NamedService;
use tonic::{Code, Request, Status};

pub use crate::Caller;
use crate::tower::{Anonymous, Answers};
pub use crate::tower::{Guarded, Protect};
use crate::{Guard, Needs, Protection, Refusal};

/// Refusals as statuses of gRPC.
pub enum Grpc {}

impl<B: Default> Answers<B> for Grpc {
    fn refuse(refusal: &Refusal) -> Response<B> {
        status(refusal).into_http()
    }
}

/// The status of a refusal.
#[must_use]
pub fn status(refusal: &Refusal) -> Status {
    let (code, message) = match refusal.status() {
        403 => (Code::PermissionDenied, "the token does not permit this"),
        503 => (Code::Unavailable, "the token cannot be checked at the moment"),
        _ => (Code::Unauthenticated, "a valid access token is needed"),
    };
    let mut fields = http::HeaderMap::new();
    for (name, value) in refusal.fields() {
        let is_told = matches!(name, "www-authenticate" | "dpop-nonce" | "retry-after");
        if let (true, Ok(value)) = (is_told, http::HeaderValue::try_from(value)) {
            fields.insert(name, value);
        }
    }
    let body = refusal.body();
    let message = if body.is_empty() { message } else { &body };
    Status::with_metadata(code, message, MetadataMap::from_headers(fields))
}

/// Lets calls through that fulfil the needs, and answers all others.
#[must_use]
pub fn protect(guard: &Guard, needs: impl Into<Needs>) -> Protect<Grpc> {
    Protect::new(guard, Protection::required(needs))
}

/// Lets calls without credentials through too; bad credentials are refused.
#[must_use]
pub fn optional(guard: &Guard, needs: impl Into<Needs>) -> Protect<Grpc> {
    Protect::new(guard, Protection::optional(needs))
}

/// Whom a call is from.
///
/// # Errors
/// `UNAUTHENTICATED` where the call has no credentials and was let through nevertheless, or no guard stands in front.
pub fn caller<T>(request: &Request<T>) -> Result<&Caller, Status> {
    let extensions = request.extensions();
    extensions.get().ok_or_else(|| match extensions.get::<Anonymous>() {
        Some(Anonymous(refusal)) => status(refusal),
        None => Status::unauthenticated("no guard stands in front of this service"),
    })
}

/// A service keeps its name behind the guard.
impl<S: NamedService> NamedService for Guarded<S, Grpc> {
    const NAME: &'static str = S::NAME;
}
