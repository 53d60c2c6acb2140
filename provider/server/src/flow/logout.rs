//! RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0).

use std::sync::Arc;

use credenza_protocol::client::Client;
use credenza_protocol::logout::{LogoutRequest, Plan, plan};
use credenza_protocol::secret::Secret;
use credenza_protocol::session::Session;
use credenza_protocol::{frontchannel_logout, id_token};
use credenza_storage::{SessionRecord, StoreError};

use super::session;
use crate::context::Context;
use crate::loaded_client::LoadedClient;

/// What follows from a logout request.
pub struct Prepared {
    /// Whether to ask, and where the person goes afterwards.
    pub plan: Plan,
    /// The client that sent the request, if it is known.
    pub client: Option<Arc<LoadedClient>>,
    /// The session that would end.
    pub session: Option<SessionRecord>,
}

/// Finds out which client asks, whose session it is and what follows. Changes nothing. `confirmed` says that the person
/// has agreed.
///
/// # Errors
/// [`StoreError`].
pub async fn prepare(
    context: &Context,
    request: &LogoutRequest,
    handle: Option<&Secret>,
    confirmed: bool,
) -> Result<Prepared, StoreError> {
    let realm = &context.realm;
    let hint = request
        .id_token_hint
        .as_deref()
        .and_then(|hint| id_token::hint(hint, realm.keys.public(), &realm.issuer));
    let client = match request.client_id(hint.as_ref()) {
        Some(client_id) => context.client(&client_id).await?,
        None => None,
    };
    let session = session::find(context, handle).await?;
    let known = session.as_ref().zip(client.as_ref());
    let sub = known.map(|(found, record)| realm.subjects.of(&record.client, &found.user.user_id));
    let sid = session.as_ref().map(|found| match &client {
        Some(record) => realm.subjects.sid(&record.client, &found.session.sid),
        None => found.session.sid.clone(),
    });
    let signed_in = sid.as_ref().map(|sid| (sid, sub.as_deref()));
    let asking = client.as_ref().map(|record| &record.client);
    let plan = plan(request, hint.as_ref(), asking, signed_in, confirmed);
    Ok(Prepared { plan, client, session })
}

/// Ends the session with the grants bound to it, and has its clients told: server to server in the background, and by
/// the URIs that the browser must open, which are the answer.
///
/// # Errors
/// [`StoreError`]: the session may not have ended, and the person is told so.
pub async fn end(context: &Context, session: &SessionRecord) -> Result<Vec<String>, StoreError> {
    let tenant = &context.realm.tenant.tenant_id;
    let frames = frames(context, &session.session).await?;
    let sessions = &context.state.store.sessions;
    sessions.end(tenant, &session.user.user_id, &session.session.sid, context.now).await?;
    context.state.logouts.notify_one();
    Ok(frames)
}

/// The URIs that the browser opens to tell clients that the session ended (OpenID Connect Front-Channel Logout 3).
///
/// # Errors
/// [`StoreError`].
pub async fn frames(context: &Context, session: &Session) -> Result<Vec<String>, StoreError> {
    let realm = &context.realm;
    let logouts = &context.state.store.logouts;
    let clients = logouts.clients(&realm.tenant.tenant_id, &session.user_id, &session.sid).await?;
    let mut frames = Vec::new();
    for client_id in clients {
        let record = context.client(&client_id).await?;
        let uri = |record: Arc<LoadedClient>| {
            let sid = realm.subjects.sid(&record.client, &session.sid);
            frontchannel_logout::uri(&record.client, &realm.issuer, &sid)
        };
        frames.extend(record.and_then(uri));
    }
    Ok(frames)
}

/// Notes that the client takes part in the session, if it must be told of its end; `false` when it has ended already.
///
/// # Errors
/// [`StoreError`].
pub async fn joins(context: &Context, client: &Client, session: &Session) -> Result<bool, StoreError> {
    if !client.hears_of_logout() {
        return Ok(true);
    }
    let tenant = &context.realm.tenant.tenant_id;
    let logouts = &context.state.store.logouts;
    logouts.join(tenant, &session.user_id, &session.sid, &client.client_id, context.now).await
}
