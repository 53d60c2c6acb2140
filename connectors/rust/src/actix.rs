//! Actix: a middleware in front of resources and scopes, and an extractor of the caller.
//!
//! ```
//! use actix_web::{App, HttpServer, web};
//! use credenza_connectors::actix::{Caller, metadata, optional, protect};
//! use credenza_connectors::{Guard, Needs, Settings};
//!
//! # async fn list() -> &'static str { "" }
//! # async fn create(_: Caller) -> &'static str { "" }
//! # async fn home(_: Option<Caller>) -> &'static str { "" }
//! let guard = Guard::new(Settings::new("https://id.example", "https://api.example"))?;
//! let server = HttpServer::new(move || {
//!     App::new()
//!         .service(web::resource("/orders").get(list).wrap(protect(&guard, Needs::new().scope("orders:read"))))
//!         .service(web::resource("/new").post(create).wrap(protect(&guard, Needs::new().max_age(300))))
//!         .service(web::resource("/").get(home).wrap(optional(&guard, Needs::new())))
//!         .service(metadata(&guard.metadata()))
//! });
//! # Ok::<(), credenza_connectors::SettingsError>(())
//! ```
//!
//! A WebSocket is guarded like any resource: a handshake that is refused is answered, and not upgraded.

use std::borrow::Cow;
use std::fmt;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, VARY};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, Resource, ResponseError, web};

pub use crate::Caller;
use crate::{ClientCertificate, Guard, Incoming, Metadata, Needs, Outcome, Protection, Refusal};

/// Puts the guard in front of a resource, a scope or an application.
#[derive(Clone)]
pub struct Protect {
    guard: Guard,
    protection: Protection,
}

/// A service with the guard in front of it.
pub struct Guarded<S> {
    inner: Rc<S>,
    protect: Protect,
}

/// What a guard leaves with a request that has no credentials, on an optional route.
struct Anonymous(Box<Refusal>);

/// Lets requests through that fulfil the needs, and answers all others.
#[must_use]
pub fn protect(guard: &Guard, needs: impl Into<Needs>) -> Protect {
    Protect { guard: guard.clone(), protection: Protection::required(needs) }
}

/// Lets requests without credentials through too; bad credentials are refused.
#[must_use]
pub fn optional(guard: &Guard, needs: impl Into<Needs>) -> Protect {
    Protect { guard: guard.clone(), protection: Protection::optional(needs) }
}

/// The resource of the metadata (RFC 9728 section 3).
#[must_use]
pub fn metadata(metadata: &Metadata) -> Resource {
    let document = metadata.to_json();
    let answer = move || {
        let mut answer = HttpResponse::Ok();
        for field in Metadata::FIELDS {
            answer.insert_header(field);
        }
        ready(answer.body(document.clone()))
    };
    web::resource(metadata.path()).route(web::get().to(answer.clone())).route(web::head().to(answer))
}

impl<S, B> Transform<S, ServiceRequest> for Protect
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = actix_web::Error;
    type Transform = Guarded<S>;
    type InitError = ();
    type Future = Ready<Result<Guarded<S>, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(Guarded { inner: Rc::new(inner), protect: self.clone() }))
    }
}

impl<S, B> Service<ServiceRequest> for Guarded<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, actix_web::Error>>>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), actix_web::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let inner = Rc::clone(&self.inner);
        let Protect { guard, protection } = self.protect.clone();
        let asked = guard.read(&OfActix(request.request()));
        Box::pin(async move {
            let mut nonce = None;
            match guard.decide(&asked, &protection).await {
                Outcome::Refused(refusal) => {
                    return Ok(request.into_response(answer(&refusal)).map_into_right_body());
                }
                Outcome::Preflight => {
                    return inner.call(request).await.map(ServiceResponse::map_into_left_body);
                }
                Outcome::Anonymous(refusal) => {
                    request.extensions_mut().insert(Anonymous(refusal));
                }
                Outcome::Allowed(admitted) => {
                    nonce = admitted.dpop_nonce;
                    request.extensions_mut().insert(admitted.caller);
                }
            }
            let mut response = inner.call(request).await?;
            // What a cache keeps of one caller is not for another.
            response.headers_mut().append(VARY, HeaderValue::from_static("Authorization"));
            if let Some(nonce) = nonce.and_then(|nonce| HeaderValue::try_from(nonce).ok()) {
                response.headers_mut().insert(HeaderName::from_static("dpop-nonce"), nonce);
            }
            Ok(response.map_into_left_body())
        })
    }
}

fn answer(refusal: &Refusal) -> HttpResponse<BoxBody> {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::FORBIDDEN);
    let mut answer = HttpResponse::build(status);
    for field in refusal.fields() {
        answer.insert_header(field);
    }
    answer.body(refusal.body())
}

/// Why there is no caller to extract.
#[derive(Debug)]
pub enum NoCaller {
    /// The route is optional, and the request has no credentials.
    Anonymous(Box<Refusal>),
    /// No guard stands in front of this route: a fault of the application, answered by 500.
    NoGuard,
}

impl fmt::Display for NoCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anonymous(_) => "the request has no credentials",
            Self::NoGuard => "no guard stands in front of this route",
        })
    }
}

impl ResponseError for NoCaller {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Anonymous(_) => StatusCode::UNAUTHORIZED,
            Self::NoGuard => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        match self {
            Self::Anonymous(refusal) => answer(refusal),
            Self::NoGuard => {
                tracing::error!(target: "credenza", "a handler asks for a caller, and no guard stands in front of its route");
                HttpResponse::new(self.status_code())
            }
        }
    }
}

/// The caller. On an optional route, a request without credentials is refused here; ask for `Option<Caller>` to have
/// `None`.
impl FromRequest for Caller {
    type Error = NoCaller;
    type Future = Ready<Result<Self, NoCaller>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let extensions = request.extensions();
        ready(match (extensions.get::<Self>(), extensions.get::<Anonymous>()) {
            (Some(caller), _) => Ok(caller.clone()),
            (None, Some(Anonymous(refusal))) => Err(NoCaller::Anonymous(refusal.clone())),
            (None, None) => Err(NoCaller::NoGuard),
        })
    }
}

/// A request of Actix.
struct OfActix<'a>(&'a HttpRequest);

impl Incoming for OfActix<'_> {
    fn method(&self) -> &str {
        self.0.method().as_str()
    }

    fn fields(&self, name: &str) -> Vec<Cow<'_, str>> {
        self.0.headers().get_all(name).map(|line| String::from_utf8_lossy(line.as_bytes())).collect()
    }

    fn target(&self) -> &str {
        self.0.uri().path_and_query().map_or("/", |target| target.as_str())
    }

    fn host(&self) -> Cow<'_, str> {
        match self.0.uri().authority() {
            Some(authority) => Cow::Borrowed(authority.as_str()),
            None => self.fields("host").into_iter().next().unwrap_or_default(),
        }
    }

    fn is_secure(&self) -> bool {
        self.0.app_config().secure()
    }

    fn certificate(&self) -> Option<String> {
        let of_request = self.0.extensions().get::<ClientCertificate>().cloned();
        let one = of_request.or_else(|| self.0.conn_data::<ClientCertificate>().cloned())?;
        Some(one.thumbprint().to_owned())
    }
}
