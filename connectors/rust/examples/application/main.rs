//! A small full application: people sign in to pages, programs call the API, and a part of it is for managers alone.
//! `run` starts it against `credenza dev`.

mod api;
mod pages;
mod settings;

use axum::Router;
use credenza_connectors::axum::metadata;
use credenza_connectors::kit::{Health, Kit, axum as kit, log};
use credenza_connectors::login::{Login, axum as login};
use credenza_connectors::service::Service;
use credenza_connectors::{Guard, Settings};

use crate::settings::Environment;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    log::init(tracing::Level::INFO)?;
    let environment = Environment::read()?;
    let guard = Guard::new(Settings::new(&environment.issuer, environment.api()))?;
    let sign_in = Login::new(environment.login())?;
    let own_api = Service::new(&environment.api(), environment.machine())?;

    let pages = login::attach(pages::routes(own_api), &sign_in);
    let app = Router::new()
        .merge(pages)
        .nest("/api", api::routes(&guard))
        .merge(metadata(&guard.metadata()))
        .merge(kit::health(&Health::new().issuer(&guard)));
    let app = kit::attach(app, &Kit::new().origin(&environment.origin));

    let listener = tokio::net::TcpListener::bind(&environment.listen).await?;
    println!("listening on {}", environment.origin);
    Ok(axum::serve(listener, app).await?)
}
