//! A person signs in with a password and a username, or a verified email address.

use credenza_protocol::account_policy::UnfitPassword;
use credenza_protocol::approval::ApprovalState;
use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;
use credenza_protocol::username::LONGEST;
use credenza_storage::Login;
use zeroize::Zeroizing;

use super::{Proven, Taken, take};
use crate::accounts::new_password::{NewPasswordPolicy, Owner};
use crate::accounts::password::Verdict;
use crate::accounts::throttle::{Begun, Caller, Throttle};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::flow::interaction::{Lost, Pending};
use crate::flow::outcome::Browser;
use crate::flow::robot_check;
use crate::flow::sign_in_steps::PASSWORD;
use crate::telemetry::RefusedSignIn;

/// What the person typed, and where.
pub struct Credentials<'a> {
    /// The username, or a verified email address where the tenant allows it.
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
    /// They are right, and the account waits for an operator's decision.
    Waits(Box<Pending>),
    /// There were too many failed attempts; the next may be made after so many seconds.
    Throttled(Box<Pending>, Seconds),
}

/// What is known of a name and a password.
pub enum Checked {
    /// They are this user's, whose password is stored as this hash.
    Right(Box<User>, String),
    /// The name or the password is wrong; which of them is not said.
    Wrong,
    /// They are those of an account that waits for an operator's decision.
    Waits,
    /// There were too many failed attempts; the next may be made after so many seconds.
    Throttled(Seconds),
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
    let Credentials { username, password, user_agent } = credentials;
    let settings = &context.realm.tenant.settings;
    let is_looked_at = settings.password_breached_at_sign_in == UnfitPassword::Change;
    let typed = is_looked_at.then(|| Zeroizing::new(password.clone()));
    let (user, hash) = match check(context, username, password, browser).await? {
        Checked::Right(user, hash) => (fit(context, *user, typed).await?, hash),
        Checked::Wrong => return Ok(Attempt::Wrong(Box::new(pending))),
        Checked::Waits => return Ok(Attempt::Waits(Box::new(pending))),
        Checked::Throttled(wait) => return Ok(Attempt::Throttled(Box::new(pending), wait)),
    };
    let proven = Proven::by(&PASSWORD, user, context.now).knowing(&hash);
    take(context, pending, &PASSWORD, proven, browser, user_agent).await.map(Attempt::Taken)
}

/// The user, who has to change the password now if it is one that could not be chosen today.
async fn fit(context: &Context, user: User, typed: Option<Zeroizing<String>>) -> Result<User, Failure> {
    let is_asked_already = user.password_change_required || user.disabled_at.is_some();
    let Some(typed) = typed.filter(|_| !is_asked_already) else { return Ok(user) };
    let settings = &context.realm.tenant.settings;
    let (email, brand) = (user.claims.email.as_deref(), settings.display_name.as_str());
    let owner = Owner { username: &user.username, email, brand };
    let found = context.state.passwords.fits(typed, NewPasswordPolicy::of(settings), owner).await;
    let Err(unfit) = found.map_err(|_| Failure::Busy)? else { return Ok(user) };
    let (tenant, credentials) = (&context.realm.tenant.tenant_id, &context.state.store.credentials);
    credentials.require_password_change(tenant, &user.user_id).await?;
    tracing::info!(user_id = %user.user_id, why = %unfit, "a password has to be changed at a sign-in");
    Ok(User { password_change_required: true, ..user })
}

/// Checks name and password. The attempt counts before it is looked at, and is taken back if they are right.
///
/// # Errors
/// [`Failure::Busy`] when no password can be checked now.
pub async fn check(
    context: &Context,
    username: &str,
    password: String,
    browser: &Browser,
) -> Result<Checked, Failure> {
    let tenant = &context.realm.tenant;
    let limits = &*context.state.store.rate_limits;
    let throttle = Throttle { limits, tenant: &tenant.tenant_id, now: context.now };
    // However the account is spelt, by its name or by an address, it has one count.
    let found = found(context, username).await?;
    let account = found.as_ref().map(|user| user.username.clone());
    let counted = account.as_deref().unwrap_or(username);
    let device = context.realm.devices.slot(counted, browser.devices.as_ref(), context.now);
    let refused =
        RefusedSignIn { tenant: &tenant.name, address: browser.exact_address, account: account.as_deref() };
    let attempt = match throttle.begin(Caller { username: counted, address: browser.address, device }).await?
    {
        Begun::Attempt(attempt) => attempt,
        Begun::TooMany(wait) => {
            refused.throttled(wait);
            return Ok(Checked::Throttled(wait));
        }
    };
    let (user, hash, excused) = match verified(context, found, password).await {
        Ok(Some(verified)) => verified,
        Ok(None) => {
            refused.failed();
            return Ok(Checked::Wrong);
        }
        Err(failure) => {
            // Nothing was checked, and whoever floods the queue of passwords must not make others wait for longer.
            if matches!(failure, Failure::Busy) {
                throttle.withdrawn(&attempt).await?;
            }
            return Err(failure);
        }
    };
    throttle.succeeded(&attempt).await?;
    if excused == Some(Excused::Waits) {
        return Ok(Checked::Waits);
    }
    Ok(Checked::Right(Box::new(user), hash))
}

/// Whether somebody who tries this name has to show first that they are no robot.
///
/// # Errors
/// [`Failure`].
pub async fn is_robot_check_due(
    context: &Context,
    username: &str,
    browser: &Browser,
) -> Result<bool, Failure> {
    if robot_check::question(context).is_none() {
        return Ok(false);
    }
    let found = found(context, username).await?;
    let counted = found.as_ref().map_or(username, |user| user.username.as_str());
    let device = context.realm.devices.slot(counted, browser.devices.as_ref(), context.now);
    let limits = &*context.state.store.rate_limits;
    let throttle = Throttle { limits, tenant: &context.realm.tenant.tenant_id, now: context.now };
    Ok(throttle.is_strained(Caller { username: counted, address: browser.address, device }).await?)
}

/// The user who signs in with that, enabled or not.
async fn found(context: &Context, typed: &str) -> Result<Option<User>, Failure> {
    if typed.chars().count() > LONGEST {
        return Ok(None);
    }
    let tenant = &context.realm.tenant;
    let login = Login { typed: typed.to_owned(), by_email: tenant.settings.sign_in_by_email };
    Ok(context.state.store.users.find_by_login(&tenant.tenant_id, login).await?)
}

/// Why somebody who is disabled may type their password all the same.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Excused {
    /// An operator has yet to decide on the account.
    Waits,
    /// The account is to be deleted since they asked for it, and they can keep it.
    MayKeep,
}

/// The user, if they may type their password: enabled, or excused.
async fn admitted(
    context: &Context,
    found: Option<User>,
) -> Result<(Option<User>, Option<Excused>), Failure> {
    let user = match found {
        Some(user) if user.disabled_at.is_some() => user,
        found => return Ok((found, None)),
    };
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store);
    let approval = store.approvals.find(tenant, &user.user_id).await?;
    if approval.is_some_and(|approval| approval.state == ApprovalState::Pending) {
        return Ok((Some(user), Some(Excused::Waits)));
    }
    let deletion = store.user_deletions.find(tenant, &user.user_id).await?;
    Ok(match deletion.is_some_and(|deletion| deletion.is_up_to_them()) {
        true => (Some(user), Some(Excused::MayKeep)),
        false => (None, None),
    })
}

/// The user and their hash, if they may sign in or wait for a decision, and the password is theirs. It takes as long where there
/// is no user.
async fn verified(
    context: &Context,
    found: Option<User>,
    password: String,
) -> Result<Option<(User, String, Option<Excused>)>, Failure> {
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store);
    let (user, excused) = admitted(context, found).await?;
    let hash = match &user {
        Some(user) => store.credentials.password(tenant, &user.user_id).await?,
        None => None,
    };
    match (context.state.passwords.verify(password.clone(), hash.clone()).await, user, hash) {
        (verdict @ (Verdict::Right | Verdict::RightAsTyped), Some(user), Some(hash)) => {
            let hash = match verdict == Verdict::RightAsTyped || context.state.passwords.needs_upgrade(&hash)
            {
                true => replace_hash(context, tenant, &user, hash, password).await?,
                false => hash,
            };
            Ok(Some((user, hash, excused)))
        }
        (Verdict::Busy, ..) => Err(Failure::Busy),
        _ => Ok(None),
    }
}

/// A hash of another kind or cost, or of another form of the password, is replaced while the password is at hand. Answers the
/// one that is stored then; the old one, where somebody has changed it meanwhile.
async fn replace_hash(
    context: &Context,
    tenant: &TenantId,
    user: &User,
    old: String,
    password: String,
) -> Result<String, Failure> {
    let Ok(new) = context.state.passwords.hash(password).await else { return Ok(old) };
    let credentials = &context.state.store.credentials;
    let is_replaced = credentials.upgrade_hash(tenant, &user.user_id, &old, new.clone(), context.now).await?;
    Ok(if is_replaced { new } else { old })
}
