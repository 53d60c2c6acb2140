//! Authenticators: what people prove their identity with besides a password; and the codes for when all are lost.

use async_trait::async_trait;
use credenza_protocol::authenticator::{Authenticator, AuthenticatorKind};
use credenza_protocol::ids::{AuthenticatorId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;

use crate::{NewMail, Result};

/// An authenticator, and what it is checked by.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuthenticatorRecord {
    /// The authenticator.
    pub authenticator: Authenticator,
    /// What it is checked by: the encrypted secret of a TOTP application, the public key and the counter of a passkey; empty for
    /// a trusted browser.
    pub state: String,
    /// The hash of a passkey's credential id, by which it is found, or of what a trusted browser presents. No two of a tenant
    /// have the same.
    pub credential: Option<SecretHash>,
    /// The last time step of which a TOTP code was accepted; 0 for others.
    pub time_step: i64,
}

/// What became of an authenticator that was to be added.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub enum AuthenticatorMade {
    /// It is there.
    Yes,
    /// The person has as many of that kind as they may have.
    TooMany,
    /// The passkey is somebody's already.
    Taken,
    /// There is no such user, or they are disabled.
    Absent,
}

/// Authenticators of a tenant's people, and their recovery codes. A mail that tells the person is queued in the same transaction;
/// where too many wait, the change counts all the same.
#[async_trait]
pub trait Authenticators: Send + Sync {
    /// Adds an authenticator. Of one kind a person has at most `most`: exact, however many callers there are at once.
    async fn add(
        &self,
        tenant: &TenantId,
        record: AuthenticatorRecord,
        most: u32,
        notice: Option<NewMail>,
        now: Time,
    ) -> Result<AuthenticatorMade>;

    /// All that a person has, those that were added first coming first. One that cannot be read is left out.
    async fn of_user(&self, tenant: &TenantId, user_id: &UserId) -> Result<Vec<AuthenticatorRecord>>;

    /// The passkey of that credential id.
    async fn by_credential(
        &self,
        tenant: &TenantId,
        credential: SecretHash,
    ) -> Result<Option<AuthenticatorRecord>>;

    /// Notes that a code of this time step was used (RFC 6238 5.2); `false` where one of it or of a later one was before, or the
    /// authenticator is gone: of many callers with one code one gets `true`.
    async fn use_code(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        authenticator_id: &AuthenticatorId,
        time_step: i64,
        now: Time,
    ) -> Result<bool>;

    /// Notes that a passkey was used, and stores its new state, only while it still is `old`; `false` where it is another one by
    /// now, or the passkey is gone.
    async fn use_passkey(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        authenticator_id: &AuthenticatorId,
        (old, new): (&str, String),
        now: Time,
    ) -> Result<bool>;

    /// Notes that a trusted browser was used; `false` where it is gone.
    async fn use_trusted_browser(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        authenticator_id: &AuthenticatorId,
        now: Time,
    ) -> Result<bool>;

    /// Names an authenticator; `false` where the person has none of that id.
    async fn rename(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        authenticator_id: &AuthenticatorId,
        name: String,
    ) -> Result<bool>;

    /// Removes an authenticator, and with the last factor the recovery codes and the trusted browsers; `false` where the person
    /// has none of that id.
    async fn remove(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        authenticator_id: &AuthenticatorId,
        notice: Option<NewMail>,
        now: Time,
    ) -> Result<bool>;

    /// Removes every authenticator of one kind, or of all, ends the person's sessions and revokes what they granted; with the
    /// last factor the recovery codes and the trusted browsers go. Answers how many were removed; `None` where there is no such user.
    async fn reset(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        kind: Option<AuthenticatorKind>,
        notice: Option<NewMail>,
        now: Time,
    ) -> Result<Option<u32>>;

    /// Gives the person these recovery codes, in place of those before; `false` where they have no factor.
    async fn renew_recovery_codes(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        codes: Vec<SecretHash>,
        notice: Option<NewMail>,
        now: Time,
    ) -> Result<bool>;

    /// How many recovery codes the person has left.
    async fn recovery_codes_left(&self, tenant: &TenantId, user_id: &UserId) -> Result<u32>;

    /// Spends a recovery code; of many callers with one code one gets `true`.
    async fn spend_recovery_code(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        code: SecretHash,
        notice: Option<NewMail>,
        now: Time,
    ) -> Result<bool>;
}
