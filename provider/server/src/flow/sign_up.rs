//! Somebody makes an account: they prove first that they read mail to an address, by a link or by a code, and then choose a
//! password. Until they have, nothing is stored of them but the address that the mail goes to.
//!
//! Nothing tells whether there is an account with that address already: the answer is given before it is looked for, and
//! whoever reads the mail learns it there. A code of somebody who has an account is wrong, whatever it is.

mod choice;
mod code;
mod complete;
pub mod invited;

use credenza_protocol::email::EmailAddress;
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::sign_up::{NotAdmitted, SignUpPolicy};
use credenza_protocol::user::User;
use credenza_storage::{NewSignUp, SignUpKind, Take};

pub use choice::{Answers, Flaw};
pub use code::{enter, opened};
pub use complete::{Completed, Form, began_here, complete, look};

pub use super::mailed::code::Typed;
pub use super::mailed::ticket::Ticket;

use super::interaction::{AccountVisit, Pending, Purpose};
use super::mailed::ticket::of_interaction;
use super::mailed::{self, Asked, later, named, place, sealed};
use super::outcome::{Browser, Outcome};
use super::sign_in_steps::SIGN_UP_PAGE;
use crate::context::Context;
use crate::failure::Failure;
use crate::mail::{Kind, Mailer};
use crate::pages::{Lang, Letter};
use crate::rng;

const PURPOSE: mailed::Purpose = mailed::Purpose::SignUp;

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unusable {
    /// It is none, or could be taken for another one.
    NotAnAddress,
    /// The tenant does not admit it.
    NotAdmitted(NotAdmitted),
}

/// Whether people may make accounts for themselves: the tenant says so, and there is mail.
#[must_use]
pub fn is_open(context: &Context) -> bool {
    context.realm.sign_up == SignUpPolicy::Open
}

/// Begins an interaction for somebody who comes to the page from nowhere.
///
/// # Errors
/// [`Failure`].
pub async fn begin(context: &Context, browser: &Browser) -> Result<Outcome, Failure> {
    let pending = Pending::begin(context, Purpose::Account(AccountVisit::default()), browser).await?;
    Ok(pending.step(SIGN_UP_PAGE))
}

/// Sees to the mail: after the answer. The ticket is what the code of the mail is checked by.
///
/// # Errors
/// [`Failure::Busy`] when too many are seen to already; within, [`Unusable`].
pub async fn ask(
    context: &Context,
    pending: &Pending,
    typed: &str,
    (browser, lang): (&Browser, Lang),
) -> Result<Result<Asked<Secret>, Unusable>, Failure> {
    let (address, key) = match usable(context, typed) {
        Ok(usable) => usable,
        Err(unusable) => return Ok(Err(unusable)),
    };
    if let Take::Refused { retry_after } = PURPOSE.of_address(context, browser).await? {
        return Ok(Ok(Asked::TooMany(retry_after)));
    }
    let mailer = context.state.mail.as_ref().ok_or(Failure::Internal("sign-up is open without mail"))?;
    let permit = place(mailer)?;
    let secret = rng::secret(context.state.rng.as_ref());
    let ticket = Ticket { secret: secret.clone(), typed: address.as_str().to_owned() };
    let ticket = ticket.seal(context, &of_interaction(PURPOSE, pending))?;
    let wish = Wish {
        address: address.as_str().to_owned(),
        key,
        secret,
        request: pending.handle.reveal().to_owned(),
        lang,
    };
    let context = context.clone();
    later(permit, "a mail for a sign-up", async move { wish.mail(&context).await });
    Ok(Ok(Asked::Taken(ticket)))
}

/// The address, and its key, if an account may be made with it.
pub(crate) fn usable(context: &Context, typed: &str) -> Result<(EmailAddress, String), Unusable> {
    let address = EmailAddress::parse(typed).map_err(|_| Unusable::NotAnAddress)?;
    let key = address.key().ok_or(Unusable::NotAnAddress)?;
    let policy = context.realm.tenant.settings.sign_up_addresses();
    policy.admit(&address, is_disposable).map_err(Unusable::NotAdmitted)?;
    Ok((address, key))
}

/// Whether a domain, in ASCII and lower case, is one that lends mailboxes.
fn is_disposable(domain: &str) -> bool {
    !mailchecker::is_valid(&format!("x@{domain}"))
}

/// Somebody who wants an account.
struct Wish {
    address: String,
    key: String,
    secret: Secret,
    request: String,
    lang: Lang,
}

impl Wish {
    /// Queues the mail.
    async fn mail(self, context: &Context) -> Result<(), Failure> {
        let Some(mailer) = &context.state.mail else { return Ok(()) };
        if matches!(PURPOSE.of_account(context, &self.key, None).await?, Take::Refused { .. }) {
            tracing::info!("too many mails for a sign-up were asked for with one address");
            return Ok(());
        }
        let queued = match named(context, &self.address).await? {
            Some(user) => self.mail_known(context, mailer, &user).await?,
            None => self.mail_new(context, mailer).await?,
        };
        if queued {
            mailer.queued.notify_one();
        } else {
            tracing::warn!("too much mail waits: none is sent for a sign-up");
        }
        Ok(())
    }

    /// Who has an account is told so, where they alone read it.
    async fn mail_known(&self, context: &Context, mailer: &Mailer, user: &User) -> Result<bool, Failure> {
        let (tenant, now) = (&context.realm.tenant, context.now);
        let link = format!("{}/account/login", context.realm.issuer);
        let letter = Letter::known(self.lang, &tenant.settings.display_name, &user.username, &link);
        let mail = sealed(context, mailer, (Kind::SignUpKnown, &letter, &self.address), PURPOSE.lasts())?;
        Ok(context.state.store.mails.put(&tenant.tenant_id, mail, now).await?)
    }

    async fn mail_new(self, context: &Context, mailer: &Mailer) -> Result<bool, Failure> {
        let (tenant, now) = (&context.realm.tenant, context.now);
        let link = format!("{}/signup/complete?token={}", context.realm.issuer, self.secret.reveal());
        let (brand, code) = (&tenant.settings.display_name, mailed::code::of(PURPOSE, &self.secret));
        let letter = Letter::sign_up(self.lang, brand, &link, &code, PURPOSE.minutes());
        let mail = sealed(context, mailer, (Kind::SignUp, &letter, &self.address), PURPOSE.lasts())?;
        let new = NewSignUp {
            email_key: self.key,
            kind: SignUpKind::Asked,
            secret: self.secret.hash(),
            request: PURPOSE.seal_request(context, &self.secret, &self.request),
            address: self.address,
            expires_at: now + PURPOSE.lasts(),
        };
        Ok(context.state.store.sign_ups.begin(&tenant.tenant_id, new, mail, now).await?)
    }
}

/// What stands for the secret in storage.
fn hash_of(token: &str) -> SecretHash {
    Secret::presented(token).hash()
}
