//! Links by which somebody signs in without a password, each once.

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;

use crate::{NewMail, Result};

/// How a link came to be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SignInLinkKind {
    /// Somebody asked for it in a browser, and it was mailed to the address of the account.
    Asked,
    /// An operator made it.
    Given,
}

impl SignInLinkKind {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Given => "given",
        }
    }
}

/// A link to be stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewSignInLink {
    /// Who signs in by it.
    pub user_id: UserId,
    /// How it came to be.
    pub kind: SignInLinkKind,
    /// The hash of its secret.
    pub secret: SecretHash,
    /// The address that it is mailed to, which the user must have proven; none for a link that is handed over otherwise.
    pub address: Option<String>,
    /// The interaction in which it was asked for, encrypted.
    pub request: Option<String>,
    /// The client to which the person goes on, where an operator said so.
    pub client_id: Option<ClientId>,
    /// Until when it is good.
    pub expires_at: Time,
}

/// A link that stands.
#[derive(Clone, Debug, PartialEq)]
pub struct SignInLink {
    /// Who signs in by it, as they are now.
    pub user: User,
    /// How it came to be.
    pub kind: SignInLinkKind,
    /// The interaction in which it was asked for, encrypted.
    pub request: Option<String>,
    /// The client to which the person goes on.
    pub client_id: Option<ClientId>,
}

/// Links to sign in by: several may stand for a user. One stands as long as nothing changes that it rests on: the user is
/// enabled and has the same verified address, and neither password nor anything else has ended their sessions and grants since.
#[async_trait]
pub trait SignInLinks: Send + Sync {
    /// Stores a link, and queues its mail with it; `false`, and nothing is stored, when the user is gone, disabled or has not
    /// proven that address, or when too many mails of the tenant wait. One that an operator makes is told as an event.
    async fn begin(
        &self,
        tenant: &TenantId,
        new: NewSignInLink,
        mail: Option<NewMail>,
        now: Time,
    ) -> Result<bool>;

    /// The link of that secret, if it stands. Looking spends nothing.
    async fn find(&self, tenant: &TenantId, secret: SecretHash, now: Time) -> Result<Option<SignInLink>>;

    /// Spends a link, and with it every other one that the user has been mailed. `None` when it does not stand: of many callers
    /// one gets the user.
    async fn spend(&self, tenant: &TenantId, secret: SecretHash, now: Time) -> Result<Option<User>>;
}
