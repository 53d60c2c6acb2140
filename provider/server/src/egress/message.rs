//! A message to a webhook, and what its endpoint answers.

use std::time::Duration;

use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Method, Response};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::time::timeout;

use super::connection::Connection;
use super::target::Target;
use super::{Egress, EgressError};
use crate::config::WebhookConfig;

/// Bytes of a response that are kept for the operator.
const KEPT: usize = 1024;
/// How long it is waited for them.
const BODY: Duration = Duration::from_secs(1);

/// A message.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// Where it is posted.
    pub url: &'a str,
    /// Headers besides those that every request has.
    pub headers: &'a [(&'static str, String)],
    /// The media type of the body.
    pub media_type: &'static str,
    /// The event as JSON.
    pub body: &'a str,
}

/// What an endpoint answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answered {
    /// The status, also that of a redirect, which is not followed.
    pub status: u16,
    /// `Retry-After`, if it is a number of seconds (RFC 9110 10.2.3).
    pub retry_after: Option<i64>,
    /// How the body begins.
    pub start: Vec<u8>,
}

impl Egress {
    /// Posts a message. Messages have slots of their own, so that no endpoint takes any from what requests wait for.
    ///
    /// # Errors
    /// [`EgressError`] when no response came.
    pub async fn post_message(
        &self,
        message: Message<'_>,
        config: &WebhookConfig,
    ) -> Result<Answered, EgressError> {
        self.bounded(Box::pin(async {
            let target = Target::of_webhook(message.url, config.http_loopback)?;
            let body = message.body.to_owned();
            let mut request = target.request(Method::POST, (CONTENT_TYPE, message.media_type), body)?;
            for &(name, ref value) in message.headers {
                let value = HeaderValue::from_str(value);
                let value = value.map_err(|_| EgressError::Url("cannot be requested"))?;
                request.headers_mut().insert(HeaderName::from_static(name), value);
            }
            let _slot = self.0.messages.take(target.host()).await?;
            let mut connection = Connection::open(&self.0, &target).await?;
            Ok(answered(connection.send(request).await?).await)
        }))
        .await
    }
}

/// Refuses a URL to which no message could be sent: one that is not https, or names a private host that `allow` does not
/// list. What a name resolves to is checked again whenever something is sent.
///
/// # Errors
/// [`EgressError`].
pub fn check_webhook_url(url: &str, config: &WebhookConfig) -> Result<(), EgressError> {
    Target::of_webhook(url, config.http_loopback)?.check_host(&config.allow)
}

/// A body that does not come, or not to its end, counts for nothing: the status has come.
async fn answered(response: Response<Incoming>) -> Answered {
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let (status, retry_after) =
        (response.status().as_u16(), retry_after.and_then(|text| text.trim().parse().ok()));
    let (mut body, mut start) = (response.into_body(), vec![]);
    let read = async {
        while start.len() < KEPT {
            let Some(Ok(frame)) = body.frame().await else { break };
            start.extend(frame.data_ref().into_iter().flatten().take(KEPT - start.len()));
        }
    };
    let _ = timeout(BODY, read).await;
    Answered { status, retry_after, start }
}
