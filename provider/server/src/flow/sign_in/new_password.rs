//! A person has to change their password before they are signed in: they have typed the old one just now, and choose another.

use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;
use credenza_storage::PasswordChange;

use super::proven::recognized_by;
use super::{Proven, Taken, take};
use crate::accounts::new_password::{NewPasswordPolicy, Owner, Unfit};
use crate::accounts::password::Refused;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::flow::interaction::{Lost, Pending};
use crate::flow::mailed::sealed;
use crate::flow::outcome::Browser;
use crate::flow::sign_in_steps::NEW_PASSWORD;
use crate::mail::Kind;
use crate::pages::{Lang, Letter};

/// How long it is tried to tell somebody that their password was changed.
const NOTICE_LASTS: Seconds = Seconds(86_400);

/// Whose turn it is to choose a password.
pub struct Turn {
    user: User,
    old: String,
}

/// What became of a choice.
pub enum Chosen {
    /// It counts, and the sign-in goes on.
    Taken(Taken),
    /// It will not do.
    Unfit(Box<Pending>, Box<Turn>, Unfit),
    /// It is the present one.
    Same(Box<Pending>, Box<Turn>),
    /// The password has become another one since it was typed: the sign-in begins again.
    Overtaken(Box<Pending>),
}

impl Turn {
    /// Their name.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.user.username
    }
}

/// Whose turn it is: they have typed the password that is still theirs. Without that, the sign-in begins again.
///
/// # Errors
/// [`Failure`].
pub async fn turn(context: &Context, pending: &Pending) -> Result<Option<Turn>, Failure> {
    let started = pending.sign_in.as_ref().filter(|started| started.next() == Some(NEW_PASSWORD.name));
    let Some(started) = started else { return Ok(None) };
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store);
    let user = store.users.find(tenant, started.user_id()).await?;
    let Some(user) = user.filter(|user| user.disabled_at.is_none()) else { return Ok(None) };
    let hash = store.credentials.password(tenant, &user.user_id).await?;
    let is_known = |hash: &String| started.password() == Some(recognized_by(hash).as_str());
    Ok(hash.filter(is_known).map(|old| Turn { user, old }))
}

/// Stores the password that they choose, ends everything that was signed in or granted by the old one, and goes on.
///
/// # Errors
/// [`Lost`] when the interaction is over; [`Failure::Busy`] when no password can be hashed now.
pub async fn choose(
    context: &Context,
    pending: Pending,
    (turn, password, lang): (Turn, String, Lang),
    (browser, user_agent): (&Browser, &str),
) -> Result<Chosen, Halt<Lost>> {
    let pool = &context.state.passwords;
    if pool.verify(password.clone(), Some(turn.old.clone())).await.is_right() {
        return Ok(Chosen::Same(Box::new(pending), Box::new(turn)));
    }
    let settings = &context.realm.tenant.settings;
    let (email, brand) = (turn.user.claims.email.as_deref(), settings.display_name.as_str());
    let owner = Owner { username: &turn.user.username, email, brand };
    let hashed = pool.hash_new(password, NewPasswordPolicy::of(settings), owner).await;
    let unfit = match hashed {
        Ok(Ok(hash)) => return stored(context, pending, (turn, hash, lang), (browser, user_agent)).await,
        Ok(Err(unfit)) => unfit,
        Err(Refused::TooLong) => Unfit::Long,
        Err(Refused::Busy) => return Err(Failure::Busy.into()),
    };
    Ok(Chosen::Unfit(Box::new(pending), Box::new(turn), unfit))
}

async fn stored(
    context: &Context,
    pending: Pending,
    (turn, new, lang): (Turn, String, Lang),
    (browser, user_agent): (&Browser, &str),
) -> Result<Chosen, Halt<Lost>> {
    let Turn { user, old } = turn;
    let notice = match (&context.state.mail, &user.claims.email) {
        (Some(mailer), Some(address)) => {
            let brand = &context.realm.tenant.settings.display_name;
            let letter = Letter::password_changed(lang, brand, &user.username, true);
            Some(sealed(context, mailer, (Kind::PasswordChanged, &letter, address), NOTICE_LASTS)?)
        }
        _ => None,
    };
    let (tenant, credentials) = (&context.realm.tenant.tenant_id, &context.state.store.credentials);
    let change = PasswordChange { old, new: new.clone(), everywhere: true, notice };
    if !credentials.change_password(tenant, &user.user_id, change, context.now).await? {
        return Ok(Chosen::Overtaken(Box::new(pending)));
    }
    if let Some(mailer) = &context.state.mail {
        mailer.queued.notify_one();
    }
    context.state.logouts.notify_one();
    tracing::info!(user_id = %user.user_id, "a password that had to be changed was changed");
    let user = User { password_change_required: false, ..user };
    let proven = Proven::by(&NEW_PASSWORD, user, context.now).knowing(&new);
    take(context, pending, &NEW_PASSWORD, proven, browser, user_agent).await.map(Chosen::Taken)
}
