//! A260 (manual: attacks): what a client can do over raw TCP before any endpoint sees a request: slow, endless,
//! ambiguous or too many connections. The listener's own tests cover each limit; here the whole provider stays up and
//! quick.

use std::time::{Duration, Instant};

use credenza::config::Limits;
use credenza_tests::{Provider, RelyingParty, Request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// Far longer than an answer takes, far shorter than the timeouts for slow clients.
const QUICK: Duration = Duration::from_secs(2);

async fn impatient() -> Provider {
    let limits = Limits {
        header_timeout: Duration::from_secs(1),
        body_timeout: Duration::from_secs(2),
        request_timeout: Duration::from_secs(2),
        ..Limits::default()
    };
    Provider::builder().limits(limits).start().await
}

async fn connect(op: &Provider) -> TcpStream {
    TcpStream::connect(op.at("").trim_start_matches("http://")).await.unwrap()
}

/// Sends bytes, and reads until the server closes or stays silent for a while.
async fn ask(op: &Provider, bytes: &[u8]) -> String {
    let mut stream = connect(op).await;
    // A server that has refused already may close before everything is written.
    let _ = stream.write_all(bytes).await;
    let mut answer = vec![];
    let _ = timeout(Duration::from_secs(4), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// How many answers came on the connection, and the first one's status.
fn statuses(answer: &str) -> Vec<u16> {
    answer.split("HTTP/1.1 ").skip(1).map(|rest| rest[..3].parse().unwrap()).collect()
}

async fn assert_healthy(op: &Provider) {
    let start = Instant::now();
    assert_eq!(Request::get(op.at("/readyz")).send().await.status, 200);
    assert!(start.elapsed() < QUICK, "{:?}", start.elapsed());
}

fn post(headers: &str, body: &str) -> Vec<u8> {
    format!("POST /introspect HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n{headers}\r\n\r\n{body}")
        .into_bytes()
}

/// RFC 9112 6.1 and 6.3: a message that can be framed in two ways is refused, or read one way and the connection is
/// closed. What follows is never taken for a second request.
#[tokio::test(flavor = "multi_thread")]
async fn a260_a_message_with_two_lengths_smuggles_nothing() {
    let op = impatient().await;
    let smuggled = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n";
    let length = smuggled.len();
    for (what, headers, body) in [
        (
            "CL and TE",
            format!("Content-Length: {}\r\nTransfer-Encoding: chunked", length + 5),
            format!("0\r\n\r\n{smuggled}"),
        ),
        (
            "TE and CL",
            "Transfer-Encoding: chunked\r\nContent-Length: 4".to_owned(),
            format!("{length:x}\r\n{smuggled}\r\n0\r\n\r\n"),
        ),
        ("two lengths", format!("Content-Length: 0\r\nContent-Length: {length}"), smuggled.to_owned()),
        ("a list of lengths", format!("Content-Length: 0, {length}"), smuggled.to_owned()),
        ("a signed length", "Content-Length: +0".to_owned(), smuggled.to_owned()),
        ("a length in hex", "Content-Length: 0x0".to_owned(), smuggled.to_owned()),
        ("no length", "Content-Length:".to_owned(), smuggled.to_owned()),
        ("a negative length", "Content-Length: -1".to_owned(), smuggled.to_owned()),
        ("an endless length", "Content-Length: 99999999999999999999999".to_owned(), smuggled.to_owned()),
        ("an unknown coding", "Transfer-Encoding: xchunked".to_owned(), format!("0\r\n\r\n{smuggled}")),
        (
            "chunked, then more",
            "Transfer-Encoding: chunked, identity".to_owned(),
            format!("0\r\n\r\n{smuggled}"),
        ),
        ("a space in the name", "Transfer-Encoding : chunked".to_owned(), format!("0\r\n\r\n{smuggled}")),
        ("a folded line", "X: a\r\n Transfer-Encoding: chunked".to_owned(), format!("0\r\n\r\n{smuggled}")),
        (
            "a chunk too long",
            "Transfer-Encoding: chunked".to_owned(),
            format!("fffffffffffffffff\r\n{smuggled}"),
        ),
        ("a chunk that is none", "Transfer-Encoding: chunked".to_owned(), format!("zz\r\n\r\n{smuggled}")),
    ] {
        let answer = ask(&op, &post(&headers, &body)).await;
        let statuses = statuses(&answer);
        assert!(statuses.len() <= 1 && !statuses.contains(&200), "{what}: {answer}");
        assert!(statuses.iter().all(|status| (400..500).contains(status)), "{what}: {answer}");
        assert_healthy(&op).await;
    }
    // Positive control: two valid requests on one connection get two answers.
    let honest = format!("{smuggled}{smuggled}");
    assert_eq!(statuses(&ask(&op, honest.as_bytes()).await), [200, 200]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a260_heads_that_are_none() {
    let op = impatient().await;
    for head in [
        "nonsense\r\n\r\n",
        "GET\r\n\r\n",
        "GET /livez\r\n\r\n",
        "GET /livez HTTP/9.9\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n",
        "GET /li vez HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /livez HTTP/1.1\r\n: b\r\n\r\n",
        "G\u{1}T /livez HTTP/1.1\r\nHost: a\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}",
    ] {
        let answer = ask(&op, head.as_bytes()).await;
        assert!(statuses(&answer).iter().all(|status| (400..500).contains(status)), "{head:?}: {answer}");
        assert_healthy(&op).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a260_huge_heads_are_cut_off() {
    let op = impatient().await;
    let cases = [
        format!("GET /livez HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(100_000)),
        format!("GET /livez HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(10_000)),
        format!("GET /livez?{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(100_000)),
        format!("GET /livez HTTP/1.1\r\nHost: a\r\nCookie: {}\r\n\r\n", "a=b; ".repeat(20_000)),
        format!("{} /livez HTTP/1.1\r\nHost: a\r\n\r\n", "G".repeat(100_000)),
    ];
    for head in cases {
        let answer = ask(&op, head.as_bytes()).await;
        // The answer may be lost where the server closes while the client still writes.
        assert!(statuses(&answer).iter().all(|status| matches!(status, 400 | 414 | 431)), "{answer}");
        assert_healthy(&op).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a260_who_is_slow_is_cut_off_and_nobody_else_waits() {
    let op = std::sync::Arc::new(impatient().await);
    let drip = async |op: std::sync::Arc<Provider>, first: &'static str, each: &'static str| {
        let (start, mut stream) = (Instant::now(), connect(&op).await);
        stream.write_all(first.as_bytes()).await.unwrap();
        let mut answer = vec![];
        while start.elapsed() < Duration::from_secs(20) {
            let mut buffer = [0; 1024];
            let read = timeout(Duration::from_millis(100), stream.read(&mut buffer)).await;
            match read {
                Ok(Ok(0) | Err(_)) => break,
                Ok(Ok(count)) => answer.extend_from_slice(&buffer[..count]),
                Err(_) if stream.write_all(each.as_bytes()).await.is_err() => break,
                Err(_) => {}
            }
        }
        (start.elapsed(), String::from_utf8_lossy(&answer).into_owned())
    };
    let body = "POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 50000\r\n\r\n";
    let chunks = "POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n";
    let cases =
        [("G", ""), ("GET /livez HTTP/1.1\r\nHost: a\r\nX: ", "y"), (body, "x"), (chunks, "1\r\nx\r\n")];
    let slow: Vec<_> = cases
        .into_iter()
        .cycle()
        .take(64)
        .map(|(first, each)| {
            let op = op.clone();
            tokio::spawn(async move { drip(op, first, each).await })
        })
        .collect();
    for _ in 0..5 {
        assert_healthy(&op).await;
        sleep(Duration::from_millis(100)).await;
    }
    for client in slow {
        let (elapsed, answer) = client.await.unwrap();
        assert!(elapsed < Duration::from_secs(10), "{elapsed:?}");
        assert!(!answer.contains(" 200 "), "{answer}");
    }
    assert_healthy(&op).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a260_many_connections_stop_nobody() {
    let op = impatient().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let mut silent = vec![];
    for _ in 0..400 {
        silent.push(connect(&op).await);
    }
    assert_healthy(&op).await;
    rp.sign_in(&op, &alice).await;
    // More connections than allowed: idle ones are closed, and then there is room again.
    let limits = Limits { connections: 32, header_timeout: Duration::from_millis(500), ..Limits::default() };
    let full = Provider::builder().limits(limits).start().await;
    for _ in 0..32 {
        silent.push(connect(&full).await);
    }
    assert_healthy(&full).await;
}

/// A frame of HTTP/2 (RFC 9113 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Writes frames until the server closes the connection; returns how many bytes that took.
async fn flood(op: &Provider, begin: Vec<u8>, again: Vec<u8>) -> usize {
    let mut stream = connect(op).await;
    let preface = [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &frame(4, 0, 0, &[]), &begin].concat();
    stream.write_all(&preface).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    // Answers are read, so that the server is never blocked by us.
    let reading = tokio::spawn(async move {
        let mut sink = vec![0; 65_536];
        while reader.read(&mut sink).await.is_ok_and(|count| count > 0) {}
    });
    let (start, mut sent) = (Instant::now(), 0);
    while start.elapsed() < Duration::from_secs(15) && !reading.is_finished() {
        match timeout(Duration::from_secs(5), writer.write_all(&again)).await {
            Ok(Ok(())) => sent += again.len(),
            _ => break,
        }
        tokio::task::yield_now().await;
    }
    let is_cut_off = timeout(Duration::from_secs(5), reading).await.is_ok();
    assert!(is_cut_off, "still open after {sent} bytes and {:?}", start.elapsed());
    sent
}

#[tokio::test(flavor = "multi_thread")]
async fn a260_http2_floods_are_ended() {
    let op = impatient().await;
    // `:method POST`, `:scheme http`, `:path /token` and `:authority a`, by HPACK (RFC 7541 6.1, 6.2.2).
    let head = [&[0x83, 0x86, 0x04, 0x06][..], b"/token", &[0x01, 0x01], b"a"].concat();
    let header = [&[0x00, 0x01][..], b"x", &[0x7f, 0x81, 0x1e], &[b'y'; 4096 - 128]].concat();
    let continuation = frame(9, 0, 1, &header);
    let sent = flood(&op, frame(1, 0, 1, &head), continuation).await;
    assert!(sent < 64 << 20, "CONTINUATION: {sent}");
    assert_healthy(&op).await;
    // An endless body of empty DATA frames: the request times out.
    let empty = frame(0, 0, 1, &[]).repeat(100);
    flood(&op, frame(1, 4, 1, &head), empty).await;
    assert_healthy(&op).await;
    // Streams that are opened and reset (CVE-2023-44487).
    let mut streams = vec![];
    for stream in (1..20_000).step_by(2) {
        streams.extend(frame(1, 4, stream, &head));
        streams.extend(frame(3, 0, stream, &[0, 0, 0, 8]));
    }
    let ping = frame(6, 0, 0, &[0; 8]).repeat(100);
    flood(&op, streams, ping).await;
    assert_healthy(&op).await;
}
