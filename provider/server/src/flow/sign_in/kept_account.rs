//! A person signs in whose account is to be deleted because they asked for it: they have typed their password just now, and
//! can keep the account, or leave it at that.

use credenza_storage::UserDeletion;

use super::proven::recognized_by;
use super::{Proven, Taken, take};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::flow::interaction::{Lost, Pending};
use crate::flow::outcome::Browser;
use crate::flow::sign_in_steps::KEEP_ACCOUNT;

/// The deletion that the person may undo who has typed the password that is still theirs. Without one, the sign-in begins
/// again.
///
/// # Errors
/// [`Failure`].
pub async fn turn(context: &Context, pending: &Pending) -> Result<Option<UserDeletion>, Failure> {
    let started = pending.sign_in.as_ref().filter(|started| started.next() == Some(KEEP_ACCOUNT.name));
    let Some(started) = started else { return Ok(None) };
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store);
    let hash = store.credentials.password(tenant, started.user_id()).await?;
    if hash.is_none_or(|hash| started.password() != Some(recognized_by(&hash).as_str())) {
        return Ok(None);
    }
    let found = store.user_deletions.find(tenant, started.user_id()).await?;
    Ok(found.filter(UserDeletion::is_up_to_them))
}

/// What became of the wish to keep an account.
pub enum Kept {
    /// It is kept, and the sign-in goes on.
    Taken(Taken),
    /// It is too late, or an operator was faster: the sign-in begins again.
    Late(Box<Pending>),
}

/// Keeps the account, and goes on with the sign-in.
///
/// # Errors
/// [`Lost`] when the interaction is over.
pub async fn keep(
    context: &Context,
    pending: Pending,
    deletion: &UserDeletion,
    (browser, user_agent): (&Browser, &str),
) -> Result<Kept, Halt<Lost>> {
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store);
    store.user_deletions.cancel(tenant, &deletion.user_id, context.now).await.map_err(Failure::from)?;
    // Where the same form has arrived twice, the second finds the account kept already, and goes on too.
    let user = store.users.find(tenant, &deletion.user_id).await.map_err(Failure::from)?;
    let Some(user) = user.filter(|user| user.disabled_at.is_none()) else {
        return Ok(Kept::Late(Box::new(pending)));
    };
    tracing::info!(user_id = %user.user_id, "a person keeps their account");
    let proven = Proven::by(&KEEP_ACCOUNT, user, context.now);
    take(context, pending, &KEEP_ACCOUNT, proven, browser, user_agent).await.map(Kept::Taken)
}
