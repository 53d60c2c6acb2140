//! A service whose orders are for callers with the scope `orders:read`.

use actix_web::{App, HttpServer, web};
use credenza_connectors::actix::{Caller, metadata, protect};
use credenza_connectors::{Guard, Needs, Settings};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let guard = Guard::new(Settings::new(std::env::var("ISSUER")?, "https://api.example"))?;
    let app = move || {
        let orders = web::resource("/orders").get(orders);
        let orders = orders.wrap(protect(&guard, Needs::new().scope("orders:read")));
        App::new().service(orders).service(metadata(&guard.metadata()))
    };
    Ok(HttpServer::new(app).bind(std::env::var("LISTEN")?)?.run().await?)
}

async fn orders(caller: Caller) -> String {
    format!("Hello {}", caller.sub().unwrap_or("stranger"))
}
