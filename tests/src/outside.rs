//! Hosts that the provider fetches from: an https server on loopback, and the names it goes by.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::Response;
use credenza::config::Limits;
use credenza::listener::{Knowledge, Server};
use credenza::rng::SystemRng;
use credenza::telemetry::RequestIds;
use http::{HeaderMap, Method, Request, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::watch;

mod authority;
mod names;
mod watched;

pub use authority::{ca_pem, certificates, server_files};
pub use names::Names;
pub use watched::Watched;

/// The names that the server's certificate is good for, besides the address; [`Names`] knows them, and the
/// provider of a test may reach them by name, not by address.
pub const HOSTS: [&str; 3] = ["localhost", "outside.test", "other.test"];

/// A server outside of the provider. It answers 404 for every path without a reply, and stops when it is dropped.
pub struct Outside {
    /// `https://localhost:PORT`.
    pub origin: String,
    /// Where it listens.
    pub port: u16,
    shared: Arc<Shared>,
    _stop: watch::Sender<bool>,
}

/// What it answers at a path.
#[derive(Clone, Debug)]
pub struct Reply {
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    delay: Duration,
    is_endless: bool,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The method.
    pub method: Method,
    /// The path and the query.
    pub target: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

#[derive(Default)]
struct Shared {
    replies: Mutex<HashMap<String, Reply>>,
    requests: Mutex<Vec<Recorded>>,
}

impl Reply {
    /// 200 with this body.
    pub fn ok(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status: StatusCode::OK, headers, body: body.into(), delay: Duration::ZERO, is_endless: false }
    }

    /// Another status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = StatusCode::from_u16(status).unwrap();
        self
    }

    /// One more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Delays the answer.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Sends the body over and over again, without a length.
    #[must_use]
    pub fn endless(mut self) -> Self {
        self.is_endless = true;
        self
    }
}

impl Outside {
    /// Starts one on a port of its own.
    pub async fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        let shared = Arc::new(Shared::default());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let ids = RequestIds::new(&SystemRng::new());
        let server =
            Server::new(router, Some(authority::acceptor()), &Limits::default(), ids, Knowledge::default());
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(server.run(socket, stopped));
        Self { origin: format!("https://localhost:{port}"), port, shared, _stop: stop }
    }

    /// The URL of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The URL of a path under another of its names.
    #[must_use]
    pub fn url_at(&self, host: &str, path: &str) -> String {
        format!("https://{host}:{}{path}", self.port)
    }

    /// Sets the reply for this path, whatever the query.
    pub fn reply(&self, path: &str, reply: Reply) {
        self.shared.replies.lock().unwrap().insert(path.to_owned(), reply);
    }

    /// Serves this document at this path.
    pub fn serve(&self, path: &str, content_type: &str, body: impl Into<Vec<u8>>) {
        self.reply(path, Reply::ok(content_type, body));
    }

    /// Removes what is served at this path.
    pub fn forget(&self, path: &str) {
        self.shared.replies.lock().unwrap().remove(path);
    }

    /// All requests received, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// The requests received for this path.
    #[must_use]
    pub fn requests_for(&self, path: &str) -> Vec<Recorded> {
        let is_for = |recorded: &Recorded| recorded.target.split('?').next() == Some(path);
        self.requests().into_iter().filter(is_for).collect()
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default().to_vec();
    let path = parts.uri.path().to_owned();
    let recorded = Recorded { method: parts.method, target, headers: parts.headers, body };
    shared.requests.lock().unwrap().push(recorded);
    let reply = shared.replies.lock().unwrap().get(&path).cloned();
    let reply = reply.unwrap_or_else(|| Reply::ok("text/plain", "nothing here").status(404));
    tokio::time::sleep(reply.delay).await;
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(name, value);
    }
    response.body(if reply.is_endless { endless(reply.body) } else { Body::from(reply.body) }).unwrap()
}

fn endless(chunk: Vec<u8>) -> Body {
    Body::from_stream(futures_util::stream::repeat_with(move || Ok::<_, std::io::Error>(chunk.clone())))
}
