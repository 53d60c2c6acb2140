//! Somebody who asks for one document, over and over: what can be asked of any provider, over TLS as well.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use credenza_tests::outside::certificates;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpSocket;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use super::journal::{Journal, Summary};
use super::users;

/// Between two requests.
const TURN: Duration = Duration::from_millis(20);
/// After this somebody has gone away.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a server may take to start.
const START: Duration = Duration::from_secs(30);

/// Asks from the addresses of ordinary users.
#[derive(Clone)]
pub(crate) struct Prober {
    address: SocketAddr,
    request: Arc<str>,
    tls: Option<TlsConnector>,
    journal: Arc<Journal>,
}

impl Prober {
    /// Asks for this path.
    pub(crate) fn new(address: SocketAddr, authority: &str, path: &str) -> Self {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n").into();
        Self { address, request, tls: None, journal: Arc::default() }
    }

    /// Asks a server that has the certificate of the tests.
    pub(crate) fn over_tls(self) -> Self {
        Self { tls: Some(TlsConnector::from(Arc::new(client_config()))), ..self }
    }

    /// Asks until the server answers.
    pub(crate) async fn wait_until_ready(&self) {
        let end = Instant::now() + START;
        while !self.ask(0).await {
            assert!(Instant::now() < end, "not ready after {START:?}");
            sleep(TURN).await;
        }
        let _: Summary = self.journal.take();
    }

    /// Asks for so long, and waits for the last answers.
    pub(crate) async fn work(&self, span: Duration) -> Summary {
        let (end, mut under_way) = (Instant::now() + span, JoinSet::new());
        let mut turns = interval(TURN);
        for number in 0.. {
            turns.tick().await;
            if Instant::now() >= end {
                break;
            }
            let prober = self.clone();
            under_way.spawn(async move { prober.ask(number).await });
        }
        under_way.join_all().await;
        self.journal.take()
    }

    /// Asks once; whether the answer was 200.
    pub(crate) async fn ask(&self, number: usize) -> bool {
        let began = Instant::now();
        let fault = match timeout(PATIENCE, self.exchange(number)).await {
            Ok(Ok(answer)) if answer.starts_with("HTTP/1.1 200 ") => None,
            Ok(Ok(answer)) => Some(answer.lines().next().unwrap_or("cut off").to_owned()),
            Ok(Err(error)) => Some(error.kind().to_string()),
            Err(_) => Some("no answer".to_owned()),
        };
        let is_answered = fault.is_none();
        self.journal.record(began.elapsed(), fault);
        is_answered
    }

    async fn exchange(&self, number: usize) -> io::Result<String> {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(SocketAddr::new(users::address(number), 0))?;
        let stream = socket.connect(self.address).await?;
        match &self.tls {
            None => self.exchange_on(stream).await,
            Some(tls) => {
                let name = ServerName::try_from("localhost").unwrap();
                self.exchange_on(tls.connect(name, stream).await?).await
            }
        }
    }

    async fn exchange_on(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<String> {
        stream.write_all(self.request.as_bytes()).await?;
        let mut answer = vec![];
        stream.read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

/// What trusts the authority of the tests.
pub(crate) fn client_config() -> ClientConfig {
    let mut roots = RootCertStore::empty();
    certificates().into_iter().for_each(|certificate| roots.add(certificate).unwrap());
    ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}
