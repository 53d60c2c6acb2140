//! One key set document, and when it must be fetched again.

use std::sync::Arc;

use credenza_protocol::time::{Seconds, Time};
use credenza_validator::JwkSet;

/// A document is kept for at least this long, whatever the host says.
const SHORTEST: Seconds = Seconds(300);
/// And for at most this long: by then a key that was withdrawn is no longer accepted.
const LONGEST: Seconds = Seconds(86_400);
/// When the host says nothing.
const USUAL: Seconds = Seconds(3600);
/// How much longer it is used while the host does not answer.
const STALE: Seconds = Seconds(86_400);
/// How long a host that did not answer is not asked again.
const PAUSE: Seconds = Seconds(30);
/// A signature by an unknown key leads to a fetch, and the next such fetch may follow after this.
const COOL_DOWN: Seconds = Seconds(30);

#[derive(Default)]
pub(super) struct Kept {
    document: Option<Document>,
    failed_at: Option<Time>,
    asked_at: Option<Time>,
}

struct Document {
    keys: Arc<JwkSet>,
    fresh_until: Time,
}

impl Kept {
    /// Whether it is time to fetch.
    pub(super) fn is_due(&self, now: Time) -> bool {
        let is_fresh = self.document.as_ref().is_some_and(|document| now < document.fresh_until);
        !is_fresh && self.failed_at.is_none_or(|at| at + PAUSE <= now)
    }

    /// Whether a signature by an unknown key is reason enough to fetch; if so, the next one is not for a while.
    pub(super) fn may_be_asked(&mut self, now: Time) -> bool {
        let may = self.asked_at.is_none_or(|at| at + COOL_DOWN <= now);
        if may {
            self.asked_at = Some(now);
        }
        may
    }

    /// Takes what was fetched, and for how long it may be kept; `None` when the fetch failed.
    pub(super) fn renew(&mut self, fetched: Option<(JwkSet, Option<Seconds>)>, now: Time) {
        let Some((keys, max_age)) = fetched else {
            self.failed_at = Some(now);
            return;
        };
        let span = max_age.unwrap_or(USUAL).clamp(SHORTEST, LONGEST);
        self.document = Some(Document { keys: Arc::new(keys), fresh_until: now + span });
        self.failed_at = None;
    }

    /// The keys, while they may be used.
    pub(super) fn keys(&self, now: Time) -> Option<Arc<JwkSet>> {
        let document = self.document.as_ref().filter(|document| now < document.fresh_until + STALE)?;
        Some(Arc::clone(&document.keys))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_seconds(1_800_000_000);

    fn after(seconds: i64) -> Time {
        NOW + Seconds(seconds)
    }

    fn document() -> JwkSet {
        JwkSet::default()
    }

    #[test]
    fn a_document_is_kept_as_long_as_the_host_says_within_bounds() {
        for (max_age, span) in [
            (None, 3600),
            (Some(0), 300),
            (Some(299), 300),
            (Some(1000), 1000),
            (Some(86_401), 86_400),
            (Some(i64::MAX), 86_400),
        ] {
            let mut kept = Kept::default();
            assert!(kept.is_due(NOW) && kept.keys(NOW).is_none());
            kept.renew(Some((document(), max_age.map(Seconds))), NOW);
            assert!(!kept.is_due(after(span - 1)), "{max_age:?}");
            assert!(kept.is_due(after(span)), "{max_age:?}");
        }
    }

    #[test]
    fn a_host_that_does_not_answer_is_not_asked_for_a_while_and_its_document_is_used_for_a_day() {
        let mut kept = Kept::default();
        kept.renew(None, NOW);
        assert!(!kept.is_due(after(29)) && kept.is_due(after(30)));
        kept.renew(Some((document(), None)), after(30));
        kept.renew(None, after(4000));
        assert!(kept.keys(after(3630 + 86_399)).is_some());
        assert!(kept.keys(after(3630 + 86_400)).is_none());
    }

    #[test]
    fn unknown_keys_lead_to_a_fetch_now_and_then() {
        let mut kept = Kept::default();
        assert!(kept.may_be_asked(NOW));
        assert!(!kept.may_be_asked(NOW) && !kept.may_be_asked(after(29)));
        assert!(kept.may_be_asked(after(30)) && !kept.may_be_asked(after(31)));
    }
}
