//! A person signs in with a passkey, in place of the password or as the second factor.

use credenza_protocol::ids::UserId;
use credenza_protocol::user::User;

use super::{Proven, Taken, take};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::flow::authenticators::passkeys;
use crate::flow::interaction::{Lost, Pending};
use crate::flow::outcome::Browser;
use crate::flow::sign_in_steps::{PASSKEY, SYNCED_PASSKEY};
use crate::pages::Lang;
use crate::telemetry::RefusedSignIn;

/// What came of an answer.
pub enum Attempt {
    /// It is right, and the sign-in goes on.
    Taken(Taken),
    /// It is not, or came too late.
    Refused(Box<Pending>),
}

/// Checks the browser's answer, and goes on if it is right. With `only`, it must be that person's.
///
/// # Errors
/// [`Lost`] when the interaction is over.
pub async fn attempt(
    context: &Context,
    pending: Pending,
    (ticket, response, lang): (&str, &str, Lang),
    only: Option<&UserId>,
    (browser, user_agent): (&Browser, &str),
) -> Result<Attempt, Halt<Lost>> {
    let answered = passkeys::answered(context, &pending, (ticket, response), lang).await?;
    let is_meant = |(user, _): &(User, bool)| only.is_none_or(|only| *only == user.user_id);
    let Some((user, is_synced)) = answered.filter(is_meant) else {
        let tenant = &context.realm.tenant.name;
        RefusedSignIn { tenant, address: browser.exact_address, account: None }.failed();
        return Ok(Attempt::Refused(Box::new(pending)));
    };
    if !may_sign_in(context, &user).await? {
        return Ok(Attempt::Refused(Box::new(pending)));
    }
    let step = if is_synced { &SYNCED_PASSKEY } else { &PASSKEY };
    let proven = Proven::by(step, user, context.now);
    take(context, pending, step, proven, browser, user_agent).await.map(Attempt::Taken)
}

/// Whether they are enabled, or their account is to be deleted and they may keep it.
async fn may_sign_in(context: &Context, user: &User) -> Result<bool, Failure> {
    if user.disabled_at.is_none() {
        return Ok(true);
    }
    let (tenant, deletions) = (&context.realm.tenant.tenant_id, &context.state.store.user_deletions);
    let deletion = deletions.find(tenant, &user.user_id).await?;
    Ok(deletion.is_some_and(|deletion| deletion.is_up_to_them()))
}
