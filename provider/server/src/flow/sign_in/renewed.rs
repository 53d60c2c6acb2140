//! A person has just typed their password again, and gets a new session in place of those that ended.

use credenza_protocol::user::User;

use super::session::{self, NewSession};
use super::{Browser, Proven};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::sign_in_steps::PASSWORD;

/// Begins the session.
///
/// # Errors
/// [`Failure`].
pub async fn session(
    context: &Context,
    user: User,
    (browser, user_agent): (&Browser, &str),
) -> Result<NewSession, Failure> {
    let username = user.username.clone();
    let proven = Proven::by(&PASSWORD, user, context.now);
    let planned = session::plan(context, &proven, None, (browser, user_agent));
    let (handle, session) = session::begin(context, planned, None, browser).await?;
    let (realm, rng) = (&context.realm, context.state.rng.as_ref());
    let devices = realm.devices.after_sign_in(rng, &username, browser.devices.as_ref(), context.now);
    Ok(NewSession { handle, browser_state: realm.browser_state(&session), devices })
}
