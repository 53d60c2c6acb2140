//! The feed of revocations.

use std::collections::BTreeSet;
use std::sync::Arc;

use credenza_protocol::ids::ClientId;
use credenza_protocol::revocation_feed::{Claim, Entry, LIMIT, TYP, claims};
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::Revocation;
use credenza_validator::Algorithm;
use tokio::sync::Mutex;

use super::Failure;
use crate::realm::Context;

/// What signs it: the algorithm that every validator knows and that costs least.
const ALGORITHM: Algorithm = Algorithm::ES256;

/// The feed as it was made last. All who ask within a second get the same one, made once: a thousand validators cost
/// one look at the store and one signature a second, in each process.
#[derive(Default)]
pub struct Feed(Mutex<Option<Made>>);

/// Made at that time; `None` for one that could not be made.
struct Made {
    at: Time,
    feed: Option<Arc<str>>,
}

impl Feed {
    /// The feed at that time. Whoever comes while it is made waits for it; what cannot be made is not tried again
    /// within the second.
    ///
    /// # Errors
    /// As `make`, to who tried; [`Failure::Busy`] to the others.
    async fn at(
        &self,
        now: Time,
        make: impl AsyncFnOnce() -> Result<String, Failure>,
    ) -> Result<Arc<str>, Failure> {
        let mut last = self.0.lock().await;
        // Who waited may have come a second before.
        let is_fresh = |made: &&Made| made.at == now || made.at == now + Seconds(1);
        if let Some(made) = last.as_ref().filter(is_fresh) {
            return made.feed.clone().ok_or(Failure::Busy);
        }
        let made = make().await.map(Arc::from);
        *last = Some(Made { at: now, feed: made.as_ref().ok().cloned() });
        made
    }
}

/// The feed of the tenant, signed.
///
/// # Errors
/// [`Failure`] when keys or store fail: an empty feed would say that nothing is revoked.
pub async fn feed(context: &Context) -> Result<Arc<str>, Failure> {
    context.realm.feed.at(context.now, async || make(context).await).await
}

async fn make(context: &Context) -> Result<String, Failure> {
    let realm = &context.realm;
    let store = &context.state.store;
    let found = store.revocations.list(&realm.tenant.tenant_id, LIMIT, context.now).await?;
    let gone: BTreeSet<_> = found.iter().filter_map(gone).cloned().collect();
    let mut revoked = Vec::with_capacity(found.len());
    for revocation in found {
        match &revocation {
            Revocation::Given { client_id, .. } if gone.contains(client_id) => {}
            _ => revoked.extend(entry(context, revocation).await?),
        }
    }
    Ok(realm.keys.sign(ALGORITHM, TYP, claims(&realm.issuer, revoked, context.now)).await?)
}

/// A client that is disabled or gone, so that all of its tokens are dead, whoever gave them.
const fn gone(revocation: &Revocation) -> Option<&ClientId> {
    match revocation {
        Revocation::Client { client_id, before: None } => Some(client_id),
        _ => None,
    }
}

/// How the tokens say it themselves; `None` where their client went as this was looked for, which the next one tells.
async fn entry(context: &Context, revocation: Revocation) -> Result<Option<Entry>, Failure> {
    let (claim, before) = match revocation {
        Revocation::Grant(grant_id) => (Claim::Gid(grant_id), None),
        Revocation::Token(jti) => (Claim::Jti(jti), None),
        Revocation::Client { client_id, before } => (Claim::ClientId(client_id), before),
        Revocation::Given { client_id, user_id, before } => {
            let Some(record) = context.client(&client_id).await? else {
                return Ok(None);
            };
            (Claim::Sub(context.realm.subjects.of(&record.client, &user_id)), Some(before))
        }
    };
    Ok(Some(Entry { claim, before }))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    #[tokio::test]
    async fn many_who_ask_within_a_second_share_one() {
        let (feed, made) = (Arc::new(Feed::default()), Arc::new(AtomicU32::new(0)));
        let ask = |now| {
            let (feed, made) = (Arc::clone(&feed), Arc::clone(&made));
            async move {
                let make = async || {
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                    Ok(made.fetch_add(1, Ordering::Relaxed).to_string())
                };
                feed.at(at(now), make).await.unwrap()
            }
        };
        let asked: Vec<_> = (0..64).map(|_| tokio::spawn(ask(7))).collect();
        for asked in asked {
            assert_eq!(&*asked.await.unwrap(), "0");
        }
        assert_eq!(&*ask(8).await, "1", "a second later it is made anew");
        assert_eq!(&*ask(7).await, "1", "who waited since takes the newer one");
        assert_eq!(&*ask(5).await, "2", "the clock stepped back");
    }

    #[tokio::test]
    async fn one_that_fails_is_tried_once_a_second_and_is_never_an_older_one() {
        let feed = Feed::default();
        let ask = async |now, works: bool| {
            let make = async || if works { Ok("feed".to_owned()) } else { Err(Failure::Internal("broken")) };
            feed.at(at(now), make).await
        };
        assert_eq!(&*ask(1, true).await.unwrap(), "feed");
        assert!(matches!(ask(2, false).await, Err(Failure::Internal(_))));
        assert!(matches!(ask(2, true).await, Err(Failure::Busy)));
        assert_eq!(&*ask(3, true).await.unwrap(), "feed");
    }
}
