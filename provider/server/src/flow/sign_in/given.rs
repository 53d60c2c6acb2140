//! The mail of a link that an operator has made for somebody.

use credenza_protocol::secret::Secret;
use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;
use credenza_storage::NewMail;

use super::link;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::mailed::sealed;
use crate::mail::Kind;
use crate::pages::{Lang, Letter};

/// Writes the mail, in the language of the user if they have one.
pub fn writer(
    context: &Context,
    user: &User,
) -> impl Fn(&str, &Secret, Seconds) -> Result<Option<NewMail>, Failure> + Sync {
    move |address, secret, lasts| {
        let Some(mailer) = &context.state.mail else { return Ok(None) };
        let lang = Lang::negotiate(user.claims.locale.as_deref(), None);
        let url = link::url(&context.realm.issuer, secret);
        let brand = &context.realm.tenant.settings.display_name;
        let minutes = lasts.0.unsigned_abs().div_ceil(60);
        let letter = Letter::sign_in_link(lang, brand, &user.username, &url, minutes);
        sealed(context, mailer, (Kind::SignInLink, &letter, address), lasts).map(Some)
    }
}

/// Wakes whoever sends it.
pub fn queued(context: &Context) {
    if let Some(mailer) = &context.state.mail {
        mailer.queued.notify_one();
    }
}
