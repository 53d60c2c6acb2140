//! A person's own sessions: listed and ended; and the sign-in to see them.

use credenza_protocol::ids::SessionId;
use credenza_protocol::session::Session;
use credenza_storage::{SessionRecord, StoreError};

use crate::context::Context;
use crate::failure::Failure;
use crate::flow::interaction::{AccountVisit, Pending, Purpose};
use crate::flow::outcome::{Browser, Outcome};
use crate::flow::{logout, sign_in_steps};

/// Begins a sign-in that no client asked for. Nothing is stored until somebody has proven who they are.
///
/// # Errors
/// [`Failure`].
pub async fn sign_in(context: &Context, browser: &Browser) -> Result<Outcome, Failure> {
    let pending = Pending::begin(context, Purpose::Account(AccountVisit::default()), browser).await?;
    Ok(pending.step(sign_in_steps::page(None)))
}

/// The person's live sessions.
///
/// # Errors
/// [`StoreError`].
pub async fn sessions(context: &Context, own: &SessionRecord) -> Result<Vec<Session>, StoreError> {
    let tenant = &context.realm.tenant.tenant_id;
    let found = context.state.store.sessions.list(tenant, &own.user.user_id, context.now).await?;
    let settings = &context.realm.tenant.settings;
    Ok(found.into_iter().filter_map(|session| session.live(settings, context.now)).collect())
}

/// Ends one of the person's sessions, or all of them. Only sessions of the person who is signed in can be ended.
/// Answers the URIs that this browser must open to tell clients, if its own session ended.
///
/// # Errors
/// [`StoreError`].
pub async fn end(
    context: &Context,
    own: &SessionRecord,
    sid: Option<&SessionId>,
) -> Result<Vec<String>, StoreError> {
    let tenant = &context.realm.tenant.tenant_id;
    let sessions = &context.state.store.sessions;
    let frames = match sid {
        Some(sid) if *sid != own.session.sid => vec![],
        _ => logout::frames(context, &own.session).await?,
    };
    match sid {
        Some(sid) => sessions.end(tenant, &own.user.user_id, sid, context.now).await.map(|_| ()),
        None => sessions.end_all(tenant, &own.user.user_id, context.now).await.map(|_| ()),
    }?;
    context.state.logouts.notify_one();
    Ok(frames)
}
