//! Connections: accepted, bounded in number, size and time, HTTP/1.1 and HTTP/2, with TLS or without.
//!
//! Everything that a client may do before a handler sees its request is bounded here: how many
//! connections there are, how long a head may take, how large head and body may be, how many requests
//! are in flight and for how long.

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
mod patient;
mod pinned;
mod tls;

pub use address::{client_address, limit_key};
use answer::Desk;
use patient::Patient;
pub use pinned::pinned;
pub use tls::{TlsError, acceptor};

/// The other end of the connection, as an extension of each request: a client, or a proxy.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct PeerAddr(pub SocketAddr);

/// Streams that one HTTP/2 connection may have open at once.
const STREAMS: u32 = 128;
/// How long those who were let in last are waited for until they have said something: nobody is hung up on who had
/// reason to believe that they are heard.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How long to wait when the system has no more file descriptors for connections.
const OUT_OF_FILES: Duration = Duration::from_millis(100);

/// Serves a router on any number of sockets, within limits that they share.
#[derive(Clone)]
pub struct Server {
    desk: Desk,
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
            desk: Desk::new(router, limits, ids),
            tls,
            connections: Arc::new(Semaphore::new(limits.connections)),
            limits: limits.clone(),
            http: http(limits),
        }
    }

    /// Accepts connections until `stop` turns true; then lets those that are open finish what they
    /// have begun, within the limit for that.
    pub async fn run(self, socket: TcpListener, mut stop: watch::Receiver<bool>) {
        let graceful = GracefulShutdown::new();
        loop {
            let accepted = tokio::select! {
                accepted = self.accept(&socket) => accepted,
                // An error means that nobody is left who could ask to stop; then there is no reason to go on.
                _ = stop.wait_for(|stop| *stop) => break,
            };
            let Some((stream, peer, permit)) = accepted else { return };
            self.let_in(stream, peer, graceful.watcher(), async { Some(permit) });
        }
        for (stream, peer) in waiting(socket) {
            let connections = Arc::clone(&self.connections);
            self.let_in(stream, peer, graceful.watcher(), async { connections.acquire_owned().await.ok() });
        }
        sleep(LAST_WORDS.min(self.limits.shutdown)).await;
        if timeout(self.limits.shutdown, graceful.shutdown()).await.is_err() {
            tracing::warn!("some requests did not finish in time and were cut off");
        }
    }

    /// The next connection, once there is room for one; `None` when the server is gone.
    async fn accept(&self, socket: &TcpListener) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
        let permit = Arc::clone(&self.connections).acquire_owned().await.ok()?;
        loop {
            match socket.accept().await {
                Ok((stream, peer)) => return Some((stream, peer, permit)),
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "a connection could not be accepted");
                    sleep(OUT_OF_FILES).await;
                }
            }
        }
    }

    /// Serves a connection in a task of its own, once there is room for it.
    fn let_in(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        watcher: Watcher,
        room: impl Future<Output = Option<OwnedSemaphorePermit>> + Send + 'static,
    ) {
        let server = self.clone();
        tokio::spawn(async move {
            if let Some(_permit) = room.await {
                server.greet(stream, peer, watcher).await;
            }
        });
    }

    async fn greet(self, stream: TcpStream, peer: SocketAddr, watcher: Watcher) {
        // Answers are small and written whole: waiting to fill a segment would only delay them.
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
        let stream = TokioIo::new(Patient::new(stream, self.limits.header_timeout, idle));
        let desk = &self.desk;
        let service = service_fn(move |request| desk.clone().answer(request, PeerAddr(peer)));
        let connection = self.http.serve_connection(stream, service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(error, "a connection ended early");
        }
    }
}

/// Closes a socket, and gives the connections that waited in its queue: for their clients they are open, and they
/// would be cut off with it.
fn waiting(socket: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    let mut waiting = Vec::new();
    let Ok(socket) = socket.into_std() else { return Vec::new() };
    loop {
        match socket.accept() {
            Ok((stream, peer)) => waiting.push((stream, peer)),
            Err(error) if is_of_one_connection(&error) => {}
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

/// Errors of `accept` that concern a client that has left already, and not the socket.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests;
