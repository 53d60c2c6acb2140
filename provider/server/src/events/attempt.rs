//! One attempt to send a message to a webhook: claimed, made, and recorded.

use credenza_protocol::ids::{TenantId, WebhookId};
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::webhook::{
    Answer, PAUSED_AFTER, Paused, State as How, Verdict, Webhook, headers, is_dead, verdict,
};
use credenza_storage::{Attempted, Delivery, StoreError};

use crate::egress::{Answered, EgressError, Message, Outcome};
use crate::keys::webhook_keys;
use crate::state::State;
use crate::telemetry::MessageOutcome;

/// How long after an attempt was claimed another node may make the next: longer than any attempt takes.
const CLAIM: Seconds = Seconds(90);
/// Why a webhook is paused that answered 410.
const GONE: &str = "the endpoint answered 410 Gone";

/// What was made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Made {
    /// Nothing is due.
    Nothing,
    /// A message arrived, or another node was faster.
    Delivered,
    /// One did not arrive.
    Failed,
}

/// Sends the next message that is due for that webhook.
pub(super) async fn next(state: &State, tenant: &TenantId, id: &WebhookId) -> Result<Made, StoreError> {
    let (store, now) = (&state.store, state.clock.now());
    let Some(delivery) = store.webhook_deliveries.next(tenant, id, 1, now).await?.pop() else {
        return Ok(Made::Nothing);
    };
    let Some(webhook) = store.webhooks.find(tenant, id).await? else { return Ok(Made::Nothing) };
    if !store.webhook_deliveries.claim(&delivery, now + CLAIM).await? {
        return Ok(Made::Delivered);
    }
    let sent = send(state, &webhook, &delivery).await?;
    let attempted = judge(state, &webhook, &delivery, sent);
    let arrived = attempted.state == How::Delivered;
    store.webhook_deliveries.settle(&delivery, attempted).await?;
    Ok(if arrived { Made::Delivered } else { Made::Failed })
}

/// Signs and sends it.
async fn send(
    state: &State,
    webhook: &Webhook,
    delivery: &Delivery,
) -> Result<Result<Answered, EgressError>, StoreError> {
    let (tenant, id, now) = (&delivery.tenant_id, &delivery.webhook_id, state.clock.now());
    let secrets = state.store.webhooks.secrets(tenant, id, now).await?;
    let signers = webhook_keys::signers((&state.master, &state.root), tenant, id, &secrets);
    let form = state.webhooks.envelope;
    // What is kept is the envelope as it was written; what is no envelope cannot be here.
    let body = form.of(&delivery.body).unwrap_or_else(|| delivery.body.clone());
    let headers = headers(&signers, &delivery.event_id, now, &body);
    let message =
        Message { url: &webhook.url, headers: &headers, media_type: form.media_type(), body: &body };
    Ok(state.egress.post_message(message, &state.webhooks).await)
}

/// What the answer means for the message and for the webhook.
fn judge(
    state: &State,
    webhook: &Webhook,
    delivery: &Delivery,
    sent: Result<Answered, EgressError>,
) -> Attempted {
    let (now, attempt) = (state.clock.now(), delivery.attempts.saturating_add(1));
    let answer = match &sent {
        Ok(answered) => Answer { status: Some(answered.status), retry_after: answered.retry_after },
        Err(_) => Answer { status: None, retry_after: None },
    };
    let mut jitter = [0];
    state.rng.fill(&mut jitter);
    let verdict = verdict(answer, attempt, u8::from_ne_bytes(jitter));
    let (how, next_at, outcome) = match verdict {
        Verdict::Delivered => (How::Delivered, None, MessageOutcome::Delivered),
        Verdict::Gone => (How::Pending, Some(now), MessageOutcome::Failed),
        Verdict::Again(wait) => (How::Pending, Some(now + wait), MessageOutcome::Failed),
        Verdict::GivenUp => (How::Failed, None, MessageOutcome::GivenUp),
    };
    state.metrics.message(outcome);
    let pause = match verdict {
        Verdict::Delivered => None,
        Verdict::Gone => Some(GONE.to_owned()),
        Verdict::Again(_) | Verdict::GivenUp => dead(webhook, now),
    };
    let attempted = Attempted {
        state: how,
        next_at,
        status: answer.status.map(i32::from),
        response: told(&sent),
        pause: pause.map(|reason| Paused { since: now, reason }),
        at: now,
    };
    log(delivery, attempt, &attempted, sent.err());
    attempted
}

/// Why a webhook is paused that has failed for too long.
fn dead(webhook: &Webhook, now: Time) -> Option<String> {
    let is_dead = webhook.failing_since.is_some_and(|since| is_dead(since, now));
    is_dead.then(|| format!("every attempt has failed for {} days", PAUSED_AFTER.0 / 86_400))
}

/// How the response began, or why there was none: not more than whoever chose the URL may learn of what is behind it.
fn told(sent: &Result<Answered, EgressError>) -> String {
    match sent {
        Ok(answered) => {
            let text = String::from_utf8_lossy(&answered.start);
            text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
        }
        Err(error) => match error.outcome() {
            Outcome::Refused => "the URL leads to where no message may be sent",
            Outcome::TimedOut => "there was no response in time",
            Outcome::Busy => "too many messages to this host are under way",
            Outcome::Answered | Outcome::Failed => "the connection failed, or the response is broken",
        }
        .to_owned(),
    }
}

fn log(delivery: &Delivery, attempt: i32, attempted: &Attempted, error: Option<EgressError>) {
    let Delivery { tenant_id, webhook_id, event_id, .. } = delivery;
    let (status, state) = (attempted.status, attempted.state.as_str());
    match (&attempted.pause, error) {
        (Some(pause), _) => {
            tracing::error!(%tenant_id, %webhook_id, event_id, attempt, reason = pause.reason, "a webhook is paused");
        }
        (None, Some(error)) => {
            tracing::info!(%tenant_id, %webhook_id, event_id, attempt, state, %error, "a message to a webhook failed");
        }
        (None, None) => {
            tracing::debug!(%tenant_id, %webhook_id, event_id, attempt, state, status, "a webhook answered");
        }
    }
}
