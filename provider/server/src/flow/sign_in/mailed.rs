//! A person signs in by a link or a code that is mailed to the address that they have proven.
//!
//! Nothing tells whether there is such an account: the answer is given before anybody is looked for. What is typed is never
//! written to. The link signs in where it was asked for, and nowhere else: whoever opens it in another browser is shown the
//! code, and where it is to be typed. To open it spends nothing.

use credenza_protocol::authentication::ACR_MAIL;
use credenza_protocol::authorize::interaction::is_of_use;
use credenza_protocol::secret::Secret;
use credenza_protocol::user::User;
use credenza_protocol::username::username_key;
use credenza_storage::{NewSignInLink, SignInLinkKind, Take};

use super::link::{self, Origin};
use super::{Taken, take};
use crate::accounts::device;
use crate::accounts::known_device::Slot;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::flow::interaction::{Lost, Pending, Purpose};
use crate::flow::mailed::code::{self, Tries};
use crate::flow::mailed::ticket::{Ticket, of_interaction};
use crate::flow::mailed::{self, Asked, later, named, place, sealed};
use crate::flow::outcome::Browser;
use crate::flow::sign_in_steps::MAIL;
use crate::mail::Kind;
use crate::pages::{Lang, Letter};
use crate::rng;
use crate::telemetry::RefusedSignIn;

const PURPOSE: mailed::Purpose = mailed::Purpose::SignIn;

/// What comes of a code.
pub enum ByCode {
    /// The person is who they say.
    Taken(Taken),
    /// It is wrong, or the mail is no longer good.
    Wrong(Box<Pending>),
    /// Too many were wrong.
    TooMany(Box<Pending>),
}

/// Whether it is offered: the tenant says so, there is mail, and the request can be answered by such a sign-in.
#[must_use]
pub fn is_offered(context: &Context, pending: &Pending) -> bool {
    let is_of_use = match &pending.purpose {
        Purpose::Authorize(authorization) => is_of_use(&authorization.request, ACR_MAIL),
        Purpose::Account(_) => true,
    };
    context.realm.sign_in_by_mail && is_of_use
}

/// Sees to a mail for the account of that name or address, if there is one that can have it: after the answer. The ticket is
/// what the code of the mail is checked by.
///
/// # Errors
/// [`Failure::Busy`] when too many are seen to already.
pub async fn ask(
    context: &Context,
    pending: &Pending,
    typed: &str,
    (browser, user_agent, lang): (&Browser, &str, Lang),
) -> Result<Asked<Secret>, Failure> {
    if let Take::Refused { retry_after } = PURPOSE.of_address(context, browser).await? {
        return Ok(Asked::TooMany(retry_after));
    }
    let mailer = context.state.mail.as_ref().ok_or(Failure::Internal("there is no mail to sign in by"))?;
    let permit = place(mailer)?;
    let secret = rng::secret(context.state.rng.as_ref());
    let ticket = Ticket { secret: secret.clone(), typed: typed.to_owned() };
    let ticket = ticket.seal(context, &of_interaction(PURPOSE, pending))?;
    let origin = Origin {
        request: pending.handle.reveal().to_owned(),
        device: device::name(user_agent),
        asked_at: context.now,
    };
    let wish = Wish { typed: typed.to_owned(), secret, origin, devices: browser.devices.clone(), lang };
    let context = context.clone();
    later(permit, "a mail to sign in by", async move { wish.mail(&context).await });
    Ok(Asked::Taken(ticket))
}

/// Somebody who wants to sign in by mail.
struct Wish {
    typed: String,
    secret: Secret,
    origin: Origin,
    devices: Option<Secret>,
    lang: Lang,
}

impl Wish {
    /// Queues the mail.
    async fn mail(self, context: &Context) -> Result<(), Failure> {
        let Some(mailer) = &context.state.mail else { return Ok(()) };
        let Some((user, address)) = found(context, &self.typed).await? else { return Ok(()) };
        let device = context.realm.devices.slot(&user.username, self.devices.as_ref(), context.now);
        let counted = PURPOSE.of_account(context, user.user_id.as_str(), device).await?;
        if matches!(counted, Take::Refused { .. }) {
            tracing::info!(user_id = %user.user_id, "too many mails to sign in by were asked for");
            return Ok(());
        }
        let (tenant, lasts) = (&context.realm.tenant, PURPOSE.lasts());
        let url = link::url(&context.realm.issuer, &self.secret);
        let code = code::of(PURPOSE, &self.secret);
        let letter = Letter::sign_in(
            self.lang,
            &tenant.settings.display_name,
            (user.username.as_str(), self.origin.device.as_str()),
            (url.as_str(), code.as_str()),
            PURPOSE.minutes(),
        );
        let mail = sealed(context, mailer, (Kind::SignIn, &letter, &address), lasts)?;
        let new = NewSignInLink {
            user_id: user.user_id.clone(),
            kind: SignInLinkKind::Asked,
            secret: self.secret.hash(),
            address: Some(address),
            request: self.origin.seal(context, &self.secret),
            client_id: None,
            expires_at: context.now + lasts,
        };
        let links = &context.state.store.sign_in_links;
        match links.begin(&tenant.tenant_id, new, Some(mail), context.now).await? {
            true => mailer.queued.notify_one(),
            false => {
                tracing::warn!(user_id = %user.user_id, "too much mail waits, or the account has just changed: none is sent")
            }
        }
        Ok(())
    }
}

/// The account, if it can have mail, and the address that it has proven.
async fn found(context: &Context, typed: &str) -> Result<Option<(User, String)>, Failure> {
    let user = named(context, typed).await?.filter(|user| user.disabled_at.is_none());
    let user = user.filter(|user| user.claims.email_verified == Some(true));
    Ok(user.and_then(|user| user.claims.email.clone().map(|address| (user, address))))
}

/// The ticket of this interaction and this browser, if it is one.
#[must_use]
pub fn opened(context: &Context, pending: &Pending, ticket: &str) -> Option<Ticket> {
    Ticket::open(context, &of_interaction(PURPOSE, pending), ticket)
}

/// Checks the code of a mail in the browser that asked for it, spends the mail if it is right, and goes on. Each try counts
/// before it is looked at, whether there is anything to be guessed or not.
///
/// # Errors
/// [`Lost`] when the interaction is over.
pub async fn by_code(
    context: &Context,
    pending: Pending,
    (ticket, typed): (&Ticket, &str),
    (browser, user_agent): (&Browser, &str),
) -> Result<ByCode, Halt<Lost>> {
    // However the account is spelt, by its name or by an address, it has one count.
    let found = named(context, &ticket.typed).await.map_err(Failure::from)?;
    let refused = RefusedSignIn {
        tenant: &context.realm.tenant.name,
        address: browser.exact_address,
        account: found.as_ref().map(|user| user.username.as_str()),
    };
    let tries = tries(context, found.as_ref(), &ticket.typed, browser);
    if let Take::Refused { retry_after } = tries.take(context).await? {
        refused.throttled(retry_after);
        return Ok(ByCode::TooMany(Box::new(pending)));
    }
    let (tenant, links) = (&context.realm.tenant.tenant_id, &context.state.store.sign_in_links);
    let user = match code::is_of(PURPOSE, &ticket.secret, typed) {
        true => links.spend(tenant, ticket.secret.hash(), context.now).await.map_err(Failure::from)?,
        false => None,
    };
    let Some(user) = user else {
        refused.failed();
        return Ok(ByCode::Wrong(Box::new(pending)));
    };
    tries.forget(context).await?;
    let proven = link::proven(context, user).await?;
    take(context, pending, &MAIL, proven, browser, user_agent).await.map(ByCode::Taken)
}

fn tries(context: &Context, found: Option<&User>, typed: &str, browser: &Browser) -> Tries {
    let device: Option<Slot> = found
        .and_then(|user| context.realm.devices.slot(&user.username, browser.devices.as_ref(), context.now));
    match found {
        Some(user) => Tries::of(PURPOSE, &format!("user\0{}", user.user_id), device),
        None => Tries::of(PURPOSE, &format!("name\0{}", username_key(typed)), device),
    }
}
