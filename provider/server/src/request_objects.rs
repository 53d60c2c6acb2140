//! Request objects that clients publish at a URL (`request_uri`, OpenID Connect Core 6.2, RFC 9101 5.2).
//!
//! Anybody can send a request with the `request_uri` of a client, and each would make the provider fetch. So:
//!
//! - A document is fetched by one caller at a time, and not more often than every [`PACE`]. Whoever asked before that
//!   fetch began takes its answer: it is as new as one of their own would be. Nobody is refused for how often others ask.
//! - What the host lets caches keep is kept, for a while.
//! - The requests of one client that wait are limited, and so are the fetches at a time; those for clients that
//!   registered themselves take no place from those for clients that an operator made.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::request_object::{InvalidRequestObject, MAX_BYTES, MEDIA_TYPES};
use credenza_protocol::time::{Seconds, Time};
use moka::sync::Cache;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until, timeout};

use crate::egress::Egress;
use crate::in_flight::{Busy, Waiters, aside};
use crate::loaded_client::LoadedClient;

/// The shortest time between two fetches of one document.
pub const PACE: Duration = Duration::from_millis(100);
/// The longest time for which a document is kept, whatever its host says.
const LONGEST: Seconds = Seconds(300);
/// How many requests of one client wait at most.
pub const WAITING: u32 = 64;
/// How many documents are fetched at a time: for clients that an operator made, and for those that registered themselves.
pub const SLOTS: usize = 8;
/// How long a request waits for such a place.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many documents are remembered at most.
const CAPACITY: u64 = 200;

type Fetched = Result<Arc<str>, InvalidRequestObject>;
type Who = (TenantId, ClientId);

/// The documents, and who waits for one.
pub struct RequestObjects {
    documents: Cache<(Who, String), Arc<Document>>,
    waiting: Waiters<Who>,
    of_operators: Semaphore,
    of_registered: Semaphore,
}

/// A document that a request names.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// The tenant.
    pub tenant: &'a TenantId,
    /// The client, which registered the URL.
    pub client: &'a LoadedClient,
    /// The URL.
    pub uri: &'a str,
}

#[derive(Default)]
struct Document {
    /// How often it was asked for.
    asked: AtomicU64,
    last: tokio::sync::Mutex<Last>,
}

/// The last fetch.
#[derive(Default)]
struct Last {
    begun: Option<Instant>,
    /// It began after this many had asked.
    answers: u64,
    fresh_until: Option<Time>,
    fetched: Option<Fetched>,
}

impl Last {
    /// What was fetched, if that answers the one who asked in this place.
    fn answer(&self, place: u64, now: Time) -> Option<Fetched> {
        let is_good = place <= self.answers || self.fresh_until.is_some_and(|until| now < until);
        self.fetched.clone().filter(|_| is_good)
    }
}

impl Default for RequestObjects {
    fn default() -> Self {
        Self {
            documents: Cache::new(CAPACITY),
            waiting: Waiters::new(WAITING),
            of_operators: Semaphore::new(SLOTS),
            of_registered: Semaphore::new(SLOTS),
        }
    }
}

impl RequestObjects {
    /// The document as it is now, or as its host lets it be kept.
    ///
    /// # Errors
    /// [`InvalidRequestObject`]: it cannot be fetched, is no text, or too many wait for it.
    pub async fn get(&self, egress: &Egress, wanted: Wanted<'_>, now: Time) -> Fetched {
        let who = (wanted.tenant.clone(), wanted.client.client.client_id.clone());
        let _waiting = self.waiting.join(who.clone()).map_err(|Busy| InvalidRequestObject::Busy)?;
        let document = self.documents.get_with((who, wanted.uri.to_owned()), Arc::default);
        let place = document.asked.fetch_add(1, Ordering::SeqCst) + 1;
        if let Some(answer) = document.last.try_lock().ok().and_then(|last| last.answer(place, now)) {
            return answer;
        }
        // Whoever waits for the host, or for somebody who does, takes no place from others.
        let waited = aside(self.wait(egress, wanted, &document, (place, now))).await;
        waited.unwrap_or(Err(InvalidRequestObject::Busy))
    }

    /// Takes the answer of the fetch under way, or fetches.
    async fn wait(
        &self,
        egress: &Egress,
        wanted: Wanted<'_>,
        document: &Document,
        (place, now): (u64, Time),
    ) -> Fetched {
        let mut last = document.last.lock().await;
        if let Some(answer) = last.answer(place, now) {
            return answer;
        }
        if let Some(begun) = last.begun {
            sleep_until(begun + PACE).await;
        }
        let slot = timeout(PATIENCE, self.slots(wanted.client).acquire()).await;
        let _slot = slot.map_err(|_| InvalidRequestObject::Busy)?;
        last.begun = Some(Instant::now());
        let answers = document.asked.load(Ordering::SeqCst);
        let (fetched, max_age) = fetch(egress, wanted).await;
        // A caller that gives up before this leaves everything as it was.
        *last = Last {
            answers,
            fresh_until: max_age.map(|span| now + span.min(LONGEST)),
            fetched: Some(fetched.clone()),
            ..*last
        };
        fetched
    }

    fn slots(&self, client: &LoadedClient) -> &Semaphore {
        if client.registered.is_some() { &self.of_registered } else { &self.of_operators }
    }
}

/// The document, and how long it may be kept.
async fn fetch(egress: &Egress, wanted: Wanted<'_>) -> (Fetched, Option<Seconds>) {
    let fetched = match egress.get(wanted.uri, MEDIA_TYPES, MAX_BYTES).await {
        Ok(fetched) => fetched,
        Err(error) => {
            let client_id = wanted.client.client.client_id.as_str();
            tracing::warn!(client_id, reason = %error, "request_uri cannot be fetched");
            return (Err(InvalidRequestObject::Unreachable), None);
        }
    };
    match std::str::from_utf8(&fetched.body) {
        Ok(text) => (Ok(text.trim_ascii().into()), fetched.max_age),
        Err(_) => (Err(InvalidRequestObject::Malformed), None),
    }
}
