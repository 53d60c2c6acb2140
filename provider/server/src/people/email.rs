//! A person changes their address of mail: the new one counts when they have proven that they read it, by a link or by a code,
//! and until then the old one stays. Whoever reads the old one is told then, and may undo it for a week.
//!
//! Nothing tells whether another account has the new address: the answer is given before anybody is looked for, and whoever
//! reads that mail learns it there. A code for an address that is taken is wrong, whatever it is.

mod confirm;
mod undo;

use credenza_protocol::email::EmailAddress;
use credenza_protocol::ids::UserId;
use credenza_protocol::secret::Secret;
use credenza_protocol::user::User;
use credenza_storage::{EmailChange, Login, NewEmailChange, Take};

pub use confirm::{Confirmed, confirm, look};
pub use undo::{Undone, look as look_undo, undo};

use crate::context::Context;
use crate::failure::Failure;
use crate::flow::mailed::code::{self, Tries, Typed};
use crate::flow::mailed::ticket::Ticket;
use crate::flow::mailed::{Asked, Purpose, later, place, sealed};
use crate::flow::outcome::Browser;
use crate::flow::sign_up::{Unusable, usable};
use crate::mail::{Kind, Mailer};
use crate::pages::{Lang, Letter};
use crate::rng;

const PURPOSE: Purpose = Purpose::EmailChange;
/// The claim that the tenant's setting names.
const CLAIM: &str = "email";

/// Why an address cannot be asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unwanted {
    /// It cannot be used.
    Unusable(Unusable),
    /// The person has it already, and has proven it.
    Own,
}

/// Whether people may change their address: the tenant says so, and there is mail.
#[must_use]
pub fn is_open(context: &Context) -> bool {
    context.state.mail.is_some() && context.realm.tenant.settings.lets_people_edit(CLAIM)
}

/// Sees to the mail to a new address: after the answer. The ticket is what the code of the mail is checked by.
///
/// # Errors
/// [`Failure::Busy`] when too many are seen to already; within, [`Unwanted`].
pub async fn ask(
    context: &Context,
    user: &User,
    typed: &str,
    (browser, lang): (&Browser, Lang),
) -> Result<Result<Asked<Secret>, Unwanted>, Failure> {
    let (address, key) = match usable(context, typed) {
        Ok(usable) => usable,
        Err(unusable) => return Ok(Err(Unwanted::Unusable(unusable))),
    };
    let is_own = user.claims.email.as_deref() == Some(address.as_str());
    if is_own && user.claims.email_verified == Some(true) {
        return Ok(Err(Unwanted::Own));
    }
    for taken in [
        PURPOSE.of_address(context, browser).await?,
        PURPOSE.of_account(context, user.user_id.as_str(), None).await?,
    ] {
        if let Take::Refused { retry_after } = taken {
            return Ok(Ok(Asked::TooMany(retry_after)));
        }
    }
    let mailer =
        context.state.mail.as_ref().ok_or(Failure::Internal("addresses are changed without mail"))?;
    let permit = place(mailer)?;
    let secret = rng::secret(context.state.rng.as_ref());
    let ticket = Ticket { secret: secret.clone(), typed: address.as_str().to_owned() };
    let ticket = ticket.seal(context, &bound_to(&user.user_id))?;
    let wish = Wish { user: user.clone(), address, key, secret, lang };
    let context = context.clone();
    later(permit, "a mail for another address", async move { wish.mail(&context).await });
    Ok(Ok(Asked::Taken(ticket)))
}

/// The ticket of that person, if it is one.
#[must_use]
pub fn opened(context: &Context, user: &User, ticket: &str) -> Option<Ticket> {
    Ticket::open(context, &bound_to(&user.user_id), ticket)
}

/// Checks a code. Each try is counted before it is looked at, whether there is anything to be guessed or not.
///
/// # Errors
/// [`Failure`].
pub async fn enter(context: &Context, user: &User, ticket: &Ticket, typed: &str) -> Result<Typed, Failure> {
    let tries = Tries::of(PURPOSE, user.user_id.as_str(), None);
    if let Take::Refused { retry_after } = tries.take(context).await? {
        return Ok(Typed::TooMany(retry_after));
    }
    let standing = look(context, user, ticket.secret.reveal()).await?;
    let stands = standing.is_some_and(|change| change.address == ticket.typed);
    let is_right = code::is_of(PURPOSE, &ticket.secret, typed);
    if !(stands && is_right) {
        return Ok(Typed::Wrong);
    }
    tries.forget(context).await?;
    Ok(Typed::Right(ticket.secret.clone()))
}

/// The change of that person that waits to be proven.
///
/// # Errors
/// [`Failure`].
pub async fn pending(context: &Context, user: &User) -> Result<Option<EmailChange>, Failure> {
    let (tenant, changes) = (&context.realm.tenant.tenant_id, &context.state.store.email_changes);
    Ok(changes.pending(tenant, &user.user_id, context.now).await?)
}

/// The person does not want it any more; `false` if nothing waited.
///
/// # Errors
/// [`Failure`].
pub async fn cancel(context: &Context, user: &User) -> Result<bool, Failure> {
    let (tenant, changes) = (&context.realm.tenant.tenant_id, &context.state.store.email_changes);
    Ok(changes.cancel(tenant, &user.user_id).await?)
}

/// Somebody who wants another address.
struct Wish {
    user: User,
    address: EmailAddress,
    key: String,
    secret: Secret,
    lang: Lang,
}

impl Wish {
    /// Queues the mail.
    async fn mail(self, context: &Context) -> Result<(), Failure> {
        let Some(mailer) = &context.state.mail else { return Ok(()) };
        if matches!(PURPOSE.of_account(context, &self.key, None).await?, Take::Refused { .. }) {
            tracing::info!("too many mails for a change of address were asked for with one address");
            return Ok(());
        }
        let queued = match self.other_owner(context).await? {
            Some(other) => self.mail_taken(context, mailer, &other).await?,
            None => self.mail_link(context, mailer).await?,
        };
        if queued {
            mailer.queued.notify_one();
        } else {
            tracing::warn!("too much mail waits, or the account has just changed: no link is sent");
        }
        Ok(())
    }

    /// Who else signs in with the address.
    async fn other_owner(&self, context: &Context) -> Result<Option<User>, Failure> {
        let login = Login { typed: self.address.as_str().to_owned(), by_email: true };
        let found = context.state.store.users.find_by_login(&context.realm.tenant.tenant_id, login).await?;
        Ok(found.filter(|found| found.user_id != self.user.user_id))
    }

    /// Who has the address is told so, where they alone read it.
    async fn mail_taken(&self, context: &Context, mailer: &Mailer, other: &User) -> Result<bool, Failure> {
        let tenant = &context.realm.tenant;
        let letter = Letter::email_taken(self.lang, &tenant.settings.display_name, &other.username);
        let mail =
            sealed(context, mailer, (Kind::EmailTaken, &letter, self.address.as_str()), PURPOSE.lasts())?;
        Ok(context.state.store.mails.put(&tenant.tenant_id, mail, context.now).await?)
    }

    async fn mail_link(self, context: &Context, mailer: &Mailer) -> Result<bool, Failure> {
        let (tenant, address) = (&context.realm.tenant, self.address.as_str());
        let link = format!("{}/account/email/confirm?token={}", context.realm.issuer, self.secret.reveal());
        let code = code::of(PURPOSE, &self.secret);
        let (brand, username) = (&tenant.settings.display_name, &self.user.username);
        let letter = Letter::email_change(self.lang, (brand, username), &link, &code, PURPOSE.minutes());
        let mail = sealed(context, mailer, (Kind::EmailChange, &letter, address), PURPOSE.lasts())?;
        let new = NewEmailChange {
            user_id: self.user.user_id,
            secret: self.secret.hash(),
            address: address.to_owned(),
            expires_at: context.now + PURPOSE.lasts(),
        };
        Ok(context.state.store.email_changes.begin(&tenant.tenant_id, new, mail, context.now).await?)
    }
}

/// What tickets of a person are bound to, unlike other handles.
fn bound_to(user_id: &UserId) -> Vec<u8> {
    PURPOSE.bound_to(format!("ticket\0{user_id}").as_bytes())
}
