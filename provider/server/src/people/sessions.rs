//! A person's own sessions: listed and ended; and the sign-in to see them.

use credenza_protocol::ids::{SessionId, UserId};
use credenza_protocol::session::Session;
use credenza_storage::{SessionRecord, StoreError};
use std::collections::{BTreeMap, BTreeSet};

use crate::admin::{Administration, grants};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::interaction::{AccountVisit, Pending, Purpose};
use crate::flow::outcome::{Browser, Outcome};
use crate::flow::{logout, sign_in_steps};

/// How many grants are looked at: more than anybody looks through.
const MOST: u32 = 200;

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
pub async fn sessions(context: &Context, user: &UserId) -> Result<Vec<Session>, StoreError> {
    let tenant = &context.realm.tenant.tenant_id;
    let found = context.state.store.sessions.list(tenant, user, context.now).await?;
    let settings = &context.realm.tenant.settings;
    Ok(found.into_iter().filter_map(|session| session.live(settings, context.now)).collect())
}

/// The names of the applications that were given access in each of the person's sessions and still have it, in order.
///
/// # Errors
/// [`Failure`].
pub async fn applications(
    context: &Context,
    own: &SessionRecord,
) -> Result<BTreeMap<SessionId, BTreeSet<String>>, Failure> {
    let (tenant, user) = (&context.realm.tenant.tenant_id, &own.user.user_id);
    let admin = Administration::of_server(&context.state, context.now);
    let mut found: BTreeMap<SessionId, BTreeSet<String>> = BTreeMap::new();
    for used in grants::page(&admin, tenant, user, None, MOST).await? {
        if let Some(client) = context.client(&used.grant.client_id).await? {
            found.entry(used.grant.sid).or_default().insert(client.client.client_name.clone());
        }
    }
    Ok(found)
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
    let frames = match sid {
        Some(sid) if *sid != own.session.sid => vec![],
        _ => logout::frames(context, &own.session).await?,
    };
    match sid {
        Some(sid) => end_one(context, &own.user.user_id, sid).await.map(|_| ()),
        None => end_all(context, &own.user.user_id, None).await.map(|_| ()),
    }?;
    Ok(frames)
}

/// Ends one of the person's sessions; `false` where they have none of that name.
///
/// # Errors
/// [`StoreError`].
pub async fn end_one(context: &Context, user: &UserId, sid: &SessionId) -> Result<bool, StoreError> {
    let (tenant, sessions) = (&context.realm.tenant.tenant_id, &context.state.store.sessions);
    let ended = sessions.end(tenant, user, sid, context.now).await?;
    context.state.logouts.notify_one();
    Ok(ended)
}

/// Ends the person's sessions, but for the one that `stays`; answers how many.
///
/// # Errors
/// [`StoreError`].
pub async fn end_all(context: &Context, user: &UserId, stays: Option<&SessionId>) -> Result<u64, StoreError> {
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store.sessions);
    let mut ended = 0;
    match stays {
        None => ended = store.end_all(tenant, user, context.now).await?,
        Some(stays) => {
            for session in
                store.list(tenant, user, context.now).await?.iter().filter(|found| found.sid != *stays)
            {
                ended += u64::from(store.end(tenant, user, &session.sid, context.now).await?);
            }
        }
    }
    context.state.logouts.notify_one();
    Ok(ended)
}
