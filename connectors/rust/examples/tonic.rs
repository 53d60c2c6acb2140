//! A service whose orders are for callers with the scope `orders:read`.

use credenza_connectors::tonic::protect;
use credenza_connectors::{Guard, Needs, Settings};
use tonic::transport::Server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let guard = Guard::new(Settings::new(std::env::var("ISSUER")?, "https://api.example"))?;
    let (_, health) = tonic_health::server::health_reporter(); // or any service of yours
    let server = Server::builder().layer(protect(&guard, Needs::new().scope("orders:read")));
    Ok({ server }.add_service(health).serve(std::env::var("LISTEN")?.parse()?).await?)
}
