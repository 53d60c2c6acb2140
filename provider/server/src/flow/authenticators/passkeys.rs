//! Passkeys are made and asked for.
//!
//! What the provider has to remember between the two halves of a ceremony travels in the page, encrypted, bound to where it was
//! asked for, and good once.

use credenza_protocol::authenticator::{Authenticator, AuthenticatorKind, MOST, name};
use credenza_protocol::ids::AuthenticatorId;
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::user::User;
use credenza_storage::{AuthenticatorMade, AuthenticatorRecord};
use serde::{Deserialize, Serialize};

use super::notice;
use crate::accounts::held::Held;
use crate::accounts::passkey::{Ceremony, Refused, handle, model};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::interaction::Pending;
use crate::pages::{FactorChange, Lang};
use crate::rng;

/// How long somebody has to make one.
const MAKING_LASTS: Seconds = Seconds(600);
/// What the ticket of each half is for, in the store of what was used.
const PURPOSE: &str = "passkey ceremony";

/// What a page carries of a ceremony.
pub struct Begun {
    /// The options for the browser, as JSON.
    pub options: String,
    /// What the answer is checked by, encrypted.
    pub ticket: Secret,
}

#[derive(Serialize, Deserialize)]
struct Carried {
    state: String,
    begun_at: Time,
    expires_at: Time,
}

/// What became of a passkey that was to be added.
pub enum Added {
    /// It is there.
    Yes,
    /// The browser's answer is not what was asked for, or came too late.
    Refused,
    /// The person has as many as they may have.
    TooMany,
    /// It is somebody's already.
    Taken,
    /// There is no such person any more.
    Absent,
}

/// Asks for a passkey on a page of this interaction; `None` where there are none.
///
/// # Errors
/// [`Failure`].
pub fn ask(context: &Context, pending: &Pending) -> Result<Option<Begun>, Failure> {
    let ceremony = context.realm.passkeys().and_then(|passkeys| passkeys.ask());
    let lasts = context.realm.tenant.settings.login_lifetime;
    ceremony.map(|ceremony| carried(context, ceremony, &asked_in(pending), lasts)).transpose()
}

/// Whose passkey the answer is by, if it is right, and whether that may be kept on several devices. Of many answers to one
/// challenge one is right.
///
/// # Errors
/// [`Failure`].
pub async fn answered(
    context: &Context,
    pending: &Pending,
    (ticket, response): (&str, &str),
    lang: Lang,
) -> Result<Option<(User, bool)>, Failure> {
    let Some(passkeys) = context.realm.passkeys() else { return Ok(None) };
    let Some((ceremony, once)) = opened(context, ticket, &asked_in(pending)) else { return Ok(None) };
    let Some(claimed) = passkeys.claimed(response) else { return Ok(None) };
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store);
    let Some(record) = store.authenticators.by_credential(tenant, claimed.credential).await? else {
        return Ok(None);
    };
    let AuthenticatorRecord { authenticator, state, .. } = record;
    if !claimed.is_of(tenant, &authenticator.user_id) {
        return Ok(None);
    }
    let Some(user) = store.users.find(tenant, &authenticator.user_id).await? else { return Ok(None) };
    let asserted = match passkeys.check(&claimed, &ceremony.state, &state) {
        Ok(asserted) => asserted,
        Err(Refused::Copied) => {
            copied(context, &user, &authenticator, lang).await?;
            return Ok(None);
        }
        Err(Refused::Wrong) => return Ok(None),
    };
    let (began, ends, now) = (ceremony.begun_at, ceremony.expires_at, context.now);
    if !store.replays.claim(tenant, PURPOSE, once, began, ends, now).await? {
        return Ok(None);
    }
    let states = (state.as_str(), asserted.state);
    let (user_id, id) = (&authenticator.user_id, &authenticator.authenticator_id);
    let is_used = store.authenticators.use_passkey(tenant, user_id, id, states, now).await?;
    Ok(is_used.then_some((user, asserted.backed_up)))
}

/// Begins to make a passkey for whoever is signed in with that session.
///
/// # Errors
/// [`Failure`].
pub async fn begin(context: &Context, user: &User, session: &Secret) -> Result<Option<Begun>, Failure> {
    let Some(passkeys) = context.realm.passkeys() else { return Ok(None) };
    let held = Held::of(context, &user.user_id).await?;
    let is_passkey = |record: &&AuthenticatorRecord| record.authenticator.kind == AuthenticatorKind::Passkey;
    let present: Vec<_> = held.records.iter().filter(is_passkey).map(|record| record.state.clone()).collect();
    let handle = handle(&context.realm.tenant.tenant_id, &user.user_id);
    let ceremony = passkeys.begin(handle, &user.username, &present);
    let ceremony = ceremony.ok_or(Failure::Internal("no passkey can be asked for"))?;
    carried(context, ceremony, &made_in(user, session), MAKING_LASTS).map(Some)
}

/// Adds the passkey that the browser has made.
///
/// # Errors
/// [`Failure`].
pub async fn add(
    context: &Context,
    (user, session): (&User, &Secret),
    (ticket, response, called): (&str, &str, &str),
    lang: Lang,
) -> Result<Added, Failure> {
    let Some(passkeys) = context.realm.passkeys() else { return Ok(Added::Refused) };
    let Some((ceremony, once)) = opened(context, ticket, &made_in(user, session)) else {
        return Ok(Added::Refused);
    };
    let Some(made) = passkeys.made(response, &ceremony.state) else { return Ok(Added::Refused) };
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store);
    let (began, ends, now) = (ceremony.begun_at, ceremony.expires_at, context.now);
    if !store.replays.claim(tenant, PURPOSE, once, began, ends, now).await? {
        return Ok(Added::Refused);
    }
    let called = match name(called) {
        called if called.is_empty() => model(made.aaguid.as_deref()).unwrap_or("Passkey").to_owned(),
        called => called,
    };
    let mail = notice::of(context, user, FactorChange::PasskeyAdded(&called), lang)?;
    let authenticator = Authenticator {
        authenticator_id: AuthenticatorId::new(rng::id(context.state.rng.as_ref())),
        user_id: user.user_id.clone(),
        kind: AuthenticatorKind::Passkey,
        name: called,
        aaguid: made.aaguid,
        backed_up: Some(made.backed_up),
        created_at: now,
        last_used_at: None,
    };
    let credential = Some(made.credential);
    let record = AuthenticatorRecord { authenticator, state: made.state, credential, time_step: 0 };
    Ok(match store.authenticators.add(tenant, record, MOST, mail, now).await? {
        AuthenticatorMade::Yes => {
            notice::queued(context);
            tracing::info!(user_id = %user.user_id, kind = "passkey", "an authenticator was added");
            Added::Yes
        }
        AuthenticatorMade::TooMany => Added::TooMany,
        AuthenticatorMade::Taken => Added::Taken,
        AuthenticatorMade::Absent => Added::Absent,
    })
}

/// A copy of a passkey was used: it is refused, and the person learns of it.
async fn copied(context: &Context, user: &User, of: &Authenticator, lang: Lang) -> Result<(), Failure> {
    tracing::warn!(
        user_id = %user.user_id, authenticator_id = %of.authenticator_id,
        "a passkey whose counter went back was refused: there is a copy of it"
    );
    if let Some(mail) = notice::of(context, user, FactorChange::PasskeyCopied(&of.name), lang)? {
        context.state.store.mails.put(&context.realm.tenant.tenant_id, mail, context.now).await?;
        notice::queued(context);
    }
    Ok(())
}

fn carried(context: &Context, of: Ceremony, bound_to: &[u8], lasts: Seconds) -> Result<Begun, Failure> {
    const FAILED: Failure = Failure::Internal("a ticket cannot be encrypted");
    let (begun_at, expires_at) = (context.now, context.now + lasts);
    let plain = serde_json::to_vec(&Carried { state: of.state, begun_at, expires_at }).map_err(|_| FAILED)?;
    let sealed = context.realm.handles.seal(context.state.rng.as_ref(), bound_to, &plain).ok_or(FAILED)?;
    Ok(Begun { options: of.options, ticket: sealed.handle })
}

/// What the page carried, and by what it is told that it was used.
fn opened(context: &Context, ticket: &str, bound_to: &[u8]) -> Option<(Carried, SecretHash)> {
    let opened = context.realm.handles.open(ticket, bound_to)?;
    let carried: Carried = serde_json::from_slice(&opened.plain).ok()?;
    (context.now < carried.expires_at).then_some((carried, opened.id))
}

fn asked_in(pending: &Pending) -> Vec<u8> {
    let (handle, browser) = (pending.handle.hash(), pending.binding.hash());
    [b"passkey asked\0".as_slice(), handle.as_bytes(), browser.as_bytes()].concat()
}

fn made_in(user: &User, session: &Secret) -> Vec<u8> {
    let user = format!("passkey made\0{}\0", user.user_id);
    [user.as_bytes(), session.hash().as_bytes()].concat()
}
