//! What tells a person by mail that how they sign in has changed.

use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;
use credenza_storage::NewMail;

use crate::context::Context;
use crate::failure::Failure;
use crate::flow::mailed::sealed;
use crate::mail::Kind;
use crate::pages::{FactorChange, Lang, Letter};

/// How long it is tried.
const LASTS: Seconds = Seconds(86_400);

/// The mail; `None` for whom mail cannot reach.
///
/// # Errors
/// [`Failure`].
pub fn of(
    context: &Context,
    user: &User,
    change: FactorChange<'_>,
    lang: Lang,
) -> Result<Option<NewMail>, Failure> {
    let (Some(mailer), Some(address)) = (&context.state.mail, &user.claims.email) else { return Ok(None) };
    let brand = &context.realm.tenant.settings.display_name;
    let letter = Letter::factor_changed(lang, brand, &user.username, change);
    sealed(context, mailer, (Kind::AuthenticatorChanged, &letter, address), LASTS).map(Some)
}

/// Wakes whoever sends it.
pub fn queued(context: &Context) {
    if let Some(mailer) = &context.state.mail {
        mailer.queued.notify_one();
    }
}
