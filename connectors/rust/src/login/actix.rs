//! Signing in with Actix: the routes, the middleware of sessions, and an extractor.
//!
//! ```
//! use actix_web::{App, HttpServer, web};
//! use credenza_connectors::login::actix::{Session, routes, sessions};
//! use credenza_connectors::login::Login;
//!
//! async fn home(session: Session) -> String {
//!     format!("Hello {}", session.claim("name").unwrap_or(session.sub()))
//! }
//!
//! fn server(login: Login) {
//!     let server = HttpServer::new(move || {
//!         App::new().wrap(sessions(&login)).service(routes(&login)).route("/", web::get().to(home))
//!     });
//! }
//! ```

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::{CACHE_CONTROL, HeaderMap};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Bytes, PayloadConfig};
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, HttpResponse, Resource, ResponseError};

use super::Login;
use super::error::TokenError;
use super::routes::{MAX_BODY, Routed};
use super::visit::Visit;
use crate::actix_http;

pub use super::visit::Session;

/// The routes of signing in.
#[must_use]
pub fn routes(login: &Login) -> Resource {
    let own = login.clone();
    let answer = move |request: HttpRequest, body: Bytes| routed(own.clone(), request, body);
    web::resource(format!("{}/{{route}}", login.path()))
        .app_data(PayloadConfig::new(MAX_BODY))
        .route(web::route().to(answer))
}

/// The middleware of sessions, around all that asks for one.
#[must_use]
pub fn sessions<S, B>(
    login: &Login,
) -> impl Transform<S, ServiceRequest, Response = ServiceResponse<B>, Error = Error, InitError = ()> + use<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    let login = login.clone();
    from_fn(move |request: ServiceRequest, next: Next<B>| {
        let visit = login.visit(&actix_http::fields(request.headers()));
        async move {
            request.extensions_mut().insert(visit.clone());
            let mut response = next.call(request).await?;
            for (name, value) in visit.fields().await {
                if let Some((name, value)) = actix_http::field(&name, &value) {
                    add(response.headers_mut(), name, value);
                }
            }
            Ok::<_, Error>(response)
        }
    })
}

fn add(
    fields: &mut HeaderMap,
    name: actix_web::http::header::HeaderName,
    value: actix_web::http::header::HeaderValue,
) {
    if name == CACHE_CONTROL {
        fields.insert(name, value);
    } else if !fields.get_all(&name).any(|own| own == value) {
        fields.append(name, value);
    }
}

async fn routed(login: Login, request: HttpRequest, body: Bytes) -> HttpResponse {
    let Ok(method) = http::Method::from_bytes(request.method().as_str().as_bytes()) else {
        return HttpResponse::MethodNotAllowed().finish();
    };
    let headers = actix_http::fields(request.headers());
    let path = request.path().strip_prefix(login.path()).unwrap_or_else(|| request.path());
    let query = request.query_string().as_bytes();
    let routed = Routed { method: &method, path, query, headers: &headers, body: &body };
    actix_http::answer(&login.answer(routed).await)
}

/// Why there is no session to extract: an answer.
#[derive(Debug)]
pub struct NoSession(Box<http::Response<String>>);

impl fmt::Display for NoSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no session")
    }
}

impl ResponseError for NoSession {
    fn error_response(&self) -> HttpResponse<BoxBody> {
        actix_http::answer(&self.0)
    }
}

impl ResponseError for TokenError {
    fn error_response(&self) -> HttpResponse<BoxBody> {
        actix_http::answer(&self.answer())
    }
}

/// The session. A person who opens a page without one is sent to sign in, and comes back; any other request is answered
/// by 401. Ask for `Option<Session>` to have `None`; while the store of sessions cannot be asked, that is `None` too.
impl FromRequest for Session {
    type Error = NoSession;
    type Future = Pin<Box<dyn Future<Output = Result<Self, NoSession>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let visit = request.extensions().get::<Visit>().cloned();
            let Some(visit) = visit else {
                tracing::error!(target: "credenza", "a handler asks for a session, and `sessions` is not around its route");
                let mut answer = http::Response::new(String::new());
                *answer.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
                return Err(NoSession(Box::new(answer)));
            };
            match visit.session().await {
                Ok(Some(session)) => Ok(session),
                Ok(None) => {
                    let method = http::Method::from_bytes(request.method().as_str().as_bytes());
                    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
                    let headers = actix_http::fields(request.headers());
                    let answer = visit.sign_in(&method.unwrap_or_default(), target, &headers);
                    Err(NoSession(Box::new(answer)))
                }
                Err(_) => Err(NoSession(Box::new(Visit::unavailable()))),
            }
        })
    }
}
