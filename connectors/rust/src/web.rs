//! Requests to other services: bounded in time and size, without redirects.

use std::fmt;
use std::time::Duration;

use credenza_validator::SettingsError;
use reqwest::Client;

use crate::HttpFetcher;

/// The longest answer that is read, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// Why there is no answer.
#[derive(Clone, Debug)]
pub(crate) enum Failed {
    /// Nobody answered, or not in time; whether the request arrived is not known.
    Unreachable(String),
    /// The other side says that it cannot answer at the moment.
    Status(u16),
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(reason) => write!(f, "no answer: {reason}"),
            Self::Status(status) => write!(f, "answered with status {status}"),
        }
    }
}

impl std::error::Error for Failed {}

/// A client of HTTP.
#[derive(Clone)]
pub(crate) struct Web {
    client: Client,
    timeout: Duration,
}

impl Web {
    /// With the authorities of the system, and this limit of time for each request.
    pub(crate) fn new(timeout: Duration) -> Result<Self, SettingsError> {
        Ok(Self { client: HttpFetcher::new()?.into_client(), timeout })
    }

    /// Makes a request. An answer of any status is an answer.
    pub(crate) async fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, Failed> {
        match tokio::time::timeout(self.timeout, self.exchange(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(Failed::Unreachable(format!("within {} ms", self.timeout.as_millis()))),
        }
    }

    /// Makes a request to which an answer of 5xx or 429 is none.
    pub(crate) async fn ask(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, Failed> {
        let response = self.send(request).await?;
        match response.status().as_u16() {
            status @ (429 | 500..) => Err(Failed::Status(status)),
            _ => Ok(response),
        }
    }

    async fn exchange(&self, request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, Failed> {
        let request = reqwest::Request::try_from(request).map_err(unreachable)?;
        let mut received = self.client.execute(request).await.map_err(unreachable)?;
        let mut response = http::Response::new(Vec::new());
        *response.status_mut() = received.status();
        *response.headers_mut() = std::mem::take(received.headers_mut());
        while let Some(chunk) = received.chunk().await.map_err(unreachable)? {
            if response.body().len().saturating_add(chunk.len()) > MAX_BYTES {
                return Err(Failed::Unreachable(format!("more than {MAX_BYTES} bytes")));
            }
            response.body_mut().extend_from_slice(&chunk);
        }
        Ok(response)
    }
}

/// The innermost error knows most. The URL may have a query, which is not for logs.
fn unreachable(error: reqwest::Error) -> Failed {
    let error = error.without_url();
    let mut message = error.to_string();
    let mut next = std::error::Error::source(&error);
    while let Some(inner) = next {
        message = inner.to_string();
        next = inner.source();
    }
    Failed::Unreachable(message)
}
