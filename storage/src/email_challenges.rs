//! What was mailed to people for them to prove that they read it.

use async_trait::async_trait;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;

use crate::{NewMail, Result};

/// What a person may do who proves that they read what was mailed to them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EmailPurpose {
    /// Choose a new password.
    ResetPassword,
}

impl EmailPurpose {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset_password",
        }
    }
}

/// A challenge to be mailed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewEmailChallenge {
    /// To whom.
    pub user_id: UserId,
    /// What for.
    pub purpose: EmailPurpose,
    /// The hash of the secret that the mail holds.
    pub secret: SecretHash,
    /// The address that it is mailed to.
    pub address: String,
    /// The interaction that the person was in, encrypted, to go on with afterwards.
    pub request: Option<String>,
    /// Until when it is good.
    pub expires_at: Time,
}

/// A challenge that stands.
#[derive(Clone, Debug, PartialEq)]
pub struct EmailChallenge {
    /// Who they are, as they are now.
    pub user: User,
    /// The address that it was mailed to.
    pub address: String,
    /// The interaction that the person was in, encrypted.
    pub request: Option<String>,
}

/// What a person is told of a challenge.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PendingChallenge {
    /// What for, by its name.
    pub purpose: String,
    /// The address that it was mailed to.
    pub address: String,
    /// Until when it is good.
    pub expires_at: Time,
}

/// Challenges: at most one for each user and purpose. One stands as long as nothing changes that it rests on: the user is
/// enabled and has the same address, and neither password nor anything else has ended their sessions and grants since.
#[async_trait]
pub trait EmailChallenges: Send + Sync {
    /// Adds a challenge in place of the one before it, and queues its mail with it; `false`, and nothing is stored, when the
    /// user is gone, disabled or has another address by now, or when too many mails of the tenant wait.
    async fn begin(
        &self,
        tenant: &TenantId,
        new: NewEmailChallenge,
        mail: NewMail,
        now: Time,
    ) -> Result<bool>;

    /// The challenge of that secret, if it stands. Looking spends nothing.
    async fn find(
        &self,
        tenant: &TenantId,
        purpose: EmailPurpose,
        secret: SecretHash,
        now: Time,
    ) -> Result<Option<EmailChallenge>>;

    /// Those of a user that have not expired, whether or not they still stand.
    async fn of_user(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<Vec<PendingChallenge>>;

    /// Spends a challenge to reset the password, and sets that hash, as [`crate::Credentials::set_password`] does; with it
    /// queues the mail that tells the person. `None` when the challenge does not stand: of many callers one gets the user.
    async fn reset_password(
        &self,
        tenant: &TenantId,
        secret: SecretHash,
        hash: String,
        notice: NewMail,
        now: Time,
    ) -> Result<Option<UserId>>;
}
