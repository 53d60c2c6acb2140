//! Where the browser comes back to after a sign-in: this machine alone, for one answer (RFC 8252 7.3).

use std::net::Ipv4Addr;
use std::time::Duration;

use credenza_protocol::params::Params;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::cli::Failure;

/// How long a person has to sign in.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long a browser has to send its request.
const READ: Duration = Duration::from_secs(10);
/// The longest head of a request, in bytes.
const LONGEST: usize = 16_384;
/// What the person sees then.
const DONE: &str = "You can close this window and go back to the terminal.";

/// A listener that waits for the browser.
pub(super) struct Loopback {
    listener: TcpListener,
    /// `redirect_uri`.
    pub(super) uri: String,
}

impl Loopback {
    pub(super) async fn open() -> Result<Self, Failure> {
        let opened = async {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            let port = listener.local_addr()?.port();
            std::io::Result::Ok(Self { listener, uri: format!("http://127.0.0.1:{port}/callback") })
        };
        opened.await.map_err(|error| {
            Failure::new(format!("no port of 127.0.0.1 can be listened at ({error}): see that a process may"))
        })
    }

    /// The parameters of the answer to the request with that `state`. Whatever else asks here is turned away.
    pub(super) async fn answer(&self, state: &str) -> Result<Params, Failure> {
        let answered = async {
            loop {
                let Ok((stream, _)) = self.listener.accept().await else { continue };
                if let Ok(Some(params)) = timeout(READ, take(stream, state)).await {
                    return params;
                }
            }
        };
        timeout(PATIENCE, answered).await.map_err(|_| {
            Failure::new("nobody signed in within ten minutes: run the command again when you can")
        })
    }
}

/// Reads one request. It counts if it is the answer that is waited for.
async fn take(mut stream: TcpStream, state: &str) -> Option<Params> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut part = [0; 2048];
        let read = stream.read(&mut part).await.ok().filter(|read| *read > 0)?;
        head.extend_from_slice(part.get(..read)?);
        if head.len() > LONGEST {
            return None;
        }
    }
    let params = parameters(&head).filter(|params| params.get("state") == Some(state));
    let (status, text) = match params {
        Some(_) => ("200 OK", DONE),
        None => ("404 Not Found", "This is not the answer that was waited for."),
    };
    let response = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\ncache-control: \
         no-store\r\nconnection: close\r\n\r\n{text}",
        text.len()
    );
    // The answer is here, whether the browser stays to read this or not.
    let _ = stream.write_all(response.as_bytes()).await;
    let _ = stream.shutdown().await;
    params
}

/// The query of a request for the callback.
fn parameters(head: &[u8]) -> Option<Params> {
    let line = std::str::from_utf8(head.split(|byte| *byte == b'\r').next()?).ok()?;
    let target = line.strip_prefix("GET ")?.split(' ').next()?;
    let query = target.strip_prefix("/callback?")?;
    Params::parse(query.as_bytes()).ok().filter(|params| params.repeated().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(uri: &str, query: &str) -> String {
        let address = uri.trim_start_matches("http://").split('/').next().unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(format!("GET {query} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn rfc8252_8_9_only_the_answer_with_the_state_counts() {
        let loopback = Loopback::open().await.unwrap();
        let uri = loopback.uri.clone();
        let browser = async {
            for wrong in [
                "/favicon.ico",
                "/callback?code=a&state=other",
                "/callback?code=a",
                "/callback?code=a&state=s&state=s",
            ] {
                assert!(ask(&uri, wrong).await.starts_with("HTTP/1.1 404 "), "{wrong}");
            }
            ask(&uri, "/callback?code=a%2Fb&state=s").await
        };
        let (params, page) = tokio::join!(loopback.answer("s"), browser);
        assert_eq!(params.unwrap().get("code"), Some("a/b"));
        assert!(page.starts_with("HTTP/1.1 200 ") && page.contains(DONE));
    }
}
