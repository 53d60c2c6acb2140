//! The secrets of a webhook. Several sign while one replaces another, so that no message is refused meanwhile; each is shown
//! once, and kept encrypted.

use credenza_protocol::ids::{TenantId, WebhookId};
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Seconds;
use credenza_protocol::webhook::SECRET_OVERLAP;
use credenza_storage::{StoreError, WebhookMade, WebhookSecretRecord};
use credenza_validator::webhook::{read_secret, secret_text};
use zeroize::Zeroizing;

use crate::admin::{Administration, Error, InvalidField, Outcome, Refusal};
use crate::keys::seal;
use crate::rng;

/// Bytes of a secret that is made here.
const BYTES: usize = 32;
/// The longest time for which older secrets sign beside a new one.
const LONGEST_OVERLAP: Seconds = Seconds(30 * 86_400);

/// A secret that was made.
#[derive(Debug)]
pub struct MadeSecret {
    /// What is said of it.
    pub record: WebhookSecretRecord,
    /// The secret itself, if it was made here.
    pub secret: Option<Secret>,
}

/// A secret of that webhook, sealed: the one that was given, or a new one, which is answered as well.
pub(super) fn make(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &WebhookId,
    given: Option<Secret>,
) -> Result<Result<(WebhookSecretRecord, Option<Secret>), InvalidField>, Error> {
    let master_keys = admin.master_keys("the secret of a webhook")?;
    let is_given = given.is_some();
    let bytes = match given.map(|given| read_secret(given.reveal())) {
        Some(Ok(bytes)) => Zeroizing::new(bytes),
        Some(Err(_)) => {
            let why = "must be whsec_ and 24 to 64 random bytes in base64";
            return Ok(Err(InvalidField::new("secret", why)));
        }
        None => {
            let mut bytes = Zeroizing::new(vec![0; BYTES]);
            admin.rng.fill(&mut bytes);
            bytes
        }
    };
    let secret_id = rng::ordered_id(admin.rng, admin.now);
    let sealed = master_keys.seal(admin.rng, &seal::of_webhook_secret(tenant, id, &secret_id), &bytes);
    let record = WebhookSecretRecord { secret_id, sealed, created_at: admin.now, expires_at: None };
    let shown = (!is_given).then(|| Secret::presented(secret_text(&bytes)));
    Ok(Ok((record, shown)))
}

/// Adds a secret. Those before it sign as well for a while, a day if nothing is said.
///
/// # Errors
/// [`Error`].
pub async fn add(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &WebhookId,
    given: Option<Secret>,
    overlap: Option<Seconds>,
) -> Result<Outcome<MadeSecret>, Error> {
    let overlap = overlap.unwrap_or(SECRET_OVERLAP);
    if !(Seconds(0)..=LONGEST_OVERLAP).contains(&overlap) {
        let why = "must be 0 seconds to 30 days";
        return Ok(Outcome::Invalid(vec![InvalidField::new("overlap", why)]));
    }
    let (record, secret) = match make(admin, tenant, id, given)? {
        Ok(made) => made,
        Err(invalid) => return Ok(Outcome::Invalid(vec![invalid])),
    };
    let until = admin.now + overlap;
    let made = admin.store.webhooks.add_secret(tenant, id, record.clone(), until, admin.now).await?;
    Ok(match made {
        WebhookMade::Yes => Outcome::Done(MadeSecret { record, secret }),
        WebhookMade::Taken => Outcome::Taken,
        WebhookMade::TooMany => Outcome::Refused(Refusal::TooManyWebhookSecrets),
        WebhookMade::Absent => Outcome::Absent,
    })
}

/// The secrets that sign, the newest first, without the secrets themselves.
///
/// # Errors
/// [`StoreError`].
pub async fn list(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &WebhookId,
) -> Result<Vec<WebhookSecretRecord>, StoreError> {
    admin.store.webhooks.secrets(tenant, id, admin.now).await
}

/// Whether that is one of the secrets that sign.
///
/// # Errors
/// [`Error`].
pub async fn has(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &WebhookId,
    secret: &Secret,
) -> Result<bool, Error> {
    let master_keys = admin.master_keys("the secret of a webhook")?;
    let Ok(wanted) = read_secret(secret.reveal()).map(Zeroizing::new) else { return Ok(false) };
    let is_it = |record: &WebhookSecretRecord| {
        let context = seal::of_webhook_secret(tenant, id, &record.secret_id);
        master_keys.open(&context, &record.sealed).is_ok_and(|plain| *plain == *wanted)
    };
    Ok(list(admin, tenant, id).await?.iter().any(is_it))
}

/// Deletes a secret at once, unless it is the last one.
///
/// # Errors
/// [`StoreError`].
pub async fn delete(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &WebhookId,
    secret_id: &str,
) -> Result<Outcome<()>, StoreError> {
    let secrets = list(admin, tenant, id).await?;
    if secrets.iter().all(|secret| secret.secret_id == secret_id) && !secrets.is_empty() {
        return Ok(Outcome::Refused(Refusal::LastWebhookSecret));
    }
    Ok(Outcome::whether(admin.store.webhooks.delete_secret(tenant, id, secret_id).await?))
}
