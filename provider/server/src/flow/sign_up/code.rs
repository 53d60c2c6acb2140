//! The code of the mail: whoever types it in the browser that asked need not open the link.

use credenza_storage::Take;

use super::{PURPOSE, look, usable};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::interaction::Pending;
use crate::flow::mailed::code::{Tries, Typed, is_of};
use crate::flow::mailed::ticket::{Ticket, of_interaction};

/// The ticket of this interaction and this browser, if it is one.
#[must_use]
pub fn opened(context: &Context, pending: &Pending, ticket: &str) -> Option<Ticket> {
    Ticket::open(context, &of_interaction(PURPOSE, pending), ticket)
}

/// Checks a code. Each try is counted before it is looked at, whether there is anything to be guessed or not.
///
/// # Errors
/// [`Failure`].
pub async fn enter(context: &Context, ticket: &Ticket, typed: &str) -> Result<Typed, Failure> {
    let Ok((_, key)) = usable(context, &ticket.typed) else { return Ok(Typed::Wrong) };
    let tries = Tries::of(PURPOSE, &key, None);
    if let Take::Refused { retry_after } = tries.take(context).await? {
        return Ok(Typed::TooMany(retry_after));
    }
    let stands = look(context, ticket.secret.reveal()).await?.is_some();
    let is_right = is_of(PURPOSE, &ticket.secret, typed);
    if !(stands && is_right) {
        return Ok(Typed::Wrong);
    }
    tries.forget(context).await?;
    Ok(Typed::Right(ticket.secret.clone()))
}
