//! Sign-ups under way: who has asked for an account, and not proven yet that they read the address.

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;

use crate::{Created, NewMail, Result};

/// How a sign-up came to be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SignUpKind {
    /// Somebody asked for an account.
    Asked,
}

impl SignUpKind {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
        }
    }
}

/// A sign-up, of which the mail is to be sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewSignUp {
    /// The address as it is compared: spellings of one mailbox have one key.
    pub email_key: String,
    /// How it came to be.
    pub kind: SignUpKind,
    /// The hash of the secret that the mail holds.
    pub secret: SecretHash,
    /// The address that it is mailed to.
    pub address: String,
    /// The interaction that the person was in, encrypted, to go on with afterwards.
    pub request: Option<String>,
    /// Until when it is good.
    pub expires_at: Time,
}

/// A sign-up that stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignUp {
    /// The address that it was mailed to.
    pub address: String,
    /// The interaction that the person was in, encrypted.
    pub request: Option<String>,
}

/// What became of a new account.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum SignedUp {
    /// The account is there, and the sign-up is spent.
    Done,
    /// The sign-up does not stand.
    Dead,
    /// Another account has proven the same address meanwhile. The sign-up stands.
    AddressTaken,
    /// The user cannot be made, as [`crate::Users::create`] says; never [`Created::Yes`]. The sign-up stands.
    Refused(Created),
}

/// Sign-ups: at most one for each address and kind. Nothing is known of the person but the address until they have proven
/// that they read it.
#[async_trait]
pub trait SignUps: Send + Sync {
    /// Adds a sign-up in place of the one before it, and queues its mail with it; `false`, and nothing is stored, when too
    /// many mails of the tenant wait.
    async fn begin(&self, tenant: &TenantId, new: NewSignUp, mail: NewMail, now: Time) -> Result<bool>;

    /// The sign-up of that secret, if it stands. Looking spends nothing.
    async fn find(&self, tenant: &TenantId, secret: SecretHash, now: Time) -> Result<Option<SignUp>>;

    /// Spends a sign-up, and makes the user, who has its address as a verified one, with that password hash. A user who is
    /// disabled waits for a decision ([`crate::Approvals`]). Of many callers one makes an account.
    async fn complete(
        &self,
        tenant: &TenantId,
        secret: SecretHash,
        user: User,
        password_hash: String,
        now: Time,
    ) -> Result<SignedUp>;
}
