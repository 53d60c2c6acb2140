//! A person signs in with a name and a password.

use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;

use super::{Proven, Taken, take};
use crate::accounts::password::Verdict;
use crate::accounts::throttle::{Begun, Caller, Throttle};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::flow::interaction::{Lost, Pending};
use crate::flow::outcome::Browser;
use crate::flow::sign_in_steps::PASSWORD;
use crate::telemetry::RefusedSignIn;

/// Longer than any username.
const MAX_USERNAME: usize = 256;

/// What the person typed, and where.
pub struct Credentials<'a> {
    /// The name.
    pub username: &'a str,
    /// The password.
    pub password: String,
    /// How the browser names itself.
    pub user_agent: &'a str,
}

/// What comes of an attempt.
pub enum Attempt {
    /// The person is who they say.
    Taken(Taken),
    /// The name or the password is wrong; which of them is not said.
    Wrong(Box<Pending>),
    /// There were too many failed attempts; the next may be made after so many seconds.
    Throttled(Box<Pending>, Seconds),
}

/// What became of name and password.
enum Checked {
    /// They are this enabled user's.
    Right(Box<User>),
    /// They are not; this user has that name.
    Wrong(Option<String>),
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
    let tenant = &context.realm.tenant;
    let Credentials { username, password, user_agent } = credentials;
    let limits = &*context.state.store.rate_limits;
    let throttle = Throttle { limits, tenant: &tenant.tenant_id, now: context.now };
    let device = context.realm.devices.slot(username, browser.devices.as_ref(), context.now);
    let refused = |account| RefusedSignIn { tenant: &tenant.name, address: browser.exact_address, account };
    let attempt = match throttle.begin(Caller { username, address: browser.address, device }).await? {
        Begun::Attempt(attempt) => attempt,
        Begun::TooMany(wait) => {
            let account = named(context, username).await?;
            refused(account.as_ref().map(|user| user.username.as_str())).throttled(wait);
            return Ok(Attempt::Throttled(Box::new(pending), wait));
        }
    };
    let user = match verified(context, username, password).await {
        Ok(Checked::Right(user)) => *user,
        Ok(Checked::Wrong(account)) => {
            refused(account.as_deref()).failed();
            return Ok(Attempt::Wrong(Box::new(pending)));
        }
        Err(failure) => {
            // Nothing was checked, and whoever floods the queue of passwords must not make others wait for longer.
            if matches!(failure, Failure::Busy) {
                throttle.withdrawn(&attempt).await?;
            }
            return Err(failure.into());
        }
    };
    throttle.succeeded(&attempt).await?;
    let proven = Proven::by(&PASSWORD, user, context.now);
    take(context, pending, &PASSWORD, proven, browser, user_agent).await.map(Attempt::Taken)
}

/// The user of that name, enabled or not.
async fn named(context: &Context, username: &str) -> Result<Option<User>, Failure> {
    match username.len() <= MAX_USERNAME {
        true => {
            let tenant = &context.realm.tenant.tenant_id;
            Ok(context.state.store.users.find_by_username(tenant, username).await?)
        }
        false => Ok(None),
    }
}

/// Whether the password is that of the enabled user of that name. It takes as long for a name that is unknown.
async fn verified(context: &Context, username: &str, password: String) -> Result<Checked, Failure> {
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store);
    let named = named(context, username).await?;
    let account = named.as_ref().map(|user| user.username.clone());
    let user = named.filter(|user| user.disabled_at.is_none());
    let hash = match &user {
        Some(user) => store.credentials.password(tenant, &user.user_id).await?,
        None => None,
    };
    match (context.state.passwords.verify(password.clone(), hash.clone()).await, user, hash) {
        (Verdict::Right, Some(user), Some(hash)) => {
            upgrade_hash(context, tenant, &user, hash, password).await?;
            Ok(Checked::Right(Box::new(user)))
        }
        (Verdict::Busy, ..) => Err(Failure::Busy),
        _ => Ok(Checked::Wrong(account)),
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
