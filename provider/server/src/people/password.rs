//! A person changes their password: they type the old one again, or have signed in a moment ago, and say whether everything
//! else that is signed in ends.

use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;
use credenza_storage::{PasswordChange, SessionRecord};

use crate::accounts::new_password::{NewPasswordPolicy, Owner, Unfit};
use crate::accounts::password::Refused;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::flow::mailed::sealed;
use crate::flow::outcome::Browser;
use crate::flow::sign_in::password::{self, Checked};
use crate::flow::sign_in::{NewSession, renewed};
use crate::mail::Kind;
use crate::pages::{Lang, Letter};

/// How long it is tried to tell somebody that their password was changed.
const NOTICE_LASTS: Seconds = Seconds(86_400);

/// What the person typed.
pub struct Typed {
    /// The password as it is; none where the caller knows that the person has signed in a moment ago.
    pub old: Option<String>,
    /// The password as it shall be.
    pub new: String,
    /// Whether everything else that is signed in or granted ends.
    pub everywhere: bool,
    /// The language of the page.
    pub lang: Lang,
}

/// Why it is as it was.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NotChanged {
    /// The old one is wrong.
    Wrong,
    /// There were too many wrong ones; the next may come after so many seconds.
    Throttled(Seconds),
    /// The new one will not do.
    Unfit(Unfit),
    /// Somebody has changed it at this very moment.
    Overtaken,
    /// There is none that could be changed.
    NoPassword,
}

impl From<NotChanged> for Halt<NotChanged> {
    fn from(why: NotChanged) -> Self {
        Self::Refused(why)
    }
}

/// Changes the password of the person who is signed in with this browser. Where everything ends, the browser has a new
/// session.
///
/// # Errors
/// [`NotChanged`]; [`Failure::Busy`] when no password can be hashed now.
pub async fn change(
    context: &Context,
    own: &SessionRecord,
    typed: Typed,
    (browser, user_agent): (&Browser, &str),
) -> Result<Option<NewSession>, Halt<NotChanged>> {
    let everywhere = typed.everywhere;
    let user = replace(context, &own.user, typed, browser).await?;
    match everywhere {
        true => Ok(Some(renewed::session(context, user, (browser, user_agent)).await?)),
        false => Ok(None),
    }
}

/// Changes the password of a person, and tells them by mail.
///
/// # Errors
/// [`NotChanged`]; [`Failure::Busy`] when no password can be hashed now.
pub async fn replace(
    context: &Context,
    user: &User,
    typed: Typed,
    browser: &Browser,
) -> Result<User, Halt<NotChanged>> {
    let Typed { old, new, everywhere, lang } = typed;
    let (user, old) = match old {
        Some(old) => checked(context, user, old, browser).await?,
        None => (user.clone(), stored(context, user).await?),
    };
    let brand = &context.realm.tenant.settings.display_name;
    let owner = Owner { username: &user.username, email: user.claims.email.as_deref(), brand };
    let policy = NewPasswordPolicy::of(&context.realm.tenant.settings);
    let new = match context.state.passwords.hash_new(new, policy, owner).await {
        Ok(Ok(hash)) => hash,
        Ok(Err(unfit)) => return Err(NotChanged::Unfit(unfit).into()),
        Err(Refused::TooLong) => return Err(NotChanged::Unfit(Unfit::Long).into()),
        Err(Refused::Busy) => return Err(Failure::Busy.into()),
    };
    let (tenant, credentials) = (&context.realm.tenant.tenant_id, &context.state.store.credentials);
    let notice = notice(context, &user, lang, everywhere)?;
    let is_told = notice.is_some();
    let change = PasswordChange { old, new, everywhere, notice };
    if !credentials.change_password(tenant, &user.user_id, change, context.now).await? {
        return Err(NotChanged::Overtaken.into());
    }
    if let Some(mailer) = context.state.mail.as_ref().filter(|_| is_told) {
        mailer.queued.notify_one();
    }
    tracing::info!(user_id = %user.user_id, everywhere, "a person changed their password");
    if everywhere {
        context.state.logouts.notify_one();
    }
    Ok(user)
}

/// The person and the hash of their password, if they have typed it.
async fn checked(
    context: &Context,
    user: &User,
    typed: String,
    browser: &Browser,
) -> Result<(User, String), Halt<NotChanged>> {
    match password::check(context, &user.username, typed, browser).await? {
        Checked::Right(found, hash) if found.user_id == user.user_id => Ok((*found, hash)),
        Checked::Right(..) | Checked::Wrong | Checked::Waits => Err(NotChanged::Wrong.into()),
        Checked::Throttled(wait) => Err(NotChanged::Throttled(wait).into()),
    }
}

/// The hash of the password as it is.
async fn stored(context: &Context, user: &User) -> Result<String, Halt<NotChanged>> {
    let tenant = &context.realm.tenant.tenant_id;
    let hash = context.state.store.credentials.password(tenant, &user.user_id).await?;
    hash.ok_or_else(|| NotChanged::NoPassword.into())
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
