//! What a client has to do so that a validator can fetch by it.

use std::future::Future;
use std::pin::Pin;

use credenza_validator::fetch::{Fetch, FetchFailure, Response};

/// What was answered to a fetch.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The media type.
    pub content_type: Option<String>,
    /// `Cache-Control`.
    pub cache_control: Option<String>,
    /// The body, decoded.
    pub body: Vec<u8>,
}

/// An answer that is on its way.
pub type Fetched<'a> = Pin<Box<dyn Future<Output = Result<Answer, FetchFailure>> + Send + 'a>>;

/// Makes fetches for a validator: `HttpFetcher` does, and a client of one's own can.
pub trait Fetcher: Send + Sync + 'static {
    /// Makes one fetch, without following redirects, and reads no more than `max_bytes` of the answer. The limit of time
    /// is kept by the caller, who drops what takes longer.
    fn fetch<'a>(&'a self, fetch: &'a Fetch) -> Fetched<'a>;
}

impl Answer {
    pub(crate) fn response(&self) -> Response<'_> {
        Response {
            status: self.status,
            content_type: self.content_type.as_deref(),
            cache_control: self.cache_control.as_deref(),
            body: &self.body,
        }
    }
}
