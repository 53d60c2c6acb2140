//! A connection to an address that was checked first.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use http::{Request, Response};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use url::Host;

use super::target::Target;
use super::{EgressError, Parts, address};

/// How long connecting to one address may take before the next one is tried.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// The most addresses of a host that are tried.
const TRIES: usize = 4;
/// The longest head of a response, in bytes.
const LONGEST_HEAD: usize = 16_384;
/// The most header fields.
const MOST_HEADERS: usize = 64;

/// An open connection, which closes when it is dropped.
pub(super) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    _driver: JoinSet<()>,
}

impl Connection {
    /// Resolves the host, checks every address, connects to one of them and verifies the certificate.
    pub(super) async fn open(parts: &Parts, target: &Target) -> Result<Self, EgressError> {
        let stream = connect(&permitted(parts, target).await?, target.port).await?;
        if !target.is_tls {
            return Self::speak(stream).await;
        }
        let stream = parts.tls.connect(target.tls_name.clone(), stream).await;
        Self::speak(stream.map_err(EgressError::NoConnection)?).await
    }

    async fn speak<S>(stream: S) -> Result<Self, EgressError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let mut http = http1::Builder::new();
        http.max_buf_size(LONGEST_HEAD).max_headers(MOST_HEADERS);
        let (sender, connection) = http.handshake(TokioIo::new(stream)).await?;
        let mut driver = JoinSet::new();
        // Its error reaches the task that waits for the response.
        driver.spawn(async move { drop(connection.await) });
        Ok(Self { sender, _driver: driver })
    }

    /// Sends the request; the body of the response can be read while the connection is open.
    pub(super) async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, EgressError> {
        Ok(self.sender.send_request(request).await?)
    }
}

/// The addresses of the host. A single one that may not be reached rules out all of them: the name is being used to
/// reach something else than it was registered for.
async fn permitted(parts: &Parts, target: &Target) -> Result<Vec<IpAddr>, EgressError> {
    let name = match &target.host {
        Host::Domain(name) => Some(name),
        Host::Ipv4(_) | Host::Ipv6(_) => None,
    };
    let addresses = match &target.host {
        Host::Domain(name) if parts.allow.is_closed() && !parts.allow.names(name) => {
            return Err(EgressError::Unlisted);
        }
        Host::Domain(name) => parts.lookups.addresses(name.clone()).await?,
        Host::Ipv4(address) => vec![IpAddr::V4(*address)],
        Host::Ipv6(address) => vec![IpAddr::V6(*address)],
    };
    let is_named = name.is_some_and(|name| parts.allow.names(name));
    // Without TLS, nobody proves to be who was meant: nothing leaves this machine.
    let stays = |address: &IpAddr| target.is_tls || address.to_canonical().is_loopback();
    let listed = |address: &IpAddr| is_named || address::may_be_reached(*address, &parts.allow);
    let may = |address: &IpAddr| listed(address) && stays(address);
    match addresses.iter().find(|address| !may(address)) {
        Some(address) => Err(EgressError::Forbidden(*address)),
        None => Ok(addresses),
    }
}

async fn connect(addresses: &[IpAddr], port: u16) -> Result<TcpStream, EgressError> {
    let mut last = EgressError::NotFound(io::ErrorKind::NotFound.into());
    for address in addresses.iter().take(TRIES) {
        match timeout(CONNECT_TIMEOUT, TcpStream::connect(SocketAddr::new(*address, port))).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = EgressError::NoConnection(error),
            Err(_) => last = EgressError::TimedOut,
        }
    }
    Err(last)
}
