//! AdminRoles of people: what they may administer.

use async_trait::async_trait;
use credenza_protocol::admin_roles::{Assignment, Role};
use credenza_protocol::ids::{TenantId, UserId};

use crate::{Result, Update};

/// What became of a role that was given.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum Granted {
    /// The person has it now.
    Yes,
    /// They had it already.
    Already,
    /// There is no such user.
    NoUser,
    /// Whoever gives it has lost a role since they came ([`crate::Rights`]). Nothing was done.
    Overtaken,
}

/// AdminRoles of the people of a tenant.
#[async_trait]
pub trait AdminRoles: Send + Sync {
    /// Gives a role to a user.
    async fn grant(&self, tenant: &TenantId, assignment: Assignment) -> Result<Granted>;

    /// Takes a role away. [`Update::Absent`] when the user does not have it, and [`Update::Stale`] when whoever takes it has
    /// lost a role since they came: of two owners who remove each other one stays.
    async fn take(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        role: Role,
        installation: bool,
    ) -> Result<Update>;

    /// The same for an operator of the machine; `false` when the user does not have it.
    async fn revoke(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        role: Role,
        installation: bool,
    ) -> Result<bool> {
        Ok(self.take(tenant, user_id, role, installation).await? == Update::Updated)
    }

    /// The roles of a user. One that this version does not know is left out.
    async fn of(&self, tenant: &TenantId, user_id: &UserId) -> Result<Vec<Assignment>>;

    /// Roles that were given, by user, role and reach: at most `limit`, after `after`. One that this version does not know is
    /// left out; there are fewer than `limit` only at the end.
    async fn page(
        &self,
        tenant: &TenantId,
        after: Option<&Assignment>,
        limit: u32,
    ) -> Result<Vec<Assignment>>;

    /// Every role that was given, by user.
    async fn list(&self, tenant: &TenantId) -> Result<Vec<Assignment>>;
}
