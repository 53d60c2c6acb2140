//! What is wrong with a webhook.

use credenza_protocol::webhook::{Webhook, check_filters, is_webhook_id};

use crate::admin::{Administration, InvalidField, text};
use crate::egress::{EgressError, check_webhook_url};

/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 1000;
/// The longest URL, in characters.
const MAX_URL: usize = 2000;

/// Everything that is wrong with a webhook.
#[must_use]
pub fn check(admin: &Administration<'_>, webhook: &Webhook) -> Vec<InvalidField> {
    let mut faults = vec![];
    if !is_webhook_id(webhook.webhook_id.as_str()) {
        faults.push(InvalidField::new("webhook_id", "must be 1 to 64 letters, digits, - or _"));
    }
    match text::check("url", &webhook.url, MAX_URL) {
        Err(invalid) => faults.push(invalid),
        Ok(()) => faults.extend(check_webhook_url(&webhook.url, admin.webhooks).err().map(refused)),
    }
    if !webhook.description.is_empty() {
        faults.extend(text::check("description", &webhook.description, MAX_DESCRIPTION).err());
    }
    faults
        .extend(check_filters(&webhook.events).err().map(|why| InvalidField::new("events", why.to_string())));
    faults
}

/// Why a URL is refused: nothing was looked up, so this tells nothing that its author does not know.
fn refused(error: EgressError) -> InvalidField {
    let why = match error {
        EgressError::Url(why) => format!("{why}: it must be https and lead to a public host"),
        error => format!("cannot be used: {error}"),
    };
    InvalidField::new("url", why)
}
