//! A person is told by mail of a sign-in in a browser that their account has not signed in from.

use credenza_protocol::time::Seconds;
use credenza_storage::SessionRecord;

use crate::accounts::device;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::mailed::sealed;
use crate::flow::outcome::Browser;
use crate::mail::Kind;
use crate::pages::{Lang, Letter, SignInSeen};

/// How long it is tried to tell them.
const LASTS: Seconds = Seconds(86_400);
/// Whoever has just made their account knows that they sign in.
const NEW_ACCOUNT: Seconds = Seconds(3600);

/// Queues the mail, where the tenant wants it and the browser is new. That it cannot be queued stands in the log: nobody is kept
/// out by it.
pub(super) async fn tell(context: &Context, record: &SessionRecord, browser: &Browser) {
    let user = &record.user;
    if !context.realm.tenant.settings.sign_in_notices || user.created_at + NEW_ACCOUNT > context.now {
        return;
    }
    let devices = &context.realm.devices;
    if devices.slot(&user.username, browser.devices.as_ref(), context.now).is_some() {
        return;
    }
    if let Err(failure) = queue(context, record, browser).await {
        tracing::error!(error = %failure, "the mail about a new sign-in could not be queued");
    }
}

async fn queue(context: &Context, record: &SessionRecord, browser: &Browser) -> Result<(), Failure> {
    let SessionRecord { session, user } = record;
    let (Some(mailer), Some(address)) = (&context.state.mail, &user.claims.email) else { return Ok(()) };
    let lang = Lang::negotiate(user.claims.locale.as_deref(), None);
    let brand = &context.realm.tenant.settings.display_name;
    let seen = SignInSeen {
        browser: &device::name(&session.user_agent),
        at: context.now,
        address: browser.exact_address,
        place: session.place.as_ref(),
    };
    let letter = Letter::new_sign_in(lang, brand, &user.username, seen);
    let mail = sealed(context, mailer, (Kind::NewSignIn, &letter, address), LASTS)?;
    context.state.store.mails.put(&context.realm.tenant.tenant_id, mail, context.now).await?;
    mailer.queued.notify_one();
    Ok(())
}
