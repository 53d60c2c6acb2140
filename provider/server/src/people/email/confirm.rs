//! The new address is proven: by whoever opens the link of the mail, or types its code, and is signed in to the account that
//! asked. Nobody else's account gets an address by a link that its reader opens.

use credenza_protocol::email::EmailAddress;
use credenza_protocol::secret::Secret;
use credenza_protocol::sign_up::SignUpIdentifier;
use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;
use credenza_protocol::username::username_key;
use credenza_storage::{EmailChange, EmailChanged, NewEmailUndo};

use super::is_open;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::mailed::sealed;
use crate::mail::Kind;
use crate::pages::{Lang, Letter};
use crate::rng;

/// How long an old address may be restored.
const UNDO_LASTS: Seconds = Seconds(7 * 86_400);
/// The same, as letters say it.
const UNDO_DAYS: u64 = 7;

/// What became of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Confirmed {
    /// The new address counts.
    Done,
    /// The link is not good any more, or is not of this person.
    Dead,
    /// Another account has proven that address meanwhile.
    AddressTaken,
    /// It was changed too often within a week, or too much mail waits.
    TooMany,
}

/// The change of that person that the token stands for, if it is good. Looking spends nothing.
///
/// # Errors
/// [`Failure`].
pub async fn look(context: &Context, user: &User, token: &str) -> Result<Option<EmailChange>, Failure> {
    if !is_open(context) {
        return Ok(None);
    }
    let (tenant, changes) = (&context.realm.tenant.tenant_id, &context.state.store.email_changes);
    let found = changes.find(tenant, Secret::presented(token).hash(), context.now).await?;
    Ok(found.filter(|change| change.user.user_id == user.user_id))
}

/// Changes the address, and tells whoever reads the old one.
///
/// # Errors
/// [`Failure`].
pub async fn confirm(context: &Context, user: &User, token: &str, lang: Lang) -> Result<Confirmed, Failure> {
    let Some(EmailChange { user, address, .. }) = look(context, user, token).await? else {
        return Ok(Confirmed::Dead);
    };
    let (tenant, changes) = (&context.realm.tenant.tenant_id, &context.state.store.email_changes);
    let undo = undo(context, &user, &address, lang)?;
    let username = follows(context, &user).then(|| address.clone());
    let secret = Secret::presented(token).hash();
    let done = match changes.complete(tenant, secret, username, undo, context.now).await? {
        EmailChanged::Done => Confirmed::Done,
        EmailChanged::Dead => Confirmed::Dead,
        EmailChanged::AddressTaken => Confirmed::AddressTaken,
        EmailChanged::TooMany => Confirmed::TooMany,
    };
    if done == Confirmed::Done {
        if let Some(mailer) = &context.state.mail {
            mailer.queued.notify_one();
        }
        tracing::info!(user_id = %user.user_id, "a person changed their address of mail");
    }
    Ok(done)
}

/// How the old address is told, and may be restored. Whoever reads one that nobody has proven may be anybody.
fn undo(context: &Context, user: &User, new: &str, lang: Lang) -> Result<Option<NewEmailUndo>, Failure> {
    let old = user.claims.email.as_deref().filter(|old| *old != new);
    let old = old.filter(|_| user.claims.email_verified == Some(true));
    let (Some(mailer), Some(old)) = (&context.state.mail, old) else { return Ok(None) };
    let secret = rng::secret(context.state.rng.as_ref());
    let link = format!("{}/account/email/undo?token={}", context.realm.issuer, secret.reveal());
    let brand = &context.realm.tenant.settings.display_name;
    let letter = Letter::email_changed(lang, (brand, &user.username), &link, UNDO_DAYS);
    let mail = sealed(context, mailer, (Kind::EmailChanged, &letter, old), UNDO_LASTS)?;
    Ok(Some(NewEmailUndo { secret: secret.hash(), expires_at: context.now + UNDO_LASTS, mail }))
}

/// Whether the username is the address, as of people who sign up with nothing else, so that it follows.
fn follows(context: &Context, user: &User) -> bool {
    let old = user.claims.email.as_deref().and_then(|old| EmailAddress::parse(old).ok());
    context.realm.tenant.settings.sign_up_identifier == SignUpIdentifier::Email
        && old.is_some_and(|old| username_key(old.as_str()) == username_key(&user.username))
}
