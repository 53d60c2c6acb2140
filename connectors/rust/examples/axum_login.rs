//! An application that people sign in to, as the runner of the shared cases starts it: all settings by the environment.

#[path = "shared/login.rs"]
mod shared;

use std::net::SocketAddr;

use axum::extract::OriginalUri;
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, Router, routing::get};
use credenza_connectors::login::Login;
use credenza_connectors::login::axum::{Session, attach};
use http::StatusCode;
use serde_json::json;

use crate::shared::{Failure, config, setting};

async fn protected(session: Session, OriginalUri(uri): OriginalUri) -> Html<String> {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let (sub, page) = (escape(session.sub()), escape(uri.path()));
    Html(format!("<!doctype html><title>{page}</title><p>Signed in as {sub}</p>"))
}

async fn me(session: Option<Session>) -> Response {
    let Some(session) = session else {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "login_required" }))).into_response();
    };
    let claims = session.claims();
    let known = ["sub", "sid", "name", "email", "acr", "auth_time"];
    let shown = known.map(|name| (name, claims.get(name).cloned().unwrap_or_default()));
    Json(shown.into_iter().collect::<std::collections::BTreeMap<_, _>>()).into_response()
}

async fn token(session: Option<Session>) -> Response {
    let Some(session) = session else {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "login_required" }))).into_response();
    };
    match session.access_token().await {
        Ok(token) => Json(json!({ "access_token": token })).into_response(),
        Err(error) => error.into_response(),
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    let port = setting("PORT").unwrap_or_else(|| "0".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let address: SocketAddr = listener.local_addr()?;
    let origin = setting("ORIGIN").unwrap_or_else(|| format!("http://{address}"));
    let login = Login::new(config(origin)?)?;
    let app = Router::new()
        .route("/", get(|| async { "public" }))
        .route("/protected", get(protected))
        .route("/protected/{*rest}", get(protected))
        .route("/me", get(me))
        .route("/token", get(token));
    println!("listening on http://{address}");
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let served = axum::serve(listener, attach(app, &login));
    Ok(served
        .with_graceful_shutdown(async move {
            terminated.recv().await;
        })
        .await?)
}
