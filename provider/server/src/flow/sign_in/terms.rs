//! A person accepts the tenant's terms before they are signed in, where they have not accepted these yet.

use credenza_protocol::terms::due;
use credenza_protocol::user::User;

use super::{Proven, Taken, take, turn};
use crate::admin::{Administration, users};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::flow::interaction::{Lost, Pending};
use crate::flow::outcome::Browser;
use crate::flow::sign_in_steps::ACCEPT_TERMS;

/// What became of it.
pub enum Accepted {
    /// The sign-in goes on.
    Taken(Taken),
    /// The terms are others by now than those that were shown.
    Changed(Box<Pending>, Box<User>),
}

/// Whose turn it is. Without that, the sign-in begins again.
///
/// # Errors
/// [`Failure`].
pub async fn turn(context: &Context, pending: &Pending) -> Result<Option<User>, Failure> {
    let user = turn::of(context, pending, &ACCEPT_TERMS).await?;
    Ok(user.filter(|user| user.disabled_at.is_none()))
}

/// Stores that the person accepts the version that they were shown, and goes on.
///
/// # Errors
/// [`Lost`] when the interaction is over.
pub async fn accept(
    context: &Context,
    pending: Pending,
    (user, version): (User, &str),
    (browser, user_agent): (&Browser, &str),
) -> Result<Accepted, Halt<Lost>> {
    let settings = &context.realm.tenant.settings;
    // Whoever pressed the button twice has accepted already, as has everybody since the tenant has no terms any more.
    let user = match due(settings, user.terms.as_ref()) {
        Some(due) if due != version => return Ok(Accepted::Changed(Box::new(pending), Box::new(user))),
        Some(_) => {
            let admin = Administration::of_server(&context.state, context.now);
            let accepted = users::accept_terms(&admin, &context.realm.tenant.tenant_id, user, version).await;
            accepted.map_err(Failure::from)?
        }
        None => user,
    };
    let proven = Proven::by(&ACCEPT_TERMS, user, context.now);
    take(context, pending, &ACCEPT_TERMS, proven, browser, user_agent).await.map(Accepted::Taken)
}
