//! The HTTP client of the relying party: one connection per request, plain HTTP to the loopback, no redirect
//! followed. Whatever the scheme of the URL, as behind a proxy that ends TLS.

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use openidconnect::{HttpRequest, HttpResponse};
use std::io;
use tokio::net::TcpStream;

/// Sends a request as the library hands it over, and reads the whole answer.
pub(crate) async fn send(request: HttpRequest) -> io::Result<HttpResponse> {
    let (mut parts, body) = request.into_parts();
    let authority = parts.uri.authority().map(ToString::to_string).unwrap_or_default();
    parts.headers.insert(HOST, authority.parse().map_err(io::Error::other)?);
    parts.uri =
        parts.uri.path_and_query().map_or("/", |path| path.as_str()).parse().map_err(io::Error::other)?;

    let stream = TokioIo::new(TcpStream::connect(&authority).await?);
    let (mut sender, connection) = http1::handshake(stream).await.map_err(io::Error::other)?;
    tokio::spawn(connection);
    let request = hyper::Request::from_parts(parts, Full::new(Bytes::from(body)));
    let (parts, body) = sender.send_request(request).await.map_err(io::Error::other)?.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    Ok(HttpResponse::from_parts(parts, body.to_vec()))
}
