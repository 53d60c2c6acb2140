//! A second factor is added by whoever has none where the tenant requires one.
//!
//! The recovery codes are shown once, before the sign-in goes on: the page that shows them carries the proof that a code of the new
//! application was right. Whoever loses that page begins again, and has a second factor by then.

use credenza_protocol::secret::Secret;
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::user::User;
use serde::{Deserialize, Serialize};

use super::{Proven, Taken, take};
use crate::accounts::held::Held;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::flow::authenticators::recovery_codes;
use crate::flow::authenticators::totp::{self, Added, NewTotp};
use crate::flow::interaction::{Lost, Pending};
use crate::flow::outcome::Browser;
use crate::flow::sign_in_steps::ADD_SECOND_FACTOR;
use crate::pages::Lang;

/// How long somebody has to keep the recovery codes.
const LASTS: Seconds = Seconds(1800);

/// What became of a code.
pub enum Tried {
    /// The application is added. These are the recovery codes, and the proof that goes on.
    Added(Vec<String>, Secret),
    /// It is wrong.
    Wrong(NewTotp),
    /// It took too long: the page begins anew.
    Expired,
}

#[derive(Serialize, Deserialize)]
struct Proof {
    expires_at: Time,
}

/// Whose turn it is. Without that, the sign-in begins again.
///
/// # Errors
/// [`Failure`].
pub async fn turn(context: &Context, pending: &Pending) -> Result<Option<User>, Failure> {
    let started = pending.sign_in.as_ref().filter(|started| started.next() == Some(ADD_SECOND_FACTOR.name));
    let Some(started) = started else { return Ok(None) };
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store);
    let user = store.users.find(tenant, started.user_id()).await?;
    Ok(user.filter(|user| user.disabled_at.is_none()))
}

/// The same on the page that adds one: whoever has one by now begins again, and is asked for it.
///
/// # Errors
/// [`Failure`].
pub async fn turn_to_add(context: &Context, pending: &Pending) -> Result<Option<User>, Failure> {
    let Some(user) = turn(context, pending).await? else { return Ok(None) };
    let has_any = Held::of(context, &user.user_id).await?.has_any();
    Ok((!has_any).then_some(user))
}

/// Adds the application, if the code is right. A second press of the button does the same with other recovery codes, so that the
/// page that is seen has the right ones.
///
/// # Errors
/// [`Failure`].
pub async fn add(
    context: &Context,
    pending: &Pending,
    user: &User,
    (ticket, typed, lang): (&str, &str, Lang),
) -> Result<Tried, Failure> {
    match totp::add(context, user, (ticket, typed, ""), lang).await? {
        Added::Yes => {}
        Added::Wrong(new) => return Ok(Tried::Wrong(new)),
        Added::Expired | Added::TooMany | Added::Absent => return Ok(Tried::Expired),
    }
    const FAILED: Failure = Failure::Internal("a proof cannot be encrypted");
    let Some(codes) = recovery_codes::renew(context, user, lang).await? else { return Ok(Tried::Expired) };
    let proof = serde_json::to_vec(&Proof { expires_at: context.now + LASTS }).map_err(|_| FAILED)?;
    let rng = context.state.rng.as_ref();
    let sealed = context.realm.handles.seal(rng, &bound_to(pending, user), &proof).ok_or(FAILED)?;
    Ok(Tried::Added(codes, sealed.handle))
}

/// Goes on after the recovery codes; `None` where the proof is none, or too old.
///
/// # Errors
/// [`Lost`] when the interaction is over.
pub async fn go_on(
    context: &Context,
    pending: Pending,
    (user, proof): (User, &str),
    (browser, user_agent): (&Browser, &str),
) -> Result<Result<Taken, Box<Pending>>, Halt<Lost>> {
    let opened = context.realm.handles.open(proof, &bound_to(&pending, &user));
    let proof = opened.and_then(|opened| serde_json::from_slice::<Proof>(&opened.plain).ok());
    let is_good = proof.is_some_and(|proof| context.now < proof.expires_at);
    // One that was removed meanwhile proves nothing.
    if !is_good || !Held::of(context, &user.user_id).await.map_err(Failure::from)?.has_any() {
        return Ok(Err(Box::new(pending)));
    }
    let proven = Proven::by(&ADD_SECOND_FACTOR, user, context.now);
    take(context, pending, &ADD_SECOND_FACTOR, proven, browser, user_agent).await.map(Ok)
}

fn bound_to(pending: &Pending, user: &User) -> Vec<u8> {
    let (handle, browser) = (pending.handle.hash(), pending.binding.hash());
    let user = format!("second factor added\0{}\0", user.user_id);
    [user.as_bytes(), handle.as_bytes(), browser.as_bytes()].concat()
}
