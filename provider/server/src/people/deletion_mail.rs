//! What people are told by mail whose account is to be deleted: when, and how they keep it.

use chrono::DateTime;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::user::User;
use credenza_storage::NewMail;

use crate::context::Context;
use crate::failure::Failure;
use crate::flow::mailed::sealed;
use crate::mail::Kind;
use crate::pages::{Lang, Letter};
use crate::rng;

/// How long it is tried at most.
const LASTS: Seconds = Seconds(86_400);

/// That it was asked for. `None` for whom mail cannot reach.
///
/// # Errors
/// [`Failure`].
pub(super) fn asked(
    context: &Context,
    user: &User,
    deletes_at: Time,
    lang: Lang,
) -> Result<Option<(SecretHash, NewMail)>, Failure> {
    written(context, user, (deletes_at, lang), Kind::DeletionScheduled)
}

/// That there is little time left.
///
/// # Errors
/// [`Failure`].
pub(super) fn reminder(
    context: &Context,
    user: &User,
    deletes_at: Time,
    lang: Lang,
) -> Result<Option<(SecretHash, NewMail)>, Failure> {
    written(context, user, (deletes_at, lang), Kind::DeletionReminder)
}

/// The letter with a link that keeps the account, and the hash of the secret in it.
fn written(
    context: &Context,
    user: &User,
    (deletes_at, lang): (Time, Lang),
    kind: Kind,
) -> Result<Option<(SecretHash, NewMail)>, Failure> {
    let (Some(mailer), Some(address)) = (&context.state.mail, &user.claims.email) else { return Ok(None) };
    let secret = rng::secret(context.state.rng.as_ref());
    let link = format!("{}/account/keep?token={}", context.realm.issuer, secret.reveal());
    let brand = &context.realm.tenant.settings.display_name;
    let date = DateTime::from_timestamp(deletes_at.seconds(), 0).unwrap_or_default();
    let letter = match kind {
        Kind::DeletionReminder => Letter::deletion_soon(lang, brand, &user.username, date, &link),
        _ => Letter::deletion_scheduled(lang, brand, &user.username, date, &link),
    };
    let lasts = Seconds(LASTS.0.min((deletes_at - context.now).0.max(1)));
    let mail = sealed(context, mailer, (kind, &letter, address), lasts)?;
    Ok(Some((secret.hash(), mail)))
}
