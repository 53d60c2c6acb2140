//! Complete requests of anonymous callers that make the provider fetch from a host that takes its time: a `request_uri`
//! (RFC 9101 5.2), and a client assertion whose keys are at a `jwks_uri` (RFC 7523 3).

use std::time::Duration;

use async_trait::async_trait;
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use crate::overload::attack::{Attack, Attackers, PAUSE, drain};
use crate::overload::frames::{get, posted, preface, stream as id};

const CONNECTIONS: usize = 20;
/// At a time, on each of them.
const REQUESTS: u32 = 120;
/// Until as many are sent again, in place of those that were answered.
const AGAIN: Duration = Duration::from_secs(2);

pub(crate) struct SlowHosts;

#[async_trait]
impl Attack for SlowHosts {
    async fn run(&self, by: Attackers) {
        let begun = async |by: Attackers, number| {
            let mut stream = by.connect(number).await?;
            stream.write_all(&preface(None)).await?;
            for round in 0.. {
                let numbers = REQUESTS * round..REQUESTS * (round + 1);
                stream.write_all(&numbers.flat_map(|n| request(&by, n)).collect::<Vec<u8>>()).await?;
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

/// One of the requests that make it fetch.
fn request(by: &Attackers, number: u32) -> Vec<u8> {
    let fetching = &by.target.fetching;
    let (path, body) = &fetching[usize::try_from(number).unwrap() % fetching.len()];
    match body.as_str() {
        "" => get(id(number), &by.target.authority, path),
        body => posted(id(number), &by.target.authority, path, body),
    }
}
