//! What matters most on an account is done by somebody who has proven a moment ago who they are: a session that was left open
//! is not enough.

use credenza_protocol::session::Session;
use credenza_protocol::time::Seconds;
use credenza_storage::SessionRecord;

use crate::context::Context;
use crate::failure::Failure;
use crate::flow::account_page::AccountPage;
use crate::flow::interaction::{AccountVisit, Pending, Purpose};
use crate::flow::outcome::{Browser, Outcome};
use crate::flow::sign_in_steps;

/// Whether the person of that session has signed in recently, by the tenant's `recent_sign_in_lifetime`.
#[must_use]
pub fn is_recent(context: &Context, session: &Session) -> bool {
    context.now - session.auth_time <= max_age(context)
}

/// How long ago the person may have signed in, for an application that acts for them (RFC 9470 3).
#[must_use]
pub fn max_age(context: &Context) -> Seconds {
    context.realm.tenant.settings.recent_sign_in_lifetime
}

/// Leads the person through the sign-in once more, and from there to that page.
///
/// # Errors
/// [`Failure`].
pub async fn ask(
    context: &Context,
    own: &SessionRecord,
    browser: &Browser,
    page: AccountPage,
) -> Result<Outcome, Failure> {
    let visit = AccountVisit { page, again: Some(own.user.username.clone()), ..AccountVisit::default() };
    let pending = Pending::begin(context, Purpose::Account(visit), browser).await?;
    Ok(pending.step(sign_in_steps::page(None)))
}
