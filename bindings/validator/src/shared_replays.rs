//! DPoP proofs that were used at any node (RFC 9449 section 11.1): the host has a store that all nodes share.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;

use crate::detail::Trouble;
use crate::fetch::{Fetch, FetchFailure, Method, Response};
use crate::sources::{Halt, body, is_cancelled};
use crate::{Rule, base64url, bounded};

const KEY: &str = "replay:";

/// What the store said of proofs whose check has not gone on yet.
pub(crate) struct SharedReplays {
    answers: Mutex<LruCache<[u8; 32], Answer>>,
}

enum Answer {
    /// This is its first use.
    First,
    Known,
    /// The store could not be asked.
    Failed(Trouble),
}

impl SharedReplays {
    /// With room for so many proofs at once. One that is pushed out is asked about again, and is known then.
    pub(crate) fn new(capacity: usize) -> Self {
        let capacity = NonZeroUsize::new(capacity).unwrap_or(NonZeroUsize::MIN);
        Self { answers: Mutex::new(bounded::cache(capacity)) }
    }

    /// Uses a proof. What the store said serves one check alone, so of two with the same proof one passes.
    pub(crate) fn first_use(&self, name: [u8; 32], until: i64) -> Result<(), Halt> {
        let answer = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop(&name);
        match answer {
            Some(Answer::First) => Ok(()),
            Some(Answer::Known) => Err(Rule::DpopReplay.into()),
            Some(Answer::Failed(trouble)) => Err(Rule::ReplaysUnavailable.after(Some(trouble)).into()),
            None => {
                let key = format!("{KEY}{}", base64url::encode(name));
                Err(Halt::Need(Fetch::of_host(key, Method::Remember, "", Some(until.to_string()))))
            }
        }
    }

    /// Records what the store said; returns what was wrong with it. `None` when it was not asked this.
    pub(crate) fn fetched(
        &self,
        fetch: &Fetch,
        response: &Result<Response<'_>, FetchFailure>,
    ) -> Option<Option<Trouble>> {
        let name = fetch.key.strip_prefix(KEY).and_then(|name| base64url::decode(name).ok())?;
        let name = <[u8; 32]>::try_from(name).ok()?;
        if is_cancelled(response) {
            return Some(None);
        }
        let (answer, trouble) = match response.as_ref().map_or(0, |response| response.status) {
            409 => (Answer::Known, None),
            _ => match body(fetch, response) {
                Ok(_) => (Answer::First, None),
                Err(trouble) => (Answer::Failed(trouble.clone()), Some(trouble)),
            },
        };
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        // The first use is not taken back by a second question about it.
        if matches!(answer, Answer::First) || !matches!(answers.peek(&name), Some(Answer::First)) {
            answers.put(name, answer);
        }
        Some(trouble)
    }
}
