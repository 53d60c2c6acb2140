//! Signing in with Axum: the routes, and an extractor of the session.
//!
//! ```
//! use axum::{Router, routing::get};
//! use credenza_connectors::login::axum::{Session, attach};
//! use credenza_connectors::login::Login;
//!
//! async fn home(session: Session) -> String {
//!     format!("Hello {}", session.claim("name").unwrap_or(session.sub()))
//! }
//!
//! fn app(login: &Login) -> Router {
//!     attach(Router::new().route("/", get(home)), login)
//! }
//! ```

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, OptionalFromRequestParts, OriginalUri, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::request::Parts;
use http::{StatusCode, header::CACHE_CONTROL};

use super::Login;
use super::error::TokenError;
use super::routes::{MAX_BODY, Routed};
use super::visit::Visit;

pub use super::visit::Session;

/// The application with the routes of signing in, and with sessions for all of its own routes that are there so far.
pub fn attach<S: Clone + Send + Sync + 'static>(app: Router<S>, login: &Login) -> Router<S> {
    let path = format!("{}/{{*rest}}", login.path());
    let routed = login.clone();
    let routes = Router::new().route(&path, any(move |request: Request| routes(routed, request)));
    app.layer(from_fn_with_state(login.clone(), sessions)).merge(routes)
}

/// Requires a session of every route: `Router::route_layer(axum::middleware::from_fn(require))`, inside of [`attach`].
pub async fn require(_: Session, request: Request, next: Next) -> Response {
    next.run(request).await
}

async fn routes(login: Login, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
    let path = uri.path().strip_prefix(login.path()).unwrap_or_else(|| uri.path());
    let query = uri.query().unwrap_or_default().as_bytes();
    let routed = Routed { method: &parts.method, path, query, headers: &parts.headers, body: &body };
    login.answer(routed).await.map(Body::from)
}

async fn sessions(State(login): State<Login>, mut request: Request, next: Next) -> Response {
    let visit = login.visit(request.headers());
    request.extensions_mut().insert(visit.clone());
    let mut response = next.run(request).await;
    for (name, value) in visit.fields().await {
        let is_there = response.headers().get_all(&name).iter().any(|own| own == value);
        if name == CACHE_CONTROL {
            response.headers_mut().insert(name, value);
        } else if !is_there {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// Why there is no session to extract: an answer.
#[derive(Debug)]
pub struct NoSession(Box<Response>);

impl IntoResponse for NoSession {
    fn into_response(self) -> Response {
        *self.0
    }
}

fn no_session(answer: http::Response<String>) -> NoSession {
    NoSession(Box::new(answer.map(Body::from)))
}

fn visit(parts: &Parts) -> Result<Visit, NoSession> {
    parts.extensions.get::<Visit>().cloned().ok_or_else(|| {
        tracing::error!(target: "credenza", "a handler asks for a session, and its route is not one that `attach` was given");
        NoSession(Box::new(StatusCode::INTERNAL_SERVER_ERROR.into_response()))
    })
}

/// The session. A person who opens a page without one is sent to sign in, and comes back; any other request is answered
/// by 401. Ask for `Option<Session>` to have `None`.
impl<S: Sync> FromRequestParts<S> for Session {
    type Rejection = NoSession;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, NoSession> {
        let visit = visit(parts)?;
        match visit.session().await {
            Ok(Some(session)) => Ok(session),
            Ok(None) => {
                let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
                let target = uri.path_and_query().map_or("/", |target| target.as_str());
                Err(no_session(visit.sign_in(&parts.method, target, &parts.headers)))
            }
            Err(_) => Err(no_session(Visit::unavailable())),
        }
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Session {
    type Rejection = NoSession;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, NoSession> {
        visit(parts)?.session().await.map_err(|_| no_session(Visit::unavailable()))
    }
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        self.answer().map(Body::from)
    }
}
