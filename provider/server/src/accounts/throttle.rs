//! Slows down guessing: failures are counted per account and per address, in windows of a quarter of an hour, across all
//! nodes.
//!
//! An attempt counts before its password is checked, so that many at once cannot slip through; a successful one takes its
//! own count back. If the store cannot count, nobody is let in.

use std::net::IpAddr;

use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::user::username_key;
use credenza_storage::{RateLimits, StoreError, Take};

/// How long failures count for.
pub(crate) const WINDOW: Seconds = Seconds(900);
/// Failures allowed on one account, from any address.
pub(crate) const PER_ACCOUNT: u32 = 20;
/// Failures allowed from one address, on any account.
pub(crate) const PER_ADDRESS: u32 = 100;

/// Whether an attempt may go on.
#[derive(Debug)]
#[must_use]
pub enum Begun {
    /// The password may be checked.
    Attempt(Attempt),
    /// The account or the address has failed too often; try again after this many seconds.
    TooMany(Seconds),
}

/// An attempt, which counts as failed until [`succeeded`] is called.
#[derive(Debug)]
#[must_use]
pub struct Attempt {
    account: SecretHash,
    address: Option<SecretHash>,
}

/// Begins an attempt to sign in as `username` from `address` (already reduced to what one party
/// controls, such as a /64).
///
/// # Errors
/// [`StoreError`] when it cannot be counted.
pub async fn begin(
    limits: &dyn RateLimits,
    tenant: &TenantId,
    username: &str,
    address: Option<IpAddr>,
    now: Time,
) -> Result<Begun, StoreError> {
    let key = |kind: &str, who: &str| SecretHash::of(format!("{kind}\0{who}").as_bytes());
    let account = key("account", &username_key(username));
    let address = address.map(|address| key("address", &address.to_string()));
    if let Some(address) = address
        && let Take::Refused { retry_after } = limits.take(tenant, address, PER_ADDRESS, WINDOW, now).await?
    {
        return Ok(Begun::TooMany(retry_after));
    }
    if let Take::Refused { retry_after } = limits.take(tenant, account, PER_ACCOUNT, WINDOW, now).await? {
        // No password was tried, so it does not count for the address.
        if let Some(address) = address {
            limits.give_back(tenant, address, now).await?;
        }
        return Ok(Begun::TooMany(retry_after));
    }
    Ok(Begun::Attempt(Attempt { account, address }))
}

/// The attempt succeeded: the account's failures are forgotten; those of the address stay, except for this one.
///
/// # Errors
/// [`StoreError`] when that cannot be recorded.
pub async fn succeeded(
    limits: &dyn RateLimits,
    tenant: &TenantId,
    attempt: &Attempt,
    now: Time,
) -> Result<(), StoreError> {
    limits.forget(tenant, attempt.account, now).await?;
    match attempt.address {
        Some(address) => limits.give_back(tenant, address, now).await,
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use credenza_storage::{Options, Store, open};

    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    async fn store() -> Store {
        open("sqlite::memory:", Options::default()).await.unwrap()
    }

    async fn attempt(store: &Store, tenant: &str, username: &str, address: &str, now: i64) -> Begun {
        let address = (!address.is_empty()).then(|| address.parse().unwrap());
        begin(&*store.rate_limits, &TenantId::new(tenant), username, address, at(now)).await.unwrap()
    }

    async fn is_open(store: &Store, tenant: &str, username: &str, address: &str, now: i64) -> bool {
        matches!(attempt(store, tenant, username, address, now).await, Begun::Attempt(_))
    }

    #[tokio::test]
    async fn an_account_is_closed_after_its_failures_and_opens_again() {
        let store = store().await;
        for _ in 0..PER_ACCOUNT {
            assert!(is_open(&store, "t", "alice", "", 0).await);
        }
        assert!(!is_open(&store, "t", " ALICE ", "", 1).await);
        assert!(is_open(&store, "t", "bob", "", 1).await);
        assert!(is_open(&store, "u", "alice", "", 1).await);
        assert!(is_open(&store, "t", "alice", "", 900).await);
    }

    #[tokio::test]
    async fn a_clock_that_was_put_back_keeps_nobody_out_for_longer() {
        let store = store().await;
        for _ in 0..PER_ACCOUNT {
            assert!(is_open(&store, "t", "alice", "", 86_400).await);
        }
        assert!(matches!(attempt(&store, "t", "alice", "", 0).await, Begun::TooMany(WINDOW)));
        assert!(is_open(&store, "t", "alice", "", 900).await);
    }

    #[tokio::test]
    async fn a_success_forgets_the_account_but_not_the_address() {
        let store = store().await;
        for round in 0..PER_ADDRESS {
            let user = format!("user{round}");
            let Begun::Attempt(attempt) = attempt(&store, "t", &user, "192.0.2.1", 0).await else {
                panic!("round {round} is refused");
            };
            if round == 0 {
                succeeded(&*store.rate_limits, &TenantId::new("t"), &attempt, at(0)).await.unwrap();
            }
        }
        assert!(is_open(&store, "t", "somebody", "192.0.2.1", 0).await);
        assert!(!is_open(&store, "t", "else", "192.0.2.1", 0).await);
        assert!(is_open(&store, "t", "else", "192.0.2.2", 0).await);
    }

    #[tokio::test]
    async fn whoever_is_refused_for_the_account_does_not_use_up_the_address() {
        let store = store().await;
        for _ in 0..PER_ACCOUNT {
            assert!(is_open(&store, "t", "alice", "192.0.2.1", 0).await);
        }
        for _ in 0..PER_ADDRESS {
            assert!(!is_open(&store, "t", "alice", "192.0.2.1", 0).await);
        }
        assert!(is_open(&store, "t", "bob", "192.0.2.1", 0).await);
    }

    #[tokio::test]
    async fn without_the_store_nobody_is_let_in() {
        let store = store().await;
        store.maintenance.close().await;
        assert!(begin(&*store.rate_limits, &TenantId::new("t"), "alice", None, at(0)).await.is_err());
    }
}
