//! Authorization requests of nobody, each as long as it may be, one after the other on connections that stay open.

use async_trait::async_trait;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::overload::attack::{Attack, Attackers, SHORT};

const CONNECTIONS: usize = 16;

pub(crate) struct FatRequests;

#[async_trait]
impl Attack for FatRequests {
    async fn run(&self, by: Attackers) {
        let begun = async |by: Attackers, number| {
            let mut stream = by.connect(number).await?;
            let request = format!("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", by.target.fat, by.target.authority);
            let mut answer = [0; 16_384];
            loop {
                stream.write_all(request.as_bytes()).await?;
                by.sent(1);
                // Answers are redirects, and come in one piece.
                if stream.read(&mut answer).await? == 0 {
                    return Ok(());
                }
            }
        };
        by.many(CONNECTIONS, SHORT, begun).await;
    }
}
