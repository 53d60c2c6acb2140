//! Who has which role at a client, and all that tokens tell of a person.

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, TenantId, UserId};
use credenza_protocol::role::{Assignment, Holder};
use credenza_protocol::user::User;

use crate::{Linked, Result};

/// What is asked about a person.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Asked {
    /// Their record.
    pub user: bool,
    /// Their groups.
    pub groups: bool,
    /// Their roles at these clients.
    pub roles_at: Vec<ClientId>,
}

/// What is known of a person; what was not asked for is empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// Their record.
    pub user: Option<User>,
    /// The names of the groups that they are in, sorted.
    pub groups: Vec<String>,
    /// The roles that were given to them or to one of their groups, whatever the client declares, in no order; some more
    /// than once.
    pub roles: Vec<(ClientId, String)>,
}

/// Roles of people and groups at the clients of a tenant.
#[async_trait]
pub trait Roles: Send + Sync {
    /// Gives somebody a role. Whether the client declares it is for the caller to see.
    async fn grant(&self, tenant: &TenantId, assignment: Assignment) -> Result<Linked>;

    /// Takes it away; `false` when they did not have it.
    async fn revoke(&self, tenant: &TenantId, assignment: Assignment) -> Result<bool>;

    /// Who has which role at a client, ordered by holder and role: at most `limit`, after `after`.
    async fn at_client(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        after: Option<&Assignment>,
        limit: u32,
    ) -> Result<Vec<Assignment>>;

    /// The roles that were given to this holder, not those by a group, ordered by client and role.
    async fn of_holder(&self, tenant: &TenantId, holder: &Holder) -> Result<Vec<Assignment>>;

    /// The roles of this holder, ordered by holder, client and role: at most `limit`, after `after`. With `by_groups`, those of
    /// the groups that a user is in too; the holder tells them apart.
    async fn held(
        &self,
        tenant: &TenantId,
        holder: &Holder,
        by_groups: bool,
        after: Option<&Assignment>,
        limit: u32,
    ) -> Result<Vec<Assignment>>;

    /// What is known of a person, in one read, which sends no more statements than were asked for.
    async fn standing(&self, tenant: &TenantId, user_id: &UserId, asked: Asked) -> Result<Standing>;
}
