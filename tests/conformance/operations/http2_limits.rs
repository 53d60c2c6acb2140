//! A260 (manual: attacks): clients that do not read, and clients that only say that they are there.

use std::time::Duration;

use credenza::config::Limits;
use credenza_tests::{Outside, Provider, RelyingParty, Reply};
use http::Request;
use http_body_util::BodyExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;

use super::raw::{FAR, connect, connect_with, get, get_frame, metric, ping, preface, until, window_update};

const UNREAD: &str = "credenza_connections_closed_total{reason=\"unread\"}";
const IDLE: &str = "credenza_connections_closed_total{reason=\"idle\"}";
const OPEN: &str = "credenza_connections_open";

async fn impatient(header: u64, write: u64) -> Provider {
    let limits = Limits {
        header_timeout: Duration::from_secs(header),
        write_timeout: Duration::from_secs(write),
        ..Limits::default()
    };
    Provider::builder().limits(limits).start().await
}

/// Sends the same again and again until the server closes.
async fn repeat(stream: TcpStream, bytes: Vec<u8>) {
    let (mut reader, mut writer) = stream.into_split();
    let reading = async {
        let mut sink = vec![0; 65_536];
        while reader.read(&mut sink).await.is_ok_and(|count| count > 0) {}
    };
    let writing = async {
        while writer.write_all(&bytes).await.is_ok() {
            sleep(Duration::from_millis(100)).await;
        }
    };
    let ended = timeout(FAR, async {
        tokio::select! { () = reading => {}, () = writing => {} }
    })
    .await;
    assert!(ended.is_ok(), "still open");
}

#[tokio::test(flavor = "multi_thread")]
async fn a260_answers_that_nobody_reads_close_the_connection_whatever_it_pings() {
    let op = impatient(60, 1).await;
    let mut stalled = connect(&op, 2).await;
    let gets: Vec<u8> = (0..50).flat_map(|n| get_frame(2 * n + 1, "/jwks")).collect();
    stalled.write_all(&[preface(0), gets].concat()).await.unwrap();
    // The control: one that reads stays open as long as it asks.
    let mut honest = connect(&op, 3).await;
    honest.write_all(&preface(65_535)).await.unwrap();
    let asking = async {
        for n in 0.. {
            honest.write_all(&[get_frame(2 * n + 1, "/jwks"), window_update(65_536)].concat()).await.unwrap();
            let mut sink = [0; 65_536];
            assert!(honest.read(&mut sink).await.unwrap() > 0);
            sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! { () = repeat(stalled, ping()) => {}, () = asking => unreachable!() }
    assert!(metric(&op, UNREAD) > 0.5 && metric(&op, IDLE) < 0.5);
    honest.write_all(&get_frame(99_999, "/jwks")).await.unwrap();
    assert!(honest.read(&mut [0; 1024]).await.unwrap() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a260_ping_alone_keeps_no_connection_open() {
    let op = impatient(1, 60).await;
    let mut idle = connect(&op, 2).await;
    idle.write_all(&preface(65_535)).await.unwrap();
    repeat(idle, ping()).await;
    until("counted", || metric(&op, IDLE) > 0.5 || metric(&op, OPEN) < 0.5).await;
    assert_eq!(get(&op, 2, "/jwks").await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a260_slow_readers_of_http1_are_cut_off() {
    let op = impatient(60, 1).await;
    let mut slow = connect_with(&op, 2, Some(4096)).await;
    let ask = "GET /jwks HTTP/1.1\r\nHost: a\r\n\r\n".repeat(100);
    let writing = async { while slow.write_all(ask.as_bytes()).await.is_ok() {} };
    let closed = until("it is closed", || metric(&op, UNREAD) > 0.5);
    tokio::select! { () = closed => {}, () = writing => {} }
    until("it is closed", || metric(&op, UNREAD) > 0.5).await;
    assert_eq!(get(&op, 3, "/jwks").await, 200);
}

/// A thousand unread answers of one logo cost one copy: they share their bytes.
#[tokio::test]
async fn answers_of_one_document_share_their_bytes() {
    let (op, outside) = (Provider::start().await, Outside::start().await);
    let image = [b"\x89PNG\r\n".as_slice(), &[0; 200_000]].concat();
    outside.reply("/logo", Reply::ok("image/png", image));
    let rp = RelyingParty::confidential(&op).await;
    rp.update(&op, |record| record.client.logo_uri = Some(outside.url("/logo"))).await;
    let logo = format!("/logos/{}", rp.client_id());
    for path in [logo.as_str(), "/jwks", "/.well-known/openid-configuration"] {
        let mut places = vec![];
        for _ in 0..2 {
            let request = Request::get(path).body(axum::body::Body::empty()).unwrap();
            let answer = credenza::http::router(op.state.clone()).oneshot(request).await.unwrap();
            assert_eq!(answer.status(), 200, "{path}");
            places.push(answer.into_body().collect().await.unwrap().to_bytes());
        }
        assert_eq!(places[0].as_ptr(), places[1].as_ptr(), "{path}");
    }
}
