//! The id of a request: in every line of the log that the request causes, and in the response.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{HeaderName, HeaderValue};

use crate::rng::Rng;

/// The response header.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of one request, and an extension of it.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash)]
pub struct RequestId(u64);

impl RequestId {
    /// The id as the value of a header field.
    #[must_use]
    pub fn header(self) -> HeaderValue {
        HeaderValue::from_str(&self.to_string()).unwrap_or(HeaderValue::from_static("-"))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Issues ids that do not repeat within a process and are unlikely to repeat across restarts. They do not reveal how
/// many requests there were, and they are not secret.
#[derive(Clone, Debug)]
pub struct RequestIds {
    next: Arc<AtomicU64>,
    mask: u64,
}

impl RequestIds {
    /// Starts at a random number.
    #[must_use]
    pub fn new(rng: &dyn Rng) -> Self {
        let (mut next, mut mask) = ([0; 8], [0; 8]);
        rng.fill(&mut next);
        rng.fill(&mut mask);
        Self { next: Arc::new(AtomicU64::new(u64::from_ne_bytes(next))), mask: u64::from_ne_bytes(mask) }
    }

    /// The next id.
    #[must_use]
    pub fn next(&self) -> RequestId {
        // Multiplying by an odd number is a permutation: neighbouring ids look unrelated.
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        RequestId(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ self.mask)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::rng::SystemRng;

    #[test]
    fn ids_do_not_repeat_and_have_sixteen_digits() {
        let ids = RequestIds::new(&SystemRng::new());
        let some: HashSet<_> = (0..10_000).map(|_| ids.next()).collect();
        assert_eq!(some.len(), 10_000);
        assert_eq!(ids.next().header().to_str().unwrap().len(), 16);
        assert_ne!(ids.next(), RequestIds::new(&SystemRng::new()).next());
    }
}
