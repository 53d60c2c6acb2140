//! What comes of a browser's request.

use std::net::IpAddr;
use std::sync::Arc;

use credenza_protocol::authorize::Delivery;
use credenza_protocol::secret::Secret;

use super::account_page::AccountPage;
use crate::loaded_client::LoadedClient;

/// What is known of the browser.
#[derive(Debug, Default)]
pub struct Browser {
    /// The handle of its session.
    pub session: Option<Secret>,
    /// What binds pending interactions to this browser.
    pub binding: Option<Secret>,
    /// The marks of the accounts that have signed in with it.
    pub devices: Option<Secret>,
    /// By what the accounts know it that trust it.
    pub trusted: Option<Secret>,
    /// Its address, reduced to what one party controls.
    pub address: Option<IpAddr>,
    /// Its address as it is, for the log.
    pub exact_address: Option<IpAddr>,
}

/// What follows from a request.
#[derive(Debug)]
pub enum Outcome {
    /// The client gets its answer.
    Answer(Delivery),
    /// The client learns who is signed in, and the browser keeps the value by which it recognizes the sign-in.
    SignedIn {
        /// The answer.
        delivery: Delivery,
        /// What the check-session iframe reads.
        browser_state: String,
    },
    /// The person goes to that page of their own account.
    Account(AccountPage),
    /// The person goes to an application, which begins a sign-in of its own.
    Application(Arc<LoadedClient>),
    /// The person goes to an application, whose sign-in begins at this address (OpenID Connect Core 4).
    SignInAt(String),
    /// The person has something to do.
    Step {
        /// The hosted page on which they do it, by its path under the issuer.
        page: &'static str,
        /// The handle of the interaction, for the page.
        request: Secret,
        /// What the browser must carry from now on, if that is new.
        binding: Option<Secret>,
    },
}
