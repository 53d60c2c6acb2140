//! A second factor is added by whoever has none where the tenant requires one.
//!
//! The recovery codes are shown once, before the sign-in goes on: the page that shows them carries the proof that a code of the new
//! application was right, or that there is a new passkey. Whoever loses that page begins again, and has a second factor by then.

use credenza_protocol::secret::Secret;
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::user::User;
use serde::{Deserialize, Serialize};

use super::{Proven, Taken, take, turn};
use crate::accounts::held::Held;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::flow::authenticators::totp::{self, Added, NewTotp};
use crate::flow::authenticators::{passkeys, recovery_codes};
use crate::flow::interaction::{Lost, Pending};
use crate::flow::outcome::Browser;
use crate::flow::sign_in_steps::{ADD_PASSKEY, ADD_SECOND_FACTOR};
use crate::pages::Lang;

/// How long somebody has to keep the recovery codes.
const LASTS: Seconds = Seconds(1800);

/// What became of a code, or of a new passkey.
pub enum Tried {
    /// The application or the passkey is added. These are the recovery codes, and the proof that goes on.
    Added(Vec<String>, Secret),
    /// The code is wrong.
    Wrong(NewTotp),
    /// The passkey cannot be added.
    NoPasskey,
    /// It took too long: the page begins anew.
    Expired,
}

#[derive(Serialize, Deserialize)]
struct Proof {
    expires_at: Time,
    #[serde(default)]
    by_passkey: bool,
}

/// Whose turn it is. Without that, the sign-in begins again.
///
/// # Errors
/// [`Failure`].
pub async fn turn(context: &Context, pending: &Pending) -> Result<Option<User>, Failure> {
    let user = turn::of(context, pending, &ADD_SECOND_FACTOR).await?;
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
    proven(context, pending, (user, false), lang).await
}

/// What asks for a passkey in place of it; `None` where there are none.
///
/// # Errors
/// [`Failure`].
pub async fn begin_passkey(
    context: &Context,
    pending: &Pending,
    user: &User,
) -> Result<Option<passkeys::Begun>, Failure> {
    passkeys::begin(context, user, &pending.handle).await
}

/// Adds the passkey that the browser has made.
///
/// # Errors
/// [`Failure`].
pub async fn add_passkey(
    context: &Context,
    pending: &Pending,
    user: &User,
    (ticket, response, lang): (&str, &str, Lang),
) -> Result<Tried, Failure> {
    match passkeys::add(context, (user, &pending.handle), (ticket, response, ""), lang).await? {
        passkeys::Added::Yes => proven(context, pending, (user, true), lang).await,
        _ => Ok(Tried::NoPasskey),
    }
}

/// The recovery codes, and the proof that goes on.
async fn proven(
    context: &Context,
    pending: &Pending,
    (user, by_passkey): (&User, bool),
    lang: Lang,
) -> Result<Tried, Failure> {
    const FAILED: Failure = Failure::Internal("a proof cannot be encrypted");
    let Some(codes) = recovery_codes::renew(context, user, lang).await? else { return Ok(Tried::Expired) };
    let proof = Proof { expires_at: context.now + LASTS, by_passkey };
    let proof = serde_json::to_vec(&proof).map_err(|_| FAILED)?;
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
    let proof = proof.filter(|proof| context.now < proof.expires_at);
    let held = Held::of(context, &user.user_id).await.map_err(Failure::from)?;
    // One that was removed meanwhile proves nothing.
    let step = match proof {
        Some(Proof { by_passkey: true, .. }) if held.passkey => &ADD_PASSKEY,
        Some(Proof { by_passkey: false, .. }) if held.totp => &ADD_SECOND_FACTOR,
        _ => return Ok(Err(Box::new(pending))),
    };
    let proven = Proven::by(step, user, context.now);
    take(context, pending, step, proven, browser, user_agent).await.map(Ok)
}

fn bound_to(pending: &Pending, user: &User) -> Vec<u8> {
    let (handle, browser) = (pending.handle.hash(), pending.binding.hash());
    let user = format!("second factor added\0{}\0", user.user_id);
    [user.as_bytes(), handle.as_bytes(), browser.as_bytes()].concat()
}
