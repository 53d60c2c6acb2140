//! The kit in Actix.
//!
//! ```
//! use std::time::Duration;
//! use actix_web::{App, HttpServer, web};
//! use credenza_connectors::kit::actix::{Json, around, body_limit, timeout};
//! use credenza_connectors::kit::Kit;
//!
//! async fn echo(Json(body): Json<serde_json::Value>) -> Json<serde_json::Value> {
//!     Json(body)
//! }
//! # async fn report() -> &'static str { "" }
//! let kit = Kit::new().origin("https://api.example");
//! let server = HttpServer::new(move || {
//!     App::new()
//!         .service(web::resource("/echo").app_data(body_limit(64 * 1024)).post(echo))
//!         .service(web::resource("/report").wrap(timeout(Duration::from_secs(120))).get(report))
//!         .app_data(body_limit(kit.longest_body()))
//!         .wrap(around(&kit))
//! });
//! ```

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::error::InternalError;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Bytes, PayloadConfig, ServiceConfig};
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, HttpResponse, Responder, ResponseError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::problem::Problem;
use super::{Envelope, Health, Kit, Passing, RateLimits, headers};
use crate::{Caller, actix_http};

/// How long `/readyz` may take.
const READY: Duration = Duration::from_secs(5);

/// The longest body of an application or of a resource, in bytes: as its `app_data`. That of a resource replaces that of
/// the application.
#[must_use]
pub fn body_limit(bytes: usize) -> PayloadConfig {
    PayloadConfig::new(bytes)
}

/// The kit around an application. Outermost, which is to say wrapped last, so that it sees every answer.
#[must_use]
pub fn around<S, B>(
    kit: &Kit,
) -> impl Transform<S, ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error, InitError = ()>
+ use<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    let kit = kit.clone();
    from_fn(move |request: ServiceRequest, next: Next<B>| {
        let kit = kit.clone();
        async move {
            let method = http::Method::from_bytes(request.method().as_str().as_bytes()).unwrap_or_default();
            let passing = kit.take(&method, request.path(), &actix_http::fields(request.headers()));
            // What is called at once, and not when it is awaited, belongs to the request too.
            match passing.run(async move { next.call(request).await }).await {
                Ok(Ok(answer)) => {
                    let (request, answer) = answer.map_into_boxed_body().into_parts();
                    Ok(ServiceResponse::new(request, finished(passing, answer)))
                }
                // The request is gone by now: the answer goes as an error, which nobody changes any more.
                Ok(Err(error)) => {
                    let answer = passing.within(|| error.as_response_error().error_response());
                    Err(as_error(finished(passing, answer)))
                }
                Err(problem) => {
                    let answer = passing.within(|| problem.error_response());
                    Err(as_error(finished(passing, answer)))
                }
            }
        }
    })
}

fn as_error(answer: HttpResponse) -> Error {
    InternalError::from_response("answered", answer).into()
}

/// The answer with what every answer has.
fn finished(passing: Passing, mut answer: HttpResponse) -> HttpResponse {
    let status = http::StatusCode::from_u16(answer.status().as_u16()).unwrap_or_default();
    let mut fields = actix_http::fields(answer.headers());
    if let Some(body) = passing.as_problem(status, &mut fields) {
        answer.headers_mut().remove(CONTENT_TYPE);
        answer = answer.set_body(BoxBody::new(body));
    }
    passing.finish(status, &mut fields);
    for (name, value) in &fields {
        if let Some((name, value)) = actix_http::field(name, value)
            && !answer.headers().get_all(&name).any(|own| own == value)
        {
            answer.headers_mut().append(name, value);
        }
    }
    answer
}

/// A limit of time for a resource or a scope, in place of the one around the application.
#[must_use]
pub fn timeout<S, B>(
    timeout: Duration,
) -> impl Transform<S, ServiceRequest, Response = ServiceResponse<B>, Error = Error, InitError = ()> + use<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    from_fn(move |request: ServiceRequest, next: Next<B>| {
        Kit::replace_timeout(timeout);
        next.call(request)
    })
}

/// Limits of rate for a resource or a scope. Behind a guard, which is to say wrapped before it. Made once, outside of the
/// closure that makes the application: each worker has one of those.
#[must_use]
pub fn rate_limit<S, B>(
    limits: &Arc<RateLimits>,
) -> impl Transform<S, ServiceRequest, Response = ServiceResponse<B>, Error = Error, InitError = ()> + use<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    let limits = Arc::clone(limits);
    from_fn(move |request: ServiceRequest, next: Next<B>| {
        let limits = Arc::clone(&limits);
        async move {
            let caller = request.extensions().get::<Caller>().cloned();
            let Some(caller) = caller else {
                tracing::error!(target: "credenza", "limits of rate stand in front of a guard, or without one");
                return Err(Problem::new(500, "internal_error").into());
            };
            let rates = limits.count(&caller).await?;
            let mut answer = next.call(request).await?;
            for (name, value) in rates.fields() {
                if let Ok(value) = HeaderValue::from_str(value) {
                    answer.headers_mut().insert(HeaderName::from_static(name), value);
                }
            }
            Ok(answer)
        }
    })
}

/// `/livez` and `/readyz`: `App::new().configure(health(&checks))`.
pub fn health(health: &Health) -> impl FnOnce(&mut ServiceConfig) + use<> {
    let health = health.clone();
    let ready = move || {
        let health = health.clone();
        async move {
            // Checks have a limit of their own.
            Kit::replace_timeout(READY);
            match health.ready().await {
                (true, body) => HttpResponse::Ok().json(body),
                (false, body) => HttpResponse::ServiceUnavailable().json(body),
            }
        }
    };
    move |config| {
        let live = async || HttpResponse::Ok().json(serde_json::json!({ "status": "ok" }));
        config.service(web::resource("/livez").get(live)).service(web::resource("/readyz").get(ready));
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status(), self.name().unwrap_or("about:blank"))
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> actix_web::http::StatusCode {
        actix_web::http::StatusCode::from_u16(self.status())
            .unwrap_or(actix_web::http::StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        actix_http::answer(&self.answer())
    }
}

impl Responder for Envelope {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<BoxBody> {
        let mut answer = HttpResponse::Ok();
        if let Some(link) = self.link {
            answer.insert_header((actix_web::http::header::LINK, link));
        }
        answer.json(self.body)
    }
}

/// A body in JSON. What is none is answered by the problems `unsupported_media_type`, `body_too_large` and
/// `invalid_json`.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(
    /// What is, or was, in the body.
    pub T,
);

impl<T: DeserializeOwned> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !headers::is_json(&actix_http::fields(request.headers())) {
            return Box::pin(async { Err(Problem::new(415, "unsupported_media_type")) });
        }
        let body = Bytes::from_request(request, payload);
        Box::pin(async move {
            let body =
                body.await.map_err(|error| match error.as_response_error().status_code().as_u16() {
                    413 => Problem::new(413, "body_too_large"),
                    _ => Problem::new(400, "invalid_body"),
                })?;
            let read = serde_json::from_slice(&body);
            read.map(Self).map_err(|error| Problem::new(400, "invalid_json").detail(error.to_string()))
        })
    }
}

impl<T: Serialize> Responder for Json<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<BoxBody> {
        HttpResponse::Ok().json(self.0)
    }
}
