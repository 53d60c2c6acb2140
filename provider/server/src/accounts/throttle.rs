//! Slows down guessing, and locks nobody out: who has guessed waits longer and longer, and nobody else waits for them.
//!
//! | an attempt | counts |
//! |---|---|
//! | on a device that the account has signed in from | on that device alone |
//! | anywhere else | on the account from this address, on the address and its site, and on the account from all such devices |
//!
//! The first count has waits that grow (`tries`), the others have a pace (`queue`). Where the pace of an
//! account is used up by others, an address that has not guessed gets a place in a queue, so that its turn comes
//! whatever the others do.
//!
//! An attempt counts before its password is checked, so that many at once cannot slip through; a successful one takes
//! its own count back. One that is refused counts nowhere and checks no password. Names that nobody has count like
//! others. If the store cannot count, nobody is let in.

use std::iter;
use std::net::IpAddr;
use std::sync::Arc;

use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::username::username_key;
use credenza_storage::{Change, Counted, RateLimits, StoreError};

use self::queue::{ADDRESS, AHEAD, Pace, Place, SITE, STRANGERS};
use self::tries::Tries;
use super::known_device::Slot;
use crate::in_flight::site_of;

pub(crate) mod queue;
mod standing;
#[cfg(test)]
mod tests;
pub(crate) mod tries;

pub use standing::{Lockout, Slowed};

/// How long an account that an operator has unlocked counts under other names than before: longer than any count lasts.
const UNLOCKED: Seconds = Seconds(86_400);

/// After so many failures of one caller on an account the next attempt is worth a closer look.
pub(crate) const STRAINED: i64 = 3;

/// Who tries to sign in.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    /// The username of the account that was found, or what was typed where there is none.
    pub username: &'a str,
    /// Their address, reduced to what one party controls, such as a /64.
    pub address: Option<IpAddr>,
    /// The device, if the account has signed in from it.
    pub device: Option<Slot>,
}

/// Whether an attempt may go on.
#[derive(Debug)]
#[must_use]
pub enum Begun {
    /// The password may be checked.
    Attempt(Attempt),
    /// Too many failed before; try again after this many seconds, at least one.
    TooMany(Seconds),
}

/// An attempt, which counts as failed until [`Throttle::succeeded`] or [`Throttle::withdrawn`] is called.
#[derive(Debug)]
#[must_use]
pub struct Attempt {
    /// The count of the device, or of the address on the account.
    own: SecretHash,
    before: Counted,
    after: Counted,
    /// What else it is counted by.
    paces: Vec<(SecretHash, Pace)>,
}

/// The counts of a tenant at this moment.
#[derive(Clone, Copy)]
pub struct Throttle<'a> {
    /// Where they are kept.
    pub limits: &'a dyn RateLimits,
    /// The tenant.
    pub tenant: &'a TenantId,
    /// The time.
    pub now: Time,
}

/// What became of an attempt that was to be counted.
enum Claim {
    /// It counts; and what was kept before.
    Made(Attempt, Tries),
    /// The next one may be made in so many seconds.
    TooEarly(Seconds),
}

/// An account, as counts name it: by what is typed, whether there is such an account or not.
struct Account {
    name: String,
    /// How often it was unlocked lately. Counts of before are under another number.
    unlocked: i64,
}

impl Throttle<'_> {
    /// Begins an attempt.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be counted.
    pub async fn begin(&self, caller: Caller<'_>) -> Result<Begun, StoreError> {
        let account = self.account(caller.username).await?;
        let Some(slot) = caller.device else {
            return self.stranger(&account, caller.address).await;
        };
        let own = account.key(Account::DEVICE, &slot.number().to_string());
        if let Some(wait) = self.wait(own).await? {
            return Ok(Begun::TooMany(wait));
        }
        Ok(match self.claim(own).await? {
            Claim::Made(attempt, _) => Begun::Attempt(attempt),
            Claim::TooEarly(wait) => Begun::TooMany(wait),
        })
    }

    /// Whether so many have failed lately that the next attempt is worth a closer look: on a known device, on that device; anywhere
    /// else, from the address on this account, from the address on all, or on the account from wherever. Nothing is counted.
    ///
    /// # Errors
    /// [`StoreError`] when the counts cannot be read.
    pub async fn is_strained(&self, caller: Caller<'_>) -> Result<bool, StoreError> {
        let account = self.account(caller.username).await?;
        let find = |key| self.limits.find(self.tenant, key, self.now);
        if let Some(slot) = caller.device {
            let kept = find(account.key(Account::DEVICE, &slot.number().to_string())).await?;
            return Ok(Tries::read(kept, self.now).failed() >= STRAINED);
        }
        let text = caller.address.map(|address| address.to_string()).unwrap_or_default();
        if Tries::read(find(account.key("address", &text)).await?, self.now).failed() >= STRAINED {
            return Ok(true);
        }
        let strangers = (account.key(Account::STRANGERS, ""), STRANGERS);
        for (key, pace) in iter::once(strangers).chain(caller.address.into_iter().flat_map(paces_of)) {
            if pace.taken(find(key).await?, self.now) >= pace.burst / 4 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The attempt succeeded: the failures of the device, or of the address on this account, are forgotten.
    ///
    /// # Errors
    /// [`StoreError`] when that cannot be recorded.
    pub async fn succeeded(&self, attempt: &Attempt) -> Result<(), StoreError> {
        self.limits.forget(self.tenant, attempt.own, self.now).await?;
        self.give_back(&attempt.paces).await
    }

    /// No password was checked: everything is as if the attempt had not been made.
    ///
    /// # Errors
    /// [`StoreError`] when that cannot be recorded.
    pub async fn withdrawn(&self, attempt: &Attempt) -> Result<(), StoreError> {
        let (before, after) = (attempt.before, attempt.after);
        self.change(attempt.own, move |kept| (kept == Some(after)).then_some(before)).await?;
        self.give_back(&attempt.paces).await
    }

    /// Forgets all failures on that account, from wherever they came. Those of addresses on other accounts stay.
    ///
    /// # Errors
    /// [`StoreError`] when that cannot be recorded.
    pub async fn unlock(&self, username: &str) -> Result<(), StoreError> {
        let now = self.now;
        let one_more = move |kept: Option<Counted>| {
            let count = kept.map_or(0, |kept| kept.count).saturating_add(1);
            Some(Counted { count, expires_at: now + UNLOCKED })
        };
        self.change(unlocked(&username_key(username)), one_more).await.map(|_| ())
    }

    /// A device that the account has not signed in from.
    async fn stranger(&self, account: &Account, address: Option<IpAddr>) -> Result<Begun, StoreError> {
        let text = address.map(|address| address.to_string()).unwrap_or_default();
        let own = account.key("address", &text);
        if let Some(wait) = self.wait(own).await? {
            return Ok(Begun::TooMany(wait));
        }
        // Before anything is written about the name: an address can name as many as it likes.
        let mut paces = vec![];
        for (key, pace) in address.into_iter().flat_map(paces_of) {
            if let Place::In(wait) | Place::Full(wait) = self.place(key, pace, Seconds(0)).await? {
                self.give_back(&paces).await?;
                return Ok(Begun::TooMany(wait));
            }
            paces.push((key, pace));
        }
        let (mut attempt, tries) = match self.claim(own).await? {
            Claim::Made(attempt, tries) => (Attempt { paces, ..attempt }, tries),
            Claim::TooEarly(wait) => return Ok(Begun::TooMany(wait)),
        };
        if tries.has_place() {
            return Ok(Begun::Attempt(attempt));
        }
        // Whoever has guessed cannot fill the queue for those who have not.
        let ahead = if tries.is_new() { AHEAD } else { Seconds(AHEAD.0 / 2) };
        let everybody = account.key(Account::STRANGERS, "");
        match self.place(everybody, STRANGERS, ahead).await? {
            Place::Now => {
                attempt.paces.push((everybody, STRANGERS));
                Ok(Begun::Attempt(attempt))
            }
            Place::In(wait) => self.call(own, wait, Some(everybody)).await,
            Place::Full(wait) => self.call(own, wait, None).await,
        }
    }

    /// Tells somebody to come back; with a place in that queue, it is kept for them. Of several that somebody took at
    /// once they keep one.
    async fn call(
        &self,
        own: SecretHash,
        wait: Seconds,
        queue: Option<SecretHash>,
    ) -> Result<Begun, StoreError> {
        let (now, has_place) = (self.now, queue.is_some());
        let other = move |tries: Tries| tries.has_place().then(|| tries.wait(now)).flatten();
        let keep = move |kept| {
            let tries = Tries::read(kept, now);
            other(tries).is_none().then(|| tries.called(now + wait, has_place).kept())
        };
        let before = self.change(own, keep).await?;
        let Some(earlier) = other(Tries::read(before, now)) else {
            return Ok(Begun::TooMany(wait));
        };
        if let Some(queue) = queue {
            self.change(queue, move |kept| STRANGERS.given_back(kept, now)).await?;
        }
        Ok(Begun::TooMany(earlier))
    }

    /// The wait that is told without counting anything.
    async fn wait(&self, own: SecretHash) -> Result<Option<Seconds>, StoreError> {
        let kept = self.limits.find(self.tenant, own, self.now).await?;
        let tries = Tries::read(kept, self.now);
        // What was written by a clock that was set back has to be written anew.
        Ok(tries.wait(self.now).filter(|_| kept == Some(tries.kept())))
    }

    /// Counts an attempt as failed, unless it comes too early.
    async fn claim(&self, own: SecretHash) -> Result<Claim, StoreError> {
        let now = self.now;
        let next = move |tries: Tries| match tries.wait(now) {
            Some(_) => tries,
            None => tries.tried(now),
        };
        let kept = self.change(own, move |kept| Some(next(Tries::read(kept, now)).kept())).await?;
        let tries = Tries::read(kept, now);
        if let Some(wait) = tries.wait(now) {
            return Ok(Claim::TooEarly(wait));
        }
        let (before, after) = (tries.kept(), next(tries).kept());
        Ok(Claim::Made(Attempt { own, before, after, paces: vec![] }, tries))
    }

    async fn place(&self, key: SecretHash, pace: Pace, ahead: Seconds) -> Result<Place, StoreError> {
        let now = self.now;
        let before = self.change(key, move |kept| Some(pace.place(kept, ahead, now).1)).await?;
        Ok(pace.place(before, ahead, now).0)
    }

    async fn give_back(&self, paces: &[(SecretHash, Pace)]) -> Result<(), StoreError> {
        let now = self.now;
        for (key, pace) in paces.iter().copied() {
            self.change(key, move |kept| pace.given_back(kept, now)).await?;
        }
        Ok(())
    }

    async fn change(
        &self,
        key: SecretHash,
        change: impl Fn(Option<Counted>) -> Option<Counted> + Send + Sync + 'static,
    ) -> Result<Option<Counted>, StoreError> {
        let change: Change = Arc::new(change);
        self.limits.change(self.tenant, key, change, self.now).await
    }

    async fn account(&self, username: &str) -> Result<Account, StoreError> {
        let name = username_key(username);
        let kept = self.limits.find(self.tenant, unlocked(&name), self.now).await?;
        Ok(Account { name, unlocked: kept.map_or(0, |kept| kept.count) })
    }
}

impl Account {
    /// The kind of the count of a device that the account has signed in from.
    const DEVICE: &str = "device";
    /// The kind of the count of all the others.
    const STRANGERS: &str = "strangers";

    /// The key of one of its counts.
    fn key(&self, kind: &str, who: &str) -> SecretHash {
        SecretHash::of(format!("sign-in {kind}\0{}\0{who}\0{}", self.unlocked, self.name).as_bytes())
    }
}

/// What an address keeps to on all accounts together.
fn paces_of(address: IpAddr) -> impl Iterator<Item = (SecretHash, Pace)> {
    let key = |kind: &str, who: String| SecretHash::of(format!("sign-in {kind}\0{who}").as_bytes());
    let site = site_of(address).map(|site| (key("site", site.to_string()), SITE));
    iter::once((key("address", address.to_string()), ADDRESS)).chain(site)
}

/// The key under which is counted how often an account was unlocked.
fn unlocked(name: &str) -> SecretHash {
    SecretHash::of(format!("sign-in unlocked\0{name}").as_bytes())
}
