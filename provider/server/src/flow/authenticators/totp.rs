//! An application that shows codes is added, and its codes are checked.

use credenza_protocol::authenticator::{Authenticator, AuthenticatorKind, MOST, name};
use credenza_protocol::ids::{AuthenticatorId, UserId};
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::user::User;
use credenza_storage::{AuthenticatorMade, AuthenticatorRecord};
use serde::{Deserialize, Serialize};

use super::notice;
use super::tries::Tries;
use crate::accounts::held::Held;
use crate::accounts::totp::TotpSecret;
use crate::context::Context;
use crate::failure::Failure;
use crate::pages::{FactorChange, Lang};

/// How long somebody has to set the application up.
const LASTS: Seconds = Seconds(1800);

/// An application that is being set up. Nothing of it is stored until its first code was right.
pub struct NewTotp {
    /// What the application is given.
    pub secret: TotpSecret,
    /// What the page carries: the same, encrypted and good for this person alone.
    pub ticket: Secret,
}

#[derive(Serialize, Deserialize)]
struct Carried {
    secret: Vec<u8>,
    expires_at: Time,
}

/// What became of an application that was to be added.
pub enum Added {
    /// It is there, and the code that proved it is spent.
    Yes,
    /// The code is wrong.
    Wrong(NewTotp),
    /// It took too long, or the page is somebody else's.
    Expired,
    /// The person has as many as they may have.
    TooMany,
    /// There is no such person any more.
    Absent,
}

/// What became of a code.
pub enum Checked {
    /// It is right, and is spent now.
    Right,
    /// It is wrong.
    Wrong,
    /// It was right once, and was used.
    Used,
    /// There were too many; the next may be tried after so many seconds.
    TooMany(Seconds),
}

/// Begins with a new secret.
///
/// # Errors
/// [`Failure`].
pub fn begin(context: &Context, user_id: &UserId) -> Result<NewTotp, Failure> {
    const FAILED: Failure = Failure::Internal("a ticket cannot be encrypted");
    let rng = context.state.rng.as_ref();
    let secret = TotpSecret::generate(rng);
    let carried = Carried { secret: secret.as_bytes().to_vec(), expires_at: context.now + LASTS };
    let plain = serde_json::to_vec(&carried).map_err(|_| FAILED)?;
    let sealed = context.realm.handles.seal(rng, &carried_by(user_id), &plain).ok_or(FAILED)?;
    Ok(NewTotp { secret, ticket: sealed.handle })
}

/// The one that the page carries.
fn carried(context: &Context, user_id: &UserId, ticket: &str) -> Option<NewTotp> {
    let opened = context.realm.handles.open(ticket, &carried_by(user_id))?;
    let Carried { secret, expires_at } = serde_json::from_slice(&opened.plain).ok()?;
    let secret = TotpSecret::from_slice(&secret).filter(|_| context.now < expires_at)?;
    Some(NewTotp { secret, ticket: Secret::presented(ticket) })
}

/// Adds the application that the page carries, if that is a code of it. A second press of the button finds it there.
///
/// # Errors
/// [`Failure`].
pub async fn add(
    context: &Context,
    user: &User,
    (ticket, typed, called): (&str, &str, &str),
    lang: Lang,
) -> Result<Added, Failure> {
    let Some(new) = carried(context, &user.user_id, ticket) else { return Ok(Added::Expired) };
    let Some(time_step) = new.secret.check(typed, context.now) else { return Ok(Added::Wrong(new)) };
    let authenticator_id = id_of(&new.secret);
    let is_same = |record: &AuthenticatorRecord| record.authenticator.authenticator_id == authenticator_id;
    if Held::of(context, &user.user_id).await?.records.iter().any(is_same) {
        return Ok(Added::Yes);
    }
    let called = name(called);
    let shown =
        if called.is_empty() { lang.texts().authenticator_app.default_name.to_owned() } else { called };
    let mail = notice::of(context, user, FactorChange::TotpAdded(&shown), lang)?;
    let bound_to = stored_for(&user.user_id, &authenticator_id);
    let rng = context.state.rng.as_ref();
    let sealed = context.realm.authenticators.seal(rng, &bound_to, new.secret.as_bytes());
    let sealed = sealed.ok_or(Failure::Internal("the secret of an authenticator cannot be encrypted"))?;
    let authenticator = Authenticator {
        authenticator_id,
        user_id: user.user_id.clone(),
        kind: AuthenticatorKind::Totp,
        name: shown,
        aaguid: None,
        backed_up: None,
        created_at: context.now,
        last_used_at: None,
    };
    let state = sealed.handle.reveal().to_owned();
    let record = AuthenticatorRecord { authenticator, state, credential: None, time_step };
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store.authenticators);
    Ok(match store.add(tenant, record, MOST, mail, context.now).await? {
        AuthenticatorMade::Yes => {
            notice::queued(context);
            tracing::info!(user_id = %user.user_id, kind = "totp", "an authenticator was added");
            Added::Yes
        }
        AuthenticatorMade::TooMany => Added::TooMany,
        AuthenticatorMade::Taken | AuthenticatorMade::Absent => Added::Absent,
    })
}

/// Checks a code against every application that the person has; of many callers with one code one is right.
///
/// # Errors
/// [`Failure`].
pub async fn check(
    context: &Context,
    held: &Held,
    user_id: &UserId,
    typed: &str,
) -> Result<Checked, Failure> {
    let tries = Tries::of(user_id);
    if let Some(wait) = tries.take(context).await? {
        return Ok(Checked::TooMany(wait));
    }
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store.authenticators);
    let mut was_used = false;
    for record in held.records.iter().filter(|record| record.authenticator.kind == AuthenticatorKind::Totp) {
        let id = &record.authenticator.authenticator_id;
        let secret = opened(context, record).ok_or(Failure::Internal("an authenticator does not open"))?;
        let Some(time_step) = secret.check(typed, context.now) else { continue };
        if store.use_code(tenant, user_id, id, time_step, context.now).await? {
            tries.forget(context).await?;
            return Ok(Checked::Right);
        }
        was_used = true;
    }
    Ok(if was_used { Checked::Used } else { Checked::Wrong })
}

fn opened(context: &Context, record: &AuthenticatorRecord) -> Option<TotpSecret> {
    let bound_to = stored_for(&record.authenticator.user_id, &record.authenticator.authenticator_id);
    let opened = context.realm.authenticators.open(&record.state, &bound_to)?;
    TotpSecret::from_slice(&opened.plain)
}

/// An id that follows from the secret: adding it twice is adding it once.
fn id_of(secret: &TotpSecret) -> AuthenticatorId {
    let hash = SecretHash::of(&[b"totp id\0", secret.as_bytes()].concat());
    let digits = hash.as_bytes().iter().take(16).map(|byte| format!("{byte:02x}"));
    AuthenticatorId::new(digits.collect::<String>())
}

fn carried_by(user_id: &UserId) -> Vec<u8> {
    format!("new totp\0{user_id}").into_bytes()
}

fn stored_for(user_id: &UserId, id: &AuthenticatorId) -> Vec<u8> {
    format!("totp\0{user_id}\0{id}").into_bytes()
}
