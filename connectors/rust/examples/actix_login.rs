//! An application that people sign in to, as the runner of the shared cases starts it: all settings by the environment.

#[path = "shared/login.rs"]
mod shared;

use std::collections::BTreeMap;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, ResponseError as _, web};
use credenza_connectors::login::Login;
use credenza_connectors::login::actix::{NoSession, Session, routes, sessions};
use serde_json::json;

use crate::shared::{Failure, config, setting};

async fn protected(session: Session, request: HttpRequest) -> HttpResponse {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let (sub, page) = (escape(session.sub()), escape(request.path()));
    let page = format!("<!doctype html><title>{page}</title><p>Signed in as {sub}</p>");
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page)
}

/// Nobody is sent to sign in, whatever asks.
fn answered(no_session: &NoSession) -> HttpResponse {
    match no_session.error_response() {
        answer if answer.status().is_redirection() => {
            HttpResponse::Unauthorized().json(json!({ "error": "login_required" }))
        }
        answer => answer,
    }
}

async fn me(session: Result<Session, NoSession>) -> HttpResponse {
    let session = match session {
        Ok(session) => session,
        Err(no_session) => return answered(&no_session),
    };
    let claims = session.claims();
    let known = ["sub", "sid", "name", "email", "acr", "auth_time"];
    let shown = known.map(|name| (name, claims.get(name).cloned().unwrap_or_default()));
    HttpResponse::Ok().json(shown.into_iter().collect::<BTreeMap<_, _>>())
}

async fn token(session: Result<Session, NoSession>) -> HttpResponse {
    let session = match session {
        Ok(session) => session,
        Err(no_session) => return answered(&no_session),
    };
    match session.access_token().await {
        Ok(token) => HttpResponse::Ok().json(json!({ "access_token": token })),
        Err(error) => error.error_response(),
    }
}

#[actix_web::main]
async fn main() -> Result<(), Failure> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    let port = setting("PORT").unwrap_or_else(|| "0".to_owned());
    let listener = std::net::TcpListener::bind(format!("127.0.0.1:{port}"))?;
    let address = listener.local_addr()?;
    let origin = setting("ORIGIN").unwrap_or_else(|| format!("http://{address}"));
    let login = Login::new(config(origin)?)?;
    let server = HttpServer::new(move || {
        App::new()
            .wrap(sessions(&login))
            .service(routes(&login))
            .route("/", web::get().to(async || "public"))
            .route("/protected", web::get().to(protected))
            .route("/protected/{rest:.*}", web::get().to(protected))
            .route("/me", web::get().to(me))
            .route("/token", web::get().to(token))
    });
    println!("listening on http://{address}");
    Ok(server.workers(2).listen(listener)?.run().await?)
}
