//! Whoever reads the old address has it back: whoever has changed it is out, and the password is chosen anew.

use credenza_protocol::secret::Secret;
use credenza_storage::{EmailRestored, EmailUndo, NewReset};

use crate::context::Context;
use crate::failure::Failure;
use crate::flow::mailed::{Purpose, sealed};
use crate::mail::Kind;
use crate::pages::{Lang, Letter};
use crate::rng;

const PURPOSE: Purpose = Purpose::PasswordReset;

/// What became of it.
pub enum Undone {
    /// The old address counts again. The secret leads to a new password.
    Done(Secret),
    /// The link is not good any more.
    Dead,
    /// Another account has that address by now.
    AddressTaken,
}

/// What the link of that token stands for, if it is good. Looking spends nothing.
///
/// # Errors
/// [`Failure`].
pub async fn look(context: &Context, token: &str) -> Result<Option<EmailUndo>, Failure> {
    let (tenant, changes) = (&context.realm.tenant.tenant_id, &context.state.store.email_changes);
    Ok(changes.find_undo(tenant, Secret::presented(token).hash(), context.now).await?)
}

/// Restores the address: sessions and grants end, and the way in is a new password, whose link is mailed as well.
///
/// # Errors
/// [`Failure`].
pub async fn undo(context: &Context, token: &str, lang: Lang) -> Result<Undone, Failure> {
    let Some(found) = look(context, token).await? else { return Ok(Undone::Dead) };
    let Some(mailer) = &context.state.mail else { return Ok(Undone::Dead) };
    let (tenant, changes) = (&context.realm.tenant, &context.state.store.email_changes);
    let secret = rng::secret(context.state.rng.as_ref());
    let link = format!("{}/reset-password?token={}", context.realm.issuer, secret.reveal());
    let letter = Letter::email_restored(lang, &tenant.settings.display_name, &link, PURPOSE.minutes());
    let mail = sealed(context, mailer, (Kind::EmailRestored, &letter, &found.address), PURPOSE.lasts())?;
    let reset = NewReset { secret: secret.hash(), expires_at: context.now + PURPOSE.lasts(), mail };
    let spent = Secret::presented(token).hash();
    match changes.undo(&tenant.tenant_id, spent, reset, context.now).await? {
        EmailRestored::Dead => return Ok(Undone::Dead),
        EmailRestored::AddressTaken => return Ok(Undone::AddressTaken),
        EmailRestored::Done(user_id) => {
            tracing::warn!(user_id = %user_id, "a change of address was undone, and everything signed out");
        }
    }
    mailer.queued.notify_one();
    context.state.logouts.notify_one();
    Ok(Undone::Done(secret))
}
