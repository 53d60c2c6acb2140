//! The session that a browser carries.

use credenza_protocol::secret::Secret;
use credenza_protocol::time::Seconds;
use credenza_storage::{SessionRecord, StoreError};

use crate::context::Context;

/// `last_seen_at` of a session is exact to this.
const TOUCH_AFTER: Seconds = Seconds(300);

/// The live session of that handle, by the settings of today: where these are shorter than those under which it began,
/// it ends earlier.
///
/// # Errors
/// [`StoreError`].
pub async fn find(context: &Context, handle: Option<&Secret>) -> Result<Option<SessionRecord>, StoreError> {
    let Some(handle) = handle.map(Secret::hash) else {
        return Ok(None);
    };
    let tenant = &context.realm.tenant;
    let sessions = &context.state.store.sessions;
    let idle_since = context.now - tenant.settings.session_idle_lifetime;
    let found = sessions.find(&tenant.tenant_id, handle, idle_since, context.now).await?;
    let live = |found: SessionRecord| {
        let session = found.session.live(&tenant.settings, context.now)?;
        Some(SessionRecord { session, ..found })
    };
    let found = found.and_then(live);
    if found.as_ref().is_some_and(|found| context.now - found.session.last_seen_at > TOUCH_AFTER) {
        sessions.touch(&tenant.tenant_id, handle, context.now).await?;
    }
    Ok(found)
}
