//! Somebody at an address of their own, whose requests are written down.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use credenza_tests::{Browser, Request, Response};
use tokio::time::{Instant, timeout};

use super::journal::Journal;

/// After this a person has gone away.
const PATIENCE: Duration = Duration::from_secs(10);

/// A browser or an application at one address.
pub(crate) struct Visitor {
    browser: Browser,
    address: IpAddr,
    journal: Arc<Journal>,
}

impl Visitor {
    /// Somebody who was never here.
    pub(crate) fn new(address: IpAddr, journal: Arc<Journal>) -> Self {
        Self { browser: Browser::new(), address, journal }
    }

    /// Asks for something that should be answered with success or a redirect, and writes down whether it was.
    pub(crate) async fn ask(&mut self, what: &str, request: Request) -> Option<Response> {
        let began = Instant::now();
        let asked = self.browser.try_send(request.from(self.address));
        let answer = timeout(PATIENCE, asked).await;
        let (answer, fault) = match answer {
            Ok(Some(response)) if response.status.is_success() || response.status.is_redirection() => {
                (Some(response), None)
            }
            Ok(Some(response)) => (None, Some(format!("{what}: {}", response.status))),
            Ok(None) => (None, Some(format!("{what}: cut off"))),
            Err(_) => (None, Some(format!("{what}: no answer"))),
        };
        self.journal.record(began.elapsed(), fault);
        answer
    }

    /// Writes down that an answer was not what it should be.
    pub(crate) fn went_wrong(&self, fault: &str) {
        self.journal.record(Duration::ZERO, Some(fault.to_owned()));
    }
}
