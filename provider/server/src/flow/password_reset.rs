//! Somebody has forgotten their password: a link is mailed to the address of the account, and whoever opens it chooses
//! another one.
//!
//! Nothing tells whether there is such an account: the answer is given before anybody is looked for. What is typed is never
//! written to; mail goes to the address that is stored.

use credenza_protocol::secret::Secret;
use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;
use credenza_storage::{EmailChallenge, EmailPurpose, NewEmailChallenge, Take};

use super::interaction::{AccountVisit, Pending, Purpose};
use super::mailed::{self, Asked, later, named, place, sealed};
use super::outcome::{Browser, Outcome};
use crate::accounts::new_password::{NewPasswordPolicy, Owner, Unfit};
use crate::accounts::password::Refused;
use crate::accounts::throttle::Throttle;
use crate::context::Context;
use crate::failure::Failure;
use crate::mail::Kind;
use crate::pages::{Lang, Letter};
use crate::rng;

const PURPOSE: mailed::Purpose = mailed::Purpose::PasswordReset;
/// The page on which somebody asks.
pub const PAGE: &str = "forgot-password";
/// How long it is tried to tell somebody that their password was changed.
const NOTICE_LASTS: Seconds = Seconds(86_400);
/// What became of a new password.
pub enum Reset {
    /// It counts. The handle is that of the interaction that the person was in when they asked.
    Done(Option<String>),
    /// It may not be.
    Unfit(Box<EmailChallenge>, Unfit),
    /// The link is not good any more.
    Dead,
}

/// Begins an interaction for somebody who comes to the page from nowhere.
///
/// # Errors
/// [`Failure`].
pub async fn begin(context: &Context, browser: &Browser) -> Result<Outcome, Failure> {
    let pending = Pending::begin(context, Purpose::Account(AccountVisit::default()), browser).await?;
    Ok(pending.step(PAGE))
}

/// Sees to a link for the account of that name or address, if there is one that can have it: after the answer.
///
/// # Errors
/// [`Failure::Busy`] when too many are seen to already.
pub async fn ask(
    context: &Context,
    pending: &Pending,
    typed: &str,
    (browser, lang): (&Browser, Lang),
) -> Result<Asked<()>, Failure> {
    if let Take::Refused { retry_after } = PURPOSE.of_address(context, browser).await? {
        return Ok(Asked::TooMany(retry_after));
    }
    let Some(mailer) = &context.state.mail else { return Ok(Asked::Taken(())) };
    let permit = place(mailer)?;
    let (context, typed, request) = (context.clone(), typed.to_owned(), pending.handle.reveal().to_owned());
    let work = async move { mail_link(&context, &typed, request, lang).await };
    later(permit, "a link to a new password", work);
    Ok(Asked::Taken(()))
}

/// Queues the link.
async fn mail_link(context: &Context, typed: &str, request: String, lang: Lang) -> Result<(), Failure> {
    let Some(mailer) = &context.state.mail else { return Ok(()) };
    let Some((user, address)) = found(context, typed).await? else { return Ok(()) };
    if matches!(PURPOSE.of_account(context, user.user_id.as_str(), None).await?, Take::Refused { .. }) {
        tracing::info!(user_id = %user.user_id, "too many links to a new password were asked for");
        return Ok(());
    }
    let (tenant, rng) = (&context.realm.tenant, context.state.rng.as_ref());
    let secret = rng::secret(rng);
    let link = format!("{}/reset-password?token={}", context.realm.issuer, secret.reveal());
    let brand = &tenant.settings.display_name;
    let letter = Letter::password_reset(lang, brand, &user.username, &link, PURPOSE.minutes());
    let mail = sealed(context, mailer, (Kind::PasswordReset, &letter, &address), PURPOSE.lasts())?;
    let challenge = NewEmailChallenge {
        user_id: user.user_id.clone(),
        purpose: EmailPurpose::ResetPassword,
        secret: secret.hash(),
        address,
        request: PURPOSE.seal_request(context, &secret, &request),
        expires_at: context.now + PURPOSE.lasts(),
    };
    let begun =
        context.state.store.email_challenges.begin(&tenant.tenant_id, challenge, mail, context.now).await?;
    match begun {
        true => mailer.queued.notify_one(),
        false => {
            tracing::warn!(user_id = %user.user_id, "too much mail waits, or the account has just changed: no link is sent")
        }
    }
    Ok(())
}

/// The account, if it can have a link, and the address that is stored.
async fn found(context: &Context, typed: &str) -> Result<Option<(User, String)>, Failure> {
    let user = named(context, typed).await?;
    Ok(user.filter(|user| user.disabled_at.is_none()).and_then(|user| {
        let address = user.claims.email.clone()?;
        Some((user, address))
    }))
}

/// What the link of that token stands for, if it is good. Looking spends nothing.
///
/// # Errors
/// [`Failure`].
pub async fn look(context: &Context, token: &str) -> Result<Option<EmailChallenge>, Failure> {
    let (tenant, challenges) = (&context.realm.tenant.tenant_id, &context.state.store.email_challenges);
    let secret = Secret::presented(token).hash();
    Ok(challenges.find(tenant, EmailPurpose::ResetPassword, secret, context.now).await?)
}

/// Sets the new password, and spends the link.
///
/// # Errors
/// [`Failure::Busy`] when no password can be hashed now.
pub async fn reset(context: &Context, token: &str, password: String, lang: Lang) -> Result<Reset, Failure> {
    let Some(challenge) = look(context, token).await? else { return Ok(Reset::Dead) };
    let policy = NewPasswordPolicy::of(&context.realm.tenant.settings);
    let owner = Owner {
        username: &challenge.user.username,
        email: challenge.user.claims.email.as_deref(),
        brand: &context.realm.tenant.settings.display_name,
    };
    let hash = match context.state.passwords.hash_new(password, policy, owner).await {
        Ok(Ok(hash)) => hash,
        Ok(Err(unfit)) => return Ok(Reset::Unfit(Box::new(challenge), unfit)),
        Err(Refused::TooLong) => return Ok(Reset::Unfit(Box::new(challenge), Unfit::Long)),
        Err(Refused::Busy) => return Err(Failure::Busy),
    };
    let Some(mailer) = &context.state.mail else { return Ok(Reset::Dead) };
    let (tenant, EmailChallenge { user, address, request }) = (&context.realm.tenant, challenge);
    let letter = Letter::password_changed(lang, &tenant.settings.display_name, &user.username, true);
    let notice = sealed(context, mailer, (Kind::PasswordChanged, &letter, &address), NOTICE_LASTS)?;
    let (challenges, secret) = (&context.state.store.email_challenges, Secret::presented(token).hash());
    let done = challenges.reset_password(&tenant.tenant_id, secret, hash, notice, context.now).await?;
    if done.is_none() {
        return Ok(Reset::Dead);
    }
    mailer.queued.notify_one();
    context.state.logouts.notify_one();
    // Whoever guessed before, or has forgotten, does not keep the person waiting now.
    let limits = &*context.state.store.rate_limits;
    Throttle { limits, tenant: &tenant.tenant_id, now: context.now }.unlock(&user.username).await?;
    tracing::info!(user_id = %user.user_id, "a password was reset by mail");
    Ok(Reset::Done(request.and_then(|sealed| PURPOSE.open_request(context, secret, &sealed))))
}
