//! An issuer on a loopback port, so that what fetches really fetches.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use credenza_connectors::testing::TestIssuer;
use credenza_connectors::validator::fetch::{Fetch, Method};
use credenza_connectors::{Clock, Fetcher};
use http::StatusCode;

/// The issuer, and how many requests came.
#[derive(Clone)]
pub(crate) struct Served {
    pub(crate) issuer: TestIssuer,
    pub(crate) name: String,
    requests: Arc<AtomicUsize>,
    /// How long each answer takes.
    delay: Duration,
}

impl Served {
    /// Serves one, whose tokens are for `https://api.example`.
    pub(crate) async fn start(delay: Duration) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let name = format!("http://{address}");
        let issuer = TestIssuer::new(&name, "https://api.example");
        let served = Self { issuer, name, requests: Arc::default(), delay };
        let answering = served.clone();
        let app = Router::new().fallback(move |request: Request| answering.clone().answer(request));
        tokio::spawn(async move { axum::serve(listener, app).await });
        served
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn now(&self) -> Clock {
        self.issuer.clock()
    }

    async fn answer(self, request: Request) -> Response {
        self.requests.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(self.delay).await;
        let url = format!("{}{}", self.name, request.uri().path());
        let fetch = Fetch {
            key: String::new(),
            method: Method::Get,
            url,
            headers: Vec::new(),
            body: None,
            max_bytes: 1 << 20,
            timeout_ms: 1000,
        };
        match self.issuer.fetch(&fetch).await {
            Ok(answer) => (StatusCode::from_u16(answer.status).unwrap(), answer.body).into_response(),
            Err(_) => StatusCode::BAD_GATEWAY.into_response(),
        }
    }
}
