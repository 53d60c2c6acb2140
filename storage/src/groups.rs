//! Groups, and who is in them.

use async_trait::async_trait;
use credenza_protocol::group::Group;
use credenza_protocol::ids::{GroupId, TenantId, UserId};
use credenza_protocol::user::User;
use credenza_protocol::version::Version;

use crate::{Expected, Result, Update};

/// What became of a link between two records, such as a member of a group.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum Linked {
    /// It is there now.
    Now,
    /// It was there before.
    Before,
    /// One of the two records is not there. Nothing was done.
    Absent,
}

/// Groups of a tenant.
#[async_trait]
pub trait Groups: Send + Sync {
    /// Adds a group; `false` when another one of the tenant has that name, compared without regard to case, or that id.
    async fn create(&self, tenant: &TenantId, group: Group) -> Result<bool>;

    /// The group of that id.
    async fn find(&self, tenant: &TenantId, group_id: &GroupId) -> Result<Option<Group>>;

    /// The group of that name, compared without regard to case.
    async fn find_by_name(&self, tenant: &TenantId, name: &str) -> Result<Option<Group>>;

    /// Groups by id, at most `limit`, after the id `after`.
    async fn list(&self, tenant: &TenantId, after: Option<&GroupId>, limit: u32) -> Result<Vec<Group>>;

    /// Groups whose name begins with `prefix`, compared without regard to case, by name as it is compared: at most `limit`,
    /// after the name `after`.
    async fn list_by_name(
        &self,
        tenant: &TenantId,
        prefix: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Group>>;

    /// Replaces name, description and `updated_at` of the group whose version is `expected`.
    async fn update(&self, tenant: &TenantId, expected: Version, group: Group) -> Result<Update>;

    /// Deletes the group with its members' membership and its roles.
    async fn delete_at(&self, tenant: &TenantId, group_id: &GroupId, expected: Expected) -> Result<Update>;

    /// The same of any version; `false` when there is no such group.
    async fn delete(&self, tenant: &TenantId, group_id: &GroupId) -> Result<bool> {
        Ok(self.delete_at(tenant, group_id, Expected::Any).await? == Update::Updated)
    }

    /// Puts a user into a group.
    async fn add(&self, tenant: &TenantId, group_id: &GroupId, user_id: &UserId) -> Result<Linked>;

    /// Takes a user out of a group; `false` when they were not in it.
    async fn remove(&self, tenant: &TenantId, group_id: &GroupId, user_id: &UserId) -> Result<bool>;

    /// Who is in a group, enabled or not, by id: at most `limit`, after the id `after`. One who cannot be read is left out;
    /// there are fewer than `limit` only at the end.
    async fn members(
        &self,
        tenant: &TenantId,
        group_id: &GroupId,
        after: Option<&UserId>,
        limit: u32,
    ) -> Result<Vec<User>>;

    /// The groups that a user is in, by id: at most `limit`, after the id `after`.
    async fn of_user_page(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        after: Option<&GroupId>,
        limit: u32,
    ) -> Result<Vec<Group>>;

    /// The groups that a user is in, by name.
    async fn of_user(&self, tenant: &TenantId, user_id: &UserId) -> Result<Vec<Group>>;
}
