//! A person's own sessions: seen, ended.

use credenza_protocol::ids::SessionId;
use credenza_protocol::session::Session;
use credenza_storage::{SessionRecord, StoreError};

use super::logout;
use crate::realm::Context;

/// The person's live sessions.
///
/// # Errors
/// [`StoreError`].
pub async fn sessions(context: &Context, own: &SessionRecord) -> Result<Vec<Session>, StoreError> {
    let tenant = &context.realm.tenant.tenant_id;
    context.state.store.sessions.list(tenant, &own.user.user_id, context.now).await
}

/// Ends one of the person's sessions, or all of them. Another person's are out of reach: the owner
/// is always the one who is signed in (A104). Answers what this browser is to open, if its own session ended, to tell
/// clients.
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
