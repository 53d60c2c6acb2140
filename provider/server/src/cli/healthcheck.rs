//! `credenza healthcheck`: asks the server that runs here whether it is ready, for containers and
//! supervisors that can only run a command.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::Failure;
use super::output::Answer;
use crate::config::Settings;
use crate::listener::pinned;

/// A server that needs longer is not ready.
const TIMEOUT: Duration = Duration::from_secs(5);
/// More of an answer is not read: its first line is shorter.
const LONGEST_LINE: u64 = 64;

/// What to do about a server that says nothing.
const SILENT: &str = "see that the server runs, and that `listen` is the same for it and for this command";

/// Asks; an error says what was answered instead of 200.
pub(super) async fn run(settings: Settings) -> Result<Answer, Failure> {
    let address = reachable(settings.listen);
    match timeout(TIMEOUT, ask(address, &settings)).await {
        Ok(Ok(line)) if line.starts_with("HTTP/1.1 200 ") => Ok(Answer::nothing()),
        Ok(Ok(line)) => Err(Failure::new(format!(
            "{address} is not ready: {:?}; the log of the server says why",
            line.trim_end()
        ))),
        Ok(Err(error)) => Err(Failure::new(format!("{address} does not answer: {error}; {SILENT}"))),
        Err(_) => Err(Failure::new(format!("{address} does not answer in time; {SILENT}"))),
    }
}

async fn ask(address: SocketAddr, settings: &Settings) -> std::io::Result<String> {
    let stream = TcpStream::connect(address).await?;
    match &settings.tls {
        None => request(stream, address).await,
        Some(files) => {
            let config = pinned(files).map_err(std::io::Error::other)?;
            let name = ServerName::IpAddress(address.ip().into());
            request(TlsConnector::from(Arc::new(config)).connect(name, stream).await?, address).await
        }
    }
}

async fn request(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    address: SocketAddr,
) -> std::io::Result<String> {
    let head = format!("GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(LONGEST_LINE).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned())
}

/// An address to reach the server at, if it listens on all of them.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_all_addresses_is_reached_on_loopback() {
        let at = |text: &str| reachable(text.parse().unwrap()).to_string();
        assert_eq!(at("0.0.0.0:80"), "127.0.0.1:80");
        assert_eq!(at("[::]:80"), "[::1]:80");
        assert_eq!(at("192.0.2.1:80"), "192.0.2.1:80");
    }
}
