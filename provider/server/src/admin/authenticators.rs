//! Authenticators of users: seen and removed by operators, who never see what they are checked by.

use credenza_protocol::authenticator::{Authenticator, AuthenticatorKind};
use credenza_protocol::ids::{AuthenticatorId, TenantId, UserId};
use credenza_protocol::tenant::Tenant;
use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;
use credenza_storage::{NewMail, StoreError};

use super::post::Post;
use super::{Administration, Error, Outcome, Refusal};
use crate::mail::Kind;
use crate::pages::{FactorChange, Lang, Letter};

/// For how long the mail about a removal is of use.
const TOLD_WITHIN: Seconds = Seconds(86_400);

/// What a user signs in with besides a password.
#[derive(Debug)]
pub struct Held {
    /// Their authenticators, those that were added first coming first.
    pub authenticators: Vec<Authenticator>,
    /// How many recovery codes they have left.
    pub recovery_codes_left: u32,
}

/// What that user has.
///
/// # Errors
/// [`StoreError`].
pub async fn of(admin: &Administration<'_>, tenant: &TenantId, user_id: &UserId) -> Result<Held, StoreError> {
    let store = &admin.store.authenticators;
    let found = store.of_user(tenant, user_id).await?;
    let recovery_codes_left = store.recovery_codes_left(tenant, user_id).await?;
    let authenticators = found.into_iter().map(|record| record.authenticator).collect();
    Ok(Held { authenticators, recovery_codes_left })
}

/// Removes one, such as that of a device which was lost, and tells the user by mail; with the last one their recovery codes go.
///
/// # Errors
/// [`Error`].
pub async fn remove(
    admin: &Administration<'_>,
    tenant: &Tenant,
    user: &User,
    id: &AuthenticatorId,
    post: Option<Post<'_>>,
) -> Result<Outcome<()>, Error> {
    let (of_tenant, user_id) = (&tenant.tenant_id, &user.user_id);
    if !admin.may_act_on_user(of_tenant, user_id).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let held = of(admin, of_tenant, user_id).await?.authenticators;
    let Some(found) = held.iter().find(|one| one.authenticator_id == *id) else {
        return Ok(Outcome::Absent);
    };
    // A browser that is trusted no longer is asked again, which is nothing to be warned of.
    let mail = match found.kind.is_factor() {
        true => notice(admin, tenant, (user, FactorChange::Removed(&found.name)), post)?,
        false => None,
    };
    let store = &admin.store.authenticators;
    let is_removed = store.remove(of_tenant, user_id, id, mail, admin.now).await?;
    if let Some(post) = post.filter(|_| is_removed) {
        post.wake();
    }
    Ok(Outcome::whether(is_removed))
}

/// Removes all of them with the recovery codes, for whoever has lost everything, or all of one kind: ends every session of the user, revokes what they
/// granted, and tells them by mail. Answers how many there were; where there was none, nothing happens.
///
/// # Errors
/// [`Error`].
pub async fn reset(
    admin: &Administration<'_>,
    tenant: &Tenant,
    user: &User,
    kind: Option<AuthenticatorKind>,
    post: Option<Post<'_>>,
) -> Result<Outcome<u32>, Error> {
    let (of_tenant, user_id) = (&tenant.tenant_id, &user.user_id);
    if !admin.may_act_on_user(of_tenant, user_id).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let mail = notice(admin, tenant, (user, FactorChange::Reset(kind)), post)?;
    let removed = admin.store.authenticators.reset(of_tenant, user_id, kind, mail, admin.now).await?;
    if let (Some(1..), Some(post)) = (removed, post) {
        post.wake();
    }
    Ok(Outcome::found(removed))
}

/// What tells the user, in their language; `None` for whom mail cannot reach.
fn notice(
    admin: &Administration<'_>,
    tenant: &Tenant,
    (user, change): (&User, FactorChange<'_>),
    post: Option<Post<'_>>,
) -> Result<Option<NewMail>, Error> {
    let (Some(post), Some(address)) = (post, &user.claims.email) else { return Ok(None) };
    let lang = Lang::negotiate(user.claims.locale.as_deref(), None);
    let brand = &tenant.settings.display_name;
    let letter = Letter::factor_changed(lang, brand, &user.username, change);
    post.sealed(admin, tenant, (Kind::AuthenticatorChanged, &letter, address), TOLD_WITHIN).map(Some)
}
