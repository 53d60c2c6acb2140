//! Connections: HTTP/1.1 and HTTP/2, with or without TLS, limited in number, size and time.
//!
//! Everything that a client can do before a handler sees its request is limited here: the number of
//! connections, the time that a head may take, the size of head and body, and how many requests are in
//! flight and for how long.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::config::Limits;
pub use crate::config::TrustedProxies;
use crate::telemetry::RequestIds;

mod address;
mod answer;
mod pinned;
mod timeouts;
mod tls;

pub use address::{client_address, limit_key};
use answer::Answerer;
pub use pinned::pinned;
use timeouts::TimedStream;
pub use tls::{TlsError, acceptor};

/// The peer of the connection, a client or a proxy, as an extension of each request.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct PeerAddr(pub SocketAddr);

/// The most streams of one HTTP/2 connection at a time.
const STREAMS: u32 = 128;
/// How long a stopping server waits for the first request on connections that it accepted last: their clients have
/// every reason to believe that they will be answered.
const GRACE: Duration = Duration::from_millis(500);
/// How long to wait after `accept` failed, which happens when no file descriptors are left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves a router on any number of sockets, within limits that all of them share.
#[derive(Clone)]
pub struct Server {
    answerer: Answerer,
    tls: Option<TlsAcceptor>,
    connections: Arc<Semaphore>,
    limits: Limits,
    http: auto::Builder<TokioExecutor>,
}

impl Server {
    /// A server for `router`.
    #[must_use]
    pub fn new(router: Router, tls: Option<TlsAcceptor>, limits: &Limits, ids: RequestIds) -> Self {
        Self {
            answerer: Answerer::new(router, limits, ids),
            tls,
            connections: Arc::new(Semaphore::new(limits.connections)),
            limits: limits.clone(),
            http: http(limits),
        }
    }

    /// Accepts connections until `stop` turns true; then lets the open ones finish their requests, within the limit
    /// for that.
    pub async fn run(self, socket: TcpListener, mut stop: watch::Receiver<bool>) {
        let graceful = GracefulShutdown::new();
        loop {
            let accepted = tokio::select! {
                accepted = self.accept(&socket) => accepted,
                // An error means that the sender is gone: nobody could stop the server any more, so it stops.
                _ = stop.wait_for(|stop| *stop) => break,
            };
            let Some((stream, peer, permit)) = accepted else { return };
            self.spawn(stream, peer, graceful.watcher(), async { Some(permit) });
        }
        for (stream, peer) in drain(socket) {
            let connections = Arc::clone(&self.connections);
            self.spawn(stream, peer, graceful.watcher(), async { connections.acquire_owned().await.ok() });
        }
        sleep(GRACE.min(self.limits.shutdown)).await;
        if timeout(self.limits.shutdown, graceful.shutdown()).await.is_err() {
            tracing::warn!("some requests did not finish in time and were aborted");
        }
    }

    /// The next connection, once the limit allows one more; `None` when the server is gone.
    async fn accept(&self, socket: &TcpListener) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
        let permit = Arc::clone(&self.connections).acquire_owned().await.ok()?;
        loop {
            match socket.accept().await {
                Ok((stream, peer)) => return Some((stream, peer, permit)),
                Err(error) if concerns_one_connection(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "a connection could not be accepted");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// Serves a connection in a task of its own, once the limit allows it.
    fn spawn(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        watcher: Watcher,
        permit: impl Future<Output = Option<OwnedSemaphorePermit>> + Send + 'static,
    ) {
        let server = self.clone();
        tokio::spawn(async move {
            if let Some(_permit) = permit.await {
                server.handshake(stream, peer, watcher).await;
            }
        });
    }

    async fn handshake(self, stream: TcpStream, peer: SocketAddr, watcher: Watcher) {
        // Responses are small and written at once: waiting to fill a segment would only delay them.
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else { return self.serve(stream, peer, watcher).await };
        match timeout(self.limits.header_timeout, tls.accept(stream)).await {
            Ok(Ok(stream)) => self.serve(stream, peer, watcher).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    async fn serve(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        peer: SocketAddr,
        watcher: Watcher,
    ) {
        let idle = self.limits.header_timeout + self.limits.request_timeout;
        let stream = TokioIo::new(TimedStream::new(stream, self.limits.header_timeout, idle));
        let answerer = &self.answerer;
        let service = service_fn(move |request| answerer.clone().answer(request, PeerAddr(peer)));
        let connection = self.http.serve_connection(stream, service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(error, "a connection ended early");
        }
    }
}

/// Closes a socket, and returns the connections that waited in its queue: for their clients they are open, and
/// closing the socket would reset them.
fn drain(socket: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    let mut waiting = Vec::new();
    let Ok(socket) = socket.into_std() else { return Vec::new() };
    loop {
        match socket.accept() {
            Ok((stream, peer)) => waiting.push((stream, peer)),
            Err(error) if concerns_one_connection(&error) => {}
            Err(_) => break,
        }
    }
    drop(socket);
    let open = |(stream, peer): (std::net::TcpStream, SocketAddr)| {
        stream.set_nonblocking(true).ok()?;
        Some((TcpStream::from_std(stream).ok()?, peer))
    };
    waiting.into_iter().filter_map(open).collect()
}

fn http(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_buf_size(limits.header_bytes);
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX));
    http
}

/// Whether an error of `accept` is about a client that has gone already, and not about the socket.
fn concerns_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests;
