//! A service whose orders are for callers with the scope `orders:read`.

use axum::{Router, routing::get};
use credenza_connectors::axum::{Caller, metadata, protect};
use credenza_connectors::{Guard, Needs, Settings};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let guard = Guard::new(Settings::new(std::env::var("ISSUER")?, "https://api.example"))?;
    let orders = get(orders).layer(protect(&guard, Needs::new().scope("orders:read")));
    let app = Router::new().route("/orders", orders).merge(metadata(&guard.metadata()));
    Ok(axum::serve(tokio::net::TcpListener::bind(std::env::var("LISTEN")?).await?, app).await?)
}

async fn orders(caller: Caller) -> String {
    format!("Hello {}", caller.sub().unwrap_or("stranger"))
}
