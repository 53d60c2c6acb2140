//! A person signs in, chooses an account, allows or refuses.

use std::net::IpAddr;

use credenza_protocol::authorize::Fault;
use credenza_protocol::ids::{SessionId, TenantId};
use credenza_protocol::secret::Secret;
use credenza_protocol::session::Session;
use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;
use credenza_storage::SessionRecord;

use super::authorize::{Browser, Outcome};
use super::interaction::{self, Lost, Pending};
use super::{Failure, Halt};
use crate::accounts::password::Verdict;
use crate::accounts::throttle::{self, Begun};
use crate::realm::Context;
use crate::rng;

/// Longer names of browsers are cut.
const MAX_USER_AGENT: usize = 256;
/// Longer than any username.
const MAX_USERNAME: usize = 256;

/// What the person typed, and from where.
pub struct Credentials<'a> {
    /// The name.
    pub username: &'a str,
    /// The password.
    pub password: String,
    /// Where the request comes from, reduced to what one party controls.
    pub address: Option<IpAddr>,
    /// How the browser names itself.
    pub user_agent: &'a str,
}

/// What became of it.
pub enum SignIn {
    /// The person is who they say; the browser gets this handle.
    Done {
        /// The handle of the session.
        handle: Secret,
        /// What the check-session iframe knows the sign-in by.
        browser_state: String,
        /// What follows.
        outcome: Outcome,
    },
    /// Name or password are wrong; which of them is not said.
    Wrong(Box<Pending>),
    /// There were too many failures.
    Throttled(Box<Pending>, Seconds),
}

/// Checks name and password, begins the session and goes on with the request. The handle is new at
/// each sign-in, and the one before is dead (A109).
///
/// # Errors
/// [`Lost`] when the request is over; [`Failure::Busy`] when passwords cannot be checked now.
pub async fn sign_in(
    context: &Context,
    mut pending: Pending,
    credentials: Credentials<'_>,
    browser: &Browser,
) -> Result<SignIn, Halt<Lost>> {
    let tenant = &context.realm.tenant.tenant_id;
    let limits = &*context.state.store.rate_limits;
    let begun = throttle::begin(limits, tenant, credentials.username, credentials.address, context.now);
    let attempt = match begun.await? {
        Begun::Attempt(attempt) => attempt,
        Begun::TooMany(wait) => return Ok(SignIn::Throttled(Box::new(pending), wait)),
    };
    let Some(user) = verified(context, tenant, credentials.username, credentials.password).await? else {
        return Ok(SignIn::Wrong(Box::new(pending)));
    };
    throttle::succeeded(limits, tenant, &attempt, context.now).await?;
    let before = interaction::session(context, browser.session.as_ref()).await?;
    let own = before.as_ref().filter(|before| before.user.user_id == user.user_id);
    let continued = own.map(|own| own.session.sid.clone());
    let sid = continued.clone().unwrap_or_else(|| new_sid(context));
    // The request first: of two who send the same form one goes on, and the other leaves no session behind.
    pending.progress.signed_in = Some(sid.clone());
    pending.advance(context).await?;
    let session = new_session(context, &user, sid, credentials.user_agent);
    let (handle, session) = begin_session(context, session, before, browser).await?;
    if pending.progress.signed_in.as_ref() != Some(&session.sid) {
        pending.progress.signed_in = Some(session.sid.clone());
        pending.advance(context).await?;
    }
    let browser_state = context.realm.browser_state(&session);
    let is_continued = continued.as_ref() == Some(&session.sid);
    let record = SessionRecord { session, user };
    let outcome = pending.proceed(context, Some(&record)).await;
    if matches!(outcome, Err(Halt::Refused(_))) && !is_continued {
        // Another one answered the request meanwhile. Nobody will ever hold the handle of this session.
        let sessions = &context.state.store.sessions;
        sessions.end(tenant, &record.user.user_id, &record.session.sid, context.now).await?;
    }
    Ok(SignIn::Done { handle, browser_state, outcome: outcome? })
}

/// The enabled user of that name, if the password is theirs. It takes as long for a name that is
/// unknown.
async fn verified(
    context: &Context,
    tenant: &TenantId,
    username: &str,
    password: String,
) -> Result<Option<User>, Failure> {
    let store = &context.state.store;
    let user = match username.len() <= MAX_USERNAME {
        true => store.users.find_by_username(tenant, username).await?,
        false => None,
    };
    let user = user.filter(|user| user.disabled_at.is_none());
    let hash = match &user {
        Some(user) => store.credentials.password(tenant, &user.user_id).await?,
        None => None,
    };
    match (context.state.passwords.verify(password.clone(), hash.clone()).await, user, hash) {
        (Verdict::Right, Some(user), Some(hash)) => {
            upgrade_hash(context, tenant, &user, hash, password).await?;
            Ok(Some(user))
        }
        (Verdict::Busy, ..) => Err(Failure::Busy),
        _ => Ok(None),
    }
}

/// A hash of another kind or cost is replaced while the password is at hand.
async fn upgrade_hash(
    context: &Context,
    tenant: &TenantId,
    user: &User,
    old: String,
    password: String,
) -> Result<(), Failure> {
    let passwords = &context.state.passwords;
    if !passwords.needs_upgrade(&old) {
        return Ok(());
    }
    if let Ok(new) = passwords.hash(password).await {
        let credentials = &context.state.store.credentials;
        credentials.upgrade_hash(tenant, &user.user_id, &old, new, context.now).await?;
    }
    Ok(())
}

fn new_sid(context: &Context) -> SessionId {
    SessionId::new(rng::id(context.state.rng.as_ref()))
}

fn new_session(context: &Context, user: &User, sid: SessionId, user_agent: &str) -> Session {
    Session {
        sid,
        user_id: user.user_id.clone(),
        auth_time: context.now,
        amr: vec!["pwd".to_owned()],
        expires_at: context.now + context.realm.tenant.settings.session_lifetime,
        last_seen_at: context.now,
        user_agent: user_agent.chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT).collect(),
    }
}

/// Begins the session under a new handle, or moves the one that the browser had of the same person to it;
/// another person's ends. One that ended at this very moment is not continued: then the `sid` is new.
async fn begin_session(
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

/// The person goes on as the one who is signed in.
///
/// # Errors
/// [`Lost`].
pub async fn continue_as(
    context: &Context,
    mut pending: Pending,
    session: &SessionRecord,
) -> Result<Outcome, Halt<Lost>> {
    pending.progress.selected = Some(session.session.sid.clone());
    pending.advance(context).await?;
    pending.proceed(context, Some(session)).await
}

/// The person allows what was asked, and that is remembered.
///
/// # Errors
/// [`Lost`].
pub async fn allow(
    context: &Context,
    mut pending: Pending,
    session: &SessionRecord,
) -> Result<Outcome, Halt<Lost>> {
    pending.progress.consented = Some(session.session.sid.clone());
    pending.advance(context).await?;
    let tenant = &context.realm.tenant.tenant_id;
    let (user, client) = (&session.user.user_id, &pending.request.client_id);
    let scope = pending.request.consent_needed();
    context.state.store.consents.remember(tenant, user, client, &scope, context.now).await?;
    pending.proceed(context, Some(session)).await
}

/// The person refuses.
///
/// # Errors
/// [`Lost`].
pub async fn deny(context: &Context, pending: Pending) -> Result<Outcome, Halt<Lost>> {
    pending.refuse(context, &Fault::AccessDenied).await.map(Outcome::Answer)
}
