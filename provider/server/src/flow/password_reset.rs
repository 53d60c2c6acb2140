//! Somebody has forgotten their password: a link is mailed to the address of the account, and whoever opens it chooses
//! another one.
//!
//! Nothing tells whether there is such an account: the answer is given before anybody is looked for. What is typed is never
//! written to; mail goes to the address that is stored.

use credenza_protocol::password::{InvalidPassword, opaque_string};
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;
use credenza_protocol::username::{LONGEST, email_key, is_named};
use credenza_storage::{EmailChallenge, EmailPurpose, Login, NewEmailChallenge, Take};

use super::interaction::{AccountVisit, Pending, Purpose};
use super::outcome::{Browser, Outcome};
use crate::accounts::password::Refused;
use crate::accounts::throttle::Throttle;
use crate::context::Context;
use crate::failure::Failure;
use crate::mail::{Kind, Mailer, Written};
use crate::pages::{Lang, Letter, NewPasswordError};
use crate::rng;

/// The page on which somebody asks.
pub const PAGE: &str = "forgot-password";
/// How many characters a password must have that is the only proof (NIST SP 800-63B-4 3.1.1.2).
pub const LEAST: usize = 15;
/// How long a link is good.
const LASTS: Seconds = Seconds(1800);
/// How long it is tried to tell somebody that their password was changed.
const NOTICE_LASTS: Seconds = Seconds(86_400);
/// How many links an account may get.
pub(crate) const OF_ACCOUNT: u32 = 5;
/// How often one address may ask.
pub(crate) const OF_ADDRESS: u32 = 20;
/// Within this time.
const WINDOW: Seconds = Seconds(3600);

/// What became of the wish for a link.
pub enum Asked {
    /// It is seen to.
    Taken,
    /// There were too many from there; the next may come after so many seconds.
    TooMany(Seconds),
}

/// What became of a new password.
pub enum Reset {
    /// It counts. The handle is that of the interaction that the person was in when they asked.
    Done(Option<String>),
    /// It may not be.
    Unfit(Box<EmailChallenge>, NewPasswordError),
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
) -> Result<Asked, Failure> {
    if let Some(address) = browser.address {
        let key = SecretHash::of(format!("password reset\0{address}").as_bytes());
        if let Take::Refused { retry_after } = take(context, key, OF_ADDRESS).await? {
            return Ok(Asked::TooMany(retry_after));
        }
    }
    let Some(mailer) = &context.state.mail else { return Ok(Asked::Taken) };
    let permit = mailer.asked.clone().try_acquire_owned().map_err(|_| Failure::Busy)?;
    let (context, typed, request) = (context.clone(), typed.to_owned(), pending.handle.reveal().to_owned());
    tokio::spawn(async move {
        let done = mail_link(&context, &typed, request, lang).await;
        drop(permit);
        if let Err(failure) = done {
            tracing::error!(error = %failure, "no link to a new password could be queued");
        }
    });
    Ok(Asked::Taken)
}

/// Queues the link.
async fn mail_link(context: &Context, typed: &str, request: String, lang: Lang) -> Result<(), Failure> {
    let Some(mailer) = &context.state.mail else { return Ok(()) };
    let Some((user, address)) = found(context, typed).await? else { return Ok(()) };
    let key = SecretHash::of(format!("password reset of\0{}", user.user_id).as_bytes());
    if matches!(take(context, key, OF_ACCOUNT).await?, Take::Refused { .. }) {
        tracing::info!(user_id = %user.user_id, "too many links to a new password were asked for");
        return Ok(());
    }
    let (tenant, rng) = (&context.realm.tenant, context.state.rng.as_ref());
    let secret = rng::secret(rng);
    let link = format!("{}/reset-password?token={}", context.realm.issuer, secret.reveal());
    let minutes = u64::try_from(LASTS.0 / 60).unwrap_or_default();
    let brand = &tenant.settings.display_name;
    let letter = Letter::password_reset(lang, brand, &user.username, &link, minutes);
    let mail = sealed(context, mailer, (Kind::PasswordReset, &letter, &address), LASTS)?;
    let challenge = NewEmailChallenge {
        user_id: user.user_id.clone(),
        purpose: EmailPurpose::ResetPassword,
        secret: secret.hash(),
        address,
        request: sealed_request(context, &secret, &request),
        expires_at: context.now + LASTS,
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
    if typed.chars().count() > LONGEST {
        return Ok(None);
    }
    let login = Login { typed: typed.to_owned(), by_email: true };
    let user = context.state.store.users.find_by_login(&context.realm.tenant.tenant_id, login).await?;
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
    if let Err(error) = check(&password, &challenge.user) {
        return Ok(Reset::Unfit(Box::new(challenge), error));
    }
    let hash = match context.state.passwords.hash(password).await {
        Ok(hash) => hash,
        Err(Refused::TooLong) => return Ok(Reset::Unfit(Box::new(challenge), NewPasswordError::Long)),
        Err(Refused::Busy) => return Err(Failure::Busy),
    };
    let Some(mailer) = &context.state.mail else { return Ok(Reset::Dead) };
    let (tenant, EmailChallenge { user, address, request }) = (&context.realm.tenant, challenge);
    let letter = Letter::password_changed(lang, &tenant.settings.display_name, &user.username);
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
    let opened = request.and_then(|sealed| context.realm.handles.open(&sealed, &bound_to(secret)));
    Ok(Reset::Done(opened.and_then(|opened| String::from_utf8(opened.plain).ok())))
}

/// The handle of the interaction that the person was in, as it is stored: with a copy of the database nobody goes on with it.
fn sealed_request(context: &Context, secret: &Secret, request: &str) -> Option<String> {
    let (handles, rng) = (&context.realm.handles, context.state.rng.as_ref());
    let sealed = handles.seal(rng, &bound_to(secret.hash()), request.as_bytes());
    sealed.map(|sealed| sealed.handle.reveal().to_owned())
}

fn bound_to(secret: SecretHash) -> Vec<u8> {
    [b"password reset\0", secret.as_bytes()].concat()
}

/// What a password must be that somebody chooses.
fn check(password: &str, user: &User) -> Result<(), NewPasswordError> {
    match opaque_string(password) {
        Ok(password) if password.chars().count() < LEAST => Err(NewPasswordError::Short),
        Ok(password) if is_own(&password, user) => Err(NewPasswordError::Own),
        Ok(_) => Ok(()),
        Err(InvalidPassword::Empty) => Err(NewPasswordError::Short),
        Err(InvalidPassword::Long) => Err(NewPasswordError::Long),
        Err(InvalidPassword::Control) => Err(NewPasswordError::Control),
    }
}

/// Whether everybody who knows the person knows it.
fn is_own(password: &str, user: &User) -> bool {
    let address = email_key(password);
    is_named(password, &user.username)
        || address.is_some() && address == user.claims.email.as_deref().and_then(email_key)
}

/// A letter, ready for the queue.
fn sealed(
    context: &Context,
    mailer: &Mailer,
    (kind, letter, address): (Kind, &Letter<'_>, &str),
    lasts: Seconds,
) -> Result<credenza_storage::NewMail, Failure> {
    let written = Written {
        to: address.to_owned(),
        lang: letter.lang().tag().to_owned(),
        subject: letter.subject().to_owned(),
        text: letter.text(),
        html: letter.html(),
    };
    let (tenant, rng) = (&context.realm.tenant.tenant_id, context.state.rng.as_ref());
    let sealed = mailer.seal(rng, tenant, (kind, &written), (lasts, context.now));
    sealed.ok_or(Failure::Internal("a mail cannot be encrypted"))
}

async fn take(context: &Context, key: SecretHash, limit: u32) -> Result<Take, Failure> {
    let (tenant, limits) = (&context.realm.tenant.tenant_id, &context.state.store.rate_limits);
    Ok(limits.take(tenant, key, limit, WINDOW, context.now).await?)
}
