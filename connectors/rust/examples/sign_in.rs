//! An application whose page is for people who have signed in.

use axum::{Router, routing::get};
use credenza_connectors::login::axum::{Session, attach};
use credenza_connectors::login::{Login, LoginConfig};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let login = Login::new(LoginConfig {
        issuer: std::env::var("ISSUER")?,
        client_id: std::env::var("CLIENT_ID")?,
        client_secret: Some(std::env::var("CLIENT_SECRET")?),
        origin: std::env::var("ORIGIN")?, // http://localhost:3000
        secret: std::env::var("SECRET")?, // openssl rand -hex 32
        ..LoginConfig::default()
    })?;
    let app = attach(Router::new().route("/", get(home)), &login);
    Ok(axum::serve(tokio::net::TcpListener::bind(std::env::var("LISTEN")?).await?, app).await?)
}

async fn home(session: Session) -> String {
    format!("Hello {}", session.claim("name").unwrap_or_else(|| session.sub()))
}
