//! Invitations: an operator asks somebody by mail to make an account, and says what the account gets.

mod check;

use credenza_protocol::ids::{InvitationId, TenantId};
use credenza_protocol::invitation::{Gives, Invitation};
use credenza_protocol::secret::Secret;
use credenza_protocol::tenant::Tenant;
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::{InvitationChange, NewMail, StoreError};

use super::post::Post;
use super::{Administration, Error, Outcome, Refusal, listing};
use crate::mail::Kind;
use crate::pages::{Lang, Letter};
use crate::rng;

/// An invitation to be made.
#[derive(Clone, Debug, Default)]
pub struct NewInvitation {
    /// The address that it is mailed to.
    pub email: String,
    /// How long the link is good; as the tenant says without it.
    pub expires_in: Option<Seconds>,
    /// What the account gets.
    pub gives: Gives,
    /// Who invites, if that is known.
    pub invited_by: Option<String>,
}

/// Invites somebody. Whether they have an account is not looked at: they alone learn it, by the link.
///
/// # Errors
/// [`Error`].
pub async fn create(
    admin: &Administration<'_>,
    tenant: &Tenant,
    mut new: NewInvitation,
    post: Option<Post<'_>>,
) -> Result<Outcome<Invitation>, Error> {
    let faults = check::faults(admin, &tenant.tenant_id, &new).await?;
    if !faults.is_empty() {
        return Ok(Outcome::Invalid(faults));
    }
    if !check::may_give(admin, &tenant.tenant_id, &new.gives).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let Some(post) = post else { return Ok(Outcome::Refused(Refusal::NoMail)) };
    // In the order in which they are held when the account is made.
    new.gives.groups.sort_unstable();
    new.gives.groups.dedup();
    new.gives.roles.sort_unstable();
    new.gives.roles.dedup();
    let lasts = new.expires_in.unwrap_or(tenant.settings.invitation_lifetime);
    let invitation = Invitation {
        invitation_id: InvitationId::new(rng::id(admin.rng)),
        email: new.email,
        gives: new.gives,
        invited_by: new.invited_by,
        created_at: admin.now,
        sent_at: admin.now,
        expires_at: admin.now + lasts,
        accepted_at: None,
        revoked_at: None,
        user_id: None,
    };
    let secret = rng::secret(admin.rng);
    let mail = mail(admin, tenant, (&invitation, &secret), post)?;
    let (id, invitations) = (&tenant.tenant_id, &admin.store.invitations);
    if !invitations.create(id, invitation.clone(), secret.hash(), mail, admin.now).await? {
        return Ok(Outcome::Refused(Refusal::MailWaits));
    }
    post.wake();
    Ok(Outcome::Done(invitation))
}

/// The mail with the link.
fn mail(
    admin: &Administration<'_>,
    tenant: &Tenant,
    (invitation, secret): (&Invitation, &Secret),
    post: Post<'_>,
) -> Result<NewMail, Error> {
    let lang = invitation.gives.locale.as_deref().and_then(Lang::of).unwrap_or_default();
    let link = format!("{}/signup/invited?token={}", post.issuer, secret.reveal());
    let letter = Letter::invitation(lang, &tenant.settings.display_name, &link, invitation.expires_at);
    let lasts = invitation.expires_at - admin.now;
    post.sealed(admin, tenant, (Kind::Invitation, &letter, &invitation.email), lasts)
}

/// The invitation of that id.
///
/// # Errors
/// [`StoreError`].
pub async fn find(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &InvitationId,
) -> Result<Option<Invitation>, StoreError> {
    admin.store.invitations.find(tenant, id).await
}

/// One page of invitations, the oldest first: at most `limit`, after the one that was made then and has that id.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    admin: &Administration<'_>,
    tenant: &TenantId,
    after: Option<(Time, InvitationId)>,
    limit: u32,
) -> Result<Vec<Invitation>, StoreError> {
    admin.store.invitations.page(tenant, after, limit).await
}

/// Every invitation, the oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn all(admin: &Administration<'_>, tenant: &TenantId) -> Result<Vec<Invitation>, StoreError> {
    let key = |one: &Invitation| (one.created_at, one.invitation_id.clone());
    listing::all(key, |after| async move { page(admin, tenant, after, listing::PAGE).await }).await
}

/// Mails an invitation again, with another link that is good for as long as the tenant says; the link before is dead. Whoever
/// asks must be able to give what it gives.
///
/// # Errors
/// [`Error`].
pub async fn resend(
    admin: &Administration<'_>,
    tenant: &Tenant,
    id: &InvitationId,
    post: Option<Post<'_>>,
) -> Result<Outcome<Invitation>, Error> {
    let Some(found) = find(admin, &tenant.tenant_id, id).await? else { return Ok(Outcome::Absent) };
    if !check::may_give(admin, &tenant.tenant_id, &found.gives).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let Some(post) = post else { return Ok(Outcome::Refused(Refusal::NoMail)) };
    let until = admin.now + tenant.settings.invitation_lifetime;
    let sent = Invitation { sent_at: admin.now, expires_at: until, ..found };
    let secret = rng::secret(admin.rng);
    let mail = mail(admin, tenant, (&sent, &secret), post)?;
    let link = (secret.hash(), until);
    let change = admin.store.invitations.resend(&tenant.tenant_id, id, link, mail, admin.now).await?;
    post.wake();
    Ok(outcome(change, sent))
}

/// Takes an invitation back: its link is dead. An account that was made with it stays.
///
/// # Errors
/// [`StoreError`].
pub async fn revoke(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &InvitationId,
) -> Result<Outcome<Invitation>, StoreError> {
    let Some(found) = find(admin, tenant, id).await? else { return Ok(Outcome::Absent) };
    let change = admin.store.invitations.revoke(tenant, id, admin.now).await?;
    Ok(outcome(change, Invitation { revoked_at: Some(admin.now), ..found }))
}

fn outcome(change: InvitationChange, changed: Invitation) -> Outcome<Invitation> {
    match change {
        InvitationChange::Done => Outcome::Done(changed),
        InvitationChange::Over => Outcome::Refused(Refusal::InvitationOver),
        InvitationChange::Absent => Outcome::Absent,
        InvitationChange::Full => Outcome::Refused(Refusal::MailWaits),
    }
}
