//! TLS handshakes that are begun and not ended: the server answers with its certificate and a signature, and nothing
//! more comes.

use std::io;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::io::AsyncWriteExt as _;
use tokio_rustls::rustls::ClientConnection;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::overload::attack::{Attack, Attackers, PAUSE, drain};
use crate::overload::prober::client_config;

const CONNECTIONS: usize = 1500;

pub(crate) struct Handshakes;

#[async_trait]
impl Attack for Handshakes {
    async fn run(&self, by: Attackers) {
        let config = Arc::new(client_config());
        let begun = move |by: Attackers, number| {
            let config = Arc::clone(&config);
            async move {
                let mut hello = vec![];
                let name = ServerName::try_from("localhost").unwrap();
                let mut client = ClientConnection::new(config, name).map_err(io::Error::other)?;
                client.write_tls(&mut hello)?;
                let mut stream = by.connect(number).await?;
                stream.write_all(&hello).await?;
                by.sent(1);
                drain(&mut stream).await
            }
        };
        by.many(CONNECTIONS, PAUSE, begun).await;
    }
}
