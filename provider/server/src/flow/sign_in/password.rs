//! A person signs in with a name and a password.

use std::net::IpAddr;

use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;

use super::{Proven, Taken, take};
use crate::accounts::password::Verdict;
use crate::accounts::throttle::{self, Begun};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::flow::interaction::{Lost, Pending};
use crate::flow::outcome::Browser;
use crate::flow::sign_in_steps::PASSWORD;

/// Longer than any username.
const MAX_USERNAME: usize = 256;

/// What the person typed, and where.
pub struct Credentials<'a> {
    /// The name.
    pub username: &'a str,
    /// The password.
    pub password: String,
    /// The address of the request, reduced to what one party controls.
    pub address: Option<IpAddr>,
    /// How the browser names itself.
    pub user_agent: &'a str,
}

/// What comes of an attempt.
pub enum Attempt {
    /// The person is who they say.
    Taken(Taken),
    /// The name or the password is wrong; which of them is not said.
    Wrong(Box<Pending>),
    /// There were too many failed attempts.
    Throttled(Box<Pending>, Seconds),
}

/// Checks name and password, and goes on if they are right.
///
/// # Errors
/// [`Lost`] when the interaction is over; [`Failure::Busy`] when no password can be checked now.
pub async fn attempt(
    context: &Context,
    pending: Pending,
    credentials: Credentials<'_>,
    browser: &Browser,
) -> Result<Attempt, Halt<Lost>> {
    let tenant = &context.realm.tenant.tenant_id;
    let limits = &*context.state.store.rate_limits;
    let begun = throttle::begin(limits, tenant, credentials.username, credentials.address, context.now);
    let attempt = match begun.await? {
        Begun::Attempt(attempt) => attempt,
        Begun::TooMany(wait) => return Ok(Attempt::Throttled(Box::new(pending), wait)),
    };
    let Some(user) = verified(context, tenant, credentials.username, credentials.password).await? else {
        return Ok(Attempt::Wrong(Box::new(pending)));
    };
    throttle::succeeded(limits, tenant, &attempt, context.now).await?;
    let proven = Proven::by(&PASSWORD, user, context.now);
    take(context, pending, &PASSWORD, proven, browser, credentials.user_agent).await.map(Attempt::Taken)
}

/// The enabled user of that name, if the password is theirs. It takes as long for a name that is unknown.
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
