//! Passwords: argon2id (RFC 9106) in a pool of a fixed size.
//!
//! Hashing is expensive on purpose, so it has its own threads and a bounded queue: a flood of logins fills the queue and
//! is turned away, and nothing else in the server waits for it. A username that does not exist costs as much as a wrong
//! password, so that response times do not reveal which usernames exist. Passwords are hashed and compared in one form
//! (RFC 8265 4.2).

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, thread};

use credenza_protocol::password::{LONGEST, is_long, opaque_string};
use metrics::Gauge;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::breached::Breached;
use super::new_password::{NewPasswordPolicy, Owner, Unfit};
use crate::rng::Rng;

mod cost;
mod foreign;
mod hasher;
mod hashing;
mod plain;

pub use cost::Cost;
pub use foreign::{KNOWN, Unusable, text_of};
pub use hasher::Hasher;
use hashing::Memory;
pub use hashing::{check_hash, hash_now};
pub use plain::{Password, SHORT};

/// How many jobs may wait per thread: a little over a second of work at the default cost.
pub(crate) const QUEUE_PER_THREAD: usize = 64;

/// What checking a password has shown.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum Verdict {
    /// It is the user's password.
    Right,
    /// It is, but was hashed in the form in which it was typed, and not in the one in which passwords are compared
    /// (RFC 8265 4.2): the hash should be replaced.
    RightAsTyped,
    /// It is not, or there is no such user, or the user has no password.
    Wrong,
    /// It is longer than any password, and was not checked.
    TooLong,
    /// The queue is full: nothing is known, try again later (503).
    Busy,
}

impl Verdict {
    /// Whether it is the user's password, in whichever form it was hashed.
    #[must_use]
    pub fn is_right(self) -> bool {
        matches!(self, Self::Right | Self::RightAsTyped)
    }
}

/// Why a password was not hashed.
#[derive(Copy, Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refused {
    /// Longer than any password may be.
    #[error("the password is longer than {LONGEST} characters")]
    TooLong,
    /// The queue is full.
    #[error("too many passwords are being checked at the moment")]
    Busy,
}

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// The threads that hash, and their queue. They end when the pool is dropped.
pub struct PasswordPool {
    jobs: SyncSender<Job>,
    cost: Cost,
    rng: Arc<dyn Rng>,
    /// Passwords that nobody may choose.
    breached: Option<Breached>,
    /// A hash that no password has; it is checked when there is no such user.
    dummy: Arc<str>,
    waiting: Gauge,
}

impl PasswordPool {
    /// Starts `threads` threads that hash at `cost`; `waiting` shows the length of the queue.
    ///
    /// # Errors
    /// When the system cannot start a thread.
    pub fn start(cost: Cost, threads: usize, rng: Arc<dyn Rng>, waiting: Gauge) -> io::Result<Self> {
        let threads = threads.max(1);
        let (jobs, queue) = sync_channel(threads * QUEUE_PER_THREAD);
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..threads {
            let queue = Arc::clone(&queue);
            thread::Builder::new().name(format!("password-{number}")).spawn(move || work(&queue))?;
        }
        let dummy = hashing::dummy(&cost, &*rng).into();
        Ok(Self { jobs, cost, rng, breached: None, dummy, waiting })
    }

    /// The same, where nobody may choose one of these passwords.
    #[must_use]
    pub fn refusing(self, breached: Option<Breached>) -> Self {
        Self { breached, ..self }
    }

    /// Checks a password against a user's hash, ours or that of another provider. Without a hash it takes as long, and
    /// the answer is [`Verdict::Wrong`].
    pub async fn verify(&self, password: String, stored: Option<String>) -> Verdict {
        let typed = Zeroizing::new(password);
        if is_long(&typed) {
            return Verdict::TooLong;
        }
        let dummy = Arc::clone(&self.dummy);
        let check = move |memory: &mut Memory| {
            verdict(&typed, |password| match &stored {
                Some(stored) => hashing::matches(password, stored, Some(&*dummy), memory),
                None => {
                    hashing::matches(password, &dummy, None, memory);
                    false
                }
            })
        };
        self.run(check).await.unwrap_or(Verdict::Busy)
    }

    /// Hashes a new password: a PHC string.
    ///
    /// # Errors
    /// [`Refused`] when it is too long, or the queue is full.
    pub async fn hash(&self, password: String) -> Result<String, Refused> {
        let password = Password::from(password).in_form();
        if is_long(&password) {
            return Err(Refused::TooLong);
        }
        let salt = hashing::salt(&*self.rng);
        let cost = self.cost.clone();
        self.run(move |memory| hashing::hash(&password, &salt, &cost, memory)).await.ok_or(Refused::Busy)
    }

    /// Checks a password that a person chooses, and hashes it.
    ///
    /// # Errors
    /// [`Refused`] when the queue is full; within, [`Unfit`].
    pub async fn hash_new(
        &self,
        password: String,
        policy: NewPasswordPolicy,
        owner: Owner<'_>,
    ) -> Result<Result<String, Unfit>, Refused> {
        let typed = Zeroizing::new(password);
        match self.fits(typed.clone(), policy, owner).await? {
            Err(unfit) => Ok(Err(unfit)),
            Ok(()) => self.hash((*typed).clone()).await.map(Ok),
        }
    }

    /// Whether a person could choose that password.
    ///
    /// # Errors
    /// [`Refused::Busy`]; within, [`Unfit`].
    pub async fn fits(
        &self,
        password: Zeroizing<String>,
        policy: NewPasswordPolicy,
        owner: Owner<'_>,
    ) -> Result<Result<(), Unfit>, Refused> {
        let Owner { username, email, brand } = owner;
        let (username, email, brand) = (username.to_owned(), email.map(str::to_owned), brand.to_owned());
        let breached = self.breached.clone();
        let verdict = self.run(move |_| {
            policy.check(&password, Owner { username: &username, email: email.as_deref(), brand: &brand })?;
            let is_known = breached.is_some_and(|breached| breached.holds(&password));
            if is_known { Err(Unfit::Breached) } else { Ok(()) }
        });
        verdict.await.ok_or(Refused::Busy)
    }

    /// Whether a hash was made at another cost than the present one, and should be replaced at the next login.
    #[must_use]
    pub fn needs_upgrade(&self, phc: &str) -> bool {
        !self.cost.made(phc)
    }

    /// Runs a job on the pool; `None` when the queue is full or the pool is ending.
    async fn run<T: Send + 'static>(&self, job: impl FnOnce(&mut Memory) -> T + Send + 'static) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        let waiting = self.waiting.clone();
        waiting.increment(1.0);
        let boxed: Job = Box::new(move |memory| {
            waiting.decrement(1.0);
            // If the caller has gone away, the work is skipped.
            if !answer.is_closed() {
                let _ = answer.send(job(memory));
            }
        });
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) = self.jobs.try_send(boxed) {
            self.waiting.decrement(1.0);
            return None;
        }
        answered.await.ok()
    }
}

/// Checks a password against a user's hash, as [`PasswordPool::verify`] does, on the calling thread; for the command line,
/// whose time tells nobody anything.
pub fn verify_now(password: &str, stored: &str) -> Verdict {
    if is_long(password) {
        return Verdict::TooLong;
    }
    let mut memory = Memory::default();
    verdict(password, |password| hashing::matches(password, stored, None, &mut memory))
}

/// What is typed decides how often is compared, and not whether there is such a user.
fn verdict(typed: &str, mut matches: impl FnMut(&str) -> bool) -> Verdict {
    match opaque_string(typed) {
        Ok(form) if matches(&form) => Verdict::Right,
        Ok(form) if *form == typed => Verdict::Wrong,
        Ok(_) if matches(typed) => Verdict::RightAsTyped,
        // It has no such form, and could not be set today.
        Err(_) if matches(typed) => Verdict::Right,
        _ => Verdict::Wrong,
    }
}

/// What each thread does until the pool is dropped. It keeps its memory from one job to the next, and releases it when
/// nothing is waiting, so that an idle server holds none.
fn work(queue: &Mutex<Receiver<Job>>) {
    let mut memory = Memory::default();
    loop {
        // The lock is held while waiting for a job; the other threads wait for the lock instead.
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(mut job) = next else { return };
        loop {
            job(&mut memory);
            // If the lock is taken, another thread is waiting for work, so there is none.
            let Ok(more) = queue.try_lock().map_err(drop).and_then(|queue| queue.try_recv().map_err(drop))
            else {
                break;
            };
            job = more;
        }
        memory.release();
    }
}

#[cfg(test)]
mod tests;
