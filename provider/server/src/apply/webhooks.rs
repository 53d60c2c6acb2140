//! Webhooks of the file.

use credenza_protocol::secret::Secret;
use credenza_protocol::tenant::Tenant;
use credenza_protocol::webhook::{Status, Webhook};
use serde_json::Value;

use super::document::WebhookEntry;
use super::step::{Change, Mode, Plan, Settled, Step};
use crate::admin::webhooks::{self, NewWebhook};
use crate::admin::{Administration, Error, Outcome, Refusal};

/// Said of a webhook that would get a secret which nobody would ever see.
const NO_SECRET: &str =
    "is missing: messages are signed with it, and `apply` shows none; name it here or in secret_env";

/// Compares the webhook with what there is, and makes it so.
pub(super) async fn settle(
    admin: &Administration<'_>,
    tenant: &Tenant,
    entry: &WebhookEntry,
    given: Option<&Secret>,
    mode: Mode,
) -> Result<Settled, Error> {
    let (tenant, id) = (&tenant.tenant_id, &entry.webhook_id);
    let found = webhooks::find(admin, tenant, id).await?;
    if entry.absent {
        let step = about(entry).removal(found.is_some());
        if step.is_settled(mode) {
            return Ok(Settled::Done(step));
        }
        return Ok(Settled::of(webhooks::delete(admin, tenant, id).await?, step));
    }
    let wanted = wanted(admin, entry, found.as_ref());
    let faults = webhooks::check(admin, &wanted);
    if !faults.is_empty() {
        return Ok(Settled::invalid(faults));
    }
    if found.is_none() {
        if given.is_none() {
            return Ok(Settled::refused("secret_file", NO_SECRET));
        }
        if !webhooks::are_sent(admin) {
            return Ok(Settled::refused("", Refusal::WebhooksOff.to_string()));
        }
    }
    let secret = match given {
        Some(given) if !webhooks::has_secret(admin, tenant, id, given).await? => Some(given.clone()),
        _ => None,
    };
    let mut changes = changes(found.as_ref(), &wanted);
    let is_edited = !changes.is_empty();
    changes.extend(secret.as_ref().map(|_| Change::secret("secret")));
    let Plan { step, .. } = Plan::new(about(entry), found.as_ref().map(|_| false), None, changes);
    if step.is_settled(mode) {
        return Ok(Settled::Done(step));
    }
    let stored = match found {
        None => {
            let Webhook { url, description, events, status, .. } = wanted;
            let new = NewWebhook { webhook_id: Some(id.clone()), url, description, events, secret };
            return match webhooks::create(admin, tenant, new).await? {
                Outcome::Done(made) if status != made.webhook.status => {
                    let paused = Webhook { status, ..made.webhook };
                    Ok(Settled::of(webhooks::update(admin, tenant, paused).await?, step))
                }
                made => Ok(Settled::of(made, step)),
            };
        }
        Some(_) if is_edited => webhooks::update(admin, tenant, wanted).await?.map(drop),
        Some(_) => Outcome::Done(()),
    };
    match (stored, secret) {
        (Outcome::Done(()), Some(secret)) => {
            Ok(Settled::of(webhooks::add(admin, tenant, id, Some(secret), None).await?, step))
        }
        (stored, _) => Ok(Settled::of(stored, step)),
    }
}

/// The webhook as the file has it. What the file says nothing of stays; one that failures have paused is resumed only by
/// an operator, or by a file that says it is not paused.
fn wanted(admin: &Administration<'_>, entry: &WebhookEntry, found: Option<&Webhook>) -> Webhook {
    let mut webhook = found.cloned().unwrap_or_else(|| webhooks::plain(admin, entry.webhook_id.clone()));
    let WebhookEntry { url, description, events, paused, .. } = entry;
    webhook.url.clone_from(url);
    webhook.events.clone_from(events);
    webhook.description = description.clone().unwrap_or(webhook.description);
    match paused {
        Some(true) if webhook.status == Status::Enabled => webhook.status = Status::Paused,
        Some(false) => webhook.status = Status::Enabled,
        _ => {}
    }
    webhook
}

fn changes(found: Option<&Webhook>, wanted: &Webhook) -> Vec<Change> {
    let member = |member: &str, of: &dyn Fn(&Webhook) -> Value| {
        let (from, to) = (found.map(of), of(wanted));
        (from.as_ref() != Some(&to)).then(|| Change { member: member.to_owned(), from, to: Some(to) })
    };
    [
        member("url", &|webhook| webhook.url.as_str().into()),
        member("description", &|webhook| webhook.description.as_str().into()),
        member("events", &|webhook| webhook.events.clone().into()),
        member("status", &|webhook| webhook.status.as_str().into()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn about(entry: &WebhookEntry) -> Step {
    Step::about("webhook", &entry.tenant, entry.webhook_id.as_str())
}
