//! Sends what is queued. Each attempt is claimed before it is made, and the claim postpones the next one: so one node makes
//! it, and if that node dies halfway, another makes the next. A mail may then arrive twice, and is not lost.

use std::sync::atomic::Ordering;
use std::time::Duration;

use credenza_protocol::time::Seconds;
use credenza_storage::{Mail, StoreError};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::transport::{Undelivered, hand_over};
use super::{Mailer, message};
use crate::context::Context;
use crate::rng;
use crate::state::State;
use crate::telemetry::MailOutcome;

/// How often the queue is read when nothing wakes the task.
const LOOK: Duration = Duration::from_secs(2);
/// How many mails are under way at once.
const AT_ONCE: u32 = 4;
/// The waits after failed attempts; the last one is repeated. The first is longer than an attempt takes, so that no other node
/// makes the next meanwhile. Servers that put off unknown senders ask for minutes.
const WAITS: [Seconds; 6] =
    [Seconds(90), Seconds(180), Seconds(420), Seconds(900), Seconds(1800), Seconds(3600)];

/// Sends until it is told to stop; then finishes the attempts that have begun.
pub async fn run(state: State, mut stopped: watch::Receiver<bool>) {
    let Some(mailer) = &state.mail else { return };
    while !*stopped.borrow() {
        let sent = match turn(&state).await {
            Ok(sent) => sent,
            Err(error) => {
                state.metrics.store_errors.increment(1);
                tracing::warn!(%error, "the queue of mails could not be read or written");
                0
            }
        };
        if sent > 0 {
            continue;
        }
        tokio::select! {
            changed = stopped.changed() => if changed.is_err() { break },
            () = mailer.queued.notified() => {}
            () = sleep(LOOK) => {}
        }
    }
}

/// One round; answers how many attempts it made.
async fn turn(state: &State) -> Result<usize, StoreError> {
    let due = state.store.mails.due(AT_ONCE, state.clock.now()).await?;
    if due.is_empty() {
        state.metrics.mails_pending(state.store.mails.pending().await?);
        return Ok(0);
    }
    let attempts: JoinSet<_> = due
        .into_iter()
        .map(|mail| {
            let state = state.clone();
            async move { attempt(&state, &mail).await }
        })
        .collect();
    let made = attempts.join_all().await;
    let count = made.len();
    made.into_iter().collect::<Result<(), _>>().map(|()| count)
}

/// Makes one attempt, unless another node makes it.
async fn attempt(state: &State, mail: &Mail) -> Result<(), StoreError> {
    let Some(mailer) = &state.mail else { return Ok(()) };
    let next_at = state.clock.now() + wait(mail.attempts);
    if !state.store.mails.claim(mail, next_at).await? {
        return Ok(());
    }
    let (tenant_id, kind, attempt) = (&mail.tenant_id, &mail.kind, mail.attempts.saturating_add(1));
    // A disabled tenant does nothing, and what its mail leads to is dead.
    let sent = match is_enabled(state, mail).await {
        true => send(state, mailer, mail).await,
        false => Err(Undelivered { why: "the tenant is disabled".to_owned(), is_final: true }),
    };
    mailer.is_failing.store(sent.as_ref().is_err_and(|error| !error.is_final), Ordering::Relaxed);
    match sent {
        Ok(()) => {
            state.metrics.mail(MailOutcome::Sent);
            tracing::info!(%tenant_id, kind, attempt, "a mail was sent");
            state.store.mails.done(mail).await
        }
        Err(error) if error.is_final || next_at >= mail.expires_at => {
            state.metrics.mail(MailOutcome::GivenUp);
            tracing::error!(%tenant_id, kind, attempt, %error, "a mail was not sent, and is given up");
            state.store.mails.done(mail).await
        }
        Err(error) => {
            state.metrics.mail(MailOutcome::Failed);
            tracing::warn!(%tenant_id, kind, attempt, %error, "a mail was not sent, and is tried again");
            Ok(())
        }
    }
}

/// Whether its tenant is; where that cannot be found out, the mail goes, as it was queued by an enabled one.
async fn is_enabled(state: &State, mail: &Mail) -> bool {
    match state.store.tenants.name(&mail.tenant_id).await {
        Ok(Some(name)) => !matches!(Context::load(state, &name, None).await, Ok(None)),
        Ok(None) => false,
        Err(_) => true,
    }
}

/// Hands it over.
async fn send(state: &State, mailer: &Mailer, mail: &Mail) -> Result<(), Undelivered> {
    let Some(written) = mailer.open(&mail.tenant_id, &mail.sealed) else {
        return Err(Undelivered { why: "it does not open".to_owned(), is_final: true });
    };
    let message = message(&mailer.from, (&rng::id(state.rng.as_ref()), state.clock.now()), &written)?;
    hand_over(&*mailer.transport, &written, message).await
}

/// How long the next attempt waits after so many failed ones.
fn wait(attempts: i32) -> Seconds {
    let index = usize::try_from(attempts).unwrap_or_default();
    WAITS.get(index).or(WAITS.last()).copied().unwrap_or(Seconds(3600))
}

#[cfg(test)]
mod tests {
    use super::super::transport::ATTEMPT;
    use super::*;

    #[test]
    fn waits_grow_and_end_at_an_hour() {
        let waits: Vec<_> = (0..9).map(wait).map(|Seconds(wait)| wait).collect();
        assert!(waits.is_sorted() && waits.ends_with(&[3600, 3600, 3600, 3600]), "{waits:?}");
        assert!(Duration::from_secs(u64::try_from(waits[0]).unwrap()) > ATTEMPT);
    }
}
