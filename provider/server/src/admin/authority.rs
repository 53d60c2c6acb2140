//! What whoever asks may give to others, and on whom they may act: nobody gives more than they have themselves, and nobody
//! takes over an account or a client that has more than they have.

use credenza_protocol::admin_roles::{covers, scope_of};
use credenza_protocol::ids::{ClientId, TenantId, UserId};
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
        if let Authority::Everything = self.authority {
            return Ok(true);
        }
        let held = admin_roles::of(self, tenant, user_id).await?;
        Ok(self.authority.covers(&scope_of(&held)))
    }
}
