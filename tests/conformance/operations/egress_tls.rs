//! How the provider calls others: TLS 1.3 first (the certification suite warns otherwise).

use std::time::Duration;

use credenza_tests::{Outside, Provider};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

/// `supported_versions` (RFC 8446 4.2.1): TLS 1.3, then TLS 1.2, and none before.
const VERSIONS: [u8; 9] = [0x00, 0x2b, 0x00, 0x05, 0x04, 0x03, 0x04, 0x03, 0x03];

#[tokio::test(flavor = "multi_thread")]
async fn outbound_calls_offer_tls_1_3_first() {
    let op = Provider::start().await;
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = socket.accept().await.unwrap();
        let mut head = [0; 5];
        stream.read_exact(&mut head).await.unwrap();
        let mut hello = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
        stream.read_exact(&mut hello).await.unwrap();
        hello
    });
    let url = format!("https://localhost:{port}/");
    assert!(op.state.egress.get(&url, "*/*", 100).await.is_err(), "nobody speaks TLS there");
    let hello = tokio::time::timeout(Duration::from_secs(10), heard).await.unwrap().unwrap();
    assert!(hello.windows(VERSIONS.len()).any(|part| part == VERSIONS), "{hello:x?}");
    // Positive control: against a server that speaks TLS the call succeeds.
    let outside = Outside::start().await;
    outside.serve("/here", "text/plain", "x");
    assert_eq!(op.state.egress.get(&outside.url("/here"), "*/*", 100).await.unwrap().body, b"x");
}
