//! What whoever asks may give to others, and on whom they may act: nobody gives more than they have themselves, and nobody
//! takes over an account or a client that has more than they have.

use std::collections::BTreeSet;

use credenza_protocol::admin_roles::{covers, may_act_on, may_give_roles_at};
use credenza_protocol::ids::{ClientId, GroupId, TenantId, UserId};
use credenza_protocol::role::Holder;
use credenza_protocol::scope::Scope;
use credenza_storage::StoreError;

use super::{Administration, admin_roles};

/// How far the rights of whoever asks go.
#[derive(Clone, Copy, Debug)]
pub enum Authority<'a> {
    /// They hold the machine itself.
    Everything,
    /// They have these scopes of the admin API.
    Within(&'a Scope),
}

impl Authority<'_> {
    /// Whether they may give this scope, or act on whoever has it.
    #[must_use]
    pub fn covers(self, scope: &Scope) -> bool {
        match self {
            Self::Everything => true,
            Self::Within(own) => covers(own, scope),
        }
    }
}

impl Administration<'_> {
    /// Whether whoever asks may act on that client: with its credentials they could do all that it can.
    pub(super) async fn may_act_on_client(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
    ) -> Result<bool, StoreError> {
        if let Authority::Everything = self.authority {
            return Ok(true);
        }
        let found = self.store.clients.find(tenant, client_id).await?;
        Ok(found.is_none_or(|record| self.authority.covers(&record.client.scope)))
    }

    /// Whether whoever asks may act on that user: with their password they could do all that the user can.
    pub(super) async fn may_act_on_user(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
    ) -> Result<bool, StoreError> {
        let Authority::Within(own) = self.authority else { return Ok(true) };
        Ok(may_act_on(own, &admin_roles::of(self, tenant, user_id).await?))
    }

    /// Whether whoever asks may give roles at that client, or take them away.
    pub(super) async fn may_give_roles_at(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
    ) -> Result<bool, StoreError> {
        let Authority::Within(own) = self.authority else { return Ok(true) };
        let found = self.store.clients.find(tenant, client_id).await?;
        Ok(may_give_roles_at(own, found.iter().map(|record| &record.client.scope)))
    }

    /// Whether whoever asks may change that group, and who is in it: with the group they give the roles that it has.
    pub(super) async fn may_act_on_group(
        &self,
        tenant: &TenantId,
        group_id: &GroupId,
    ) -> Result<bool, StoreError> {
        if let Authority::Everything = self.authority {
            return Ok(true);
        }
        let held = self.store.roles.of_holder(tenant, &Holder::Group(group_id.clone())).await?;
        let clients: BTreeSet<ClientId> = held.into_iter().map(|given| given.client_id).collect();
        for client_id in clients {
            if !self.may_give_roles_at(tenant, &client_id).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
