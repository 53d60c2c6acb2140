//! A person proves a second factor: the code of an application, or a recovery code.

use credenza_protocol::secret::Secret;
use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;

use super::{Proven, Taken, take, turn};
use crate::accounts::held::Held;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::flow::authenticators::totp::{self, Checked};
use crate::flow::authenticators::{recovery_codes, tries::Tries, trusted_browsers};
use crate::flow::interaction::{Lost, Pending};
use crate::flow::outcome::Browser;
use crate::flow::sign_in_steps::{RECOVERY_CODE, SECOND_FACTOR, TOTP};
use crate::pages::Lang;
use crate::telemetry::RefusedSignIn;

/// Whose turn it is, and what they have.
pub struct Turn {
    /// The person.
    pub user: User,
    /// Their authenticators.
    pub held: Held,
}

/// What the person typed.
#[derive(Clone, Copy)]
pub enum Typed<'a> {
    /// The code of an application, and whether the person trusts the browser from now on.
    Code {
        /// As it was typed.
        code: &'a str,
        /// Whether they are not to be asked in this browser again.
        trust: bool,
    },
    /// A recovery code.
    Recovery(&'a str),
}

/// What came of it.
pub enum Attempt {
    /// It is right, and the sign-in goes on. If the person trusts the browser from now on, with what it presents then.
    Taken(Taken, Option<Secret>),
    /// It is wrong.
    Wrong(Box<Pending>, Box<Turn>),
    /// The code was right once, and was used.
    Used(Box<Pending>, Box<Turn>),
    /// Too many were wrong; the next may be tried after so many seconds.
    TooMany(Box<Pending>, Box<Turn>, Seconds),
}

/// Whose turn it is: they have taken the first step. Without that, the sign-in begins again.
///
/// # Errors
/// [`Failure`].
pub async fn turn(context: &Context, pending: &Pending) -> Result<Option<Turn>, Failure> {
    let Some(user) = turn::of(context, pending, &SECOND_FACTOR).await? else { return Ok(None) };
    // Of those who are disabled, whoever is to be deleted may keep their account, as soon as they have proven who they are.
    if user.disabled_at.is_some() {
        let (tenant, deletions) = (&context.realm.tenant.tenant_id, &context.state.store.user_deletions);
        let deletion = deletions.find(tenant, &user.user_id).await?;
        if !deletion.is_some_and(|deletion| deletion.is_up_to_them()) {
            return Ok(None);
        }
    }
    let held = Held::of(context, &user.user_id).await?;
    Ok(Some(Turn { user, held }))
}

/// Checks what was typed, and goes on if it is right.
///
/// # Errors
/// [`Lost`] when the interaction is over.
pub async fn attempt(
    context: &Context,
    pending: Pending,
    (turn, typed, lang): (Turn, Typed<'_>, Lang),
    (browser, user_agent): (&Browser, &str),
) -> Result<Attempt, Halt<Lost>> {
    let (checked, step, trust) = match typed {
        Typed::Code { code, trust } => {
            (totp::check(context, &turn.held, &turn.user.user_id, code).await?, &TOTP, trust)
        }
        // Whoever has lost their device is where they may never be again.
        Typed::Recovery(code) => (recovered(context, &turn.user, code, lang).await?, &RECOVERY_CODE, false),
    };
    let refused = RefusedSignIn {
        tenant: &context.realm.tenant.name,
        address: browser.exact_address,
        account: Some(&turn.user.username),
    };
    match checked {
        Checked::Right => {
            let trusted = match trust {
                true => {
                    let here = (browser.trusted.as_ref(), user_agent);
                    trusted_browsers::add(context, &turn.user, &turn.held, here).await?
                }
                false => None,
            };
            let proven = Proven::by(step, turn.user, context.now);
            let taken = take(context, pending, step, proven, browser, user_agent).await?;
            Ok(Attempt::Taken(taken, trusted))
        }
        Checked::Wrong => {
            refused.failed();
            Ok(Attempt::Wrong(Box::new(pending), Box::new(turn)))
        }
        Checked::Used => {
            refused.failed();
            Ok(Attempt::Used(Box::new(pending), Box::new(turn)))
        }
        Checked::TooMany(wait) => {
            refused.throttled(wait);
            Ok(Attempt::TooMany(Box::new(pending), Box::new(turn), wait))
        }
    }
}

async fn recovered(context: &Context, user: &User, code: &str, lang: Lang) -> Result<Checked, Failure> {
    let tries = Tries::of(&user.user_id);
    if let Some(wait) = tries.take(context).await? {
        return Ok(Checked::TooMany(wait));
    }
    if !recovery_codes::spend(context, user, code, lang).await? {
        return Ok(Checked::Wrong);
    }
    tries.forget(context).await?;
    tracing::info!(user_id = %user.user_id, "a recovery code was used to sign in");
    Ok(Checked::Right)
}
