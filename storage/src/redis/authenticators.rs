//! Authenticators: stored in SQL alone. A reset ends sessions, and so invalidates cached ones before the caller is answered.

use async_trait::async_trait;
use credenza_protocol::authenticator::AuthenticatorKind;
use credenza_protocol::ids::{AuthenticatorId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;

use super::markers::{Marker, moved};
use super::users::Marked;
use crate::{AuthenticatorMade, AuthenticatorRecord, Authenticators, NewMail, Result};

#[async_trait]
impl Authenticators for Marked<dyn Authenticators> {
    async fn add(
        &self,
        tenant: &TenantId,
        record: AuthenticatorRecord,
        most: u32,
        notice: Option<NewMail>,
        now: Time,
    ) -> Result<AuthenticatorMade> {
        self.sql.add(tenant, record, most, notice, now).await
    }

    async fn of_user(&self, tenant: &TenantId, user_id: &UserId) -> Result<Vec<AuthenticatorRecord>> {
        self.sql.of_user(tenant, user_id).await
    }

    async fn by_credential(
        &self,
        tenant: &TenantId,
        credential: SecretHash,
    ) -> Result<Option<AuthenticatorRecord>> {
        self.sql.by_credential(tenant, credential).await
    }

    async fn use_code(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        authenticator_id: &AuthenticatorId,
        time_step: i64,
        now: Time,
    ) -> Result<bool> {
        self.sql.use_code(tenant, user_id, authenticator_id, time_step, now).await
    }

    async fn use_passkey(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        authenticator_id: &AuthenticatorId,
        states: (&str, String),
        now: Time,
    ) -> Result<bool> {
        self.sql.use_passkey(tenant, user_id, authenticator_id, states, now).await
    }

    async fn use_trusted_browser(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        authenticator_id: &AuthenticatorId,
        now: Time,
    ) -> Result<bool> {
        self.sql.use_trusted_browser(tenant, user_id, authenticator_id, now).await
    }

    async fn rename(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        authenticator_id: &AuthenticatorId,
        name: String,
    ) -> Result<bool> {
        self.sql.rename(tenant, user_id, authenticator_id, name).await
    }

    async fn remove(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        authenticator_id: &AuthenticatorId,
        notice: Option<NewMail>,
        now: Time,
    ) -> Result<bool> {
        self.sql.remove(tenant, user_id, authenticator_id, notice, now).await
    }

    async fn reset(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        kind: Option<AuthenticatorKind>,
        notice: Option<NewMail>,
        now: Time,
    ) -> Result<Option<u32>> {
        let removed = self.sql.reset(tenant, user_id, kind, notice, now).await?;
        if removed.is_some_and(|removed| removed > 0) {
            moved(&self.redis, tenant, &[Marker::User(user_id)]).await;
        }
        Ok(removed)
    }

    async fn renew_recovery_codes(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        codes: Vec<SecretHash>,
        notice: Option<NewMail>,
        now: Time,
    ) -> Result<bool> {
        self.sql.renew_recovery_codes(tenant, user_id, codes, notice, now).await
    }

    async fn recovery_codes_left(&self, tenant: &TenantId, user_id: &UserId) -> Result<u32> {
        self.sql.recovery_codes_left(tenant, user_id).await
    }

    async fn spend_recovery_code(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        code: SecretHash,
        notice: Option<NewMail>,
        now: Time,
    ) -> Result<bool> {
        self.sql.spend_recovery_code(tenant, user_id, code, notice, now).await
    }
}
