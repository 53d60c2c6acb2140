//! HTTP/1.1 over one keep-alive connection, as little as the load needs (RFC 9112): one request at a time, answers
//! with a Content-Length.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Result;

/// One connection and what it has read.
pub(crate) struct Connection {
    stream: TcpStream,
    input: Vec<u8>,
}

/// An answer, borrowed from its connection until the next request.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    head: &'a str,
    pub(crate) body: &'a str,
}

impl<'a> Answer<'a> {
    /// The values of a field, by its name in any case.
    pub(crate) fn fields<'n>(&self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        fields(self.head, name)
    }

    /// Fails, with the answer's own words, unless the status is this one and the body holds the text.
    pub(crate) fn expect(&self, status: u16, text: &str) -> Result<()> {
        if self.status == status && self.body.contains(text) {
            return Ok(());
        }
        let Self { status: got, body, .. } = self;
        Err(format!("wanted {status} with {text:?}, got {got}: {body}").into())
    }
}

fn fields<'a, 'n>(head: &'a str, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
    head.split("\r\n").skip(1).filter_map(move |line| {
        let (field, value) = line.split_once(':')?;
        field.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

impl Connection {
    /// Connects to a `host:port`.
    pub(crate) async fn open(authority: &str) -> Result<Self> {
        let stream = TcpStream::connect(authority).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, input: Vec::with_capacity(16 * 1024) })
    }

    /// Sends one whole request and reads its answer.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.input.clear();
        let head = loop {
            self.fill().await?;
            if let Some(end) = self.input.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end;
            }
        };
        let length = self.length(head)?;
        let body = head + 4;
        while self.input.len() < body + length {
            self.fill().await?;
        }
        let (head, rest) = std::str::from_utf8(&self.input)?.split_at(head);
        let status = head.get(9..12).ok_or("no status line")?.parse()?;
        if fields(head, "connection").any(|value| value.eq_ignore_ascii_case("close")) {
            return Err(format!("the server closed the connection after {status}").into());
        }
        let body = rest.get(4..).filter(|body| body.len() == length).ok_or("more bytes than announced")?;
        Ok(Answer { status, head, body })
    }

    async fn fill(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.input).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }

    fn length(&self, head: usize) -> Result<usize> {
        let head = std::str::from_utf8(self.input.get(..head).unwrap_or_default())?;
        let value = fields(head, "content-length").next();
        Ok(value.ok_or_else(|| format!("an answer without Content-Length: {head}"))?.parse()?)
    }
}

/// The bytes of a request. Each of `fields` is a whole line without its end.
pub(crate) fn request(method: &str, authority: &str, path: &str, fields: &[String], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {authority}\r\n");
    for field in fields {
        text.push_str(field);
        text.push_str("\r\n");
    }
    if method == "POST" {
        text.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// Pairs as `application/x-www-form-urlencoded`.
pub(crate) fn encode(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
