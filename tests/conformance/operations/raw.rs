//! Raw connections from chosen addresses of this machine, for clients that do what no HTTP library would.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use credenza_tests::Provider;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, sleep, timeout};

/// Longer than anything takes here.
pub(super) const FAR: Duration = Duration::from_secs(30);

/// A client's address: 127.13.0.N.
pub(super) fn address(last: u8) -> IpAddr {
    Ipv4Addr::new(127, 13, 0, last).into()
}

/// A connection from one of those addresses.
pub(super) async fn connect(op: &Provider, from: u8) -> TcpStream {
    connect_with(op, from, None).await
}

/// The same with another size of the receive buffer, in bytes.
pub(super) async fn connect_with(op: &Provider, from: u8, buffer: Option<u32>) -> TcpStream {
    let to: SocketAddr = op.at("").trim_start_matches("http://").parse().unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    if let Some(bytes) = buffer {
        socket.set_recv_buffer_size(bytes).unwrap();
    }
    socket.bind(SocketAddr::new(address(from), 0)).unwrap();
    socket.connect(to).await.unwrap()
}

/// What the server sends until it closes.
pub(super) async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = vec![];
    // A connection that is reset is closed as well.
    let read = timeout(FAR, stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "still open after {}", String::from_utf8_lossy(&answer));
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends bytes, and reads until the server closes.
pub(super) async fn ask(op: &Provider, from: u8, bytes: &str) -> String {
    let mut stream = connect(op, from).await;
    // A server that has refused already may close before everything is written.
    let _ = stream.write_all(bytes.as_bytes()).await;
    rest(&mut stream).await
}

/// GET on a connection of its own; the answer's status.
pub(super) async fn get(op: &Provider, from: u8, path: &str) -> u16 {
    status(&ask(op, from, &format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).await)
}

/// The status of the first answer, or zero.
pub(super) fn status(answer: &str) -> u16 {
    answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok()).unwrap_or(0)
}

/// The value of a metric, by its name and labels as they are shown.
pub(super) fn metric(op: &Provider, name: &str) -> f64 {
    let text = op.state.metrics.render();
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    value.unwrap_or_else(|| panic!("{name} in\n{text}"))
}

/// Waits until it holds.
pub(super) async fn until(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < FAR, "{what}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// A frame of HTTP/2 (RFC 9113 4.1).
pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// What an HTTP/2 client begins with, and its initial window.
pub(super) fn preface(window: u32) -> Vec<u8> {
    let settings = [&[0, 4][..], &window.to_be_bytes()].concat();
    [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &frame(4, 0, 0, &settings)].concat()
}

/// A PING.
pub(super) fn ping() -> Vec<u8> {
    frame(6, 0, 0, &[7; 8])
}

/// Lets the server send so many more bytes on the connection.
pub(super) fn window_update(bytes: u32) -> Vec<u8> {
    frame(8, 0, 0, &bytes.to_be_bytes())
}

/// HEADERS of a whole GET, by HPACK (RFC 7541 6.1, 6.2.2).
pub(super) fn get_frame(stream: u32, path: &str) -> Vec<u8> {
    frame(1, 5, stream, &head(0x82, path))
}

/// HEADERS of a POST whose body is still to come.
pub(super) fn post_frame(stream: u32, path: &str) -> Vec<u8> {
    frame(1, 4, stream, &head(0x83, path))
}

/// `:method`, `:scheme http`, `:authority x` and `:path`.
fn head(method: u8, path: &str) -> Vec<u8> {
    let length = u8::try_from(path.len()).unwrap();
    [&[method, 0x86, 0x01, 0x01, b'x', 0x04, length][..], path.as_bytes()].concat()
}
