//! The pages: whoever opens them has signed in. They call the API on behalf of that person, or as the application itself.

use axum::Router;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use credenza_connectors::login::axum::Session;
use credenza_connectors::service::{As, Call, Service};
use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};

/// `/` is for everybody; the others need a session.
pub(crate) fn routes(api: Service) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/account", get(account))
        .route(
            "/orders",
            get(async |api: State<Service>, session: Session| on_behalf(&api, &session, "/orders").await),
        )
        .route(
            "/reports",
            get(async |api: State<Service>, session: Session| on_behalf(&api, &session, "/reports").await),
        )
        .route("/stock", get(stock))
        .with_state(api)
}

async fn home(session: Option<Session>) -> Html<String> {
    page(match session {
        Some(session) => {
            format!("<p>Signed in as {}. <a href=\"/account\">Your account</a></p>", name(&session))
        }
        None => "<p><a href=\"/account\">Sign in</a></p>".to_owned(),
    })
}

async fn account(session: Session) -> Html<String> {
    page(format!(
        "<p>Signed in as {}.</p>\n<ul><li><a href=\"/orders\">Orders</a></li>\n\
         <li><a href=\"/reports\">Reports, for managers</a></li>\n<li><a href=\"/stock\">Stock</a></li></ul>\n\
         <form method=\"post\" action=\"/auth/logout\"><button>Sign out</button></form>",
        name(&session)
    ))
}

/// Calls the API with the person's access token, which is refreshed when it has to be.
async fn on_behalf(api: &Service, session: &Session, path: &str) -> Response {
    let token = match session.access_token().await {
        Ok(token) => token,
        Err(error) => return error.into_response(),
    };
    let mut headers = HeaderMap::new();
    headers.extend(HeaderValue::try_from(format!("Bearer {token}")).ok().map(|value| (AUTHORIZATION, value)));
    shown(api, path, As::Caller(&headers)).await
}

/// Calls the API as this application itself.
async fn stock(api: State<Service>, _: Session) -> Response {
    shown(&api, "/stock", As::Itself).await
}

async fn shown(api: &Service, path: &str, by: As<'_>) -> Response {
    match api.call(&Call::get(path), by).await {
        Ok(answer) => {
            let body = escape(&String::from_utf8_lossy(answer.body()));
            let answered = format!("<p>The API answers {}:</p><pre>{body}</pre>", answer.status());
            (answer.status(), page(answered)).into_response()
        }
        Err(error) => {
            tracing::error!(target: "application", reason = %error, "the API cannot be called");
            (http::StatusCode::BAD_GATEWAY, page("<p>The API cannot be called.</p>".to_owned()))
                .into_response()
        }
    }
}

fn name(session: &Session) -> String {
    escape(session.claim("name").or(session.claim("email")).unwrap_or_else(|| session.sub()))
}

fn page(content: String) -> Html<String> {
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<title>Application</title>\n<h1>Application</h1>\n{content}\n</html>\n"
    ))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
