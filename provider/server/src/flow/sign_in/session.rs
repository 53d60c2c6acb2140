//! The session that a sign-in begins or renews.

use credenza_protocol::ids::SessionId;
use credenza_protocol::place::Place;
use credenza_protocol::secret::Secret;
use credenza_protocol::session::Session;
use credenza_storage::SessionRecord;

use super::Proven;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::outcome::Browser;
use crate::rng;

/// Longer names of browsers are cut.
const MAX_USER_AGENT: usize = 256;

/// What the browser gets of its new session.
pub struct NewSession {
    /// Its handle.
    pub handle: Secret,
    /// The value by which the check-session iframe recognizes the sign-in.
    pub browser_state: String,
    /// The marks of the accounts that have signed in with this browser, this one among them.
    pub devices: Secret,
}

/// The session to be: with the `sid` of the one that the browser had, if that is the same person's.
pub(super) fn plan(
    context: &Context,
    proven: &Proven,
    before: Option<&SessionRecord>,
    (browser, user_agent): (&Browser, &str),
) -> Session {
    let user_id = &proven.user().user_id;
    let own = before.filter(|before| before.user.user_id == *user_id);
    Session {
        sid: own.map_or_else(|| new_sid(context), |own| own.session.sid.clone()),
        user_id: user_id.clone(),
        auth_time: proven.at(),
        amr: proven.amr().to_vec(),
        acr: proven.acr().map(str::to_owned),
        expires_at: context.now + context.realm.tenant.settings.session_lifetime,
        last_seen_at: context.now,
        user_agent: user_agent.chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT).collect(),
        place: place(context, browser),
    }
}

/// Where the person is. That alone is stored, and not the address: they recognise a city, and what is not stored need not be kept
/// safe.
fn place(context: &Context, browser: &Browser) -> Option<Place> {
    context.state.places.as_ref()?.of(browser.exact_address?)
}

/// Begins the session under a new handle, or moves the one that the browser had of the same person to it; another
/// person's ends. One that ended at this very moment is not continued: then the `sid` is new.
pub(super) async fn begin(
    context: &Context,
    mut session: Session,
    before: Option<SessionRecord>,
    browser: &Browser,
) -> Result<(Secret, Session), Failure> {
    let tenant = &context.realm.tenant.tenant_id;
    let sessions = &context.state.store.sessions;
    let handle = rng::secret(context.state.rng.as_ref());
    if let (Some(before), Some(old)) = (before, &browser.session) {
        if before.user.user_id == session.user_id {
            let new = session.clone();
            if sessions.renew(tenant, old.hash(), handle.hash(), new, context.now).await? {
                return Ok((handle, session));
            }
            session.sid = new_sid(context);
        } else {
            let (other, sid) = (&before.user.user_id, &before.session.sid);
            sessions.end(tenant, other, sid, context.now).await?;
            context.state.logouts.notify_one();
        }
    }
    sessions.begin(tenant, handle.hash(), session.clone(), context.now).await?;
    Ok((handle, session))
}

fn new_sid(context: &Context) -> SessionId {
    SessionId::new(rng::id(context.state.rng.as_ref()))
}
