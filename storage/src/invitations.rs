//! Invitations: whom an operator has asked to make an account.

use async_trait::async_trait;
use credenza_protocol::ids::{InvitationId, TenantId};
use credenza_protocol::invitation::Invitation;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;

use crate::{NewMail, Result, SignedUp};

/// What became of a change to an invitation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub enum InvitationChange {
    /// It is done.
    Done,
    /// It was accepted or revoked before.
    Over,
    /// There is none of that id.
    Absent,
    /// Too many mails of the tenant wait; nothing was changed.
    Full,
}

/// Invitations. What is given is given when the account is made, of that which is still there.
#[async_trait]
pub trait Invitations: Send + Sync {
    /// Adds an invitation, and queues its mail with it; `false`, and nothing is stored, when too many mails of the tenant
    /// wait.
    async fn create(
        &self,
        tenant: &TenantId,
        invitation: Invitation,
        secret: SecretHash,
        mail: NewMail,
        now: Time,
    ) -> Result<bool>;

    /// The invitation of that id, whatever became of it.
    async fn find(&self, tenant: &TenantId, id: &InvitationId) -> Result<Option<Invitation>>;

    /// One page of invitations, the oldest first: at most `limit`, after the one that was made then and has that id.
    async fn page(
        &self,
        tenant: &TenantId,
        after: Option<(Time, InvitationId)>,
        limit: u32,
    ) -> Result<Vec<Invitation>>;

    /// Gives an invitation another link, good until `until`, and queues its mail; the link before is dead.
    async fn resend(
        &self,
        tenant: &TenantId,
        id: &InvitationId,
        (secret, until): (SecretHash, Time),
        mail: NewMail,
        now: Time,
    ) -> Result<InvitationChange>;

    /// Takes an invitation back: its link is dead.
    async fn revoke(&self, tenant: &TenantId, id: &InvitationId, now: Time) -> Result<InvitationChange>;

    /// The invitation whose link has that secret, if it stands. Looking spends nothing.
    async fn find_standing(
        &self,
        tenant: &TenantId,
        secret: SecretHash,
        now: Time,
    ) -> Result<Option<Invitation>>;

    /// Spends an invitation, and makes the user, who has its address as a verified one, with that password hash, in its
    /// groups and with its roles. Of many callers one makes an account.
    async fn accept(
        &self,
        tenant: &TenantId,
        secret: SecretHash,
        user: User,
        password_hash: String,
        now: Time,
    ) -> Result<SignedUp>;
}
