//! Users, credentials and tenants: stored in SQL alone. A change of them invalidates cached sessions, before the
//! caller is answered.

use std::sync::Arc;

use async_trait::async_trait;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::tenant::{Tenant, TenantSettings};
use credenza_protocol::terms::TermsAcceptance;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_protocol::user_search::Index;
use credenza_protocol::version::Version;

use super::client::Redis;
use super::markers::{Marker, moved};
use crate::{
    Created, Credentials, EmailChallenge, EmailChallenges, EmailPurpose, Expected, Login, NewEmailChallenge,
    NewMail, NewUserDeletion, Passed, PasswordChange, PendingChallenge, Result, Step, Tenants, Update,
    UserDeletion, UserDeletions, Users,
};

/// The noun of SQL, with the marker moved after each change.
pub(super) struct Marked<T: ?Sized> {
    pub(super) redis: Arc<Redis>,
    pub(super) sql: Arc<T>,
}

#[async_trait]
impl Users for Marked<dyn Users> {
    async fn create(&self, tenant: &TenantId, user: User, password_hash: Option<String>) -> Result<Created> {
        self.sql.create(tenant, user, password_hash).await
    }

    async fn would_create(&self, tenant: &TenantId, user: User) -> Result<Created> {
        self.sql.would_create(tenant, user).await
    }

    async fn find(&self, tenant: &TenantId, user_id: &UserId) -> Result<Option<User>> {
        self.sql.find(tenant, user_id).await
    }

    async fn find_by_username(&self, tenant: &TenantId, username: &str) -> Result<Option<User>> {
        self.sql.find_by_username(tenant, username).await
    }

    async fn find_by_login(&self, tenant: &TenantId, login: Login) -> Result<Option<User>> {
        self.sql.find_by_login(tenant, login).await
    }

    async fn identify(&self, tenant: &TenantId, limit: u32) -> Result<u64> {
        self.sql.identify(tenant, limit).await
    }

    async fn list(&self, tenant: &TenantId, after: Option<&UserId>, limit: u32) -> Result<Vec<User>> {
        self.sql.list(tenant, after, limit).await
    }

    async fn walk(&self, tenant: &TenantId, index: &Index, step: Step) -> Result<Vec<Passed>> {
        self.sql.walk(tenant, index, step).await
    }

    async fn update(&self, tenant: &TenantId, expected: Version, user: User) -> Result<Update> {
        let user_id = user.user_id.clone();
        let updated = self.sql.update(tenant, expected, user).await?;
        if updated == Update::Updated {
            moved(&self.redis, tenant, &[Marker::User(&user_id)]).await;
        }
        Ok(updated)
    }

    async fn accept_terms(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        terms: TermsAcceptance,
    ) -> Result<bool> {
        let accepted = self.sql.accept_terms(tenant, user_id, terms).await?;
        if accepted {
            moved(&self.redis, tenant, &[Marker::User(user_id)]).await;
        }
        Ok(accepted)
    }

    async fn set_disabled_at(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        expected: Expected,
        disabled_at: Option<Time>,
    ) -> Result<Update> {
        let disabled = self.sql.set_disabled_at(tenant, user_id, expected, disabled_at).await?;
        if disabled == Update::Updated {
            moved(&self.redis, tenant, &[Marker::User(user_id)]).await;
        }
        Ok(disabled)
    }

    async fn delete_at(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        expected: Expected,
        now: Time,
    ) -> Result<Update> {
        let deleted = self.sql.delete_at(tenant, user_id, expected, now).await?;
        if deleted == Update::Updated {
            moved(&self.redis, tenant, &[Marker::User(user_id), Marker::Deleted(user_id)]).await;
        }
        Ok(deleted)
    }
}

#[async_trait]
impl Credentials for Marked<dyn Credentials> {
    async fn password(&self, tenant: &TenantId, user_id: &UserId) -> Result<Option<String>> {
        self.sql.password(tenant, user_id).await
    }

    async fn set_password(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        hash: String,
        now: Time,
    ) -> Result<bool> {
        let there = self.sql.set_password(tenant, user_id, hash, now).await?;
        if there {
            moved(&self.redis, tenant, &[Marker::User(user_id)]).await;
        }
        Ok(there)
    }

    async fn change_password(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        change: PasswordChange,
        now: Time,
    ) -> Result<bool> {
        let changed = self.sql.change_password(tenant, user_id, change, now).await?;
        if changed {
            moved(&self.redis, tenant, &[Marker::User(user_id)]).await;
        }
        Ok(changed)
    }

    async fn require_password_change(&self, tenant: &TenantId, user_id: &UserId) -> Result<bool> {
        let required = self.sql.require_password_change(tenant, user_id).await?;
        if required {
            moved(&self.redis, tenant, &[Marker::User(user_id)]).await;
        }
        Ok(required)
    }

    async fn upgrade_hash(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        old: &str,
        new: String,
        now: Time,
    ) -> Result<bool> {
        self.sql.upgrade_hash(tenant, user_id, old, new, now).await
    }
}

#[async_trait]
impl UserDeletions for Marked<dyn UserDeletions> {
    async fn schedule(
        &self,
        tenant: &TenantId,
        new: NewUserDeletion,
        expected: Expected,
        mail: Option<NewMail>,
        now: Time,
    ) -> Result<Update> {
        let user_id = new.user_id.clone();
        let scheduled = self.sql.schedule(tenant, new, expected, mail, now).await?;
        if scheduled == Update::Updated {
            moved(&self.redis, tenant, &[Marker::User(&user_id)]).await;
        }
        Ok(scheduled)
    }

    async fn find(&self, tenant: &TenantId, user_id: &UserId) -> Result<Option<UserDeletion>> {
        self.sql.find(tenant, user_id).await
    }

    async fn find_by_secret(&self, tenant: &TenantId, secret: SecretHash) -> Result<Option<UserDeletion>> {
        self.sql.find_by_secret(tenant, secret).await
    }

    async fn list(&self, tenant: &TenantId, after: Option<&UserId>, limit: u32) -> Result<Vec<UserDeletion>> {
        self.sql.list(tenant, after, limit).await
    }

    async fn cancel(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<bool> {
        let kept = self.sql.cancel(tenant, user_id, now).await?;
        if kept {
            moved(&self.redis, tenant, &[Marker::User(user_id)]).await;
        }
        Ok(kept)
    }

    async fn to_remind(&self, limit: u32, now: Time) -> Result<Vec<(TenantId, UserDeletion)>> {
        self.sql.to_remind(limit, now).await
    }

    async fn remind(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        reminder: Option<(SecretHash, NewMail)>,
        now: Time,
    ) -> Result<bool> {
        self.sql.remind(tenant, user_id, reminder, now).await
    }

    async fn due(&self, limit: u32, now: Time) -> Result<Vec<(TenantId, UserId)>> {
        self.sql.due(limit, now).await
    }

    async fn erase(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<bool> {
        let erased = self.sql.erase(tenant, user_id, now).await?;
        if erased {
            moved(&self.redis, tenant, &[Marker::User(user_id), Marker::Deleted(user_id)]).await;
        }
        Ok(erased)
    }
}

#[async_trait]
impl EmailChallenges for Marked<dyn EmailChallenges> {
    async fn begin(
        &self,
        tenant: &TenantId,
        new: NewEmailChallenge,
        mail: NewMail,
        now: Time,
    ) -> Result<bool> {
        self.sql.begin(tenant, new, mail, now).await
    }

    async fn find(
        &self,
        tenant: &TenantId,
        purpose: EmailPurpose,
        secret: SecretHash,
        now: Time,
    ) -> Result<Option<EmailChallenge>> {
        self.sql.find(tenant, purpose, secret, now).await
    }

    async fn of_user(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<Vec<PendingChallenge>> {
        self.sql.of_user(tenant, user_id, now).await
    }

    async fn reset_password(
        &self,
        tenant: &TenantId,
        secret: SecretHash,
        hash: String,
        notice: NewMail,
        now: Time,
    ) -> Result<Option<UserId>> {
        let user_id = self.sql.reset_password(tenant, secret, hash, notice, now).await?;
        if let Some(user_id) = &user_id {
            moved(&self.redis, tenant, &[Marker::User(user_id)]).await;
        }
        Ok(user_id)
    }
}

#[async_trait]
impl Tenants for Marked<dyn Tenants> {
    async fn create(&self, tenant: Tenant) -> Result<bool> {
        self.sql.create(tenant).await
    }

    async fn find(&self, name: &str) -> Result<Option<Tenant>> {
        self.sql.find(name).await
    }

    async fn name(&self, tenant: &TenantId) -> Result<Option<String>> {
        self.sql.name(tenant).await
    }

    async fn list(&self) -> Result<Vec<Tenant>> {
        self.sql.list().await
    }

    async fn page(&self, after: Option<&str>, limit: u32) -> Result<Vec<Tenant>> {
        self.sql.page(after, limit).await
    }

    async fn update(
        &self,
        tenant: &TenantId,
        expected: Version,
        settings: TenantSettings,
        now: Time,
    ) -> Result<Update> {
        self.sql.update(tenant, expected, settings, now).await
    }

    async fn set_disabled_at(
        &self,
        tenant: &TenantId,
        expected: Expected,
        disabled_at: Option<Time>,
    ) -> Result<Update> {
        self.sql.set_disabled_at(tenant, expected, disabled_at).await
    }

    async fn delete_at(&self, tenant: &TenantId, expected: Expected) -> Result<Update> {
        let deleted = self.sql.delete_at(tenant, expected).await?;
        if deleted == Update::Updated {
            moved(&self.redis, tenant, &[Marker::Everybody]).await;
        }
        Ok(deleted)
    }
}
