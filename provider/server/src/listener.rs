//! Connections: HTTP/1.1 and HTTP/2, with or without TLS, limited in number, size and time.
//!
//! Everything that a client can do before a handler sees its request is limited here: the number of connections, the
//! time that a head or a body may take, their sizes, how many requests are in flight and for how long, and how long an
//! answer may stay unread. Of each limit one address has a share, so that it can slow down nobody but itself.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use http::StatusCode;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::config::Limits;
pub use crate::config::TrustedProxies;
use crate::telemetry::{Closed, ListenerMetrics, RequestId, RequestIds};

mod activity;
mod address;
mod answer;
mod body;
mod connections;
mod delivery;
pub mod descriptors;
mod host;
mod pinned;
mod refusal;
mod streamed;
mod tls;

use activity::{Activity, Watch};
pub use address::{client_address, limit_key};
use answer::{Answerer, Origin};
use connections::{Admitted, Connections, Newcomer};
pub use delivery::SharedBytes;
pub use pinned::pinned;
pub use streamed::Deadline;
pub use tls::{TlsError, acceptor};

/// The peer of the connection, a client or a proxy, as an extension of each request.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct PeerAddr(pub SocketAddr);

/// The most streams of one HTTP/2 connection at a time.
const STREAMS: u32 = 64;
/// Bytes of one body, and of all bodies of one connection, that an HTTP/2 client may send ahead of our reading.
const WINDOWS: (u32, u32) = (32_768, 131_072);
/// Bytes of one answer that are handed to HTTP/2 ahead of its client's reading.
const AHEAD: usize = 16_384;
/// Streams that an HTTP/2 client may reset, or force us to reset, before the connection is closed (CVE-2023-44487,
/// CVE-2025-8671).
const RESETS: (usize, usize) = (20, 256);
/// How long a stopping server waits for the first request on connections that it accepted last: their clients have
/// every reason to believe that they will be answered.
const GRACE: Duration = Duration::from_millis(500);
/// How long to wait after `accept` failed, which happens when no file descriptors are left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves a router on any number of sockets, within limits that all of them share.
#[derive(Clone)]
pub struct Server(Arc<Shared>);

struct Shared {
    answerer: Arc<Answerer>,
    connections: Arc<Connections>,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    metrics: ListenerMetrics,
    http: auto::Builder<TokioExecutor>,
}

/// How the refusal of a request to a path is worded: its media type and its body. `None` where it is a line of text.
pub type Wording = Arc<dyn Fn(&str, &Refused) -> Option<(&'static str, Bytes)> + Send + Sync>;

/// A request that the listener itself refuses.
#[derive(Clone, Copy, Debug)]
pub struct Refused {
    /// The status.
    pub status: StatusCode,
    /// Why, in a sentence.
    pub sentence: &'static str,
    /// The id of the request.
    pub id: RequestId,
}

/// What a server may know besides its limits; nothing by default.
#[derive(Clone, Default)]
pub struct Knowledge {
    /// How refusals are worded.
    pub wording: Option<Wording>,
    /// The proxies whose word about the client's address is believed.
    pub trusted_proxies: TrustedProxies,
    /// What counts.
    pub metrics: ListenerMetrics,
}

impl Server {
    /// A server for `router`.
    #[must_use]
    pub fn new(
        router: Router,
        tls: Option<TlsAcceptor>,
        limits: &Limits,
        ids: RequestIds,
        knowledge: Knowledge,
    ) -> Self {
        let metrics = knowledge.metrics.clone();
        Self(Arc::new(Shared {
            answerer: Arc::new(Answerer::new(router, limits, ids, knowledge)),
            connections: Connections::new(limits, metrics.clone()),
            tls,
            limits: limits.clone(),
            metrics,
            http: http(limits),
        }))
    }

    /// Accepts connections until `stop` turns true; then lets the open ones finish their requests, within the limit
    /// for that.
    pub async fn run(self, socket: TcpListener, mut stop: watch::Receiver<bool>) {
        let (end, ending) = watch::channel(false);
        loop {
            let (stream, peer) = tokio::select! {
                accepted = accept(&socket) => accepted,
                // An error means that the sender is gone: nobody could stop the server any more, so it stops.
                _ = stop.wait_for(|stop| *stop) => break,
            };
            self.spawn(stream, peer, &ending);
        }
        for (stream, peer) in drain(socket) {
            self.spawn(stream, peer, &ending);
        }
        drop(ending);
        let shutdown = self.0.limits.shutdown;
        sleep(GRACE.min(shutdown)).await;
        let _ = end.send(true);
        if timeout(shutdown, end.closed()).await.is_err() {
            tracing::warn!("some requests did not finish in time and were aborted");
        }
    }

    /// Serves a connection in a task of its own, if there is room for it.
    fn spawn(&self, stream: TcpStream, peer: SocketAddr, ending: &watch::Receiver<bool>) {
        let shared = &self.0;
        let address = peer.ip().to_canonical();
        let newcomer = Newcomer {
            holder: limit_key(address),
            is_proxy: shared.answerer.trusts(address),
            // A process that calls this machine by the address that it has itself.
            is_local: stream.local_addr().is_ok_and(|local| local.ip() == peer.ip()),
        };
        let activity = Activity::new();
        let Some(admitted) = shared.connections.admit(newcomer, &activity) else { return };
        let origin = Origin { peer: PeerAddr(peer), is_reserved: admitted.is_reserved, activity };
        tokio::spawn(Arc::clone(shared).handshake(stream, origin, admitted, ending.clone()));
    }
}

impl Shared {
    async fn handshake(
        self: Arc<Self>,
        stream: TcpStream,
        origin: Origin,
        _admitted: Admitted,
        ending: watch::Receiver<bool>,
    ) {
        // Responses are small and written at once: waiting to fill a segment would only delay them.
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else { return self.serve(stream, origin, ending).await };
        let accepted = tokio::select! {
            accepted = timeout(self.limits.header_timeout, tls.accept(stream)) => accepted,
            () = origin.activity.displaced() => return self.metrics.closed(Closed::Displaced),
        };
        match accepted {
            Ok(Ok(stream)) => self.serve(stream, origin, ending).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    async fn serve(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        origin: Origin,
        mut ending: watch::Receiver<bool>,
    ) {
        let mut watch = Watch::new(&origin.activity, self.limits.header_timeout, self.limits.write_timeout);
        let origin = Arc::new(origin);
        let service = service_fn(|request| self.answerer.answer(request, &origin));
        let mut connection = std::pin::pin!(self.http.serve_connection(TokioIo::new(stream), service));
        let (mut is_ending, mut was_idle) = (false, false);
        loop {
            tokio::select! {
                done = connection.as_mut() => {
                    if let Err(error) = done {
                        tracing::debug!(error, "a connection ended early");
                    }
                    return;
                }
                _ = ending.wait_for(|ending| *ending), if !is_ending => {
                    is_ending = true;
                    connection.as_mut().graceful_shutdown();
                }
                why = watch.next() => {
                    // Told once, a client that has just sent a request still gets its answer.
                    if why != Closed::Idle || was_idle {
                        tracing::debug!(?why, "a connection was closed");
                        return self.metrics.closed(why);
                    }
                    was_idle = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

/// The next connection.
async fn accept(socket: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match socket.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if concerns_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "a connection could not be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
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
    let (of_stream, of_connection) = WINDOWS;
    let (by_client, by_us) = RESETS;
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .initial_stream_window_size(of_stream)
        .initial_connection_window_size(of_connection)
        .max_send_buf_size(AHEAD)
        .max_pending_accept_reset_streams(by_client)
        .max_local_error_reset_streams(by_us)
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
