//! Accounts that people made themselves and on which operators decide. Until then, and after a refusal, such a user is disabled:
//! what is dead to a disabled user is dead to them.

use async_trait::async_trait;
use credenza_protocol::approval::{Approval, ApprovalState};
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::time::Time;
use credenza_protocol::user::User;

use crate::{NewMail, Result};

/// What became of a decision.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub enum Decided {
    /// It is done.
    Done,
    /// Nobody waits for it: it was decided before, or there is no such user.
    Absent,
    /// Whoever decides has lost the rights by which they came.
    Stale,
    /// Too many mails of the tenant wait; nothing was changed.
    Full,
}

/// Accounts that wait for a decision, and those that were refused.
#[async_trait]
pub trait Approvals: Send + Sync {
    /// What is known of that user; nothing of whoever needs no decision.
    async fn find(&self, tenant: &TenantId, user_id: &UserId) -> Result<Option<Approval>>;

    /// One page of those in that state, whoever asked first coming first: at most `limit`, after the one who asked then and
    /// has that id.
    async fn page(
        &self,
        tenant: &TenantId,
        state: ApprovalState,
        after: Option<(Time, UserId)>,
        limit: u32,
    ) -> Result<Vec<(Approval, User)>>;

    /// Enables the user, who waited or was refused, and queues the mail that tells them.
    async fn approve(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        mail: Option<NewMail>,
        now: Time,
    ) -> Result<Decided>;

    /// Refuses the user, who waited, and queues the mail that tells them. They are deleted when they are swept.
    async fn reject(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        mail: Option<NewMail>,
        now: Time,
    ) -> Result<Decided>;
}
