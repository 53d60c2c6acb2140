//! A client that sends fields as they are given, and twice where they are given twice.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A request.
#[derive(Default)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) fields: Vec<(&'a str, &'a str)>,
    pub(crate) body: &'a str,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) status: u16,
    fields: Vec<(String, String)>,
    /// The body, or the first message of a WebSocket.
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let all: Vec<_> = self
            .fields
            .iter()
            .filter(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, it)| &**it)
            .collect();
        (!all.is_empty()).then(|| all.join(", "))
    }
}

/// Sends a GET with these fields.
pub(crate) async fn get(address: SocketAddr, path: &str, fields: &[(&str, &str)]) -> Received {
    let request = Request { method: "GET", path, fields: fields.to_vec(), ..Request::default() };
    send(address, &request).await
}

pub(crate) async fn send(address: SocketAddr, request: &Request<'_>) -> Received {
    let sent = tokio::time::timeout(Duration::from_secs(10), exchange(address, request)).await;
    sent.unwrap_or_else(|_| panic!("no answer to {} {}", request.method, request.path))
}

async fn exchange(address: SocketAddr, request: &Request<'_>) -> Received {
    let mut text = format!("{} {} HTTP/1.1\r\n", request.method, request.path);
    let has = |name: &str| request.fields.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    if !has("host") {
        text += &format!("Host: {address}\r\n");
    }
    if !has("connection") {
        text += "Connection: close\r\n";
    }
    for (name, value) in &request.fields {
        text += &format!("{name}: {value}\r\n");
    }
    text += "\r\n";
    text += request.body;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut read = Vec::new();
    let mut chunk = vec![0; 16 * 1024];
    loop {
        let length = stream.read(&mut chunk).await.unwrap();
        read.extend_from_slice(&chunk[..length]);
        if length == 0 || is_whole(&read, request.method == "HEAD") {
            return parsed(&read, request.method == "HEAD");
        }
    }
}

fn split(read: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = read.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some((&read[..at], &read[at + 4..]))
}

/// Whether nothing more is to come: a server need not close a connection whose upgrade it refuses.
fn is_whole(read: &[u8], is_head: bool) -> bool {
    let Some((head, rest)) = split(read) else { return false };
    if head.starts_with(b"HTTP/1.1 101") {
        return message(read).is_some();
    }
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")).map(str::trim);
    length.is_some_and(|length| is_head || rest.len() >= length.parse::<usize>().unwrap())
}

/// The first message of a WebSocket, when all of it is there (RFC 6455 section 5.2): text, in one frame.
fn message(read: &[u8]) -> Option<&[u8]> {
    let (_, frame) = split(read)?;
    assert!(frame.is_empty() || frame[0] == 0x81, "no text in one frame");
    match *frame.get(1)? {
        126 => {
            let length = usize::from(u16::from_be_bytes([*frame.get(2)?, *frame.get(3)?]));
            frame.get(4..4 + length)
        }
        length => frame.get(2..2 + usize::from(length)),
    }
}

fn parsed(read: &[u8], is_head: bool) -> Received {
    let (head, rest) = split(read).unwrap_or_else(|| panic!("no head: {:?}", String::from_utf8_lossy(read)));
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let fields: Vec<(String, String)> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let is_chunked = fields.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("transfer-encoding") && value.eq_ignore_ascii_case("chunked")
    });
    let body = match status {
        101 => message(read).unwrap_or_default().to_vec(),
        _ if is_chunked && !is_head => unchunked(rest),
        _ => rest.to_vec(),
    };
    Received { status, fields, body: String::from_utf8(body).unwrap() }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n").unwrap();
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        if length == 0 {
            return body;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 2 + length + 2..];
    }
}
