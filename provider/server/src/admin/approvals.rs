//! Approval: operators decide on accounts that people have made themselves.

use credenza_protocol::approval::{Approval, ApprovalState};
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::tenant::Tenant;
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::user::User;
use credenza_storage::{Decided, NewMail, StoreError};

use super::post::Post;
use super::{Administration, Error, Outcome, Refusal, listing, users};
use crate::mail::Kind;
use crate::pages::{Lang, Letter};

/// For how long the mail about a decision is of use.
const TOLD_WITHIN: Seconds = Seconds(86_400);

/// What is decided.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Decision {
    /// The account can be used.
    Approve,
    /// It cannot, and is deleted after a month.
    Reject,
}

/// One page of the accounts in that state, whoever asked first coming first: at most `limit`, after the one who asked then
/// and has that id.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    admin: &Administration<'_>,
    tenant: &TenantId,
    state: ApprovalState,
    after: Option<(Time, UserId)>,
    limit: u32,
) -> Result<Vec<(Approval, User)>, StoreError> {
    admin.store.approvals.page(tenant, state, after, limit).await
}

/// Every account in that state.
///
/// # Errors
/// [`StoreError`].
pub async fn all(
    admin: &Administration<'_>,
    tenant: &TenantId,
    state: ApprovalState,
) -> Result<Vec<(Approval, User)>, StoreError> {
    let key = |(one, _): &(Approval, User)| (one.asked_at, one.user_id.clone());
    listing::all(key, |after| async move { page(admin, tenant, state, after, listing::PAGE).await }).await
}

/// Decides on the account of a user, and tells them by mail. Without mail they learn it when they sign in.
/// [`Refusal::NotWaiting`] where nobody waits for it.
///
/// # Errors
/// [`Error`].
pub async fn decide(
    admin: &Administration<'_>,
    tenant: &Tenant,
    user: User,
    decision: Decision,
    post: Option<Post<'_>>,
) -> Result<Outcome<User>, Error> {
    let id = &tenant.tenant_id;
    if !admin.may_act_on_user(id, &user.user_id).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let mail = post.map(|post| mail(admin, tenant, (&user, decision), post)).transpose()?.flatten();
    let approvals = &admin.store.approvals;
    let decided = match decision {
        Decision::Approve => approvals.approve(id, &user.user_id, mail, admin.now).await?,
        Decision::Reject => approvals.reject(id, &user.user_id, mail, admin.now).await?,
    };
    Ok(match decided {
        Decided::Done => {
            if let Some(post) = post {
                post.wake();
            }
            Outcome::found(users::find(admin, id, &user.user_id).await?)
        }
        Decided::Absent => Outcome::Refused(Refusal::NotWaiting),
        Decided::Stale => Outcome::Stale,
        Decided::Full => Outcome::Refused(Refusal::MailWaits),
    })
}

/// What tells the person, at the address that they have proven.
fn mail(
    admin: &Administration<'_>,
    tenant: &Tenant,
    (user, decision): (&User, Decision),
    post: Post<'_>,
) -> Result<Option<NewMail>, Error> {
    let address = user.claims.email.as_deref().filter(|_| user.claims.email_verified == Some(true));
    let Some(address) = address else { return Ok(None) };
    let lang = Lang::negotiate(user.claims.locale.as_deref(), None);
    let link = format!("{}/account/login", post.issuer);
    let brand = &tenant.settings.display_name;
    let (kind, letter) = match decision {
        Decision::Approve => (Kind::Approved, Letter::approved(lang, brand, &user.username, &link)),
        Decision::Reject => (Kind::Rejected, Letter::rejected(lang, brand)),
    };
    post.sealed(admin, tenant, (kind, &letter, address), TOLD_WITHIN).map(Some)
}
