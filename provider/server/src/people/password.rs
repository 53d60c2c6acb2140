//! A person changes their password: they type the old one again, and say whether everything else that is signed in ends.

use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;
use credenza_storage::{PasswordChange, SessionRecord};

use crate::accounts::new_password::{NewPasswordPolicy, Owner, Unfit};
use crate::accounts::password::Refused;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::mailed::sealed;
use crate::flow::outcome::Browser;
use crate::flow::sign_in::password::{self, Checked};
use crate::flow::sign_in::{NewSession, renewed};
use crate::mail::Kind;
use crate::pages::{Lang, Letter};

/// How long it is tried to tell somebody that their password was changed.
const NOTICE_LASTS: Seconds = Seconds(86_400);

/// What the person typed.
pub struct Typed<'a> {
    /// The password as it is.
    pub old: String,
    /// The password as it shall be.
    pub new: String,
    /// Whether everything else that is signed in or granted ends.
    pub everywhere: bool,
    /// How the browser names itself.
    pub user_agent: &'a str,
    /// The language of the page.
    pub lang: Lang,
}

/// What became of it.
pub enum Changed {
    /// It counts. Where everything has ended, this browser has a new session.
    Done(Option<NewSession>),
    /// The old one is wrong.
    Wrong,
    /// There were too many wrong ones; the next may come after so many seconds.
    Throttled(Seconds),
    /// The new one will not do.
    Unfit(Unfit),
    /// Somebody has changed it at this very moment.
    Overtaken,
}

/// Changes the password of the person who is signed in, and tells them by mail.
///
/// # Errors
/// [`Failure::Busy`] when no password can be hashed now.
pub async fn change(
    context: &Context,
    own: &SessionRecord,
    typed: Typed<'_>,
    browser: &Browser,
) -> Result<Changed, Failure> {
    let Typed { old, new, everywhere, user_agent, lang } = typed;
    let (user, old) = match password::check(context, &own.user.username, old, browser).await? {
        Checked::Right(user, hash) if user.user_id == own.user.user_id => (*user, hash),
        Checked::Right(..) | Checked::Wrong => return Ok(Changed::Wrong),
        Checked::Throttled(wait) => return Ok(Changed::Throttled(wait)),
    };
    let brand = &context.realm.tenant.settings.display_name;
    let owner = Owner { username: &user.username, email: user.claims.email.as_deref(), brand };
    let policy = NewPasswordPolicy::of(&context.realm.tenant.settings);
    let new = match context.state.passwords.hash_new(new, policy, owner).await {
        Ok(Ok(hash)) => hash,
        Ok(Err(unfit)) => return Ok(Changed::Unfit(unfit)),
        Err(Refused::TooLong) => return Ok(Changed::Unfit(Unfit::Long)),
        Err(Refused::Busy) => return Err(Failure::Busy),
    };
    let (tenant, credentials) = (&context.realm.tenant.tenant_id, &context.state.store.credentials);
    let notice = notice(context, &user, lang, everywhere)?;
    let is_told = notice.is_some();
    let change = PasswordChange { old, new, everywhere, notice };
    if !credentials.change_password(tenant, &user.user_id, change, context.now).await? {
        return Ok(Changed::Overtaken);
    }
    if let Some(mailer) = context.state.mail.as_ref().filter(|_| is_told) {
        mailer.queued.notify_one();
    }
    tracing::info!(user_id = %user.user_id, everywhere, "a person changed their password");
    if !everywhere {
        return Ok(Changed::Done(None));
    }
    context.state.logouts.notify_one();
    renewed::session(context, user, (browser, user_agent)).await.map(|session| Changed::Done(Some(session)))
}

/// What tells the person, if they have an address and there is mail.
fn notice(
    context: &Context,
    user: &User,
    lang: Lang,
    everywhere: bool,
) -> Result<Option<credenza_storage::NewMail>, Failure> {
    let (Some(mailer), Some(address)) = (&context.state.mail, &user.claims.email) else { return Ok(None) };
    let brand = &context.realm.tenant.settings.display_name;
    let letter = Letter::password_changed(lang, brand, &user.username, everywhere);
    sealed(context, mailer, (Kind::PasswordChanged, &letter, address), NOTICE_LASTS).map(Some)
}
