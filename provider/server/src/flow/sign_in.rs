//! A person signs in, in one step or in several.
//!
//! Each method is a file of this folder. It checks what the person presents and, if that is right, makes a
//! [`Proven`]: who they are, since when, and by which methods. Nothing else can make one. Then `take` decides what
//! follows from the steps that were taken: the next step, or a session. The state between two steps is stored in the
//! pending interaction ([`Started`]) and has exactly one next step, so that a person can reload a page, go back or try
//! again; another browser, or another person in the same browser, cannot go on with it. Sessions keep `amr` and `acr`;
//! tokens, `max_age` and requests for an `acr` go by what the session keeps.
//!
//! To add a step (a second factor, a passkey, a forced change of the password):
//! 1. a file here, with the function that checks what the person presents and calls `take`; what can be guessed is
//!    counted by `accounts::throttle` before it is checked;
//! 2. its page in `pages`, and the handler of that page in `http::people`;
//! 3. its line in the table of [`sign_in_steps`](super::sign_in_steps), which also says when it is required.
//!
//! If it reaches an `acr` of its own, that is a line in [`credenza_protocol::authentication`].

use credenza_protocol::authentication::{Started, Step};
use credenza_protocol::authorize::interaction::Next;
use credenza_storage::SessionRecord;

use super::Halt;
use super::interaction::{Advanced, Lost, Pending, Purpose};
use super::next::next;
use super::outcome::{Browser, Outcome};
use super::proceed::proceed;
use super::sign_in_steps::{page, required};
use crate::context::Context;

pub mod add_second_factor;
pub mod given;
pub mod kept_account;
pub mod link;
pub mod mailed;
pub mod new_account;
mod new_browser;
pub mod new_password;
pub mod passkey;
pub mod password;
mod proven;
pub mod renewed;
pub mod second_factor;
mod session;
pub mod terms;
mod turn;

pub use proven::Proven;
pub use session::NewSession;

/// How many arrivals of one form at the same time are put in order; a press of a button makes two.
const ARRIVALS: usize = 4;

/// What follows from a step.
pub struct Taken {
    /// The session, if no step is left.
    pub session: Option<NewSession>,
    /// What the browser does next.
    pub outcome: Outcome,
}

/// Goes on after a step: to the next one, or, if none is left, to a session and on with the interaction.
///
/// # Errors
/// [`Lost`] when the interaction is over.
async fn take(
    context: &Context,
    mut pending: Pending,
    step: &Step,
    proven: Proven,
    browser: &Browser,
    user_agent: &str,
) -> Result<Taken, Halt<Lost>> {
    let required = required(context, &pending, proven.user(), (step, browser)).await?;
    let started = Started::after(pending.sign_in.as_ref(), &proven.user().user_id, step, &required)
        .knowing(proven.password());
    if started.next().is_some() {
        let page = page(Some(&started));
        pending.sign_in = Some(started);
        pending.advance(context).await?;
        return Ok(Taken { session: None, outcome: pending.step(page) });
    }
    pending.sign_in = None;
    Box::pin(finish(context, pending, proven.with_all_methods_of(&started), browser, user_agent)).await
}

/// Begins the session and goes on with the interaction. The handle is new at each sign-in, and the previous one is dead.
async fn finish(
    context: &Context,
    mut pending: Pending,
    proven: Proven,
    browser: &Browser,
    user_agent: &str,
) -> Result<Taken, Halt<Lost>> {
    let before = super::session::find(context, browser.session.as_ref()).await?;
    let session = session::plan(context, &proven, before.as_ref(), (browser, user_agent));
    let is_continued = before.as_ref().is_some_and(|before| before.session.sid == session.sid);
    let planned = SessionRecord { session, user: proven.into_user() };
    // The interaction first: of two who send the same form for an answer one goes on, and the other leaves no session
    // behind.
    note(context, &mut pending, &planned).await?;
    let (handle, session) = session::begin(context, planned.session.clone(), before, browser).await?;
    let is_as_planned = session.sid == planned.session.sid;
    new_browser::tell(context, &planned, browser).await;
    let (realm, rng) = (&context.realm, context.state.rng.as_ref());
    let devices = &realm.devices;
    let devices = devices.after_sign_in(rng, &planned.user.username, browser.devices.as_ref(), context.now);
    let new = NewSession { handle, browser_state: realm.browser_state(&session), devices };
    let record = SessionRecord { session, user: planned.user };
    let noted = if is_as_planned { Ok(()) } else { note(context, &mut pending, &record).await };
    let outcome = match noted {
        Ok(()) => proceed(context, pending, Some(&record)).await,
        Err(halt) => Err(halt),
    };
    if matches!(outcome, Err(Halt::Refused(_))) && !(is_continued && is_as_planned) {
        // Another one finished the interaction meanwhile. Nobody will ever hold the handle of this session.
        let (tenant, sessions) = (&context.realm.tenant.tenant_id, &context.state.store.sessions);
        sessions.end(tenant, &record.user.user_id, &record.session.sid, context.now).await?;
    }
    Ok(Taken { session: Some(new), outcome: outcome? })
}

/// Stores in the interaction who signed in. Where the same form has arrived twice and the other arrival was faster, this
/// one goes on from there, since its answer is the one that the browser shows. If nothing is left to do but to answer,
/// the other arrival does that.
async fn note(context: &Context, pending: &mut Pending, who: &SessionRecord) -> Result<(), Halt<Lost>> {
    for _ in 0..ARRIVALS {
        pending.purpose.note_sign_in(&who.session.sid);
        if pending.advance(context).await? == Advanced::First {
            return Ok(());
        }
        pending.purpose.note_sign_in(&who.session.sid);
        if is_answered_next(context, pending, who).await? {
            break;
        }
    }
    Err(Lost::Finished(pending.purpose.past()).into())
}

/// Whether that person would have nothing left to do. What breaks a rule is told to the client, which is an answer too.
async fn is_answered_next(
    context: &Context,
    pending: &Pending,
    who: &SessionRecord,
) -> Result<bool, Halt<Lost>> {
    let Purpose::Authorize(authorization) = &pending.purpose else {
        return Ok(true);
    };
    match next(context, authorization, Some(who)).await {
        Ok(next) => Ok(next == Next::Answer),
        Err(Halt::Refused(_)) => Ok(true),
        Err(Halt::Failed(failure)) => Err(failure.into()),
    }
}
