//! A person has just made their account: they have proven their address and chosen a password, and need not type it again.

use credenza_protocol::user::User;

use super::{Proven, Taken, take};
use crate::context::Context;
use crate::flow::Halt;
use crate::flow::interaction::{Lost, Pending};
use crate::flow::outcome::Browser;
use crate::flow::sign_in_steps::PASSWORD;

/// Signs the person in, in the browser that they made the account in.
///
/// # Errors
/// [`Lost`] when the interaction is over.
pub async fn sign_in(
    context: &Context,
    pending: Pending,
    user: User,
    (browser, user_agent): (&Browser, &str),
) -> Result<Taken, Halt<Lost>> {
    let proven = Proven::by(&PASSWORD, user, context.now);
    take(context, pending, &PASSWORD, proven, browser, user_agent).await
}
