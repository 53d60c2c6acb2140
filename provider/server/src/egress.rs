//! Egress: every fetch by a URL that somebody else chose goes through [`Egress`], so that no URL makes the
//! provider call what only the provider can reach (server-side request forgery).
//!
//! Only https, to a host with a valid certificate (webhooks may be plain http on this machine, where a setting says so); a
//! name is resolved once, each of its addresses is
//! checked, and the connection goes to one of the checked addresses; redirects are not followed; time,
//! sizes and numbers are limited. The setting `egress.allow` lists private hosts that may be reached.

use std::sync::Arc;
use std::time::Duration;

use credenza_protocol::time::Seconds;
use futures_util::future::BoxFuture;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Method, StatusCode};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::config::{Allow, EgressConfig};
use crate::in_flight::{Busy, WAITING, aside};
use crate::telemetry::Metrics;

mod address;
mod answer;
mod connection;
mod error;
mod message;
mod resolve;
mod slots;
mod target;
mod tls;

pub use error::{EgressError, Outcome};
pub use message::{Answered, Message, check_webhook_url};
pub use resolve::{Resolve, SystemResolver};

use connection::Connection;
use resolve::Lookups;
use slots::Slots;
use target::Target;

/// The most fetches at a time: as many as there may be requests that wait for one.
pub const SLOTS: usize = WAITING;
/// The most fetches at a time from one host.
pub const SLOTS_OF_HOST: usize = 4;

/// The most messages to webhooks at a time.
pub const SLOTS_OF_MESSAGES: usize = 256;

/// Makes every outbound fetch; cheap to clone.
#[derive(Clone)]
pub struct Egress(Arc<Parts>);

struct Parts {
    allow: Allow,
    timeout: Duration,
    tls: TlsConnector,
    lookups: Lookups,
    slots: Slots,
    messages: Slots,
    metrics: Arc<Metrics>,
}

/// A response with status 200.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fetched {
    /// The whole body.
    pub body: Vec<u8>,
    /// For how long it may be cached, if the host says so (RFC 9111 5.2.2.1).
    pub max_age: Option<Seconds>,
}

impl Egress {
    /// Egress with these settings.
    ///
    /// # Errors
    /// [`rustls::Error`] when a certificate of `ca_file` cannot be a trust anchor.
    pub fn new(
        config: &EgressConfig,
        resolver: Arc<dyn Resolve>,
        metrics: Arc<Metrics>,
    ) -> Result<Self, rustls::Error> {
        Ok(Self(Arc::new(Parts {
            allow: config.allow.clone(),
            timeout: config.timeout,
            tls: tls::connector(&config.ca)?,
            lookups: Lookups::new(resolver),
            slots: Slots::new(SLOTS, SLOTS_OF_HOST),
            messages: Slots::new(SLOTS_OF_MESSAGES, SLOTS_OF_HOST),
            metrics,
        })))
    }

    /// GET of an https URL, without its fragment. The body may have at most `longest` bytes.
    ///
    /// # Errors
    /// [`EgressError`] for anything but status 200 and a whole body.
    pub async fn get(&self, url: &str, accept: &str, longest: usize) -> Result<Fetched, EgressError> {
        self.bounded(Box::pin(async {
            let target = Target::parse(url)?;
            let request = target.request(Method::GET, (ACCEPT, accept), String::new())?;
            let _slot = self.0.slots.take(target.host()).await?;
            let mut connection = Connection::open(&self.0, &target).await?;
            answer::whole(connection.send(request).await?, longest).await
        }))
        .await
    }

    /// POST of a form to an https URL; returns the status and does not read the body.
    ///
    /// # Errors
    /// [`EgressError`] when no response came, or a redirect.
    pub async fn post_form(&self, url: &str, body: String) -> Result<StatusCode, EgressError> {
        const FORM: &str = "application/x-www-form-urlencoded";
        self.bounded(Box::pin(async {
            let target = Target::parse(url)?;
            let request = target.request(Method::POST, (CONTENT_TYPE, FORM), body)?;
            let _slot = self.0.slots.take(target.host()).await?;
            let mut connection = Connection::open(&self.0, &target).await?;
            answer::status(&connection.send(request).await?)
        }))
        .await
    }

    /// POST of a form to an https URL; the body of the answer may have at most `longest` bytes.
    ///
    /// # Errors
    /// [`EgressError`] for anything but status 200 and a whole body.
    pub async fn ask_by_form(&self, url: &str, body: String, longest: usize) -> Result<Fetched, EgressError> {
        const FORM: &str = "application/x-www-form-urlencoded";
        self.bounded(Box::pin(async {
            let target = Target::parse(url)?;
            let request = target.request(Method::POST, (CONTENT_TYPE, FORM), body)?;
            let _slot = self.0.slots.take(target.host()).await?;
            let mut connection = Connection::open(&self.0, &target).await?;
            answer::whole(connection.send(request).await?, longest).await
        }))
        .await
    }

    /// Limits the time of the work, including the wait for a slot, and counts its outcome. A request that waits for it
    /// takes no place from others. The work is boxed: its state is some 12 kB, which each request that might have to
    /// fetch something would carry and copy otherwise.
    async fn bounded<T>(&self, work: BoxFuture<'_, Result<T, EgressError>>) -> Result<T, EgressError> {
        let done = match aside(timeout(self.0.timeout, work)).await {
            Ok(done) => done.unwrap_or(Err(EgressError::TimedOut)),
            Err(Busy) => Err(EgressError::Busy),
        };
        self.0.metrics.egress(done.as_ref().map_or_else(EgressError::outcome, |_| Outcome::Answered));
        done
    }
}
