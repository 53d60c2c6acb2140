//! Plain HTTP: what is sent is what the test says, header by header, and redirects are not followed.

use std::error::Error;
use std::net::IpAddr;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::task::JoinSet;
use url::form_urlencoded;

/// A request under construction.
pub struct Request {
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Vec<u8>,
    from: Option<IpAddr>,
}

/// A complete response.
#[derive(Debug)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A request of any method. The URL is sent byte for byte.
    pub fn new(method: &str, url: impl Into<String>) -> Self {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        Self { method, url: url.into(), headers: HeaderMap::new(), body: vec![], from: None }
    }

    /// GET.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new("GET", url)
    }

    /// POST with a form of these fields.
    pub fn form(url: impl Into<String>, fields: &[(&str, &str)]) -> Self {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Self::post(url, "application/x-www-form-urlencoded", body)
    }

    /// POST with any body.
    pub fn post(url: impl Into<String>, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut request = Self::new("POST", url).header("content-type", content_type);
        request.body = body.into();
        request
    }

    /// With this body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// From this address of the machine, such as another one of 127.0.0.0/8.
    #[must_use]
    pub fn from(mut self, address: IpAddr) -> Self {
        self.from = Some(address);
        self
    }

    /// Adds a header; the same name may come more than once.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        self.headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        self
    }

    /// HTTP Basic, form-encoded as RFC 6749 2.3.1 says.
    #[must_use]
    pub fn basic(self, client_id: &str, secret: &str) -> Self {
        use base64::Engine as _;
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let credentials = format!("{}:{}", encode(client_id), encode(secret));
        let value = base64::engine::general_purpose::STANDARD.encode(credentials);
        self.header("authorization", &format!("Basic {value}"))
    }

    /// A bearer token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Sends it.
    pub async fn send(self) -> Response {
        self.exchange().await.unwrap()
    }

    /// Sends it to a server that may stop at any moment; `None` when the response is incomplete.
    pub async fn try_send(self) -> Option<Response> {
        self.exchange().await.ok()
    }

    async fn exchange(self) -> Result<Response, Box<dyn Error + Send + Sync>> {
        let mut request = http::Request::new(Full::new(Bytes::from(self.body)));
        *request.method_mut() = self.method;
        *request.uri_mut() = self.url.parse().unwrap_or_else(|e| panic!("{e}: {}", self.url));
        *request.headers_mut() = self.headers;
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_local_address(self.from);
        // One connection per request, so that tests cannot disturb each other.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector);
        let exchange = async {
            let (parts, body) = client.request(request).await?.into_parts();
            let body = body.collect().await?.to_bytes().to_vec();
            Ok(Response { status: parts.status, headers: parts.headers, body })
        };
        tokio::time::timeout(Duration::from_secs(60), exchange).await.expect("no answer")
    }
}

/// Sends all of them at the same moment; the answers come in any order.
pub async fn at_once(requests: impl IntoIterator<Item = Request>) -> Vec<Response> {
    let sent: JoinSet<Response> = requests.into_iter().map(Request::send).collect();
    sent.join_all().await
}

/// The fields with this value instead of the one of that name (or beside the others), or without it.
#[must_use]
pub fn changed<'a>(
    fields: &[(&'a str, &'a str)],
    name: &'a str,
    value: Option<&'a str>,
) -> Vec<(&'a str, &'a str)> {
    let others = fields.iter().copied().filter(|(known, _)| *known != name);
    others.chain(value.map(|value| (name, value))).collect()
}

impl Response {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {} {}", self.status, self.text()))
    }

    /// A header, or the empty string.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Where the redirect goes.
    pub fn location(&self) -> &str {
        assert!(self.headers.contains_key("location"), "no redirect: {} {}", self.status, self.text());
        self.header("location")
    }

    /// `error` of a JSON answer.
    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }

    /// Asserts a JSON refusal with this status and code.
    #[track_caller]
    pub fn assert_refused(&self, status: u16, error: &str) {
        assert_eq!((self.status.as_u16(), self.error().as_str()), (status, error), "{}", self.text());
        assert_eq!(self.header("cache-control"), "no-store");
    }
}
