//! A person deletes their own account, and keeps it after all while there is time.

use credenza_protocol::account_policy::{AccountDeletion, schedule};
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_protocol::username::is_named;
use credenza_storage::{Expected, NewUserDeletion, Update, UserDeletion};

use super::deletion_mail;
use crate::admin::{Administration, Outcome, users};
use crate::context::Context;
use crate::failure::Failure;
use crate::pages::Lang;

/// What became of the wish to delete an account.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Asked {
    /// It is disabled, everything else has ended, and it is deleted then.
    Scheduled(Time),
    /// It is deleted.
    Deleted,
    /// What was typed is not the username.
    Wrong,
    /// The person administers something: an operator deletes such an account.
    Administers,
    /// The tenant does not let people do that, or somebody has changed the account at this moment.
    Refused,
}

/// Whether the tenant lets people delete their account.
#[must_use]
pub fn is_offered(context: &Context) -> bool {
    context.realm.tenant.settings.account_deletion == AccountDeletion::On
}

/// Whether the account is gone.
async fn at_once(context: &Context, user: &User) -> Result<bool, Failure> {
    let admin = Administration::of_server(&context.state, context.now);
    let tenant = &context.realm.tenant.tenant_id;
    let done = users::delete(&admin, tenant, &user.user_id, Expected::Any).await?;
    Ok(matches!(done, Outcome::Done(())))
}

/// Deletes the account of a person who has typed their username: at once, or, where the tenant gives them
/// time, later; then they are told by mail how they keep it. Whoever calls this has made sure that they signed in recently.
///
/// # Errors
/// [`Failure`].
pub async fn ask(context: &Context, user: &User, typed: &str, lang: Lang) -> Result<Asked, Failure> {
    let (tenant, store) = (&context.realm.tenant, &context.state.store);
    let id = &tenant.tenant_id;
    if !is_offered(context) {
        return Ok(Asked::Refused);
    }
    if !is_named(typed, &user.username) {
        return Ok(Asked::Wrong);
    }
    if !store.admin_roles.of(id, &user.user_id).await?.is_empty() {
        return Ok(Asked::Administers);
    }
    let grace = tenant.settings.account_deletion_grace;
    let done = match grace {
        0 => at_once(context, user).await?,
        _ => scheduled(context, user, grace, lang).await? == Update::Updated,
    };
    if !done {
        return Ok(Asked::Refused);
    }
    context.state.logouts.notify_one();
    tracing::info!(user_id = %user.user_id, grace, "a person deleted their account");
    Ok(match grace {
        0 => Asked::Deleted,
        _ => Asked::Scheduled(schedule(context.now, grace).0),
    })
}

async fn scheduled(context: &Context, user: &User, grace: u32, lang: Lang) -> Result<Update, Failure> {
    let (deletes_at, reminds_at) = schedule(context.now, grace);
    let told = deletion_mail::asked(context, user, deletes_at, lang)?;
    let (secret, mail) = told.unzip();
    let is_told = mail.is_some();
    let new = NewUserDeletion {
        user_id: user.user_id.clone(),
        deletes_at,
        own: true,
        secret,
        reminds_at: reminds_at.filter(|_| is_told),
        lang: lang.tag().to_owned(),
    };
    let (tenant, deletions) = (&context.realm.tenant.tenant_id, &context.state.store.user_deletions);
    let scheduled = deletions.schedule(tenant, new, Expected::Any, mail, context.now).await?;
    if let Some(mailer) = context.state.mail.as_ref().filter(|_| is_told) {
        mailer.queued.notify_one();
    }
    Ok(scheduled)
}

/// The deletion that the link of that token can undo. Looking spends nothing.
///
/// # Errors
/// [`Failure`].
pub async fn look(context: &Context, token: &str) -> Result<Option<UserDeletion>, Failure> {
    let (tenant, deletions) = (&context.realm.tenant.tenant_id, &context.state.store.user_deletions);
    let found = deletions.find_by_secret(tenant, Secret::presented(token).hash()).await?;
    Ok(found.filter(|found| found.is_up_to_them() && found.deletes_at > context.now))
}

/// Keeps the account: the link is spent with it. `false` when it is not good any more. Nobody is signed in by it.
///
/// # Errors
/// [`Failure`].
pub async fn keep(context: &Context, token: &str) -> Result<bool, Failure> {
    let Some(found) = look(context, token).await? else { return Ok(false) };
    let (tenant, deletions) = (&context.realm.tenant.tenant_id, &context.state.store.user_deletions);
    let kept = deletions.cancel(tenant, &found.user_id, context.now).await?;
    if kept {
        tracing::info!(user_id = %found.user_id, "a person keeps their account, by the link in a mail");
    }
    Ok(kept)
}
