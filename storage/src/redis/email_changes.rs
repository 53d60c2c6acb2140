//! Changes of addresses of mail: stored in SQL alone. One that counts, or is undone, invalidates cached sessions.

use async_trait::async_trait;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;

use super::markers::{Marker, moved};
use super::users::Marked;
use crate::{
    EmailChange, EmailChanged, EmailChanges, EmailRestored, EmailUndo, NewEmailChange, NewEmailUndo, NewMail,
    NewReset, Result,
};

#[async_trait]
impl EmailChanges for Marked<dyn EmailChanges> {
    async fn begin(&self, tenant: &TenantId, new: NewEmailChange, mail: NewMail, now: Time) -> Result<bool> {
        self.sql.begin(tenant, new, mail, now).await
    }

    async fn pending(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<Option<EmailChange>> {
        self.sql.pending(tenant, user_id, now).await
    }

    async fn find(&self, tenant: &TenantId, secret: SecretHash, now: Time) -> Result<Option<EmailChange>> {
        self.sql.find(tenant, secret, now).await
    }

    async fn cancel(&self, tenant: &TenantId, user_id: &UserId) -> Result<bool> {
        self.sql.cancel(tenant, user_id).await
    }

    async fn complete(
        &self,
        tenant: &TenantId,
        secret: SecretHash,
        username: Option<String>,
        undo: Option<NewEmailUndo>,
        now: Time,
    ) -> Result<EmailChanged> {
        let found = self.sql.find(tenant, secret, now).await?;
        let changed = self.sql.complete(tenant, secret, username, undo, now).await?;
        if let (EmailChanged::Done, Some(found)) = (changed, &found) {
            moved(&self.redis, tenant, &[Marker::User(&found.user.user_id)]).await;
        }
        Ok(changed)
    }

    async fn find_undo(&self, tenant: &TenantId, secret: SecretHash, now: Time) -> Result<Option<EmailUndo>> {
        self.sql.find_undo(tenant, secret, now).await
    }

    async fn undo(
        &self,
        tenant: &TenantId,
        secret: SecretHash,
        reset: NewReset,
        now: Time,
    ) -> Result<EmailRestored> {
        let restored = self.sql.undo(tenant, secret, reset, now).await?;
        if let EmailRestored::Done(user_id) = &restored {
            moved(&self.redis, tenant, &[Marker::User(user_id)]).await;
        }
        Ok(restored)
    }
}
