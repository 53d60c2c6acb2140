//! One exchange over HTTP: a connection that is kept for the next one, limits, and tries again where that does no harm.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use http::header::{ACCEPT, ACCEPT_ENCODING, HOST, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use url::{Host, Position, Url};

use super::issuer;
use crate::cli::Failure;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long an exchange may take.
const EXCHANGE: Duration = Duration::from_secs(60);
/// The longest body that is read, in bytes.
const LONGEST: usize = 64 << 20;
/// How often a request is sent at most.
const TRIES: u32 = 4;
/// How long to wait before the first repetition; before each further one, twice as long.
const PAUSE: Duration = Duration::from_millis(300);
/// Whoever asks for more patience is told to the person instead.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// Whether it may be sent again where nothing is known of the first time.
    pub(super) may_repeat: bool,
}

/// A whole response.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// Sends requests, one at a time.
pub(super) struct Http {
    tls: TlsConnector,
    kept: Mutex<Option<Connection>>,
}

/// An open connection, which closes when it is dropped.
struct Connection {
    origin: String,
    sender: SendRequest<Full<Bytes>>,
    _driver: JoinSet<()>,
}

/// Why there is no response.
#[derive(Debug)]
enum Lost {
    /// Nothing was sent.
    Unsent(String),
    /// Nothing was sent, and trying again would change nothing: a certificate that is not trusted.
    Refused(String),
    /// It was sent, or a part of it; nothing is known of what became of it.
    Broken(String),
}

impl Request {
    /// A request without a body that may be repeated.
    pub(super) fn get(url: Url) -> Self {
        Self { method: Method::GET, url, headers: HeaderMap::new(), body: vec![], may_repeat: true }
    }
}

impl Http {
    pub(super) fn new(tls: TlsConnector) -> Self {
        Self { tls, kept: Mutex::new(None) }
    }

    /// Sends it. Where the server cannot answer at the moment, or the connection is lost, it is sent again if that does no
    /// harm.
    pub(super) async fn send(&self, request: &Request) -> Result<Response, Failure> {
        issuer::check(&request.url).map_err(|why| {
            Failure::new(format!("{} {why}; correct the address of the server", request.url))
        })?;
        let mut pause = PAUSE;
        for attempt in 1.. {
            let is_last = attempt == TRIES;
            match self.exchange(request).await {
                Ok(response) => match wait_of(&response, request.may_repeat, pause) {
                    Some(wait) if !is_last => sleep(wait).await,
                    _ => return Ok(response),
                },
                Err(Lost::Unsent(_)) if !is_last => sleep(pause).await,
                Err(Lost::Broken(_)) if !is_last && request.may_repeat => sleep(pause).await,
                Err(lost) => return Err(lost.failure(&request.url)),
            }
            pause *= 2;
        }
        // The loop ends by returning.
        Err(Lost::Unsent("it was tried too often".to_owned()).failure(&request.url))
    }

    async fn exchange(&self, request: &Request) -> Result<Response, Lost> {
        let mut kept = self.kept.lock().await;
        let mut connection = match kept.take() {
            Some(kept) if kept.is_usable(&request.url) => kept,
            _ => self.connect(&request.url).await?,
        };
        let done = timeout(EXCHANGE, connection.send(request)).await;
        let response =
            done.unwrap_or_else(|_| Err(Lost::Broken("there was no answer in time".to_owned())))?;
        *kept = Some(connection);
        Ok(response)
    }

    async fn connect(&self, url: &Url) -> Result<Connection, Lost> {
        let connected = async {
            let stream = reach(url).await.map_err(|error| Lost::Unsent(error.to_string()))?;
            if url.scheme() != "https" {
                return speak(url, stream).await;
            }
            let name = tls_name(url).ok_or_else(|| Lost::Refused("the host has no valid name".to_owned()))?;
            let stream = self.tls.connect(name, stream).await.map_err(|error| match error.kind() {
                io::ErrorKind::InvalidData => Lost::Refused(format!(
                    "{error}; if its certificate is of an authority of your own, name that by --ca-file"
                )),
                _ => Lost::Unsent(error.to_string()),
            })?;
            speak(url, stream).await
        };
        timeout(CONNECT, connected)
            .await
            .unwrap_or_else(|_| Err(Lost::Unsent("it does not answer".to_owned())))
    }
}

impl Connection {
    fn is_usable(&self, url: &Url) -> bool {
        !self.sender.is_closed() && self.origin == origin(url)
    }

    async fn send(&mut self, request: &Request) -> Result<Response, Lost> {
        self.sender.ready().await.map_err(|error| Lost::Unsent(error.to_string()))?;
        let sent = self.sender.send_request(head(request)?).await;
        let response = sent.map_err(|error| match error.is_canceled() {
            true => Lost::Unsent(error.to_string()),
            false => Lost::Broken(error.to_string()),
        })?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, LONGEST).collect().await.map_err(|e| Lost::Broken(e.to_string()))?;
        Ok(Response { status: parts.status, headers: parts.headers, body: body.to_bytes().to_vec() })
    }
}

impl Lost {
    fn failure(self, url: &Url) -> Failure {
        let server = origin(url);
        match self {
            Self::Unsent(why) => Failure::new(format!(
                "{server} cannot be reached: {why}; see that the address is right, and that the server runs"
            )),
            Self::Refused(why) => Failure::new(format!("{server} is not trusted: {why}")),
            Self::Broken(why) => Failure::new(format!(
                "the connection to {server} was lost ({why}), and it may have done what was asked for: look, then run \
                 the command again"
            )),
        }
    }
}

/// How long to wait before the request is sent again, if it should be.
fn wait_of(response: &Response, may_repeat: bool, pause: Duration) -> Option<Duration> {
    let is_repeated = match response.status {
        // Nothing was done.
        StatusCode::TOO_MANY_REQUESTS => true,
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => may_repeat,
        _ => false,
    };
    let asked = response.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let wait = asked.map_or(pause, Duration::from_secs);
    Some(wait).filter(|wait| is_repeated && *wait <= PATIENCE)
}

/// An address of the host that takes a connection. Plain http goes to this machine alone, whatever a name resolves to.
async fn reach(url: &Url) -> io::Result<TcpStream> {
    let port = url.port_or_known_default().unwrap_or(443);
    let found: Vec<SocketAddr> = match url.host() {
        Some(Host::Domain(name)) => lookup_host((name, port)).await?.collect(),
        Some(Host::Ipv4(address)) => vec![SocketAddr::from((address, port))],
        Some(Host::Ipv6(address)) => vec![SocketAddr::from((address, port))],
        None => vec![],
    };
    let may = |address: &SocketAddr| url.scheme() == "https" || address.ip().is_loopback();
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for address in found.into_iter().filter(may) {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn speak(
    url: &Url,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) -> Result<Connection, Lost> {
    let spoken = http1::Builder::new().handshake(TokioIo::new(stream)).await;
    let (sender, connection) = spoken.map_err(|error| Lost::Unsent(error.to_string()))?;
    let mut driver = JoinSet::new();
    // Its error reaches the task that waits for the response.
    driver.spawn(async move { drop(connection.await) });
    Ok(Connection { origin: origin(url), sender, _driver: driver })
}

fn head(request: &Request) -> Result<http::Request<Full<Bytes>>, Lost> {
    let url = &request.url;
    let authority = HeaderValue::from_str(&url[Position::BeforeHost..Position::AfterPort]);
    let mut head = http::Request::new(Full::from(request.body.clone()));
    *head.method_mut() = request.method.clone();
    let target = url[Position::BeforePath..Position::AfterQuery].parse();
    *head.uri_mut() = target.map_err(|_| Lost::Refused("its address cannot be requested".to_owned()))?;
    *head.headers_mut() = request.headers.clone();
    let headers = head.headers_mut();
    headers.insert(HOST, authority.map_err(|_| Lost::Refused("its host has no valid name".to_owned()))?);
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("credenza-cli/", env!("CARGO_PKG_VERSION"))));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json, application/problem+json"));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    Ok(head)
}

fn tls_name(url: &Url) -> Option<ServerName<'static>> {
    match url.host()? {
        Host::Domain(name) => ServerName::try_from(name.to_owned()).ok(),
        Host::Ipv4(address) => Some(ServerName::IpAddress(address.into())),
        Host::Ipv6(address) => Some(ServerName::IpAddress(address.into())),
    }
}

fn origin(url: &Url) -> String {
    url[..Position::BeforePath].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, retry_after: Option<&'static str>) -> Response {
        let mut headers = HeaderMap::new();
        retry_after.map(|value| headers.insert(RETRY_AFTER, HeaderValue::from_static(value)));
        Response { status: StatusCode::from_u16(status).unwrap(), headers, body: vec![] }
    }

    #[test]
    fn rfc9110_10_2_3_a_request_waits_as_long_as_it_is_asked_to() {
        let second = Duration::from_secs(1);
        for (status, asked, may_repeat, wait) in [
            (200, Some("1"), true, None),
            (412, None, true, None),
            (429, Some("2"), false, Some(second * 2)),
            (429, Some("900"), true, None),
            (429, Some("soon"), true, Some(PAUSE)),
            (503, Some("1"), true, Some(second)),
            (503, None, true, Some(PAUSE)),
            (503, Some("1"), false, None),
            (500, None, true, None),
        ] {
            assert_eq!(wait_of(&response(status, asked), may_repeat, PAUSE), wait, "{status} {asked:?}");
        }
    }
}
